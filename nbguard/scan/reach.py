"""How far a value has come: is it in a commit already, and did that leave this machine? The next step hangs on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.errors import NbguardError
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord

# Somebody waits: of more files and branches than these, it isn't asked.
_MOST_FILES = 20
_MOST_BRANCHES = 20


def find_reach(findings: Iterable[FindingRecord], config: Config) -> dict[tuple[str, str], str]:
    """For path and fingerprint of a credential: a branch that was pushed and has it, or empty where only HEAD does.

    What isn't in the answer stands in the newest version of neither. Only these versions are looked at, not the
    history. Where git can't say, the answer is empty.
    """
    counted = [f for f in findings if f.waived is None and f.kind == "credential" and f.origin is None]
    paths = list(dict.fromkeys(f.path for f in counted if "!/" not in f.path and not f.path.startswith("<")))
    wanted = {(f.path, f.fingerprint) for f in counted}
    try:
        return {key: branch for key, branch in _look(paths[:_MOST_FILES], config).items() if key in wanted}
    except (NbguardError, OSError):
        return {}


def are_here_only(findings: Iterable[FindingRecord], root: str) -> bool:
    """Whether no branch of a remote, as far as this clone knows them, has any commit that findings are in."""
    from nbguard.repository.git import run_git

    commits = list({f.origin.commit for f in findings if f.waived is None and f.origin and f.origin.commit})
    try:
        others = run_git(root, "rev-list", "--no-walk", *commits, "--not", "--remotes") if commits else ""
    except NbguardError:
        return False
    return len(others.split()) == len(commits)


def _look(paths: list[str], config: Config) -> dict[tuple[str, str], str]:
    from nbguard.repository.git import top_of
    from nbguard.repository.objects import read_contents
    from nbguard.scan.scanner import Scanner

    if not paths or work_tree_around(os.path.realpath(config.root)) is None:
        return {}
    top = top_of(config.root)
    versions = list(_versions(top, paths, config.root))
    blobs = list(dict.fromkeys(blob for _, _, blob in versions))
    contents = {content.blob: content.raw for content in read_contents(top, blobs, config.max_file_size)}
    scanner = Scanner(config, frozenset(("credential",)))
    marks: dict[tuple[str, str], set[str]] = {}
    reach: dict[tuple[str, str], str] = {}
    for path, branch, blob in versions:
        if (path, blob) not in marks:
            scanned = scanner.scan(path, contents.get(blob, b""))
            judged = scanner.judge(scanned.document, scanned.findings) if scanned.document else ()
            marks[path, blob] = {record.fingerprint for _, record in judged}
        for mark in marks[path, blob]:
            # A branch that was pushed says more than HEAD, which comes first.
            reach[path, mark] = reach.get((path, mark)) or branch
    return reach


def _versions(top: str, paths: list[str], root: str) -> Iterator[tuple[str, str, str]]:
    """Path, pushed branch (empty: HEAD) and blob of the newest versions of files."""
    from nbguard.repository.git import run_git, run_git_bytes

    listed = run_git(top, "for-each-ref", "--format=%(refname)", f"--count={_MOST_BRANCHES}", "refs/remotes")
    for ref in ("HEAD", *filter(None, listed.split("\n"))):
        try:
            tree = run_git_bytes(top, "ls-tree", "-r", "-z", "--full-tree", ref, "--", *_literal(paths, root, top))
        except NbguardError:
            continue  # no commit yet, or a branch that is gone
        branch = "" if ref == "HEAD" else ref.removeprefix("refs/remotes/")
        below = os.path.relpath(root, top).replace(os.sep, "/")
        for entry in filter(None, tree.split(b"\0")):
            kind, _, name = entry.partition(b"\t")
            mode, _, blob = kind.decode("ascii").split(" ")
            path = os.fsdecode(name)
            if mode.startswith("100"):
                yield (path if below == "." else path.removeprefix(f"{below}/")), branch, blob


def _literal(paths: list[str], root: str, top: str) -> list[str]:
    return [os.path.relpath(os.path.join(root, path), top).replace(os.sep, "/") for path in paths]
