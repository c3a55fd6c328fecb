"""The messages of commits, as git prints them."""

import pytest

from nbguard.repository.messages import _read_log
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


@pytest.mark.slow
def test_a_message_of_any_length_takes_linear_time():
    def read(size: int) -> None:
        raw = log_of(b"x" * size)
        messages = list(_read_log(raw[at : at + 4096] for at in range(0, len(raw), 4096)))
        assert len(messages) == 1

    assert_linear(read, 2_000_000, "of a commit's message")
