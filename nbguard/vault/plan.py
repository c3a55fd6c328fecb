"""Decides what is to be stored and under which path: each value once, however many places it stands in."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.origins import name_of_repository
from nbguard.vault.given_name import given_name, name_of_owner
from nbguard.vault.pieces import find_pieces
from nbguard.vault.references import DEFAULT_MOUNT, Reference, is_marked, parse_reference
from nbguard.vault.style import STYLES, Lookup, databricks_names, variable_for, variable_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Rule
    from nbguard.documents.fields import Document

DEFAULT_PATH = "{prefix}/{provider}/{repo}"
_CALLED = re.compile(r"(?:secret\(|vault get)\s*[\"']\Z")
_NOT_IN_PATH = re.compile(r"[^A-Za-z0-9_.-]+")


class TakenError(UsageError):
    """The name that a person chose holds another value."""


class VaultSettings(NamedTuple):
    """Where values go and what takes their place; ``path`` is a template over prefix, provider, repo and rule.

    ``names`` are references that a person chose, by the rule they are for; empty: for the one credential there is.
    ``existing`` are such of secrets that are in Vault already: they are looked up, and nothing is stored. One that
    holds another value is refused, unless ``other`` says that this is known.
    """

    mount: str = DEFAULT_MOUNT
    prefix: str = "quantum"
    path: str = DEFAULT_PATH
    style: str = "nbguard"
    update: bool = False
    repository: str = "notebooks"
    names: tuple[tuple[str, Reference], ...] = ()
    existing: tuple[tuple[str, Reference], ...] = ()
    other: bool = False


class FileToMove(NamedTuple):
    """A document with the findings in it that are to be moved. ``file`` is its path on disk."""

    file: str
    document: Document
    findings: tuple[Finding, ...]


class PlannedCredential(NamedTuple):
    """A value to be stored: the finding that tells about it best, its path, the key it should have there, and the
    environment variable that stands for it. ``chosen``: a person said so, and no other key will do. ``name`` is what
    code calls it: the key where the one it should have is taken. ``existing``: it is in Vault, and isn't stored.
    """

    value: str
    finding: Finding
    path: str
    key: str
    variable: str
    chosen: bool = False
    name: str = ""
    existing: bool = False

    def __repr__(self) -> str:
        """Shows no value."""
        return f"PlannedCredential({self.finding.rule}, {self.path}#{self.key})"


def read_settings(table: Mapping[str, object], root: str, **given: object) -> VaultSettings:
    """The settings of ``[tool.nbguard.vault]``, with what the command line ``given`` in their place.

    Raises UsageError for a template or a mount that gives no valid reference.
    """
    chosen = {"repository": _name_in_paths(root)} | dict(table) | {k: v for k, v in given.items() if v is not None}
    settings = VaultSettings(**chosen)  # type: ignore[arg-type]
    if settings.style not in STYLES:
        raise UsageError(f"style must be one of {', '.join(STYLES)}")
    settings = settings._replace(mount=settings.mount.strip("/"), prefix=settings.prefix.strip("/"))
    parse_path(settings, "provider", "rule")
    return settings


def _name_in_paths(root: str) -> str:
    return _NOT_IN_PATH.sub("-", name_of_repository(root)).strip("-.") or "notebooks"


def parse_path(settings: VaultSettings, provider: str, rule: str) -> str:
    """The path for one provider's credentials. Raises UsageError where template and settings make no valid one."""
    names = {"prefix": settings.prefix, "provider": provider, "repo": settings.repository, "rule": rule}
    try:
        path = settings.path.format(**names)
    except (KeyError, ValueError, IndexError, AttributeError):
        raise UsageError(f"the path template may hold {{{'}, {'.join(names)}}}, and nothing else in braces") from None
    path = re.sub("/{2,}", "/", path).strip("/")
    try:
        parse_reference(f"{settings.mount}:{path}#key")
    except UsageError:
        raise UsageError(f"the mount and path {settings.mount}:{path} are no valid path in Vault") from None
    return path


def collect(found: Iterable[FileToMove], settings: VaultSettings) -> list[PlannedCredential]:
    """The credentials among the findings, each value once, in the order of their first place. Pieces are left out."""
    best: dict[str, Finding] = {}
    found = list(found)
    pieces = find_pieces((item.document, item.findings) for item in found)
    for item in found:
        for finding in item.findings:
            value = finding.value
            if finding.kind != "credential" or not value or value in pieces or is_reference(finding):
                continue
            if value not in best or finding.rank > best[value].rank:
                best[value] = finding
    return _named([_credential(value, finding, settings) for value, finding in best.items()], settings)


def _named(credentials: list[PlannedCredential], settings: VaultSettings) -> list[PlannedCredential]:
    """The credentials under the names that a person chose. Raises UsageError where a name fits none, or several rules'.

    Several of one rule get a key each, which begins with the chosen one.
    """
    given = [("--as", *name) for name in settings.names] + [("--existing", *name) for name in settings.existing]
    for option, rule, reference in given:
        fitting = [number for number, found in enumerate(credentials) if rule in ("", found.finding.rule)]
        several = option == "--as" and len({credentials[number].finding.rule for number in fitting}) == 1
        if len(fitting) != 1 and not several:
            there = ", ".join(dict.fromkeys(credential.finding.rule for credential in credentials))
            what = f"of the rule {rule}" if rule else "here"
            raise UsageError(
                f"{option} names one credential, and {len(fitting)} are {what}: name fewer files, or the rule"
                f" as in {option} {there.split(', ')[0] or 'RULE'}=PATH#KEY (there are: {there or 'none'})"
            )
        keys = _keys(reference.key, [credentials[number].finding for number in fitting])
        for number, key in zip(fitting, keys, strict=True):
            credentials[number] = credentials[number]._replace(
                path=reference.path, key=key, chosen=True, existing=option == "--existing"
            )
    _refuse_meeting(credentials)
    return credentials


def _refuse_meeting(credentials: list[PlannedCredential]) -> None:
    """Raises UsageError where two values would be stored under one chosen key."""
    stored = [(found.path, found.key) for found in credentials if found.chosen and not found.existing]
    if twice := next((place for place in stored if stored.count(place) > 1), None):
        raise UsageError(f"{'#'.join(twice)} can hold one value, and several would go there: choose other names")


def _keys(key: str, findings: list[Finding]) -> list[str]:
    """A key for each: by what code calls them where that tells all of them apart, else by number."""
    if len(findings) == 1:
        return [key]
    names = [name_of_owner(finding) or given_name(finding) for finding in findings]
    if all(names) and len(set(names)) == len(names):
        return [f"{key}_{name}" for name in names]
    return [key, *(f"{key}_{number}" for number in range(2, len(findings) + 1))]


def read_name(text: str, mount: str) -> tuple[str, Reference]:
    """The rule (empty: any) and the reference of ``[RULE=]PATH#KEY``. Raises UsageError."""
    rule, equals, name = text.rpartition("=") if re.match(r"[a-z0-9-]+=", text) else ("", "", text)
    if re.match(r"[^/:#]+/data/", name):
        raise UsageError("a reference has no `data/` in it, and the mount stands before a colon: write PATH#KEY alone")
    reference = parse_reference(name)
    if reference.version is not None:
        raise UsageError("a new value has no version yet: leave @… out")
    if ":" in name.partition("#")[0] and reference.mount != mount:
        raise UsageError(f"one run has one mount, {mount}, and this is under {reference.mount}: see --mount")
    return rule if equals else "", reference


def is_reference(finding: Finding) -> bool:
    """Whether what was found is a reference already: marked, or what ``secret(…)`` is called with."""
    head = finding.field.text[max(0, finding.start - 40) : finding.start]
    return is_marked(finding.value) or ("#" in finding.value and _CALLED.search(head) is not None)


def choose_keys(existing: Mapping[str, object], wanted: Sequence[PlannedCredential], update: bool) -> dict[str, str]:
    """The key for each value at one path. A key that holds another value is never taken, unless ``update`` says so.

    A value that is stored already keeps its key, so a second run finds what the first one wrote.
    """
    keys = _kept_keys(existing, wanted)
    taken = set(keys.values())
    tried: dict[str, int] = {}
    for credential in wanted:
        if credential.value in keys:
            continue
        if credential.chosen and not update and (credential.key in existing or credential.key in taken):
            raise TakenError(f"{credential.path}#{credential.key} holds another value: say --update, or another name")
        key = credential.key
        if (key in taken or (key in existing and not update)) and credential.name:
            key = credential.name
        # What was taken stays taken: the search goes on where the last one for this name ended.
        base, number = key, tried.get(key, 1)
        key = base if number == 1 else f"{base}_{number}"
        while key in taken or (key in existing and not (update and number == 1)):
            number += 1
            key = f"{base}_{number}"
        tried[base] = number
        keys[credential.value] = key
        taken.add(key)
    return keys


def _kept_keys(existing: Mapping[str, object], wanted: Sequence[PlannedCredential]) -> dict[str, str]:
    """The keys of values that are there already, and of secrets that were chosen because they are."""
    keys: dict[str, str] = {}
    for credential in wanted:
        known = [key for key, value in existing.items() if value == credential.value]
        if credential.existing or credential.key in known:
            keys[credential.value] = credential.key
        elif known and not credential.chosen:
            keys[credential.value] = min(known)
    return keys


def make_lookups(
    group: Sequence[PlannedCredential], keys: Mapping[str, str], mount: str, engine: int
) -> dict[str, Lookup]:
    """The lookup of each value at one path, by the key it has there; ``engine`` is the KV engine's version."""
    lookups = {}
    for credential in group:
        key = keys[credential.value]
        variable = credential.variable
        if key != credential.key and not credential.chosen:
            # Two values of one kind need two variables, too.
            stem, _, number = key.rpartition("_")
            variable = f"{variable}_{number}" if stem == credential.key else _variable_of(key, credential, mount)
        lookups[credential.value] = Lookup(Reference(mount, credential.path, key), variable, engine)
    return lookups


def _variable_of(key: str, credential: PlannedCredential, mount: str) -> str:
    """The variable for a value that is stored under the name it has in code: not the one of the provider's own key."""
    name = variable_for(key)
    if re.sub(r"_\d+$", "", name) != credential.variable:
        return name
    return variable_name(Reference(mount, credential.path, key))


@cache
def _rules() -> dict[str, Rule]:
    from nbguard.detect.providers.provider_rules import load_catalogue

    return {rule.id: rule for provider in load_catalogue().providers for rule in provider.rules}


def _credential(value: str, finding: Finding, settings: VaultSettings) -> PlannedCredential:
    rule = _rules().get(finding.rule)
    provider = _NOT_IN_PATH.sub("-", finding.provider or "other")
    path = parse_path(settings, provider, _NOT_IN_PATH.sub("-", finding.rule))
    name = given_name(finding)
    key = rule.vault_key if rule else name or _NOT_IN_PATH.sub("_", finding.rule).replace("-", "_")
    key = _NOT_IN_PATH.sub("_", key) or "value"
    if rule and rule.env:
        variable = rule.env[0]
    else:
        variable = variable_for(key) if key == name else variable_name(Reference(settings.mount, path, key))
    return PlannedCredential(value, finding, path, key, variable, name=name or name_of_owner(finding))


def variables_of(reference: Reference) -> set[str]:
    """The environment variables by which code may read what is stored under a reference, in style ``env``.

    By the catalogue, by the path, or by the name that code gave it; each with the number that keeps two apart.
    """
    base = re.sub(r"_\d+$", "", reference.key)
    names = {variable_for(key) for key in (reference.key, base)}
    names |= {variable_name(reference._replace(key=key)) for key in (reference.key, base)}
    names |= {rule.env[0] for rule in _rules().values() if rule.env and rule.vault_key in (reference.key, base)}
    number = reference.key[len(base) :]
    return names | {f"{name}{number}" for name in names} | {"/".join(databricks_names(reference))}
