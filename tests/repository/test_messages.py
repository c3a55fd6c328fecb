"""The messages of commits, as git prints them."""

import subprocess
from pathlib import Path

import pytest

from nbguard.repository.history import select_everything
from nbguard.repository.messages import _read_log, read_messages
from tests.growth import assert_linear


def log_of(*texts: bytes) -> bytes:
    """What ``rev-list`` prints for commits with these messages."""
    return b"".join(b"commit %040x\n\0%040x\0%s\n" % (number, number, text) for number, text in enumerate(texts))


def test_messages_are_the_same_however_they_come_in():
    texts = (b"one", b"two\n\ncommit 1\n", b"x" * 100, b"")
    raw = log_of(*texts)
    for size in (1, 2, 7, 40, 64, 1000):
        chunks = (raw[at : at + size] for at in range(0, len(raw), size))
        assert [(m.id, m.text.rstrip(b"\n")) for m in _read_log(chunks)] == [
            (f"{number:040x}", text.rstrip(b"\n")) for number, text in enumerate(texts)
        ]


def test_a_tag_with_more_lines_than_git_writes_is_read_as_git_does(tmp_path: Path):
    def git(*arguments: str, stdin: bytes = b"") -> str:
        done = subprocess.run(["git", *arguments], cwd=tmp_path, input=stdin, check=True, capture_output=True)
        return done.stdout.decode().strip()

    git("init", "-q")
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "first")
    commit = git("rev-parse", "HEAD")
    text = f"object {commit}\ntype commit\ntag v1\ntagger a <a@example.org> 0 +0000\n".encode()
    odd = text + b"type tag\nobject caf\xc3\xa9\n\nsaid\n"
    git("update-ref", "refs/tags/v1", git("hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=odd))
    messages = list(read_messages(str(tmp_path), select_everything(str(tmp_path))))
    assert [(message.tag, message.text.strip()) for message in messages] == [("", b"first"), ("v1", b"said")]


@pytest.mark.slow
def test_a_message_of_any_length_takes_linear_time():
    def read(size: int) -> None:
        raw = log_of(b"x" * size)
        messages = list(_read_log(raw[at : at + 4096] for at in range(0, len(raw), 4096)))
        assert len(messages) == 1

    assert_linear(read, 2_000_000, "of a commit's message")
