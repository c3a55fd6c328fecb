"""The SDKs of a repository, each with its uses, what is known of it, and what is wrong with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from nbguard.audit.register import NotRead
from nbguard.audit.sdk.code import find_uses
from nbguard.audit.sdk.facts import facts_of
from nbguard.audit.sdk.includes import NamedList, named_lists, read_lists
from nbguard.detect.sdk_files.approving import is_approved
from nbguard.detect.sdk_files.index_export import yanked_because
from nbguard.detect.sdk_files.locks import is_lock, read_lock
from nbguard.detect.sdk_files.manifests import read_requirements, reader_of
from nbguard.detect.sdk_files.uses import catalogue_packages, with_versions_only
from nbguard.documents.decode import decode_text
from nbguard.scan.open_files import open_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbguard.detect.sdk_files.osv import Advisory
    from nbguard.detect.sdk_files.uses import SdkUse
    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config

SCHEMA = "nbguard-sdk/1"
# What is wrong with an SDK, and which of it makes the command fail.
PROBLEMS = ("unpinned", "unhashed", "unapproved", "undeclared", "vulnerable", "yanked")
FAILING = ("unpinned", "unapproved", "vulnerable", "yanked")


class SdkPlace(Struct, frozen=True, order=True):
    """Where an SDK is used. ``line`` is 0 where the format tells none; ``cell`` counts from 0."""

    path: str
    how: str
    line: int
    cell: int | None
    wanted: str
    version: str
    hashed: bool


class Vulnerability(Struct, frozen=True, order=True):
    """An entry of OSV that affects a version that is used."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    version: str


class Yanked(Struct, frozen=True, order=True):
    """A version that is used and that its makers took back, with the reason that the index gives."""

    version: str
    reason: str


class SdkRemark(Struct, frozen=True, order=True):
    """A fact about an SDK: ``kind`` is keeps-in-clear or phones-home."""

    kind: str
    text: str
    source: str


class Sdk(Struct, frozen=True):
    """An SDK. ``versions`` are those that are pinned; ``approved`` is null where the policy has no list."""

    package: str
    provider: str | None
    versions: tuple[str, ...]
    pinned: bool
    hashed: bool
    approved: bool | None
    problems: tuple[str, ...]
    facts: tuple[SdkRemark, ...]
    vulnerabilities: tuple[Vulnerability, ...]
    yanked: tuple[Yanked, ...]
    places: tuple[SdkPlace, ...]


class SdkList(Struct, frozen=True):
    """The SDKs of a repository, by name."""

    schema: str
    root: str
    sdks: tuple[Sdk, ...]
    skipped: tuple[NotRead, ...]


class SdkUses(NamedTuple):
    """What files say, before it is judged."""

    uses: tuple[SdkUse, ...]
    skipped: tuple[NotRead, ...]


def read_uses(paths: Sequence[str], config: Config) -> SdkUses:
    """Every use of an SDK in files and folders (none: the repository)."""
    uses: list[SdkUse] = []
    skipped: list[NotRead] = []
    named: list[NamedList] = []
    read: set[str] = set()
    for opened in open_documents(paths, config):
        if opened.document is None:
            skipped.append(NotRead(opened.path, opened.problem))
            continue
        try:
            uses += map(with_versions_only, _uses_in(opened.document))
            named += named_lists(opened.document)
            if reader_of(os.path.basename(opened.document.path)) is not None:
                read.add(opened.document.path)
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            # What isn't as its format has it, anywhere in it.
            skipped.append(NotRead(opened.document.path, f"isn't what its name says ({type(error).__name__})"))
    for one in read_lists(named, read, config):
        if one.problem:
            skipped.append(NotRead(one.path, one.problem))
        else:
            uses += map(with_versions_only, read_requirements(one.path, one.text))
    return SdkUses(tuple(uses), tuple(skipped))


class SdkKnowledge(NamedTuple):
    """What is known of packages (by their normalised names): advisories, and yanked versions with the reason."""

    advisories: Mapping[str, Sequence[Advisory]] = {}
    yanked: Mapping[str, Mapping[str, str]] = {}


def list_sdks(found: SdkUses, config: Config, known: SdkKnowledge) -> SdkList:
    """The SDKs of some uses, judged by the policy and by what is known of packages."""
    by_package: dict[str, list[SdkUse]] = {}
    for use in found.uses:
        by_package.setdefault(use.package, []).append(use)
    approved = config.sdk.get("approved")
    sdks = [_judge(package, uses, approved, known) for package, uses in sorted(by_package.items())]
    return SdkList(SCHEMA, config.root, tuple(sdks), tuple(sorted(set(found.skipped))))


def _uses_in(document: Document) -> Iterator[SdkUse]:
    name = os.path.basename(document.path)
    if is_lock(name):
        yield from read_lock(document.path, name, decode_text(document.raw))
    elif (read := reader_of(name)) is not None:
        yield from read(document.path, decode_text(document.raw))
    else:
        yield from find_uses(document)


def _judge(package: str, uses: list[SdkUse], approved: Sequence[str] | None, known: SdkKnowledge) -> Sdk:
    locked = [use for use in uses if use.how == "lock"]
    asked = [use for use in uses if use.how == "install"]
    versions = tuple(sorted({use.version for use in uses if use.version}))
    # A lock file pins what others ask for in any version.
    pinned = bool(locked) or (bool(asked) and all(use.version for use in asked))
    hashed = bool(locked or asked) and all(use.hashed for use in locked or asked)
    allowed = None if approved is None else is_approved(package, versions, approved)
    vulnerable = _vulnerable(versions, known.advisories.get(package, ()))
    yanked = _yanked(versions, known.yanked.get(package, {}))
    wrong = {
        **_wrong_pins(asked, locked, pinned=pinned, hashed=hashed),
        "unapproved": allowed is False,
        "vulnerable": bool(vulnerable),
        "yanked": bool(yanked),
    }
    problems = tuple(name for name in PROBLEMS if wrong[name])
    return Sdk(
        package,
        catalogue_packages().get(package),
        versions,
        pinned,
        hashed,
        allowed,
        problems,
        tuple(SdkRemark(*fact) for fact in facts_of(package)),
        vulnerable,
        yanked,
        tuple(sorted(SdkPlace(u.path, u.how, u.line, u.cell, u.wanted, u.version, u.hashed) for u in uses)),
    )


def _wrong_pins(asked: list[SdkUse], locked: list[SdkUse], *, pinned: bool, hashed: bool) -> dict[str, bool]:
    return {
        "unpinned": bool(asked) and not pinned,
        "unhashed": bool(asked or locked) and not hashed,
        "undeclared": not asked and not locked,
    }


def _vulnerable(versions: Sequence[str], advisories: Iterable[Advisory]) -> tuple[Vulnerability, ...]:
    found = (
        Vulnerability(known.id, known.aliases, known.summary, version)
        for known in advisories
        for version in versions
        if known.affects(version)
    )
    return tuple(sorted(found))


def _yanked(versions: Sequence[str], known: Mapping[str, str]) -> tuple[Yanked, ...]:
    return tuple(Yanked(version, reason) for version in versions if (reason := yanked_because(known, version)))
