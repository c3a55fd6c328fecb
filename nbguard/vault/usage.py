"""Which references the files of a repository use, whether they resolve, and what a policy has to allow for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.decode import decode
from nbguard.documents.positions import line_index
from nbguard.errors import NbguardError
from nbguard.vault.plan import VaultSettings, parse_path, variables_of
from nbguard.vault.references import DEFAULT_MOUNT, Reference, find_marked, format_reference, parse_reference
from nbguard.vault.shelves import SHELF
from nbguard.vault.style import read_variables
from nbguard.vault.vault_errors import ForbiddenError, NoSuchPathError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from nbguard.documents.fields import Document, Field
    from nbguard.vault.client import Vault

_CALL = r"""(?:\b(?:\w*secret\w*{})\(\s*|\bnbguard vault get\s+)(["'])(?P<reference>[^"'\s]+#[^"'\s]+)\1"""
_ALIAS = re.compile(rb"from nbguard import secret as (\w+)")
_HVAC = re.compile(
    r"""\.read_secret(?:_version)?\(\s*path=(["'])(?P<path>[^"']+)\1,\s*mount_point=(["'])(?P<mount>[^"']+)\3"""
    r"""[^)]*\)(?:\[["']data["']\]){1,2}\[(["'])(?P<key>[^"']+)\5\]"""
)


class ReferenceUse(NamedTuple):
    """A reference and where it stands."""

    reference: Reference
    path: str
    line: int
    cell: int | None


class ReferenceSpan(NamedTuple):
    """A reference in a field: the characters from ``start`` to ``end`` of its text."""

    field: Field
    start: int
    end: int
    reference: Reference


def find_uses(document: Document) -> list[ReferenceUse]:
    """The references in a document: marked ones, ``secret(…)`` calls, ``nbguard vault get``, and hvac's calls."""
    uses = []
    for field, start, _, reference in find_spots(document):
        line = line_index(field.text).line(start)
        cell = field.part.cell
        uses.append(ReferenceUse(reference, document.path, line, cell.number if cell else None))
    return uses


def find_spots(document: Document, places: Collection[str] = ()) -> list[ReferenceSpan]:
    """The references in a document and where each stands; only in ``places`` (source, output, …), if any are given."""
    spots = []
    aliases = {name.decode("ascii", "replace") for name in _ALIAS.findall(document.raw)}
    call = re.compile(_CALL.format("".join(f"|{re.escape(name)}" for name in sorted(aliases))))
    for part in document.parts:
        if places and part.where not in places:
            continue
        for field in decode(document, part):
            if "#" not in field.text and "hvac" not in field.text:
                continue
            spots += [ReferenceSpan(field, *found) for found in _references_in(field.text, call)]
    return spots


def _references_in(text: str, call: re.Pattern[str]) -> list[tuple[int, int, Reference]]:
    found = list(find_marked(text))
    for match in call.finditer(text):
        try:
            found.append((*match.span("reference"), parse_reference(match["reference"])))
        except NbguardError:
            continue
    for match in _HVAC.finditer(text):
        try:
            # A path with ``..`` or ``?`` in it would lead anywhere in Vault; as a reference it isn't one.
            named = Reference(match["mount"].strip("/"), match["path"].strip("/"), match["key"])
            found.append((*match.span(), parse_reference(format_reference(named))))
        except NbguardError:
            continue
    return sorted(set(found))


def broken(uses: Iterable[ReferenceUse], vault: Vault) -> dict[Reference, str]:
    """The references that don't resolve, with the reason. Raises a VaultError where Vault can't be asked at all."""
    problems: dict[Reference, str] = {}
    for reference in dict.fromkeys(use.reference for use in uses):
        try:
            entry = vault.read(reference.mount, reference.path, reference.version)
        except (NoSuchPathError, ForbiddenError) as error:
            problems[reference] = str(error)
            continue
        if reference.key not in entry.data:
            problems[reference] = f"{reference.mount}/{reference.path} has no key {reference.key!r}"
    return problems


def find_variables(document: Document) -> set[str]:
    """The environment variables that a document's texts read."""
    return {name for part in document.parts for field in decode(document, part) for name in read_variables(field.text)}


def unused(
    uses: Iterable[ReferenceUse], vault: Vault, settings: VaultSettings, variables: Collection[str] = ()
) -> list[str]:
    """The references stored for this repository, by the path template, that no file uses.

    ``variables`` are the environment variables that files read: lookups in style ``env`` name nothing else.
    """
    used = {reference._replace(version=None) for reference in (use.reference for use in uses)}
    pattern = (
        re.escape(parse_path(settings, "provider0", "rule0")).replace("provider0", "[^/]+").replace("rule0", "[^/]+")
    )
    spare: list[str] = []
    for path in vault.paths(settings.mount, settings.prefix):
        if re.fullmatch(pattern + SHELF, path) is None:
            continue
        entry = vault.peek(settings.mount, path)
        stored = [Reference(settings.mount, path, key) for key in sorted(entry.data)] if entry else []
        spare += [
            format_reference(reference)
            for reference in stored
            if reference not in used and not variables_of(reference) & set(variables)
        ]
    return spare


def policy(places: Sequence[tuple[str, str]], kind: str, settings: VaultSettings, engines: dict[str, int]) -> str:
    """The HCL of the least policy for some paths (mount and path each).

    ``kind`` is ``runtime`` (code that runs: read) or ``developers`` (``move``, ``check`` and ``undo``: create,
    update and list, too). ``engines`` has the KV version of each mount.
    """
    lines = [
        f"# nbguard: {'notebooks and jobs that run' if kind == 'runtime' else 'people who move credentials to Vault'}"
    ]
    for mount, path in places:
        data, metadata = (f"{mount}/data", f"{mount}/metadata") if engines.get(mount, 2) == 2 else (mount, "")
        may = '["read"]' if kind == "runtime" else '["create", "read", "update"]'
        lines.append(f'path "{data}/{path}" {{\n  capabilities = {may}\n}}')
        if kind == "developers" and metadata:
            lines.append(f'path "{metadata}/{path}" {{\n  capabilities = {may}\n}}')
    if kind == "developers":
        for mount in dict.fromkeys(mount for mount, _ in places):
            base = f"{mount}/metadata" if engines.get(mount, 2) == 2 else mount
            folders = _folders(settings, [path for at, path in places if at == mount])
            lines += [f'path "{base}/{folder}" {{\n  capabilities = ["list"]\n}}' for folder in folders]
    return "\n".join(lines) + "\n"


def _folders(settings: VaultSettings, paths: Sequence[str]) -> list[str]:
    """The folders that ``nbguard vault check`` lists: the prefix, and what is between it and the paths."""
    top = f"{settings.prefix}/" if settings.prefix else ""
    folders = {top} - {""}
    for path in paths:
        steps = path.split("/")
        folders |= {"/".join(steps[:end]) + "/" for end in range(1, len(steps))}
    return sorted(folder for folder in folders if folder.startswith(top))


def places_of(uses: Iterable[ReferenceUse], settings: VaultSettings) -> list[tuple[str, str]]:
    """The paths in use; where there are none yet, the path template with ``+`` (any one step) for the provider."""
    places = sorted({(use.reference.mount, use.reference.path) for use in uses})
    if places:
        return places
    template = parse_path(settings, "provider0", "rule0").replace("provider0", "+").replace("rule0", "+")
    return [(settings.mount or DEFAULT_MOUNT, template)]
