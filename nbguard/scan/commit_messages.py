"""Scans the messages of commits and tags, and names that a repository holds, as texts with a name of their own."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from nbguard.documents.file_kinds import REF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbguard.repository.messages import Message
    from nbguard.scan.versions import Versions

# Most messages are short and clean: so many are looked at as one text first.
_TOGETHER = 200
_COMMIT, _TAG = "<commit message>", "<tag message>"


class Messages:
    """Messages or names; what is in them goes to ``versions``.

    ``read`` gives them all, as often as it is called. Of names, only credentials are told: anybody has a name.
    """

    def __init__(self, read: Callable[[], Iterator[Message]], versions: Versions) -> None:
        self._read = read
        self._versions = versions
        self._found: dict[int, tuple[str, str, str]] = {}

    def look_into(self) -> None:
        """Scans all messages. Raises GitError."""
        versions = self._versions
        self._go_through(
            lambda raw: versions.may_hold(raw, _COMMIT), lambda blob, path, raw: versions.look_into(blob, path, raw)
        )

    def find_echoes(self) -> None:
        """Looks for the values that were found anywhere."""
        known = self._versions.echo_search()
        if known is not None:
            self._go_through(known, self._versions.look_for_echoes)

    def place(self) -> None:
        """Says which commits and tags the findings belong to, oldest commit first."""
        for _, (identity, path, place) in sorted(self._found.items()):
            self._versions.place(identity, place, path, "" if path.startswith((_TAG, REF)) else identity)

    def _go_through(self, asked: Callable[[bytes], object], look: Callable[[str, str, bytes], object]) -> None:
        versions, number = self._versions, 0
        messages = self._read()
        while batch := list(islice(messages, _TOGETHER)):
            whole = b"\n\n".join(message.text for message in batch)
            for message in self._of_interest(batch, asked) if asked(whole) else ():
                path = message.place or (f"{_TAG} {message.tag}" if message.tag else _COMMIT)
                place = versions.place_of(path)
                if place is not None:
                    look(message.id, path, message.text)
                    if place in versions.found.get(message.id, ()):
                        self._found[number + batch.index(message)] = (message.id, path, place)
            number += len(batch)

    def _of_interest(self, batch: list[Message], asked: Callable[[bytes], object]) -> Iterator[Message]:
        return (message for message in batch if asked(message.text))
