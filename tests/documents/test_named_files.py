"""What a repository names is a regular file inside it, or an error; nothing waits, and nothing half-written stays."""

import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.documents.named_files import read_given, read_inside, write_given, write_inside
from nbguard.errors import UnreadableError

LIMIT = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository's folder, with a file beside it that isn't its own."""
    (tmp_path / "outside").write_bytes(b"theirs")
    (tmp_path / "r" / "deep").mkdir(parents=True)
    (tmp_path / "r" / "a").write_bytes(b"ours")
    return tmp_path / "r"


def test_a_file_is_read_whole(folder: Path) -> None:
    (folder / "deep" / "b").write_bytes(b"x" * LIMIT)
    assert read_inside(str(folder), "a", LIMIT) == b"ours"
    assert read_inside(str(folder), "deep/b", LIMIT) == b"x" * LIMIT
    assert read_inside(str(folder), "gone", LIMIT) is None
    assert read_inside(str(folder), "a/b", LIMIT) is None


def test_links_count_as_long_as_they_stay_inside(folder: Path) -> None:
    (folder / "link").symlink_to("a")
    (folder / "deep" / "up").symlink_to("../a")
    assert read_inside(str(folder), "link", LIMIT) == b"ours"
    assert read_inside(str(folder), "deep/up", LIMIT) == b"ours"
    (folder.parent / "other_name").symlink_to(folder)
    assert read_inside(str(folder.parent / "other_name"), "a", LIMIT) == b"ours"


def lay(folder: Path, kind: str) -> str:
    """Puts something hostile into a repository and returns the name it goes by."""
    if kind == "a name that goes up":
        return "../outside"
    if kind == "an absolute name":
        return str(folder.parent / "outside")
    if kind == "a pipe":
        os.mkfifo(folder / "x")
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.relpath(folder / "x"))
    elif kind == "a folder":
        (folder / "x").mkdir()
    elif kind == "too much":
        (folder / "x").write_bytes(b"x" * (LIMIT + 1))
    elif kind == "a link to itself":
        (folder / "x").symlink_to("x")
    elif kind == "a link among the folders":
        (folder / "up").symlink_to("..")
        return "up/outside"
    else:
        (folder / "x").symlink_to(
            {"a link out": "../outside", "a device": "/dev/zero", "nothing outside": "../no"}[kind]
        )
    return "x"


KINDS = (
    "a name that goes up", "an absolute name", "a pipe", "a socket", "a folder", "too much", "a link out", "a device",
    "nothing outside", "a link among the folders", "a link to itself",
)  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders there")
@pytest.mark.parametrize("kind", KINDS)
def test_anything_else_is_an_error_at_once(folder: Path, kind: str) -> None:
    name = lay(folder, kind)
    signal.alarm(20)  # a read that waits must not hang the tests
    with pytest.raises(UnreadableError):
        read_inside(str(folder), name, LIMIT)
    signal.alarm(0)


def test_what_a_person_names_may_lie_anywhere_but_not_be_endless(folder: Path) -> None:
    assert read_given(str(folder.parent / "outside"), LIMIT) == b"theirs"
    assert read_given(str(folder / "gone"), LIMIT) is None
    reader, writer = os.pipe()
    os.write(writer, b"through a pipe")
    os.close(writer)
    assert read_given(f"/dev/fd/{reader}", LIMIT) == b"through a pipe"
    os.close(reader)
    with pytest.raises(UnreadableError, match="too large"):
        read_given("/dev/zero", LIMIT)


def test_a_file_is_written_whole_and_keeps_its_mode(folder: Path) -> None:
    (folder / "a").chmod(0o640)
    write_inside(str(folder), "a", b"new")
    write_inside(str(folder), "deep/c", b"made")
    assert ((folder / "a").read_bytes(), (folder / "deep/c").read_bytes()) == (b"new", b"made")
    assert (folder / "a").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(folder)) == ["a", "deep"]


@pytest.mark.parametrize("kind", ["a name that goes up", "an absolute name", "a link out", "a link among the folders"])
def test_nothing_is_written_outside(folder: Path, kind: str) -> None:
    name = lay(folder, kind)
    with pytest.raises(UnreadableError, match="out of the repository"):
        write_inside(str(folder), name, b"new")
    assert (folder.parent / "outside").read_bytes() == b"theirs"


def test_a_full_disk_leaves_no_file_behind(folder: Path) -> None:
    """As the bound on the size of files fails a write in the middle, so does a disk that is full."""
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))\n"
        "from nbguard.documents.named_files import write_inside\n"
        "write_inside(sys.argv[1], 'a', b'x' * 100_000)"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(folder)], capture_output=True, text=True, check=False
    )
    assert "UnreadableError: file too large; nothing was written" in done.stderr
    assert sorted(os.listdir(folder)) == ["a", "deep"]
    assert (folder / "a").read_bytes() == b"ours"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 4096


def test_what_a_person_names_and_is_no_file_stays_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(UnreadableError):
            write_given(str(path), b"x")
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "pipe").unlink()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_given(str(tmp_path / "link"), b"x")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "file").read_bytes()) == (True, b"x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]
