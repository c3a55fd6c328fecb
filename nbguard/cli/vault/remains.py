"""Says after a move where in the history the moved values still are: moving takes them out of the files only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.how_many import how_many
from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord
    from nbguard.scan.value_trace import Trail


NOWHERE = "No commit holds them."


class LeftInHistory(NamedTuple):
    """What a person is told, a line each; ``local``: it is known that no commit that others may have holds any."""

    lines: tuple[str, ...] = ()
    local: bool = False


def find_remains(findings: Sequence[Finding], config: Config) -> LeftInHistory:
    """Says for each value that a commit holds in how many commits, branches, tags and files.

    Nothing outside a git repository, and one line where the history can't be searched.
    """
    if not findings or not os.path.exists(os.path.join(config.root, ".git")):
        return LeftInHistory()
    from nbguard.scan.value_trace import trace_values

    try:
        trail = trace_values(findings, config)
    except NbguardError as error:
        return LeftInHistory((f"The history wasn't searched: {error}",))
    return LeftInHistory(tuple(_lines(trail)), trail.local)


def _lines(trail: Trail) -> Iterator[str]:
    from nbguard.documents.plain import plain

    places: dict[str, list[tuple[str, FindingRecord]]] = {}
    for sighting in trail.sightings:
        places.setdefault(sighting.finding.fingerprint, []).append((sighting.commit, sighting.finding))
    if not places:
        yield NOWHERE
    for mark, seen in places.items():
        commits, files = {commit for commit, _ in seen if commit}, sorted({record.path for _, record in seen})
        where = f"{', '.join(map(plain, files[:5]))}{', …' if len(files) > 5 else ''}"
        lists = f": `nbguard trace {mark}` lists them" if len(commits) > 1 or not trail.local else ""
        yield f"{plain(seen[0][1].rule)} is still in {how_many(len(commits), 'commit')} ({where}){lists}"
    if places and trail.local:
        yield "No branch of a remote has it yet: git commit --amend, or git rebase -i."
    elif places:
        tags = f" and {how_many(len(trail.tags), 'tag')}" if trail.tags else ""
        yield f"Commits that hold them are on {how_many(len(trail.branches), 'branch')}{tags}."
