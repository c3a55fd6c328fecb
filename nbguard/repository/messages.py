"""What people wrote when they committed and tagged: the messages of commits and of tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.repository.git import start_git
from nbguard.repository.objects import read_contents
from nbguard.repository.stream import read_chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.repository.history import Selection

# Tags of tags are followed so far.
_DEEPEST = 10


class Message(NamedTuple):
    """A message and the object it belongs to. ``tag`` is the tag's name, empty for a commit's message.

    ``place`` says what else it is that people wrote, such as the name of a file; empty for a message.
    """

    id: str
    text: bytes
    tag: str = ""
    place: str = ""


def read_messages(folder: str, selection: Selection) -> Iterator[Message]:
    """The messages of the selected commits in UTF-8, oldest first, and of the selected tags. Raises GitError."""
    if selection.include:
        chosen = [*selection.include, *(("--not", *selection.exclude) if selection.exclude else ())]
        with start_git(folder, "rev-list", "--reverse", "--format=%x00%H%x00%B", "--encoding=UTF-8", *chosen) as log:
            yield from _read_log(read_chunks(log.output))
            log.finish()
    names = dict(selection.tags)
    for _ in range(_DEEPEST):
        inner = {}
        for identity, raw, problem in read_contents(folder, list(names), 10_000_000):
            head, _, text = raw.partition(b"\n\n")
            # Git goes by the first line of a kind; anybody may have written more of them.
            fields = dict(line.partition(b" ")[::2] for line in reversed(head.split(b"\n")))
            if not problem and b"tag" in fields:
                yield Message(identity, text, names[identity])
                if fields.get(b"type") == b"tag":
                    inner[fields[b"object"].decode("ascii")] = names[identity]
        if not inner:
            return
        names = inner


def _read_log(chunks: Iterator[bytes]) -> Iterator[Message]:
    """Messages as ``rev-list`` prints them: ``commit ID``, a NUL, the id, a NUL, the text; no text holds a NUL."""
    pieces, identity = [b""], b""
    for chunk in chunks:
        if b"\0" not in chunk:
            pieces.append(chunk)  # a long text: joined once
            continue
        *words, rest = b"".join((*pieces, chunk)).split(b"\0")
        pieces = [rest]
        for word in words:
            if identity and word.count(b"\n") and b"commit " in word:
                yield Message(identity.decode("ascii"), word.rpartition(b"commit ")[0])
                identity = b""
            elif not word.startswith(b"commit "):
                identity = word
    if identity:
        yield Message(identity.decode("ascii"), b"".join(pieces))
