"""Verifies the steps of an incident on this machine: where the value still is, by kind of place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.audit.leftover_places import find_home_files, find_stores, walk
from nbguard.audit.register import make_register
from nbguard.audit.repository_reading import read_repository
from nbguard.policy.fingerprint import find_salt, fingerprint
from nbguard.vault.copies import find_copies

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from nbguard.audit.incident import Incident
    from nbguard.audit.register import Credential, Place, Register
    from nbguard.policy.config import Config
    from nbguard.vault.client import Vault

_CHECKPOINTS = ".ipynb_checkpoints"


class Seen(NamedTuple):
    """What is on this machine: the register of everything, and the values, which leave the process in no form."""

    register: Register
    values: frozenset[str]

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Seen({len(self.values)} values)"

    def find(self, marks: Collection[str]) -> Credential | None:
        """The credential with one of these fingerprints."""
        return next((c for c in self.register.credentials if {c.fingerprint, *c.also} & set(marks)), None)


def look_around(config: Config, today: date, jobs: int = 1) -> Seen:
    """Reads a repository, with what git ignores and what the policy excludes."""
    from nbguard.audit.decommission import scope_of

    open_config = scope_of(config.root, config, "").config
    reading = read_repository(open_config, jobs, list(walk(config.root)))
    return Seen(make_register([reading], open_config, today), reading.values)


def check_steps(incident: Incident, seen: Seen, config: Config, home: str, vault: Vault | None) -> dict[str, list[str]]:
    """What each check found: places where the value, or what may hold it, still is. Raises VaultError."""
    entry = seen.find(incident.marks)
    now: Sequence[Place] = (entry.now or ()) if entry is not None else ()
    stores = list(find_stores(config.root, lambda _: True))
    copies = list(_copies(incident, seen, config))
    found = {
        "files": [_place(place) for place in now if not _is_output(place) and _CHECKPOINTS not in place.path],
        "outputs": [_place(place) for place in now if _is_output(place) and _CHECKPOINTS not in place.path],
        "branches": list(entry.refs) if entry is not None else [],
        "history": [f"{stay.path} since {stay.first_commit[:12]}" for stay in entry.history] if entry else [],
        "checkpoints": sorted({place.path for place in now if _CHECKPOINTS in place.path}),
        "collaboration": [item.place for item in stores if item.kind in ("collaboration", "marimo")],
        "caches": [],
        "dotfiles": [item.place for item in find_home_files(home, {incident.provider or ""})],
    }
    for path, what, command in copies:
        kind = (
            "outputs" if what.startswith("outputs") else "caches" if path.startswith(".git") or "staged" in what else ""
        )
        if kind:
            found[kind].append(f"{path}: {what}; {command}")
    if vault is not None:
        from nbguard.audit.vault_versions import find_stored

        rules = {incident.rule, *(entry.rule for entry in seen.register.credentials)}
        stored = find_stored(vault, config, rules)
        found["vault"] = sorted({kept.reference for mark in incident.marks for kept in stored.get(mark, ())})
    return found


def _copies(incident: Incident, seen: Seen, config: Config) -> Iterator[tuple[str, str, str]]:
    salt = find_salt(config).key
    rules = {incident.rule, *(entry.rule for entry in seen.register.credentials)}
    values = {value for value in seen.values if any(fingerprint(rule, value, salt) in incident.marks for rule in rules)}
    yield from find_copies(values, config.root, (), config.max_file_size)


def _is_output(place: Place) -> bool:
    return place.where in ("output", "traceback", "widget")


def _place(place: Place) -> str:
    return f"{place.path}:{place.file_line}"


def incident_path(config: Config, mark: str) -> str:
    """Where an incident is kept: inside of git's folder, or beside the files where there is none."""
    from nbguard.vault.journal import journal_path

    folder = os.path.dirname(journal_path(config.root))
    return os.path.join(folder, "incidents", f"{mark}.json")
