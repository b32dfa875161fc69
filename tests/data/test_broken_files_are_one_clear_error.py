"""Claim: a file that cannot be read is one `DataError` with the path and the mend, whatever is wrong with it."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import zarr
from data_cases import ODE, ONE, T, X, field_of, kdv

from invarieq.data import read_dataset, write_dataset
from invarieq.errors import DataError

ENDINGS = (".nc", ".npz", ".mat", ".csv", ".parquet")


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_dataset(path, ONE)
    assert path.name in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


@pytest.mark.parametrize("ending", ENDINGS)
def test_noise_instead_of_a_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"bad{ending}"
    path.write_bytes(np.random.default_rng(0).bytes(4096))
    refusal(path)


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_in_the_file(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"bad{ending}"
    path.touch()
    assert "empty" in refusal(path)


@pytest.mark.parametrize("ending", (".nc", ".npz", ".mat"))
@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_half_a_file(tmp_path: Path, ending: str, share: float) -> None:
    path = tmp_path / f"cut{ending}"
    if ending == ".mat":
        scipy.io.savemat(path, {"u": kdv(), "x": X, "t": T})
    else:
        write_dataset(field_of(kdv().T, T, X), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    refusal(path)


def test_no_file_a_folder_and_a_strange_ending(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.nc")
    (tmp_path / "folder.npz").mkdir()
    assert "is a folder" in refusal(tmp_path / "folder.npz")
    (tmp_path / "data.docx").write_text("x")
    assert ".csv, .mat, .nc, .npz, .parquet, .zarr" in refusal(tmp_path / "data.docx")
    (tmp_path / "file.zarr").write_text("x")
    assert "a .zarr store is a folder" in refusal(tmp_path / "file.zarr")


def test_a_pickle_inside_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "owned"

    class Attack:
        def __reduce__(self) -> tuple[object, tuple[Path]]:
            return Path.touch, (mark,)

    values = np.empty(1, dtype=object)
    values[0] = Attack()
    np.savez(tmp_path / "evil.npz", u=values, x=X, t=T)
    refusal(tmp_path / "evil.npz")
    (tmp_path / "plain.npz").write_bytes(pickle.dumps(Attack()))
    refusal(tmp_path / "plain.npz")
    assert not mark.exists()


def test_arrays_that_do_not_fit_say_what_would(tmp_path: Path) -> None:
    np.savez(tmp_path / "short.npz", u=kdv()[:-1], x=X, t=T)
    assert "shape (511, 201)" in refusal(tmp_path / "short.npz")
    np.savez(tmp_path / "flat.npz", u=kdv()[:, 0], x=X, t=T)
    assert "expected 2: t: 201 × x: 512" in refusal(tmp_path / "flat.npz")
    np.savez(tmp_path / "none.npz", x=X, t=T)
    assert "no array for the field 'u'" in refusal(tmp_path / "none.npz")
    np.savez(tmp_path / "two.npz", a=kdv(), b=kdv(), x=X, t=T)
    assert "Name one array 'u'" in refusal(tmp_path / "two.npz")
    np.savez(tmp_path / "bare.npz", u=kdv())
    assert "no values for the coordinate 't'" in refusal(tmp_path / "bare.npz")
    np.save(tmp_path / "one.npy", kdv())
    (tmp_path / "one.npy").rename(tmp_path / "one.npz")
    assert "one unnamed array" in refusal(tmp_path / "one.npz")


def test_a_lost_chunk_is_not_zeros(tmp_path: Path) -> None:
    path = tmp_path / "field.zarr"
    group = zarr.open_group(str(path), mode="w")
    for name, values, dims in (("u", kdv(), ["x", "t"]), ("x", X, ["x"]), ("t", T, ["t"])):
        array = group.create_array(
            name, shape=values.shape, chunks=tuple(min(n, 128) for n in values.shape), dtype="f8", dimension_names=dims
        )
        array[...] = values
    assert np.array_equal(read_dataset(path, ONE).segments[0].u, kdv().T)
    (path / "u" / "c" / "1" / "0").unlink()
    assert "1 of the 8 chunks of 'u' are missing" in refusal(path)


def test_a_table_without_numbers(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("t,x,y\na,b,c\n")
    with pytest.raises(DataError, match="no numbers"):
        read_dataset(tmp_path / "words.csv", ODE)
