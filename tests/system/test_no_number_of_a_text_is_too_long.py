"""Claim: a TOML text with numbers that Python cannot hold, print or convert is a `ReadError` with the key, never a fault of ours."""

from __future__ import annotations

import pytest

from invarieq.errors import ReadError
from invarieq.system import read_toml

HEAD = 'name = "h"\ncoordinates = ["t", "x"]\nfields = { u = ["t", "x"] }\n'
LONG = "9" * 5000
CASES = {
    f"equations = [{LONG}]": "is not TOML",
    f"equations = [-{LONG}]": "is not TOML",
    "equations = [1979-02-30]": "is not TOML",
    f"equations = [{'9' * 4000}]": r"equations\[0\] is a whole number of 13288 bits; expected at most 128",
    f"[terms]\norder = 0x{'f' * 6000}": r"terms\.order is a whole number of 24000 bits",
    f"title = 0b{'1' * 9000}": "title is a whole number of 9000 bits",
    f"[simulation]\ngrid = {{ t = [0, 1, 0o{'7' * 400}] }}": r"simulation\.grid\.t\[2\] is a whole number of 1200 bits",
    f"[values]\na = {'9' * 1200}": r"values\.a is a whole number",
    "equations = [1e999]": "'inf'",
    "equations = [nan]": "'nan'",
}


@pytest.mark.parametrize("tail", CASES)
def test_a_number_out_of_reach(tail: str) -> None:
    with pytest.raises(ReadError, match=CASES[tail]):
        read_toml(HEAD + tail)
