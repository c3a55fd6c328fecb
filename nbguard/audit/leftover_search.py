"""What is left of a project on this machine: values, references, stores, copies, credential files, paths in Vault.

Nothing that a policy says hides anything here, nor what git ignores: whatever is in the folder is looked at, but git's
own files and virtual environments.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from nbguard.audit.leftover_places import find_home_files, find_stores, is_left_out, not_listed, walk
from nbguard.audit.leftover_repositories import find_repositories
from nbguard.audit.leftovers import KINDS, Leftover
from nbguard.audit.register import NotRead, Reading, make_register
from nbguard.audit.repository_reading import read_modules, read_repository
from nbguard.audit.sdk.sdk_list import read_uses
from nbguard.audit.unled_objects import Hidden, find_hidden
from nbguard.documents.how_many import how_many
from nbguard.policy.covered_paths import name_in_repository
from nbguard.policy.policy_settings import WaiverPolicy
from nbguard.repository.discovery import is_bare, is_in_git
from nbguard.repository.own_texts import own_texts, what_removes
from nbguard.scan.open_files import open_documents
from nbguard.vault.copies import find_copies
from nbguard.vault.plan import read_settings
from nbguard.vault.references import format_reference, parse_reference
from nbguard.vault.usage import find_uses, unused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from nbguard.audit.register import Register
    from nbguard.policy.policy_settings import Config
    from nbguard.vault.client import Vault
    from nbguard.vault.references import Reference

SCHEMA = "nbguard-decommission/1"


class Remains(Struct, frozen=True):
    """All that is left. ``unchecked`` says what nobody looked at: there may be something, too."""

    schema: str
    root: str
    part: str
    made: str
    left: tuple[Leftover, ...]
    unchecked: tuple[str, ...]
    skipped: tuple[NotRead, ...]


class Project(NamedTuple):
    """What is given up: the repository (or folder) at ``config.root``, or the ``part`` of it below a path."""

    config: Config
    part: str
    home: str

    def holds(self, path: str) -> bool:
        """Whether a path, from the root, belongs to it."""
        return not self.part or path == self.part or path.startswith(f"{self.part}/")

    @property
    def in_git(self) -> bool:
        """Whether there is a repository."""
        return is_in_git(self.config.root)

    @property
    def bare(self) -> bool:
        """Whether it is a repository without any files."""
        return is_bare(self.config.root)

    def touches(self, folder: str) -> bool:
        """Whether a folder belongs to it, or holds it."""
        return self.holds(folder) or folder == os.curdir or self.part.startswith(f"{folder}/")


class _InGit(NamedTuple):
    """Git's own ``texts`` by their names, objects and what is staged, and the ``values`` that were found anywhere."""

    texts: frozenset[str]
    hidden: Hidden
    values: frozenset[str]

    def __repr__(self) -> str:
        """Shows no values."""
        return f"_InGit({len(self.values)} values)"


_NOTHING = _InGit(frozenset(), Hidden(frozenset(), (), ()), frozenset())


def scope_of(path: str, config: Config, home: str) -> Project:
    """The scope of a folder or file in a repository, under a configuration that hides nothing."""
    part = name_in_repository(path, config.root)
    open_config = config._replace(
        exclude=(), disable=(), severity={}, zones=(), baseline="", profile="enterprise", waivers=WaiverPolicy()
    )
    whole = os.path.realpath(path) == os.path.realpath(config.root)
    return Project(open_config, "" if whole or part == "." else part.strip("/"), home)


def find_remains(scope: Project, today: date, vault: Vault | None, jobs: int = 1, *, ask_vault: bool = True) -> Remains:
    """Everything that is left. Vault is asked where it is given; without it, and with ``ask_vault``, that is told.

    Raises UsageError, GitError and VaultError.
    """
    root = scope.config.root
    not_entered: list[NotRead] = []
    files = [] if scope.bare else list(walk(root, lambda error: not_entered.append(not_listed(error, root))))
    readings = [read_repository(scope.config, jobs, files)]
    kept = _in_git(scope, readings, jobs) if scope.in_git else _NOTHING
    register = make_register(readings, scope.config, today)
    uses = _references(scope, files)
    left = [
        *_values(scope, register, kept.texts),
        *_copies(scope, kept, register),
        *find_repositories(root, scope.part, scope.holds),
        *(Leftover("references", place, f"uses {reference}", _REFERENCE) for place, reference in uses),
        *find_stores(root, scope.holds, whole=not scope.part),
        *_dotfiles(scope, register, files),
    ]
    unchecked = ["other clones, forks, CI caches and backups: nobody can look there from here"]
    if vault is not None:
        left += _in_vault(scope, vault, {reference for _, reference in uses})
    elif ask_vault:
        unchecked.append("Vault: ask it with --vault, or say with --without-vault that nothing is there")
    if is_left_out(root, scope.part):
        unchecked.append(f"{scope.part}: it lies in a folder of a tool, which isn't looked into")
    skipped = [one for one in register.skipped if one.path.startswith("(") or scope.holds(one.path)]
    skipped += [one for one in not_entered if scope.touches(one.path)]
    unchecked += kept.hidden.unread
    return Remains(SCHEMA, root, scope.part, today.isoformat(), _in_order(left), tuple(unchecked), tuple(skipped))


def _in_git(scope: Project, readings: list[Reading], jobs: int) -> _InGit:
    """What git keeps beside its history. The histories of submodules go to ``readings``."""
    config = scope.config
    if not scope.part:
        readings += read_modules(config, jobs)
    hidden = find_hidden(config)
    values = hidden.values.union(*(reading.values for reading in readings))
    texts = frozenset(name_in_repository(path, config.root) for path in own_texts(config.root))
    return _InGit(texts, hidden, values)


_REFERENCE = "delete the code, or the path in Vault once nothing uses it"


def _in_order(left: Iterable[Leftover]) -> tuple[Leftover, ...]:
    return tuple(sorted(set(left), key=lambda item: (KINDS.index(item.kind), item)))


def _values(scope: Project, register: Register, texts: Collection[str]) -> Iterator[Leftover]:
    """Each credential that stood in the scope, with all its places: copies outside of it are of the same value."""
    for credential in register.credentials:
        now, history = credential.now or (), credential.history
        paths = [*(place.path for place in now), *(stay.path for stay in history)]
        if not any(scope.holds(path.partition("!/")[0]) for path in paths):
            continue
        name = f"{credential.name} {credential.match}"
        for place in now:
            if place.path in texts:
                yield Leftover("copies", place.path, f"{name}, in a text that git keeps", what_removes(place.path))
            else:
                needs = f"revoke it, then take it out: nbguard explain {credential.rule}"
                yield Leftover("values", f"{place.path}:{place.file_line}", name, needs)
        if history:
            at = f"{how_many(len(history), 'path')}, held by {how_many(len(credential.refs), 'ref')} now"
            needs = "revoke it; rewrite the history (git filter-repo), or delete the repository"
            yield Leftover("history", credential.fingerprint, f"{name}: {at}", needs)


def _copies(scope: Project, kept: _InGit, register: Register) -> Iterator[Leftover]:
    """What is staged, what nothing leads to any more, texts of git's own, and stores that hold a value."""
    known = {place.path for entry in register.credentials for place in entry.now or ()}
    for copy in find_copies(kept.values, scope.config.root, (), scope.config.max_file_size):
        staged = copy.what.startswith("what is staged")
        of_git = copy.path.startswith(".git") or copy.path in kept.texts
        if (staged or copy.path not in known) and (scope.holds(copy.path) or of_git):
            yield Leftover("copies", copy.path, copy.what, copy.command)
    if count := len(kept.hidden.objects):
        what = f"{how_many(count, 'object')} with a value, to which nothing leads any more"
        yield Leftover("copies", ".git/objects", what, "git gc --prune=now, or delete the repository")


def _references(scope: Project, files: Sequence[str]) -> list[tuple[str, Reference]]:
    if not files:
        return []
    uses = [
        (f"{use.path}:{use.line}" if use.cell is None else f"{use.path}: cell {use.cell + 1}", use)
        for opened in open_documents(files, scope.config)
        if opened.document is not None and scope.holds(opened.document.path)
        for use in find_uses(opened.document)
    ]
    return sorted({(place, use.reference._replace(version=None)) for place, use in uses})


def _dotfiles(scope: Project, register: Register, files: Sequence[str]) -> Iterator[Leftover]:
    """Credential files in the home directory, of the providers that the project has to do with."""
    providers = {credential.provider for credential in register.credentials if credential.provider}
    if files:
        providers |= {use.package for use in read_uses(files, scope.config).uses if scope.holds(use.path)}
    yield from find_home_files(scope.home, providers)


def _in_vault(scope: Project, vault: Vault, used: Iterable[Reference]) -> Iterator[Leftover]:
    settings = read_settings(scope.config.vault, scope.config.root)
    spare = [] if scope.part else unused((), vault, settings)
    stored = {format_reference(reference) for reference in used if vault.peek(reference.mount, reference.path)}
    for reference in sorted({*spare, *stored}):
        mount, path, *_ = parse_reference(reference)
        needs = f"revoke it, then delete the path: bao kv metadata delete {mount}/{path}"
        yield Leftover("vault", reference, "is stored", needs)
