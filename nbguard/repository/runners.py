"""Where CI runners say which commits a job is about: one table of their environment variables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Runner(NamedTuple):
    """A CI service and its variables, the first that is set counts.

    ``mark`` is a variable that this service sets, ``value`` what it holds (empty: anything). ``before`` are commits
    that were there before the job's, ``target`` the branch that a merge request goes to, ``default`` the main branch.
    Where a variable of ``only_if`` is given, ``target`` counts only in jobs that set it: some services set the target
    for pushes too, to the pushed branch itself. ``page`` documents the variables.
    """

    name: str
    mark: str
    value: str
    head: tuple[str, ...]
    before: tuple[str, ...]
    target: tuple[str, ...]
    default: tuple[str, ...]
    page: str
    only_if: tuple[str, ...] = ()


RUNNERS = (
    Runner(
        "GitHub Actions", "GITHUB_ACTIONS", "true",
        ("GITHUB_SHA",), (), ("GITHUB_BASE_REF",), (),
        "https://docs.github.com/actions/reference/workflows-and-actions/variables",
    ),
    Runner(
        "GitLab", "GITLAB_CI", "",
        ("CI_COMMIT_SHA",),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_COMMIT_BEFORE_SHA"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME",),
        ("CI_DEFAULT_BRANCH",),
        "https://docs.gitlab.com/ci/variables/predefined_variables/",
    ),
    Runner(
        "Azure Pipelines", "TF_BUILD", "",
        ("BUILD_SOURCEVERSION",), (), ("SYSTEM_PULLREQUEST_TARGETBRANCH",), (),
        "https://learn.microsoft.com/azure/devops/pipelines/build/variables",
    ),
    Runner(
        "Jenkins", "JENKINS_URL", "",
        ("GIT_COMMIT",),
        ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", "GIT_PREVIOUS_COMMIT"),
        ("CHANGE_TARGET",),
        (),
        "https://plugins.jenkins.io/git/#plugin-content-environment-variables",
    ),
    Runner(
        "Bitbucket Pipelines", "BITBUCKET_BUILD_NUMBER", "",
        ("BITBUCKET_COMMIT",), ("BITBUCKET_PR_DESTINATION_COMMIT",), ("BITBUCKET_PR_DESTINATION_BRANCH",), (),
        "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
    ),
    Runner(
        "CircleCI", "CIRCLECI", "true",
        ("CIRCLE_SHA1",), (), (), (),
        "https://circleci.com/docs/reference/variables/",
    ),
    Runner(
        "Buildkite", "BUILDKITE", "true",
        ("BUILDKITE_COMMIT",), (), ("BUILDKITE_PULL_REQUEST_BASE_BRANCH",), ("BUILDKITE_PIPELINE_DEFAULT_BRANCH",),
        "https://buildkite.com/docs/pipelines/configure/environment-variables",
    ),
    Runner(
        "Woodpecker", "CI", "woodpecker",
        ("CI_COMMIT_SHA",), ("CI_PREV_COMMIT_SHA",), ("CI_COMMIT_TARGET_BRANCH",), ("CI_REPO_DEFAULT_BRANCH",),
        "https://woodpecker-ci.org/docs/usage/environment", ("CI_COMMIT_PULL_REQUEST",),
    ),
    Runner(
        "Drone", "DRONE", "true",
        ("DRONE_COMMIT_SHA", "DRONE_COMMIT"), ("DRONE_COMMIT_BEFORE",), ("DRONE_TARGET_BRANCH",),
        ("DRONE_REPO_BRANCH",),
        "https://docs.drone.io/pipeline/environment/reference/", ("DRONE_PULL_REQUEST",),
    ),
)  # fmt: skip


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
    for runner in RUNNERS:
        found = environment.get(runner.mark, "")
        if found and found.lower() == (runner.value or found.lower()):
            break
    else:
        names = ", ".join(runner.name for runner in RUNNERS)
        raise UsageError(
            f"this is no CI job that nbguard knows ({names}); say what was there before with --base REF, or use"
            " `nbguard scan --range A..B`"
        )

    def first(names: tuple[str, ...]) -> str:
        # A commit of zeros stands for none, as with the first push of a branch.
        values = (environment.get(name, "").strip() for name in names)
        return next((value for value in values if value.strip("0")), "")

    merged = not runner.only_if or bool(first(runner.only_if))
    target = first(runner.target) if merged else ""
    # What was pushed before to a branch is no part of what a merge request brings to its target.
    before = first(runner.before) if not (target and runner.name in ("Jenkins", "Woodpecker", "Drone")) else ""
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
