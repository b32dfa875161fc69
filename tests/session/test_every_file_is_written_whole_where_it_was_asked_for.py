"""Claim: a write leaves the old file or the whole new one; it goes where the user's name leads, and through no link of a stranger's."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import pytest

from invarieq.errors import DataError
from invarieq.files import open_plain, open_to_change, replace_file, write_named


def write(path: Path, content: bytes = b"new") -> None:
    write_named(path, lambda stream: stream.write(content))


def test_a_new_file_has_the_rights_of_the_user_and_a_replaced_one_keeps_its_own(tmp_path: Path) -> None:
    write(tmp_path / "a")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask
    (tmp_path / "a").chmod(0o600)
    write(tmp_path / "a", b"newer")
    assert (tmp_path / "a").read_bytes() == b"newer"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, fault: BaseException) -> None:
    (tmp_path / "a").write_bytes(b"precious")

    def fail(stream: IO[bytes]) -> None:
        stream.write(b"half of it")
        stream.flush()
        raise fault

    with pytest.raises((DataError, KeyboardInterrupt, MemoryError)):
        write_named(tmp_path / "a", fail)
    assert (tmp_path / "a").read_bytes() == b"precious"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("name", ["", ".", "/", "folder", "a/..", "folder/"])
def test_an_empty_name_and_a_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="the name is empty or a folder's; choose"):
        write(Path(name))
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "folder"]


def test_a_link_of_the_user_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a").write_bytes(b"old")
    (tmp_path / "link").symlink_to("far/a")
    (tmp_path / "to-be").symlink_to("far/b")
    write(tmp_path / "link")
    write(tmp_path / "to-be")
    assert (tmp_path / "far" / "a").read_bytes() == (tmp_path / "far" / "b").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink() and (tmp_path / "to-be").is_symlink()
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(DataError, match="cannot be written"):
        write(tmp_path / "round")


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    heard: list[bytes] = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write(tmp_path / "pipe", b"through")
    reader.join()
    assert heard == [b"through"]
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode)


def test_devices_and_standard_output_stay_what_they_are(tmp_path: Path) -> None:
    write(Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").lstat().st_mode)
    code = "from pathlib import Path; from invarieq.files import write_named; write_named(Path('/dev/stdout'), lambda s: s.write(b'x'))"
    before = Path("/dev/stdout").readlink()
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"x"
    with (tmp_path / "out").open("wb") as out:
        subprocess.run([sys.executable, "-c", f"print('a', flush=True); {code}; print('b')"], stdout=out, check=True)
    assert (tmp_path / "out").read_bytes() == b"a\nxb\n"
    assert Path("/dev/stdout").readlink() == before
    with pytest.raises(DataError, match="No space left on device"):
        write(Path("/dev/full"))


def test_in_a_strangers_folder_no_link_and_no_device_is_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / "link").symlink_to("victim")
    (tmp_path / "dangling").symlink_to("made")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "dangling", "pipe"):
        with pytest.raises(OSError):
            replace_file(tmp_path / name, lambda stream: stream.write(b"new"), plain=True)
        with pytest.raises(OSError):
            open_plain(tmp_path / name)
        with pytest.raises(OSError):
            open_to_change(tmp_path / name)
    os.link(tmp_path / "victim", tmp_path / "second")
    with pytest.raises(OSError, match="2 names"):
        open_to_change(tmp_path / "second")
    assert (tmp_path / "victim").read_bytes() == b"precious"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dangling", "link", "pipe", "second", "victim"]


def test_a_kill_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"precious")
    code = (
        "import os, sys, signal; from pathlib import Path; from invarieq.files import write_named\n"
        "def save(stream):\n    stream.write(b'x' * 9**7); stream.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_named(Path(sys.argv[1]), save)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "a").read_bytes() == b"precious"
