"""Claim: values that would overflow are refused with their place before anything is computed, and files that do not fit before they are read."""

from __future__ import annotations

import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from data_cases import ONE

from invarieq.data import Dataset, check_dataset, memory, read_dataset
from invarieq.data.memory import check_fits, fitting, free_memory
from invarieq.errors import DataError, GridError

T, X = np.linspace(0, 1, 33), np.linspace(0, 2 * np.pi, 48, endpoint=False)
U = np.exp(-T[:, None]) * np.sin(X) + 0.5 * np.exp(-4 * T[:, None]) * np.cos(2 * X)


def spoiled(array: np.ndarray, place: tuple[int, ...], value: float) -> np.ndarray:
    changed = array.copy()
    changed[place] = value
    return changed


CASES = {
    "all values": (U * 1e300, T, X, DataError, r"u reaches .*e\+300 \(.* first at t = 0, x = 0"),
    "one value": (
        spoiled(U, (3, 4), 1e200),
        T,
        X,
        DataError,
        r"u reaches 1e\+200 \(1 of .* first at t = 0.09375, x = 0.523599\)",
    ),
    "one infinity": (spoiled(U, (3, 4), -np.inf), T, X, DataError, r"u holds infinity in 1 of .* first at t = 0.09375"),
    "tiny values": (U * 1e-300, T, X, DataError, r"u reaches 1\.\d+e-300"),
    "far x": (U, T, X * 1e300, GridError, r"coordinate x reaches .*e\+300 .* first at index 1\)"),
    "far t": (U, T * 1e300, X, GridError, r"coordinate t reaches 1e\+300"),
    "one far time": (U, spoiled(T, (32,), 1e250), X, GridError, r"coordinate t reaches 1e\+250 \(1 of 33 .* index 32\)"),
    "near t": (U, T * 1e-300, X, GridError, r"coordinate t steps by 3.1\d*e-302 after index 0"),
    "near x": (U, T, X * 1e-300, GridError, r"coordinate x steps by 1.3\d*e-301 after index 0"),
    "two times beside each other": (U, spoiled(T, (1,), 1e-310), X, GridError, r"coordinate t steps by 1e-310 after index 0"),
}


def write(path: Path, u: np.ndarray, t: np.ndarray, x: np.ndarray) -> None:
    if path.suffix == ".npz":
        np.savez(path, u=u, t=t, x=x)
    elif path.suffix == ".csv":
        rows = np.stack([np.repeat(t, len(x)), np.tile(x, len(t)), u.ravel()], 1)
        np.savetxt(path, rows, delimiter=",", header="t,x,u", comments="", fmt="%.17g")
    elif path.suffix == ".mat":
        from scipy.io import savemat

        savemat(path, {"u": u, "t": t, "x": x})
    else:
        xr.Dataset({"u": (("t", "x"), u)}, coords={"t": t, "x": x}).to_netcdf(path, engine="h5netcdf")


@pytest.mark.parametrize("ending", [".npz", ".nc", ".csv", ".mat"])
@pytest.mark.parametrize("case", CASES)
def test_what_would_overflow_is_named_with_its_place(tmp_path: Path, case: str, ending: str) -> None:
    u, t, x, error, message = CASES[case]
    write(tmp_path / f"a{ending}", u, t, x)
    with pytest.raises(error, match=message):  # warnings are errors: nothing was computed before
        check_dataset(read_dataset(tmp_path / f"a{ending}", ONE), ONE)
    with pytest.raises(error, match=message):
        made = xr.Dataset({"u": (("t", "x"), u)}, coords={"t": t, "x": x})
        check_dataset(Dataset((made,), frozenset(), "made in memory"), ONE)


def test_a_tail_that_falls_below_all_numbers_is_no_fault(tmp_path: Path) -> None:
    gauss = np.exp(-((X - 3) ** 2) * 100) * (1 + T[:, None])
    assert gauss.min() < 1e-300
    write(tmp_path / "a.npz", gauss, T, X)
    check_dataset(read_dataset(tmp_path / "a.npz", ONE), ONE)


def test_single_precision_is_compared_without_a_warning(tmp_path: Path) -> None:
    write(tmp_path / "a.npz", U.astype(np.float32), T.astype(np.float32), X)
    check_dataset(read_dataset(tmp_path / "a.npz", ONE), ONE)


def zeros(path: Path, rows: int, columns: int) -> None:
    """A zip that holds rows × columns zeros and was never in memory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("u.npy", "w", force_zip64=True) as member:
            np.lib.format.write_array_header_1_0(
                member, {"descr": "<f8", "fortran_order": False, "shape": (rows, columns)}
            )  # fmt: skip
            for _ in range(rows):
                member.write(bytes(8 * columns))
        for name, size in (("t", rows), ("x", columns)):
            with archive.open(f"{name}.npy", "w") as member:
                np.save(member, np.linspace(0, 1, size))


@pytest.mark.parametrize("ending", [".npz", ".nc", ".mat", ".h5.mat", ".csv", ".zarr", ".parquet"])
def test_a_file_that_claims_more_than_is_free_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    if ending == ".npz":
        zeros(path, 400, 300)
    elif ending == ".mat":
        write(path, np.zeros((400, 300)), np.arange(400.0), np.arange(300.0))
    elif ending == ".h5.mat":
        import h5py

        with h5py.File(path, "w", userblock_size=512) as file:
            file.create_dataset("u", data=np.zeros((300, 400)), compression="gzip")
        with path.open("r+b") as raw:
            raw.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")
    elif ending == ".parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        import pyarrow

        parquet.write_table(pyarrow.table({n: np.zeros(120_000) for n in "txu"}), path)
    elif ending == ".csv":
        path.write_text("t,x,u\n" + "0,0,0\n" * 40_000)
    else:
        made = xr.Dataset({"u": (("t", "x"), np.zeros((400, 300)))}, coords={"t": np.arange(400.0), "x": np.arange(300.0)})
        made.to_netcdf(path, engine="h5netcdf") if ending == ".nc" else made.to_zarr(path, consolidated=False)
    monkeypatch.setattr(memory, "free_memory", lambda: 1e6)
    with pytest.raises(DataError, match=r"by its own account; reading takes 3 times that, and 1 MB are free. Give a part"):
        read_dataset(path, ONE)


def test_under_a_limit_a_bomb_of_two_gigabytes_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    zeros(tmp_path / "bomb.npz", 2000, 130_000)
    assert (tmp_path / "bomb.npz").stat().st_size < 3e6
    code = (
        "import sys\nfrom invarieq.data.read.formats import read_contents\nfrom pathlib import Path\n"
        "try:\n    read_contents(Path(sys.argv[1]))\nexcept Exception as error:\n    print(type(error).__name__, error)\n"
        # the peak since the program began: that of getrusage counts the process that started it, before the new program is in its place
        "peak = next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM'))\nprint(int(peak) < 500_000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "bomb.npz")],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000)),
    )
    said, small = done.stdout.splitlines()
    assert said.startswith("DataError") and "holds 2081 MB of numbers by its own account" in said
    assert small == "True"


def test_the_end_of_memory_is_an_error_of_the_data() -> None:
    with pytest.raises(DataError, match="do not fit into the memory that is free"), fitting():
        np.zeros(10**15)
    free = free_memory()
    assert free is None or 1e7 < free < 1e14
    check_fits(Path("small"), 1000)


def test_object_arrays_are_known_by_their_header(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", u=U, t=T, x=X, note=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert np.array_equal(read_dataset(tmp_path / "a.npz", ONE).segments[0].u, U)
