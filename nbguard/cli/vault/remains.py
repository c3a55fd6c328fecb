"""Says after a move where in the history the moved values still are: moving takes them out of the files only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.documents.how_many import how_many
from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord


NOWHERE = "No commit holds them."


def tell_remains(findings: Sequence[Finding], config: Config) -> Iterator[str]:
    """Yields a line for each value that a commit holds: in how many commits, branches, tags and files.

    Yields nothing outside a git repository, and one line where the history can't be searched.
    """
    if not findings or not os.path.exists(os.path.join(config.root, ".git")):
        return
    from nbguard.documents.plain import plain
    from nbguard.scan.value_trace import trace_values

    try:
        trail = trace_values(findings, config)
    except NbguardError as error:
        yield f"The history wasn't searched: {error}"
        return
    places: dict[str, list[tuple[str, FindingRecord]]] = {}
    for sighting in trail.sightings:
        places.setdefault(sighting.finding.fingerprint, []).append((sighting.commit, sighting.finding))
    if not places:
        yield NOWHERE
    for mark, seen in places.items():
        commits, files = {commit for commit, _ in seen if commit}, sorted({record.path for _, record in seen})
        yield (
            f"{plain(seen[0][1].rule)} is still in {how_many(len(commits), 'commit')}"
            f" ({', '.join(map(plain, files[:5]))}{', …' if len(files) > 5 else ''}): `nbguard trace {mark}` lists them"
        )
    if places:
        tags = f" and {how_many(len(trail.tags), 'tag')}" if trail.tags else ""
        yield f"Commits that hold them are on {how_many(len(trail.branches), 'branch')}{tags}."
