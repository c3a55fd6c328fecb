"""Names beside the contents of a repository: of authors and committers, refs and files, and what links lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.file_kinds import FILE, PERSON, REF, TARGET
from nbguard.lazy_regex import lazy_regex
from nbguard.repository.changes import LINK, read_changes
from nbguard.repository.git import start_git
from nbguard.repository.messages import Message
from nbguard.repository.objects import read_contents
from nbguard.repository.stream import read_chunks, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbguard.repository.history import Selection
    from nbguard.repository.stream import Readable

# No system follows a longer link; and so many links are read at once.
_LONGEST_TARGET, _TOGETHER = 10_000, 1_000
_ID = lazy_regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def read_names(
    folder: str, selection: Selection, changes: Readable, is_covered: Callable[[str], bool]
) -> Iterator[Message]:
    """The names of the selected commits, each once, with the commit that first has it. Raises GitError.

    Refs count that point at what is selected. ``changes`` is what git printed of the commits' changes, ``is_covered``
    says whether a path is one that the policy looks at.
    """
    seen: set[int] = set()
    every = (_people(folder, selection), _refs(folder, selection), _paths(folder, changes, is_covered))
    for names in every:
        for name in names:
            # Numbers take a third of the memory of the texts; hash() is keyed anew in each process.
            key = hash((name.text, name.place))
            if key not in seen:
                seen.add(key)
                yield name


def _people(folder: str, selection: Selection) -> Iterator[Message]:
    """Names, and addresses up to their ``@``: the rest says where they have their mail."""
    if not selection.include:
        return
    chosen = [*selection.include, *(("--not", *selection.exclude) if selection.exclude else ())]
    form = "--format=%x00%H%x00%an%x00%ae%x00%cn%x00%ce%x00"
    with start_git(folder, "rev-list", "--reverse", form, "--encoding=UTF-8", *chosen) as log:
        words: list[bytes] = [b""]
        for chunk in read_chunks(log.output):
            words[-1:] = (words[-1] + chunk).split(b"\0")
            while len(words) > 6:
                _, identity, *people = words[:6]
                del words[:6]
                for text in people:
                    yield Message(identity.decode("ascii"), text.partition(b"@")[0], place=PERSON)
        log.finish()


def _refs(folder: str, selection: Selection) -> Iterator[Message]:
    heads = [one for one in selection.include if _ID.fullmatch(one)]
    if len(heads) != len(selection.include):
        heads = [""]
    for head in heads:
        pointing = (f"--points-at={head}",) if head else ()
        for line in read_lines(folder, "for-each-ref", "--format=%(objectname) %(refname)", *pointing):
            identity, _, name = line.partition(" ")
            yield Message(identity, name.encode("utf-8", "surrogateescape"), place=REF)


def _paths(folder: str, changes: Readable, is_covered: Callable[[str], bool]) -> Iterator[Message]:
    links: dict[str, str] = {}
    for change in read_changes(read_chunks(changes), links=True):
        if not is_covered(change.path):
            continue
        yield Message(change.commit, change.path.encode("utf-8", "surrogateescape"), place=FILE)
        if change.mode == LINK:
            links.setdefault(change.blob, change.commit)
            if len(links) >= _TOGETHER:
                yield from _targets(folder, links)
                links.clear()
    yield from _targets(folder, links)


def _targets(folder: str, links: dict[str, str]) -> Iterator[Message]:
    for blob, raw, problem in read_contents(folder, list(links), _LONGEST_TARGET):
        if not problem:
            yield Message(links[blob], raw, place=TARGET)
