"""Which commits a job or a push brings: what to scan, and what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.committed_files import merge_base
from nbguard.repository.git import run_git, setting
from nbguard.repository.git_errors import GitError, GitGaveUpError
from nbguard.repository.history import Selection, find_loose, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.repository.runners import Job

# Services for which what was there before a merge request is where its branch parts from the target: its authors chose.
_TELLING_THE_PARTING = ("GitLab",)


class Update(NamedTuple):
    """A ref that a push changes: the ids it had and will have; empty where there was or will be none."""

    ref: str
    old: str
    new: str


class PolicyBase(NamedTuple):
    """The commit whose policy judges, and the one that a change of policy is held against; empty where none is known.

    ``parting`` is where the judged commits part from ``judge``: what they change begins there.
    """

    judge: str
    parting: str


def select_job(folder: str, job: Job, base: str = "") -> tuple[Selection, str]:
    """The commits of a CI job, and in words which they are.

    What was there before is what the runner says, or ``base``; else the target branch, else the main branch. Where
    none of these is here, or the job is about the main branch itself, all that its commit reaches: rather too much
    than too little. Raises UsageError where the job's commit isn't here.
    """
    head = resolve(folder, job.head or "HEAD")
    if base:
        return Selection((head,), (resolve(folder, base),)), f"{base}..{head[:12]}"
    for name, commit in _bases(folder, job):
        if commit and commit != head:
            return Selection((head,), (commit,)), f"{name}..{head[:12]}"
    return Selection((head,)), f"all that {head[:12]} reaches, as what was there before isn't known here"


def find_policy_base(folder: str, job: Job, base: str = "") -> PolicyBase:
    """The commits whose policy judges a job.

    That is ``base``, else the target or main branch as it is now: where the job's commits part from it is for whoever
    made them to choose, and what was pushed before to their branch is theirs. For a job about the main branch itself it
    is what that branch was before, or where this isn't known either, the job's commit. Raises UsageError where the
    job's commit isn't here.
    """
    head = resolve(folder, job.head or "HEAD")
    if base:
        judge = resolve(folder, base)
        return PolicyBase(judge, merge_base(folder, judge, head))
    known = [commit for _, commit in _bases(folder, job._replace(before="")) if commit]
    main = (job.target or job.default).removeprefix("refs/heads/")
    is_main_here = bool(_branch(folder, main) if main else _default_branch(folder))
    if job.before and (is_main_here or (job.target and job.runner not in _TELLING_THE_PARTING)):
        known += filter(None, (_find(folder, job.before),))
    for commit in known:
        parting = merge_base(folder, commit, head)
        if parting != head:
            return PolicyBase(commit, parting)
    # All of it is in the main branch; where that isn't here, its own policy would judge it.
    own = head if is_main_here else ""
    return PolicyBase(own, own)


def find_push_base(folder: str, updates: Iterable[Update], remote: str) -> str:
    """The commit whose policy judges a push: that of the remote's main branch, or of what the ref was.

    Empty where neither is known here.
    """
    main = _find(folder, f"refs/remotes/{remote}/HEAD") if remote else ""
    for update in updates:
        commit = main or (_find(folder, update.old) if update.old else "")
        if commit and _find(folder, update.new):
            return commit
    return ""


def find_before(folder: str, updates: Iterable[Update]) -> list[str]:
    """The commits that a server had before a push: those that the refs were, and its main branch."""
    olds = [_find(folder, update.old) for update in updates if update.old]
    return list(dict.fromkeys(commit for commit in (_find(folder, "HEAD"), *olds) if commit))


def _bases(folder: str, job: Job) -> Iterable[tuple[str, str]]:
    if job.before:
        yield job.before[:12], _find(folder, job.before)
    for branch in (job.target, job.default):
        name = branch.removeprefix("refs/heads/")
        if name:
            yield name, _branch(folder, name)
    yield "origin/HEAD", _default_branch(folder)


def _branch(folder: str, name: str) -> str:
    """The commit of a branch. The remote's goes first: a local one of this name may be what is tested."""
    return _find(folder, f"refs/remotes/origin/{name}") or _find(folder, f"refs/heads/{name}")


def _default_branch(folder: str) -> str:
    """The commit of the remote's main branch; a clone of one branch (``--single-branch``) calls that branch so."""
    fetched = setting(folder, "remote.origin.fetch")
    return _find(folder, "refs/remotes/origin/HEAD") if "*" in fetched or not fetched else ""


def _find(folder: str, name: str) -> str:
    try:
        return resolve(folder, name)
    except GitGaveUpError:
        raise
    except UsageError:
        return ""


def read_received(lines: Iterable[str]) -> list[Update]:
    """What git tells a pre-receive hook on standard input (https://git-scm.com/docs/githooks#pre-receive).

    Raises UsageError for anything else.
    """
    return [_update(ref, old, new) for old, new, ref in (_words(line, 3) for line in lines if line.strip())]


def read_pushed(lines: Iterable[str]) -> list[Update]:
    """What git tells a pre-push hook on standard input (https://git-scm.com/docs/githooks#_pre_push)."""
    rows = (_words(line, 4) for line in lines if line.strip())
    return [_update(remote, old, new) for _, new, remote, old in rows]


def select_received(folder: str, updates: Iterable[Update]) -> Selection:
    """What a push brings to a server: all that no ref of it has yet, whatever the push does with refs."""
    return _select(folder, [update for update in updates if update.new], ("--all",))


def select_pushed(folder: str, updates: Iterable[Update], remote: str) -> Selection:
    """What a push would bring to a remote, as far as we know what it has."""
    updates = [update for update in updates if update.new]
    known = [update.old for update in updates if update.old and _find(folder, update.old)]
    if setting(folder, f"remote.{remote}.url"):
        known.append(f"--remotes={remote}")
    return _select(folder, updates, tuple(known))


def _select(folder: str, updates: list[Update], exclude: tuple[str, ...]) -> Selection:
    commits, loose, tags = [], [], []
    for update in updates:
        try:
            commit = run_git(folder, "rev-parse", "--verify", "--quiet", f"{update.new}^{{commit}}")
            commits.append(commit)
        except GitGaveUpError:
            raise
        except GitError:
            commit = ""
            loose += find_loose(folder, update.new, update.ref)
        if commit != update.new and run_git(folder, "cat-file", "-t", update.new) == "tag":
            tags.append((update.new, update.ref.removeprefix("refs/tags/")))
    return Selection(tuple(dict.fromkeys(commits)), exclude, tuple(loose), tuple(tags))


def _words(line: str, number: int) -> list[str]:
    words = line.rstrip("\n").split(" ", number - 1)
    if len(words) != number:
        raise UsageError("standard input isn't what git gives to this hook; it is git that calls this command")
    return words


def _update(ref: str, old: str, new: str) -> Update:
    for identity in (old, new):
        if not identity or identity.strip("0123456789abcdef"):
            raise UsageError("standard input isn't what git gives to this hook; it is git that calls this command")
    return Update(ref, old if old.strip("0") else "", new if new.strip("0") else "")
