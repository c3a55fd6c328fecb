"""Changes of policy inside a range of commits, as findings: what became weaker, in the file that makes it so."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.hygiene.hygiene_rules import HYGIENE_RULES
from nbguard.documents.how_many import how_many
from nbguard.documents.named_files import name_inside
from nbguard.documents.positions import Stretch, line_index
from nbguard.documents.reading import open_document
from nbguard.policy.baseline import read_entries
from nbguard.policy.config import load_config
from nbguard.policy.fingerprint import fingerprint
from nbguard.policy.inventory import marks_in, may_hold_marks
from nbguard.policy.policy_settings import BUNDLE_NAME, BUNDLE_VARIABLE, CONFIG_NAMES
from nbguard.policy.verdict import OFF, demands_in, severity_under, zone_of
from nbguard.policy.weakening import find_weaker
from nbguard.policy.weaker_settings import quote
from nbguard.report.records import FindingRecord, Origin
from nbguard.repository.committed_files import CommittedFiles, last_change, list_changed_files
from nbguard.repository.history import read_commits
from nbguard.repository.objects import read_contents
from nbguard.scan.gate import packs_behind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbguard.policy.baseline import BaselineEntry
    from nbguard.policy.policy_settings import Config, WaiverPolicy
    from nbguard.repository.committed_files import ChangedFile
    from nbguard.scan.gate import Gate

_LARGEST = 50_000_000
_LARGEST_PACK = 10_000_000
# Entries and marks that a message names; the rest is counted.
_NAMED = 3

_WEAKENED = HYGIENE_RULES["policy-weakened"]


class Weakening(NamedTuple):
    """What became weaker in a file, and the line that says so."""

    path: str
    message: str
    line: int = 1


def find_policy_changes(folder: str, base: str, head: str, gate: Gate, explicit: str | None) -> list[FindingRecord]:
    """Findings for what ``head`` would let through and the policy at ``base`` (empty: the defaults) doesn't.

    ``base`` is where ``head`` parts from what judges it; the policy of ``gate`` may be newer.

    Raises UsageError where the policy of ``head`` is wrong, and GitError.
    """
    config, files = gate.config, CommittedFiles(folder, head)
    before = CommittedFiles(folder, base) if base else None
    # Of a configuration that lies elsewhere nothing changes but what a bundle in the repository adds to it.
    after = load_config(folder, explicit, read=files.read)
    # Packs of the base are laid out elsewhere by now.
    named = load_config(folder, explicit, read=before.read) if before else config
    changes = [*_settings(named, after, files), *_packs(named, after, before, files)]
    changes += _entries(named, after, before, files, config)
    files_without = (f for f in list_changed_files(folder, base, head) if not _takes_signature(f.path, config))
    changes += _marks(folder, files_without, config.waivers)
    return list(_records(folder, base, head, changes, gate))


def _settings(before: Config, after: Config, files: CommittedFiles) -> Iterator[Weakening]:
    path = _said_in(before, after, files.folder)
    text = (files.read(path, _LARGEST) or b"").decode("utf-8", "replace")
    for weakness in find_weaker(before, after):
        key = re.escape(weakness.setting)
        found = re.search(rf"^[ \t]*(?:\[{{1,2}}[\w. \t]*)?{key}\b", text, re.MULTILINE)
        line = line_index(text).line(found.start()) if found else 1
        gone = "" if text else f"{path} is gone: "
        yield Weakening(path, f"{gone}{weakness.message}", line)


def _said_in(before: Config, after: Config, folder: str) -> str:
    """The file of the repository that makes the difference; an operator's lies elsewhere, and makes none."""
    bundle = BUNDLE_NAME if before.bundle != after.bundle and not os.environ.get(BUNDLE_VARIABLE) else ""
    names = filter(None, (bundle, after.source, before.source))
    return next((name for name in names if name_inside(folder, os.path.join(folder, name))), CONFIG_NAMES[0])


def _packs(before: Config, after: Config, old: CommittedFiles | None, new: CommittedFiles) -> Iterator[Weakening]:
    """Rule packs that both name, and what these extend, changed in what they had: rules may be added, nothing else."""
    told = set()
    for path in filter(None, (*before.rules, before.default_rules)):
        name = name_inside(before.root, path)
        if old is None or name is None or path not in (*after.rules, after.default_rules):
            continue
        for pack in packs_behind(name, old.read):
            was, now = old.read(pack, _LARGEST_PACK) or b"", new.read(pack, _LARGEST_PACK) or b""
            if was != now and pack not in told and not _only_adds(was, now):
                told.add(pack)
                yield Weakening(pack, "rules that this pack had were changed or taken out")


def _only_adds(was: bytes, now: bytes) -> bool:
    """Whether a pack has all that it had, and besides it rules only."""
    from nbguard.documents.toml_loading import load_toml

    try:
        old, new = (load_toml(raw) for raw in (was, now))
    except ValueError:
        return False
    had, has = old.pop("rules", []), new.pop("rules", [])
    ids = {rule.get("id") for rule in had}
    kept = [rule for rule in has if rule in had]
    added = [rule for rule in has if rule not in had]
    return old == new and kept == had and not any(rule.get("id") in ids for rule in added)


def _entries(
    before: Config, after: Config, old: CommittedFiles | None, new: CommittedFiles, judging: Config
) -> Iterator[Weakening]:
    """Entries that the baseline gained, or that count for longer."""
    if not after.baseline or os.path.isabs(after.baseline):
        return
    had = (read_entries(before, old.read) or {}) if old is not None and before.baseline else {}
    has = read_entries(after, new.read) or {}
    has = {key: entry for key, entry in has.items() if not _takes_signature(entry.path, judging)}
    added = [entry for key, entry in has.items() if key not in had]
    longer = [e for key, e in has.items() if key in had and _end(e) > _end(had[key])]
    if added:
        yield Weakening(after.baseline, f"{how_many(len(added), 'baseline entry')} {_some(added)}")
    if longer:
        count = how_many(len(longer), "baseline entry")
        yield Weakening(after.baseline, f"a later expiry, or none any more, of {count} {_some(longer)}")


def _takes_signature(path: str, config: Config) -> bool:
    """Whether nothing that is written without a signature accepts a finding in a file: then it weakens nothing."""
    return demands_in(config, zone_of(path, config)).require_signature


def _end(entry: BaselineEntry) -> str:
    return entry.expires or "9999-12-31"


def _some(entries: list[BaselineEntry]) -> str:
    named = sorted({f"{entry.rule} in {quote(entry.path)}" for entry in entries})
    return f"({'; '.join(named[:_NAMED])}{'; …' if len(named) > _NAMED else ''})"


def _marks(folder: str, files: Iterable[ChangedFile], policy: WaiverPolicy) -> Iterator[Weakening]:
    """Allows of every dialect that files gained."""
    if not policy.inline:
        return
    changed: dict[str, list[ChangedFile]] = {}
    for file in files:
        changed.setdefault(file.blob, []).append(file)
    suspects = []
    for blob, raw, problem in read_contents(folder, list(changed), _LARGEST):
        if not problem and may_hold_marks(raw):
            suspects += [(file, marks) for file in changed[blob] if (marks := _marks_of(file.path, raw, policy))]
    old_blobs = {file.before for file, _ in suspects if file.before}
    old = {content.blob: content.raw for content in read_contents(folder, sorted(old_blobs), _LARGEST)}
    for file, marks in suspects:
        known = Counter(mark for mark, _ in _marks_of(file.path, old.get(file.before, b""), policy))
        new = []
        for mark, line in marks:
            if known[mark]:
                known[mark] -= 1
            else:
                new.append((mark, line))
        if new:
            names = ", ".join(dict.fromkeys(mark[0] for mark, _ in new[:_NAMED]))
            more = ", …" if len(new) > _NAMED else ""
            yield Weakening(file.path, f"{how_many(len(new), 'new allow')} in this file ({names}{more})", new[0][1])


def _marks_of(path: str, raw: bytes, policy: WaiverPolicy) -> list[tuple[tuple[str, str], int]]:
    """The allows in a content: what each says, and its line. A mark that moves is the same mark."""
    if not raw:
        return []
    found = []
    for mark in marks_in(open_document(path, raw), policy):
        waiver = mark.allow.waiver
        what, _, place = waiver.detail.partition(" on line ")
        line = re.match(r"\d+", place)
        rules = f"allow of {' '.join(mark.allow.rules)}" if waiver.kind != "marker" else what
        number = int(line[0]) if line and mark.cell is None else 1
        found.append(((rules, waiver.expires), number))
    return found


def _records(folder: str, base: str, head: str, changes: list[Weakening], gate: Gate) -> Iterator[FindingRecord]:
    # Whoever doesn't want to know says so by the rule's name: no profile leaves it out.
    config = gate.config._replace(enable=(*gate.config.enable, _WEAKENED.id))
    commits = {change.path: last_change(folder, base, head, change.path) for change in changes}
    known = read_commits(folder, sorted(set(commits.values())))
    for change in changes:
        zone = zone_of(change.path, config)
        severity = severity_under(_WEAKENED.id, "hygiene", _WEAKENED.severity, config, zone)
        if severity != OFF:
            yield _record(change, severity, _origin(commits[change.path], known), base, gate.salt)


def _origin(commit: str, known: Mapping[str, object]) -> Origin:
    found = known.get(commit)
    return Origin(commit, getattr(found, "author", ""), getattr(found, "date", ""), commit, 1)


def _record(change: Weakening, severity: str, origin: Origin, base: str, salt: bytes) -> FindingRecord:
    return FindingRecord(
        rule=_WEAKENED.id,
        kind="hygiene",
        provider=None,
        severity=severity,
        path=change.path,
        cell=None,
        where="file",
        line=change.line,
        column=1,
        end_line=change.line,
        end_column=1,
        file_line=change.line,
        region=Stretch(change.line, 1, change.line, 1),
        match="",
        fingerprint=fingerprint(_WEAKENED.id, f"{change.path}\0{change.message}", salt),
        cause=f"held against {f'commit {base[:12]}' if base else 'the defaults'}",
        message=f"{_WEAKENED.message.rstrip('.')}: {change.message}.",
        remedy=_WEAKENED.remedy,
        waived=None,
        origin=origin,
    )
