"""Values that only git's index and its objects hold: staged and not committed, or in objects nothing leads to any more.

No file and no commit shows them, so they are looked for by the detectors themselves. An object that nothing leads to
has lost its name; it is read as each kind of file that it could be.
"""

from __future__ import annotations

import os
import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from nbguard.repository.discovery import is_kept_module
from nbguard.repository.git import run_git_bytes
from nbguard.repository.git_errors import GitError
from nbguard.repository.index import list_staged, read_blobs
from nbguard.repository.objects import read_contents
from nbguard.repository.submodules import kept_modules
from nbguard.scan.blobs import Blob
from nbguard.scan.pipeline import Pipeline
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbguard.policy.policy_settings import Config

_KINDS = frozenset(("credential",))
# What a nameless object is read as, by what it begins with; all but notebooks could be any text.
_AS_JSON, _AS_TEXT = (".ipynb", ".json"), (".py", ".env", ".txt")
_WITH_TEXT = frozenset(("blob", "commit", "tag"))
_NAME = re.compile(r"\.git-object-([0-9a-f]+)\.\w+")


class Hidden(NamedTuple):
    """What was found: the ``values``, the objects in which nothing but their content is left, what wasn't read."""

    values: frozenset[str]
    objects: tuple[str, ...]
    unread: tuple[str, ...]

    def __repr__(self) -> str:
        """Shows no values."""
        return f"Hidden({len(self.values)} values in {len(self.objects)} objects)"


def find_hidden(config: Config) -> Hidden:
    """Looks through what is staged, and every object that no ref, reflog or index leads to, in submodules too."""
    unled, unread = dict[str, list[str]](), list[str]()
    try:
        for folder in (config.root, *kept_modules(config.root)):
            unled[folder] = list(_unled(folder))
    except GitError as error:
        unread.append(f"git's objects: {error}")
    pipeline = Pipeline(config, _KINDS)
    pipeline.run_on(
        chain(_staged(config, unread), _nameless(config, unled, unread)),
        lambda: chain(_staged(config, []), _nameless(config, unled, [])),
    )
    values = {finding.value for _, found in pipeline.found for finding in found}
    holding = {match[1] for document, found in pipeline.found if found and (match := _NAME.search(document.path))}
    return Hidden(frozenset(values), tuple(sorted(holding)), tuple(unread))


def _staged(config: Config, unread: list[str]) -> Iterator[Blob]:
    if work_tree_around(config.root) is None:
        return
    try:
        for file, raw in read_blobs(config.root, list_staged(config.root)):
            yield Blob(os.path.join(config.root, file.path), raw)
    except GitError as error:
        unread.append(f"what is staged: {error}")


def _nameless(config: Config, unled: Mapping[str, Sequence[str]], unread: list[str]) -> Iterator[Blob]:
    contents = chain.from_iterable(
        read_contents(folder, blobs, config.max_file_size) for folder, blobs in unled.items() if blobs
    )
    for content in contents:
        if content.problem:
            unread.append(f"git's object {content.blob[:12]}: {content.problem}")
            continue
        kinds = (*_AS_JSON, *_AS_TEXT) if content.raw.lstrip()[:1] == b"{" else _AS_TEXT
        for kind in kinds:
            path = os.path.join(config.root, f".git-object-{content.blob}{kind}")
            yield Blob(path, content.raw, packed=True)


def _unled(root: str) -> Iterator[str]:
    """The contents and messages that are there, packed or not, and to which nothing leads. Raises GitError."""
    form = "--batch-check=%(objectname) %(objecttype)"
    there = run_git_bytes(root, "cat-file", "--batch-all-objects", "--unordered", form).decode("ascii", "replace")
    named = run_git_bytes(root, "rev-list", "--objects", "--ignore-missing", "--all", "HEAD", "--reflog")
    led_to = {line.partition(" ")[0] for line in named.decode("ascii", "replace").split("\n")}
    # Of the index here only: git counts those of other work trees, too, also of such that were deleted. Nobody else
    # looks into that of a submodule.
    if not is_kept_module(root) and work_tree_around(root) is not None:
        indexed = run_git_bytes(root, "ls-files", "-z", "-s").decode("ascii", "replace").split("\0")
        led_to.update(line.split(" ")[1] for line in indexed if line)
    for line in there.split("\n"):
        identity, _, kind = line.partition(" ")
        if kind in _WITH_TEXT and identity not in led_to:
            yield identity
