"""What `nbguard init` would change in a repository: files with their new content, and what is left to a person."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.adoption.framework_file import change_framework_file
from nbguard.repository.adoption.surveying import FRAMEWORK_FILE, REPLACED, Survey
from nbguard.repository.small_files import read_small
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOOK = f"""\
- repo: https://github.com/nbguard/nbguard
  rev: v{__version__}
  hooks:
  - id: nbguard
"""
_WORKFLOW = f"""\
# Scans the commits of each push and pull request; it needs to read the code and nothing else.
name: nbguard
on: [push, pull_request]
permissions:
  contents: read
jobs:
  nbguard:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683  # v4.2.2
        with: {{fetch-depth: 0, persist-credentials: false}}
      - uses: nbguard/nbguard@v{__version__}  # pin it to a commit
"""
_GITLAB = f"""
# Scans the commits of each push and merge request.
include:
  - remote: https://raw.githubusercontent.com/nbguard/nbguard/v{__version__}/docs/templates/gitlab.yml
"""
_CONFIGURATION = """\
# nbguard's settings: hook, filter, CI and command line follow them. All of them are in docs/configuration.md of
# https://github.com/nbguard/nbguard. Without a line here, the default counts, which the comments name.

# What isn't looked at (globs). It is counted in every report.
# exclude = ["docs/examples/**"]

# Rules that never count, and those of a severity of your own.
# disable = ["unpinned-install"]
# [severity]
# ionq-api-key = "critical"
"""
# How nbstripout and nb-clean have git show differences.
_DIFFS = ("*.ipynb diff=ipynb", "*.ipynb diff=jupyternotebook")


class Change(NamedTuple):
    """A file that gets other content. ``why`` says so in one line; without ``after``, git or a command does it."""

    why: str
    path: str = ""
    before: bytes = b""
    after: bytes = b""


class Plan(NamedTuple):
    """What is done, in its order, and what is left to a person, each in a sentence.

    ``filter`` and ``hook``: git's filter and our own hook are set up. ``drivers`` are settings of other filters that
    go. ``baselines`` are taken over.
    """

    changes: tuple[Change, ...]
    filter: bool
    hook: bool
    drivers: tuple[str, ...]
    baselines: tuple[str, ...]
    by_hand: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether all is there already."""
        return not (self.changes or self.filter or self.hook or self.drivers or self.baselines)


def make_plan(found: Survey, *, ci: bool = True, kept: tuple[str, ...] = ()) -> Plan:
    """What to do in a repository as it was found. ``kept`` names other tools that stay; ``ci``: a CI file is wanted."""
    changes: list[Change] = []
    by_hand: list[str] = []
    changes += _framework(found, kept, by_hand)
    changes += _attributes(found, kept)
    if not found.configuration:
        changes.append(_new(found, "nbguard.toml", _configuration_of(found), "settings, with comments"))
    if ci and not found.doors.ci:
        changes += _ci(found, by_hand)
    by_hand += _owner(found)
    stripped_by_filter = bool(found.filters or found.drivers)
    plain = not found.framework and not found.hook_owner
    return Plan(
        tuple(changes),
        filter=not found.doors.filter and (stripped_by_filter or plain) and not set(kept) & set(found.drivers),
        hook=plain and not found.doors.hook,
        drivers=tuple(name for name in found.drivers if name not in kept),
        baselines=tuple(found.baselines),
        by_hand=tuple(by_hand),
    )


def _framework(found: Survey, kept: tuple[str, ...], by_hand: list[str]) -> Iterator[Change]:
    if not found.framework:
        return
    path = os.path.join(found.top, FRAMEWORK_FILE)
    before = read_small(path)
    old = [name for name in found.doors.framework if REPLACED.get(name, "") not in ("", *kept)]
    try:
        after = change_framework_file(before.decode("utf-8"), _HOOK, old).encode()
    except (UsageError, UnicodeDecodeError) as error:
        why = "it isn't UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        gone = f", and take out {', '.join(old)}" if old else ""
        by_hand.append(f"{FRAMEWORK_FILE}: {why}; put the hook nbguard in{gone}")
        return
    if after != before:
        gone = f"; {', '.join(old)} out" if old else ""
        yield Change(f"{FRAMEWORK_FILE}: the hook nbguard in{gone}", path, before, after)


def _attributes(found: Survey, kept: tuple[str, ...]) -> Iterator[Change]:
    """The lines that name another stripper's filter go, and with them its way to show differences."""
    for path, lines in found.filters:
        gone = [line for line in lines if not any(f"filter={name}" in line for name in kept)]
        if not gone:
            continue
        before = read_small(path)
        text = before.decode("utf-8", "surrogateescape").splitlines(keepends=True)
        left = [line for line in text if line.strip() not in (*gone, *_DIFFS)]
        after = "".join(left).encode("utf-8", "surrogateescape")
        name = os.path.relpath(path, found.top)
        yield Change(f"{name}: {gone[0]} out", path, before, after)


def _configuration_of(found: Survey) -> str:
    text = _CONFIGURATION
    if found.gitleaks_rules:
        text += (
            "\n# The rules that gitleaks used here count as well; this needs `nbguard[rules]`, in the hook by\n"
            f'# `additional_dependencies: ["google-re2"]`.\n# rules = ["{found.gitleaks_rules}"]\n'
        )
    return text


def _ci(found: Survey, by_hand: list[str]) -> Iterator[Change]:
    if found.ci == "github":
        yield _new(found, ".github/workflows/nbguard.yml", _WORKFLOW, "scans each push and pull request")
    elif found.ci == "gitlab":
        path = os.path.join(found.top, ".gitlab-ci.yml")
        before = read_small(path)
        if b"\ninclude:" in b"\n" + before:
            remote = _GITLAB.strip().splitlines()[-1].strip()
            by_hand.append(f".gitlab-ci.yml has an `include` already; add to it: {remote}")
        else:
            after = before + (b"" if before.endswith(b"\n") or not before else b"\n") + _GITLAB.lstrip().encode()
            yield Change(".gitlab-ci.yml: scans each push and merge request", path, before, after)
    else:
        by_hand.append("CI: no service was recognised; `nbguard ci` is the job (docs/ci.md)")


def _owner(found: Survey) -> Iterator[str]:
    if found.framework or found.doors.hook:
        return
    if found.hook_owner == "lefthook":
        yield "lefthook has the hooks here; have its pre-commit run `nbguard scan --staged` (docs/other-hooks.md)"
    elif found.hook_owner == "husky":
        yield "husky has the hooks here; put `nbguard scan --staged` into .husky/pre-commit (docs/other-hooks.md)"
    elif found.hook_owner == "jj":
        yield "jj runs no hooks of git; run `nbguard scan` before `jj git push`, and CI (docs/other-hooks.md)"


def _new(found: Survey, name: str, text: str, why: str) -> Change:
    return Change(f"{name}: new, {why}", os.path.join(found.top, *name.split("/")), b"", text.encode())
