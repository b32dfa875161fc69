"""Text of others on a terminal: what would move the cursor, hide or turn round letters, or speak to the terminal is written out."""

from __future__ import annotations

import re

# C0 and DEL, C1, soft hyphen, Arabic letter mark, zero-width and directional marks, separators of lines, embeddings and overrides,
# invisible operators and isolates, byte order mark, interlinear marks, tags, and halves of surrogate pairs.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def shown(text: str, *, lines: bool = False) -> str:
    r"""`text` with every sign that is none for the eye as an escape: \x1b, \u202e. `lines` keeps the ends of lines.

    >>> shown("a\x1b[2J\nb")
    'a\\x1b[2J\\nb'
    >>> shown("a\nb", lines=True)
    'a\nb'
    """
    return _HIDDEN.sub(lambda sign: "\n" if lines and sign[0] == "\n" else _escape(sign[0]), text)


def shown_json(text: str) -> str:
    r"""The same for JSON as text, whose ends of lines stay and whose meaning does not change: \u001b."""
    return _HIDDEN.sub(lambda sign: "\n" if sign[0] == "\n" else _json_escape(sign[0]), text)


def _escape(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def _json_escape(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[i : i + 2], 'big'):04x}" for i in range(0, len(units), 2))
