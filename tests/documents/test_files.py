"""Protects files: a write is whole or not at all, and never over something that isn't what was read."""

import os
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import time

import pytest

from nbguard.documents.files import read_file, write_file
from nbguard.errors import FileChangedError, UnreadableError


def test_content_is_replaced_and_mode_kept(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_file(str(path), b"new", b"old")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_a_symbolic_link_stays_one_and_its_target_changes(tmp_path):
    target = tmp_path / "real.ipynb"
    target.write_bytes(b"old")
    link = tmp_path / "link.ipynb"
    link.symlink_to(target)
    write_file(str(link), b"new", b"old")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"edited by somebody")
    with pytest.raises(FileChangedError, match="changed on disk"):
        write_file(str(path), b"new", b"old")
    assert path.read_bytes() == b"edited by somebody"


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """The limit on file size stands in for a full disk: the write fails half-way, with the real system call."""
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"old")
    script = (
        "import resource, signal, sys; from nbguard.documents.files import write_file\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_file(sys.argv[1], b'x' * 100000, b'old')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("UnreadableError")
    assert "nothing was written" in done.stdout
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_killed_at_any_moment_the_file_is_the_old_one_or_the_new_one(tmp_path):
    path = tmp_path / "a.ipynb"
    old, new = b"o" * 300_000, b"n" * 300_000
    path.write_bytes(old)
    script = (
        "import sys; from nbguard.documents.files import write_file\n"
        "old, new = b'o' * 300000, b'n' * 300000\n"
        "while True: write_file(sys.argv[1], new, old); old, new = new, old\n"
    )
    for attempt in range(12):
        path.write_bytes(old)
        child = subprocess.Popen([sys.executable, "-c", script, str(path)])
        time.sleep(0.1 + attempt * 0.011)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert path.read_bytes() in (old, new)


def test_a_read_only_file_is_left_alone():
    """Done as another user where the suite runs as root, who may write to anything."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        path = os.path.join(folder, "a.ipynb")
        with open(path, "wb") as file:
            file.write(b"old")
        os.chmod(path, 0o444)
        child = os.fork()
        if child == 0:  # no test framework in here: only the exit status gets out
            status = 1
            try:
                if os.geteuid() == 0:
                    os.setuid(65534)
                write_file(path, b"new", b"old")
            except UnreadableError as error:
                status = 0 if "read-only" in str(error) else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with open(path, "rb") as file:
            assert file.read() == b"old"


def test_what_cannot_be_read_says_why(tmp_path):
    big = tmp_path / "big"
    big.write_bytes(b"x" * 2_000_001)
    for path, reason in ((tmp_path / "missing", "no such file"), (tmp_path, "directory"), (big, "too large: 2 MB")):
        with pytest.raises(UnreadableError, match=reason):
            read_file(str(path), limit=2_000_000)


def test_a_device_or_pipe_is_no_file(tmp_path):
    """Reading a pipe that nobody writes to would wait for ever."""
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_file("/dev/null", limit=10)
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(UnreadableError, match="not a regular file"):
        read_file(str(tmp_path / "pipe.ipynb"), limit=10)


# An access list as the kernel stores it: the owner, user 1000 (read), the group, the mask, others.
# https://man7.org/linux/man-pages/man5/acl.5.html
ENTRIES = [(0x01, 6, -1), (0x02, 4, 1000), (0x04, 4, -1), (0x10, 4, -1), (0x20, 0, -1)]
ACCESS = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in ENTRIES)


def has_access_lists():
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.setxattr(folder, "user.tag", b"kept")
            os.setxattr(folder, "system.posix_acl_default", ACCESS)
        except (AttributeError, OSError):
            return False
    return True


@pytest.mark.skipif(not has_access_lists(), reason="this file system has none")
def test_attributes_and_access_lists_are_kept_and_none_come_from_the_folder(tmp_path):
    file, plain = tmp_path / "a", tmp_path / "b"
    file.write_bytes(b"old")
    plain.write_bytes(b"old")
    file.chmod(0o640)
    os.setxattr(file, "user.tag", b"kept")
    os.setxattr(file, "system.posix_acl_access", ACCESS)
    # What is made in the folder from now on gets this list.
    os.setxattr(tmp_path, "system.posix_acl_default", ACCESS)
    for path in (file, plain):
        before = {name: os.getxattr(path, name) for name in os.listxattr(path)}
        mode = path.stat().st_mode
        write_file(str(path), b"new", b"old")
        assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == before
        assert path.stat().st_mode == mode
    assert os.getxattr(file, "user.tag") == b"kept"
