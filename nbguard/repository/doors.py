"""The doors that are set up in a repository: filter, hooks, CI; how they go together, and which are in the way."""

from __future__ import annotations

import os
import re
from glob import escape, glob
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.named_files import read_inside
from nbguard.errors import UnreadableError
from nbguard.lazy_regex import lazy_regex
from nbguard.repository.filter_setup import find_filter
from nbguard.repository.hooks import FRAMEWORK_FILES, PUSH_HOOK, has_hook, place_by_hand

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where CI services read what to do, from the top of a repository.
_CI_FILES = (
    ".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml", "azure-pipelines.yml", "Jenkinsfile",
    "bitbucket-pipelines.yml", ".circleci/config.yml", ".buildkite/pipeline.yml", ".woodpecker.yml",
    ".woodpecker/*.yml", ".drone.yml",
)  # fmt: skip
_HOOK_ID = lazy_regex(rb"""\bid['"]?\s*[:=]\s*['"]?([\w-]+)""")
_COMMENT = lazy_regex(rb"^[ \t]*(?:#|//).*$", re.MULTILINE)
# Bytes. Such files are a few hundred lines that somebody wrote.
_LARGEST = 1_000_000
_STRIPPING = ("nbguard", "nbguard-strip")
# Hooks of other tools that take outputs out of working copies, with who makes them.
_OTHER_STRIPPERS = ("nbstripout", "nb-clean", "clear-notebook-output", "databooks-meta", "nbdev_clean")


class Doors(NamedTuple):
    """What is set up: ``hook`` and ``push_hook`` are our own lines in git's hooks, ``framework`` the ids of the hooks
    in the configuration of the pre-commit framework, ``ci`` the files of CI services that name nbguard; ``by_hand``
    is the file in which somebody wrote our commands for a hook: git's own, husky's or lefthook's.
    """

    filter: bool
    hook: bool
    push_hook: bool
    framework: tuple[str, ...]
    ci: tuple[str, ...]
    by_hand: str = ""

    @property
    def own_framework(self) -> tuple[str, ...]:
        """The hooks of ours that the framework runs."""
        return tuple(name for name in self.framework if name.startswith("nbguard"))

    @property
    def guard_commits(self) -> bool:
        """Whether anything of ours is asked to look at a commit."""
        return self.filter or self.hook or bool(self.by_hand or self.own_framework)


def find_doors(top: str) -> Doors:
    """Looks at the repository whose work tree's top is ``top``. Raises UsageError."""
    named = [name for file in FRAMEWORK_FILES for name in _HOOK_ID.findall(_read(top, file))]
    paths = sorted(path for pattern in _CI_FILES for path in glob(os.path.join(escape(top), pattern)))
    files = [os.path.relpath(path, top) for path in paths]
    return Doors(
        find_filter(top).active,
        has_hook(top),
        has_hook(top, PUSH_HOOK),
        tuple(name.decode("ascii", "replace") for name in dict.fromkeys(named)),
        tuple(name.replace(os.sep, "/") for name in files if b"nbguard" in _read(top, name)),
        place_by_hand(top),
    )


def describe(doors: Doors) -> str:
    """The doors in the order in which a change meets them, and what one leaves to the next; empty without any."""
    names = []
    if doors.filter:
        names.append("the filter strips what is added, and working copies keep their outputs")
    if doors.hook:
        names.append("our pre-commit hook strips in the index and scans")
    if doors.by_hand:
        names.append(f"{doors.by_hand} runs nbguard before a commit")
    if doors.own_framework:
        strips = any(name in _STRIPPING for name in doors.own_framework)
        what = "working copies that are staged stripped stay" if doors.filter else "working copies are stripped"
        names.append(f"pre-commit runs {', '.join(doors.own_framework)}{f': {what}' if strips else ''}")
    if doors.push_hook:
        names.append("the pre-push hook scans what is pushed")
    if doors.ci:
        names.append(f"CI scans ({', '.join(doors.ci)})")
    return "; ".join(names)


def find_conflicts(doors: Doors) -> Iterator[tuple[str, str]]:
    """Doors that get in each other's way, each with what to do."""
    if doors.hook and doors.own_framework:
        yield (
            f"our own hook and pre-commit's ({', '.join(doors.own_framework)}) both look at a commit",
            "run `nbguard uninstall --hooks`, or take nbguard out of the configuration of pre-commit",
        )
    others = other_strippers(doors)
    if others and (doors.filter or doors.hook or doors.own_framework):
        why = (
            "takes outputs out of working copies, which the filter keeps" if doors.filter else "does what nbguard does"
        )
        yield f"pre-commit runs {others[0]} beside nbguard: it {why}", f"take {others[0]} out of its configuration"


def other_strippers(doors: Doors) -> list[str]:
    """The hooks of other tools that the framework runs and that take outputs out."""
    return [name for name in doors.framework if name in _OTHER_STRIPPERS]


def _read(top: str, name: str) -> bytes:
    """What a file of the repository says, without the lines that are comments as a whole."""
    try:
        raw = read_inside(top, name, _LARGEST) or b""
    except UnreadableError:
        return b""  # too large, elsewhere, or no file: nothing that somebody wrote by hand
    return _COMMENT.sub(b"", raw)
