"""Verifies the steps of an incident on this machine: where the value still is, by kind of place."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from nbguard.audit.leftover_places import find_home_files, find_stores, not_listed, walk
from nbguard.audit.register import make_register
from nbguard.audit.repository_reading import read_repository
from nbguard.policy.fingerprint import find_salt, fingerprint
from nbguard.vault.copies import find_copies

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from nbguard.audit.incident_steps import Incident
    from nbguard.audit.register import Credential, PlaceNow, Register
    from nbguard.policy.policy_settings import Config
    from nbguard.vault.client import Vault

_CHECKPOINTS = ".ipynb_checkpoints"


class Surroundings(NamedTuple):
    """What is on this machine: the register of everything, and the values, which leave the process in no form."""

    register: Register
    values: frozenset[str]

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Surroundings({len(self.values)} values)"

    def find(self, marks: Collection[str]) -> Credential | None:
        """The credential with one of these fingerprints."""
        return next((c for c in self.register.credentials if {c.fingerprint, *c.also} & set(marks)), None)


def look_around(config: Config, today: date, jobs: int = 1) -> Surroundings:
    """Reads a repository, with what git ignores and what the policy excludes."""
    from nbguard.audit.leftover_search import scope_of

    open_config = scope_of(config.root, config, "").config
    closed: list[OSError] = []
    reading = read_repository(open_config, jobs, list(walk(config.root, closed.append)))
    register = make_register([reading], open_config, today)
    skipped = (*register.skipped, *(not_listed(error, config.root) for error in closed))
    return Surroundings(structs.replace(register, skipped=skipped), reading.values)


def check_steps(
    incident: Incident, seen: Surroundings, config: Config, home: str, vault: Vault | None
) -> dict[str, list[str]]:
    """What each check found: places where the value, or what may hold it, still is. Raises VaultError."""
    entry = seen.find(incident.marks)
    stores = find_stores(config.root, lambda _: True)
    found = {
        **_in_files(entry),
        "branches": list(entry.refs) if entry is not None else [],
        "history": [f"{stay.path} since {stay.first_commit[:12]}" for stay in entry.history] if entry else [],
        "collaboration": [item.place for item in stores if item.kind in ("collaboration", "marimo")],
        "caches": [],
        "dotfiles": [item.place for item in find_home_files(home, {incident.provider or ""})],
    }
    for path, what, command in _copies(incident, seen, config):
        if kind := _kind_of(path, what):
            found[kind].append(f"{path}: {what}; {command}")
    if vault is not None:
        found["vault"] = _in_vault(incident, seen, config, vault)
    return found


def _in_files(entry: Credential | None) -> dict[str, list[str]]:
    """The places on disk, by kind of place."""
    now: Sequence[PlaceNow] = (entry.now or ()) if entry is not None else ()
    kept = [place for place in now if _CHECKPOINTS in place.path]
    rest = [place for place in now if _CHECKPOINTS not in place.path]
    return {
        "files": [_place(place) for place in rest if not _is_output(place)],
        "outputs": [_place(place) for place in rest if _is_output(place)],
        "checkpoints": sorted({place.path for place in kept}),
    }


def _kind_of(path: str, what: str) -> str:
    """Which check a copy belongs to; empty where the files' own has it."""
    if what.startswith("outputs"):
        return "outputs"
    return "caches" if path.startswith(".git") or "staged" in what else ""


def _in_vault(incident: Incident, seen: Surroundings, config: Config, vault: Vault) -> list[str]:
    from nbguard.audit.vault_versions import find_stored

    rules = {incident.rule, *(entry.rule for entry in seen.register.credentials)}
    stored = find_stored(vault, config, rules)
    return sorted({kept.reference for mark in incident.marks for kept in stored.get(mark, ())})


def _copies(incident: Incident, seen: Surroundings, config: Config) -> Iterator[tuple[str, str, str]]:
    salt = find_salt(config).key
    rules = {incident.rule, *(entry.rule for entry in seen.register.credentials)}
    values = {value for value in seen.values if any(fingerprint(rule, value, salt) in incident.marks for rule in rules)}
    yield from find_copies(values, config.root, (), config.max_file_size)


def _is_output(place: PlaceNow) -> bool:
    return place.where in ("output", "traceback", "widget")


def _place(place: PlaceNow) -> str:
    return f"{place.path}:{place.file_line}"


def incident_path(config: Config, mark: str) -> str:
    """Where an incident is kept: inside of git's folder, or beside the files where there is none."""
    from nbguard.vault.journal import journal_path

    folder = os.path.dirname(journal_path(config.root))
    return os.path.join(folder, "incidents", f"{mark}.json")
