"""Says where a credential was: every commit, file, branch and tag, first and last, and how to rotate it.

  nbguard trace 4f1c…               by the fingerprint that reports of a history give
  nbguard trace --finding lab.ipynb:3      what is in cell 3 of a notebook, or on line 3 of another file
  nbguard trace 4f1c… --repository ../a --repository ../b

Exit status: 0 it is in no history, 1 it is in one, 2 nothing has this fingerprint or place, 3 not all could be read.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError
from nbguard.report.places import place

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbguard.scan.value_trace import Sighting, Trail


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("fingerprint", nargs="?", help="the fingerprint of a finding, 32 hexadecimal characters")
    parser.add_argument("--finding", metavar="FILE:CELL", help="the credentials at this place, cells count from 1")
    parser.add_argument(
        "--repository", action="append", metavar="DIR", help="where to look (repeatable; default: this repository)"
    )
    parser.add_argument("--format", default="text", choices=("text", "json"), help="how to report (default: text)")


def run(options: argparse.Namespace) -> int:
    """Traces and prints. Raises UsageError where there is nothing to trace."""
    from nbguard.scan.value_trace import trace_finding, trace_fingerprint

    if bool(options.fingerprint) == bool(options.finding):
        raise UsageError("give a fingerprint, or --finding FILE:CELL")
    folders = options.repository or ["."]
    if options.finding:
        path, colon, cell = options.finding.rpartition(":")
        if not colon:
            raise UsageError(f"{options.finding!r}: write FILE:CELL, such as lab.ipynb:3")
        trails = trace_finding(path, cell, folders)
    else:
        if len(options.fingerprint) != 32 or options.fingerprint.strip("0123456789abcdef"):
            raise UsageError(
                f"{options.fingerprint!r} is no fingerprint: 32 hexadecimal characters, as reports have them"
            )
        trails = trace_fingerprint(options.fingerprint, folders)
    if options.format == "json":
        sys.stdout.write(json.dumps([_as_dict(trail) for trail in trails], indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _tell(trails))
    if any(trail.skipped for trail in trails):
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if any(trail.sightings for trail in trails) else ExitCode.CLEAN


def _tell(trails: list[Trail]) -> Iterator[str]:
    for trail in trails:
        yield f"{plain(trail.repository)}"
        if not trail.sightings:
            yield "  in no commit"
        else:
            yield from _tell_one(trail)
        for path, reason in trail.skipped:
            yield f"  not searched  {plain(path)}: {plain(reason)}"
        yield ""
    yield from _rotation([sighting for trail in trails for sighting in trail.sightings])


def _tell_one(trail: Trail) -> Iterator[str]:
    from nbguard.audit.commit_dates import earliest_and_latest

    commits = {sighting.commit: sighting for sighting in trail.sightings if sighting.commit}
    if commits:
        first, last = earliest_and_latest({commit: sighting.date for commit, sighting in commits.items()})
        yield f"  first     {_commit(commits[first])}"
        yield f"  last      {_commit(commits[last])}"
    yield f"  commits   {len(commits)}"
    for sighting in trail.sightings:
        value = f"{plain(sighting.finding.rule)} {plain(sighting.finding.match)}"
        yield f"    {_commit(sighting)}  {place(sighting.finding._replace(origin=None))}  {value}"
    for name, refs in (("branches", trail.branches), ("tags", trail.tags), ("still in", trail.now)):
        yield f"  {name:<9} {', '.join(map(plain, refs)) or 'none'}"


def _commit(sighting: Sighting) -> str:
    if not sighting.commit:
        return "(in no commit, a ref names it)"
    return f"{sighting.date[:10]} {sighting.commit[:12]} {plain(sighting.author)}"


def _rotation(sightings: list[Sighting]) -> Iterator[str]:
    """What to do now, once for each rule."""
    from nbguard.detect.providers.provider_rules import load_catalogue

    catalogue = load_catalogue()
    for rule in dict.fromkeys(sighting.finding.rule for sighting in sightings):
        remedy = next(s.finding.remedy for s in sightings if s.finding.rule == rule)
        yield f"Rotate it ({rule}):"
        provider = catalogue.by_rule[rule][0] if rule in catalogue.by_rule else None
        yield f"  1. {plain(provider.rotation if provider else remedy)}"
        if provider and provider.rotation_page:
            yield f"     {provider.rotation_page}"
        yield "  2. Put the new value into Vault, and a lookup where the old one stood: nbguard vault move FILE"
        yield "  3. Look through the provider's logs for use since the first commit above."
        yield "  Rewriting the history doesn't undo a leak: clones, forks and caches keep it."


def _as_dict(trail: Trail) -> dict[str, Any]:
    from nbguard.report.json_report import as_dict

    sightings = [
        {"commit": s.commit, "author": s.author, "date": s.date, "finding": as_dict(s.finding)} for s in trail.sightings
    ]
    return trail._asdict() | {"sightings": sightings, "skipped": [skipped._asdict() for skipped in trail.skipped]}
