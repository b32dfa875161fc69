"""Claim: the planets of the ephemeris obey Newton's law with the Sun's GM, and the pelts are those that were published."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

from invarieq.data import measured
from invarieq.data import measured as public
from invarieq.errors import DataError, MissingExtra, UnknownSystem

GM_SUN = 2.959122082855911e-4  # au³/d²
STENCIL = np.array([-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560])


def test_inner_planets_fall_by_the_inverse_square() -> None:
    pytest.importorskip("jplephem")
    data = measured("solar_system")
    assert [s.attrs["body"] for s in data.segments] == ["mercury", "venus", "earth-moon barycentre", "mars"]
    distances, pulls = [], []
    for segment in data.segments:
        t = segment.t.values
        step = t[1] - t[0]
        assert np.all(np.diff(t) == step)
        assert float(step).as_integer_ratio()[1] in (1, 2)
        place = np.stack([segment[a].values for a in "xyz"])
        pull = np.stack([np.convolve(p, STENCIL, "valid") for p in place]) / step**2
        distances.append(np.linalg.norm(place[:, 4:-4], axis=0))
        pulls.append(np.linalg.norm(pull, axis=0))
    r, a = np.concatenate(distances), np.concatenate(pulls)
    exponent, _ = np.polyfit(np.log(r), np.log(a), 1)
    assert exponent == pytest.approx(-2, abs=1e-5)
    assert float(np.mean(a * r**2)) == pytest.approx(GM_SUN, rel=1e-5)


def test_five_orbits_close() -> None:
    pytest.importorskip("jplephem")
    for segment in measured("solar_system").segments:
        angle = np.unwrap(np.arctan2(segment.y.values, segment.x.values))
        assert (angle[-1] - angle[0]) / (2 * np.pi) == pytest.approx(5, abs=0.06)


def test_outer_planets_and_the_span_of_the_ephemeris() -> None:
    pytest.importorskip("jplephem")
    outer = measured("solar_system", bodies=("jupiter", "neptune"), start=-36500.0, counts=(100, 200)).segments
    assert [s.sizes["t"] for s in outer] == [100, 200]
    assert float(np.hypot(outer[1].x, outer[1].y).mean()) == pytest.approx(30, rel=0.1)
    with pytest.raises(DataError, match="DE421 covers"):
        measured("solar_system", bodies=("neptune",), counts=(10**6,))
    with pytest.raises(DataError, match="did you mean 'saturn'"):
        measured("solar_system", bodies=("saturns",))


def test_pelts() -> None:
    pytest.importorskip("pints")
    (segment,) = measured("hare_lynx").segments
    assert segment.t.values.tolist() == list(range(1900, 1921))
    assert segment.H.values[:3].tolist() == [30.0, 47.2, 70.2]
    assert segment.L.values[-1] == 8.1
    assert float(segment.H.sum()) == pytest.approx(715.7)


@pytest.mark.parametrize("name", ["solar_system", "hare_lynx"])
def test_sources_state_kind_and_licence(name: str) -> None:
    pytest.importorskip("jplephem")
    pytest.importorskip("pints")
    source = measured(name).source
    assert source.startswith("kind F" if name == "solar_system" else "kind M")
    assert "MIT" in source or "BSD-3" in source


@pytest.mark.parametrize("name", ["solar_system", "hare_lynx"])
def test_absent_packages_name_the_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(package: str) -> None:
        raise PackageNotFoundError(package)

    monkeypatch.setitem(public.__globals__, "files", absent)
    with pytest.raises(MissingExtra, match=r"pip install 'invarieq\[data\]'"):
        measured(name)


def test_other_names_are_refused() -> None:
    with pytest.raises(UnknownSystem, match="did you mean 'hare_lynx'"):
        measured("hares_lynx")
