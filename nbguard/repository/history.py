"""Chooses commits: a range, what came since, everything; and says who made them and which refs have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.git import git_path, run_git, start_git
from nbguard.repository.git_errors import GitError, GitGaveUpError
from nbguard.repository.stream import read_lines, spool

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_NAMES = 500


class Selection(NamedTuple):
    """Commits: what ``include`` reaches and ``exclude`` doesn't. All are ids, or options of rev-list that we chose.

    ``loose`` are blobs and trees that refs name directly, ``tags`` are tags with a message, both as pairs of id and the
    ref's name. ``broken`` are refs that name what git can't read: they are left out. Of the commits ``trees`` all files
    count, whatever they changed.
    """

    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    loose: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    broken: tuple[str, ...] = ()
    trees: tuple[str, ...] = ()


class Commit(NamedTuple):
    """Who made a commit and when: ``date`` is the author's, in ISO 8601."""

    id: str
    author: str
    date: str


def resolve(folder: str, revision: str) -> str:
    """The id of the commit a person names. Raises UsageError where there is none."""
    name = revision or "HEAD"
    try:
        return run_git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except GitGaveUpError:
        raise
    except GitError:
        raise UsageError(_why_none(folder, name)) from None


def _why_none(folder: str, name: str) -> str:
    """Why a revision names no commit."""
    if run_git(folder, "rev-parse", "--is-shallow-repository") == "true":
        return f"{name!r} names no commit of this shallow clone: git fetch --unshallow"
    if not run_git(folder, "rev-list", "--all", "--max-count=1"):
        return "there is no commit here yet"
    return f"{name!r} names no commit here"


def select_range(folder: str, text: str) -> Selection:
    """The commits of ``A..B`` (or ``A...B``): those that B has and A hasn't. An empty side is HEAD.

    Raises UsageError.
    """
    before, dots, after = text.partition("..")
    if not dots:
        raise UsageError(f"{text!r} is no range; write A..B, or use --since A for what came after A")
    return Selection((resolve(folder, after.removeprefix(".")),), (resolve(folder, before),))


def select_since(folder: str, revision: str) -> Selection:
    """The commits that HEAD has and a revision hasn't. Raises UsageError."""
    return Selection((resolve(folder, "HEAD"),), (resolve(folder, revision),))


def select_everything(folder: str) -> Selection:
    """All that refs and their logs reach, stashes too. Raises GitError where this is no repository."""
    # Refs are listed as "id type" and, for tags, of what the tag stands for.
    form = "%(objectname) %(objecttype) %(*objectname) %(*objecttype)%00%(refname)"
    loose, tags = [], []
    lines, broken = _list_refs(folder, f"--format={form}")
    for line in lines:
        objects, _, name = line.partition("\0")
        identity, kind, *peeled = objects.split()
        if kind == "tag":
            tags.append((identity, name.removeprefix("refs/tags/")))
        if (peeled or [identity, kind])[-1] != "commit":
            loose += find_loose(folder, identity, name)
    left_out = [f"--exclude={name}" for name in broken]
    return Selection((*left_out, "--all", "--reflog"), (), tuple(loose), tuple(tags), tuple(broken))


def _list_refs(folder: str, form: str) -> tuple[list[str], list[str]]:
    """Every ref in a form of for-each-ref, and the names of those that git can't read. One of these ends a listing."""
    try:
        return read_lines(folder, "for-each-ref", form), []
    except GitGaveUpError:
        raise
    except GitError:
        waiting = [read_lines(folder, "for-each-ref", "--format=%(refname)")]
    lines: list[str] = []
    broken: list[str] = []
    while waiting:
        names = waiting.pop()
        try:
            # A command line holds some thousand names.
            if len(names) > _MOST_NAMES:
                waiting += [names[:_MOST_NAMES], names[_MOST_NAMES:]]
            else:
                lines += read_lines(folder, "for-each-ref", form, *names)
        except GitError:
            middle = len(names) // 2
            waiting += [names[:middle], names[middle:]] if middle else []
            broken += [] if middle else names
            if len(broken) > _MOST_NAMES:
                raise
    return lines, broken


def find_loose(folder: str, tip: str, name: str) -> list[tuple[str, str]]:
    """What a ref names if it is no commit: the blob or tree, else nothing. Such refs are nowhere in a log."""
    try:
        peeled = run_git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{tip}^{{}}")
        kind = run_git(folder, "cat-file", "-t", peeled)
    except GitGaveUpError:
        raise  # what can't be asked about isn't loose: it isn't known
    except GitError:
        return []
    return [(peeled, name)] if kind in ("blob", "tree") else []


def read_commits(folder: str, identities: Sequence[str]) -> dict[str, Commit]:
    """Author and date of commits, by id."""
    found = {}
    with (
        spool(f"{identity}\n".encode() for identity in identities) as wanted,
        start_git(folder, "cat-file", "--batch", "--buffer", stdin=wanted) as command,
    ):
        while head := command.output.readline():
            identity, _, size = head.decode("ascii").rstrip("\n").rpartition(" ")
            if size.isdigit():
                key = identity.split(" ")[0]
                found[key] = _parse_commit(key, command.output.read(int(size) + 1).decode("utf-8", "replace"))
    return found


def _parse_commit(identity: str, text: str) -> Commit:
    """Author and date of a commit object; empty where somebody wrote nonsense there."""
    # GitPython knows how git writes people and times. Its import takes 110 ms, and only findings need it.
    from git.objects.util import from_timestamp, parse_actor_and_date

    head = text.partition("\n\n")[0].split("\n")
    line = next((line for line in head if line.startswith("author ")), "")
    actor, seconds, offset = parse_actor_and_date(line)
    if actor.email is None:
        return Commit(identity, "", "")
    try:
        date = from_timestamp(seconds, offset).isoformat()
    except (ValueError, OverflowError, OSError):
        date = ""
    return Commit(identity, f"{actor.name or ''} <{actor.email}>".strip(), date)


def shallow_commits(folder: str) -> frozenset[str]:
    """The commits at which a shallow clone ends; none in a whole one."""
    try:
        with open(git_path(folder, "shallow"), encoding="ascii", errors="replace") as file:
            return frozenset(file.read().split())
    except FileNotFoundError:
        return frozenset()


def refs_with(folder: str, commits: Sequence[str]) -> list[str]:
    """The refs whose history holds any of these commits, by their full names. Those of a submodule are in none."""
    found: dict[str, None] = {}
    # Git lists nothing at all when it is asked for a commit that it doesn't have.
    commits = list(read_commits(folder, commits))
    # A command line holds some thousand ids.
    for start in range(0, len(commits), 1000):
        wanted = [word for commit in commits[start : start + 1000] for word in ("--contains", commit)]
        found |= dict.fromkeys(read_lines(folder, "for-each-ref", "--format=%(refname)", *wanted))
    return sorted(found)
