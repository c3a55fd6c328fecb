"""Where CI runners say which commits a job is about: one table of their environment variables."""

from __future__ import annotations

import json
import os
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Runner(NamedTuple):
    """A CI service and its variables; ``runners.toml`` says what each of them is."""

    name: str
    mark: str
    head: Sequence[str]
    page: str
    value: str = ""
    before: Sequence[str] = ()
    target: Sequence[str] = ()
    default: Sequence[str] = ()
    only_if: Sequence[str] = ()
    before_is_of_branch: bool = False


@cache
def known_runners() -> tuple[Runner, ...]:
    """The services there are, in the order in which they are asked for."""
    with open(os.path.join(os.path.dirname(__file__), "runners.toml"), "rb") as file:
        return tuple(Runner(**entry) for entry in tomllib.load(file)["runner"])


class Job(NamedTuple):
    """What a job is about: the newest commit, and what to leave out. Texts as the runner gave them, or empty."""

    runner: str
    head: str
    before: str
    target: str
    default: str


# Where no known service runs it: the commit that is checked out.
NO_JOB = Job("no known CI service", "", "", "", "")


def find_job(environment: Mapping[str, str]) -> Job:
    """The job that this process runs in. Raises UsageError where no known CI service runs it."""
    for runner in known_runners():
        found = environment.get(runner.mark, "")
        if found and found.lower() == (runner.value or found.lower()):
            break
    else:
        names = ", ".join(runner.name for runner in known_runners())
        raise UsageError(
            f"this is no CI job that nbguard knows ({names}); say what was there before with --base REF, or use"
            " `nbguard scan --range A..B`"
        )

    def first(names: Sequence[str]) -> str:
        # A commit of zeros stands for none, as with the first push of a branch.
        values = (environment.get(name, "").strip() for name in names)
        return next((value for value in values if value.strip("0")), "")

    merged = not runner.only_if or bool(first(runner.only_if))
    target = first(runner.target) if merged else ""
    before = "" if target and runner.before_is_of_branch else first(runner.before)
    job = Job(runner.name, first(runner.head), before, target, first(runner.default))
    return _with_github_event(job, environment) if runner.mark == "GITHUB_ACTIONS" else job


def _with_github_event(job: Job, environment: Mapping[str, str]) -> Job:
    """The job with the commits that the file with the event names.

    ``GITHUB_SHA`` is the target branch in ``pull_request_target``, and a merge made for the test in ``pull_request``.
    """
    try:
        with open(environment.get("GITHUB_EVENT_PATH", ""), encoding="utf-8") as file:
            event = json.load(file)
    except (OSError, ValueError, RecursionError):
        return job
    pull, group, repository = (_table(event, name) for name in ("pull_request", "merge_group", "repository"))
    head = _text(_table(pull, "head"), "sha") or _text(group, "head_sha") or _text(event, "after") or job.head
    before = _text(_table(pull, "base"), "sha") or _text(group, "base_sha") or _text(event, "before")
    return job._replace(head=head, before=before, default=_text(repository, "default_branch"))


def _table(value: Any, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _text(table: Any, key: str) -> str:
    found = table.get(key) if isinstance(table, dict) else None
    return found if isinstance(found, str) and found.strip("0") else ""
