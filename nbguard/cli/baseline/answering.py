"""`nbguard baseline audit`: asks for what entries don't say yet, and saves each answer at once."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import ExitCode
from nbguard.policy.days import today

if TYPE_CHECKING:
    from nbguard.policy.baseline import BaselineEntry, Entries
    from nbguard.policy.policy_settings import Config

# In the order in which they are asked for.
_QUESTIONS = (
    ("reason", "reason (empty: decide later; drop: take the entry out): "),
    ("approved_by", "approved by (empty: decide later): "),
    ("expires", "expires (YYYY-MM-DD; empty: decide later): "),
)
_CALLED = {"reason": "a reason", "approved_by": "an approver", "expires": "an expiry"}


class Sight(NamedTuple):
    """Where a finding stands, and of its line what a report shows."""

    place: str
    line: str


def audit(config: Config, entries: Entries) -> int:
    """Asks on a terminal, else lists; returns 1 where an entry still doesn't say enough. Raises UsageError."""
    from nbguard.documents.plain import plain
    from nbguard.policy.baseline import read_entries, save_baseline

    open_ones = [entry for entry in sorted(entries.values()) if missing(entry, config)]
    if not open_ones:
        what = "an answer to everything that is required" if _demanding(config) else "a reason"
        sys.stdout.write(f"{config.baseline}: every one of {len(entries)} entries has {what}.\n")
        return ExitCode.CLEAN
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    sights = _look(open_ones, config)
    answered = dict(entries)
    for entry in open_ones:
        if entry.key not in answered:
            continue
        sight = sights[entry.key]
        where = f"{entry.where}{sight.place}"
        sys.stdout.write(f"{plain(entry.path)}: {where}  {plain(entry.rule)}  {entry.fingerprint}\n")
        sys.stdout.write(f"    {plain(sight.line)}\n")
        if not asks:
            continue
        try:
            for name in missing(entry, config):
                before = answered[entry.key]
                changed = _ask(before, name)
                if changed != before:
                    # What others wrote while somebody thought stays.
                    answered = dict(read_entries(config) or {})
                    answered.pop(entry.key, None)
                    answered |= {} if changed is None else {changed.key: changed}
                    save_baseline(config, answered.values())
                if changed is None:
                    break
        except EOFError:
            break
    lacks = [name for entry in answered.values() for name in missing(entry, config)]
    for name in _CALLED:
        if number := lacks.count(name):
            sys.stdout.write(f"{config.baseline}: {number} without {_CALLED[name]}.\n")
    return ExitCode.FINDINGS if lacks else ExitCode.CLEAN


def missing(entry: BaselineEntry, config: Config) -> list[str]:
    """The fields that an entry has to say and doesn't: a reason always, the others where the policy requires them.

    An expiry that has passed is none.
    """
    from nbguard.policy.verdict import demands_in, zone_of

    demands = demands_in(config, zone_of(entry.path, config))
    valid = entry.expires if entry.expires >= today() else ""
    said = {"reason": entry.reason, "approved_by": entry.approved_by, "expires": valid}
    required = {"reason": True, "approved_by": demands.require_approver}
    required["expires"] = demands.require_expiry or bool(entry.expires)
    return [name for name, _ in _QUESTIONS if required[name] and not said[name].strip()]


def _demanding(config: Config) -> bool:
    zones = any(zone.profile == "enterprise" for zone in config.zones)
    return config.waivers.require_approver or config.waivers.require_expiry or zones


def _ask(entry: BaselineEntry, name: str) -> BaselineEntry | None:
    """The entry with the answer; None where it is to be taken out."""
    question = dict(_QUESTIONS)[name]
    while True:
        answer = input(f"  {question}").strip()
        if name == "reason" and answer == "drop":
            return None
        if not answer or name != "expires":
            return entry._replace(**{name: answer}) if answer else entry
        try:
            if date.fromisoformat(answer) >= date.fromisoformat(today()):
                return entry._replace(expires=date.fromisoformat(answer).isoformat())
            sys.stdout.write("  This day has passed.\n")
        except ValueError:
            sys.stdout.write("  A date is written YYYY-MM-DD.\n")


def _look(entries: list[BaselineEntry], config: Config) -> dict[tuple[str, str, str], Sight]:
    """Where the findings of some entries stand today, or why that can't be said."""
    import os

    from nbguard.documents.positions import line_index
    from nbguard.policy.fingerprint import find_salt, fingerprint
    from nbguard.policy.masked_value import mask_finding
    from nbguard.report.frames import Frames
    from nbguard.scan.coverage import Coverage
    from nbguard.scan.pipeline import Pipeline

    named = dict.fromkeys(name for entry in entries for name in (entry.path, entry.path.partition("!/")[0]))
    paths = [path for name in named if os.path.isfile(path := os.path.join(config.root, name))]
    pipeline = Pipeline(config._replace(baseline=""))
    coverage = Coverage(config, pipeline.run(paths)._replace(files=tuple(paths)))
    salt = find_salt(config).key
    sights: dict[tuple[str, str, str], Sight] = {}
    for document, findings in pipeline.found:
        frames = Frames(findings)
        for finding in findings:
            part = finding.field.part
            key = (document.path, part.where, fingerprint(finding.rule, finding.value, salt))
            if key not in sights:
                cell = f", cell {part.cell.number + 1}" if part.cell else ""
                line = line_index(finding.field.text).line(finding.start)
                frame = frames.of(finding)
                sights[key] = Sight(f"{cell}, line {line}", frame.text if frame else mask_finding(finding))
    for entry in entries:
        why = coverage.why_unseen(entry) or "not found any more: `nbguard baseline update` drops it"
        sights.setdefault(entry.key, Sight("", f"({why})"))
    return sights
