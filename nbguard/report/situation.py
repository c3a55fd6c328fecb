"""Where a report is read: at which door, by whom, and how far what was found has come. The next step hangs on it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple
from nbguard.version import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbguard.policy.policy_settings import Config

_NOWHERE: Mapping[tuple[str, str], str] = {}
FORMS = ("full", "concise", "grouped")


def _by_mark(_rule: str, _kind: str, _path: str) -> str:
    return "mark"


class Situation(NamedTuple):
    """``door`` is ``scan``, ``hook``, ``ci``, ``pre-push`` or ``pre-receive``. ``missing``
    says in lines how a person gets at nbguard where a shell doesn't find it. Paths of the report begin at ``folder``.

    ``reach`` says of a path and a fingerprint where the value is committed already: the name of a branch that was
    pushed, or empty for commits of this clone only. ``new_allows``: an allow counts that comes with what is judged.
    ``accepted_by`` says of a rule, a kind and a path what can accept a finding (see verdict.acceptance_of).
    ``has_left`` says of commits whether they may have left this machine.
    """

    door: str = "scan"
    missing: tuple[str, ...] = ()
    folder: str = ""
    reach: Mapping[tuple[str, str], str] = _NOWHERE
    new_allows: bool = True
    accepted_by: Callable[[str, str, str], str] = _by_mark
    has_left: bool = True

    def shown(self, path: str) -> str:
        """A path of the report, from where the reader stands."""
        if not self.folder or path.startswith("<") or os.path.isabs(path):
            return path
        shown = os.path.relpath(os.path.join(self.folder, path))
        return path if shown.startswith("..") else shown


class Telling(NamedTuple):
    """How the text report is told: its form (one of FORMS), how much of it, and to whom."""

    form: str = "full"
    quiet: bool = False
    verbose: bool = False
    situation: Situation = Situation()


def find_situation(door: str, config: Config) -> Situation:
    """The situation of this process at a door, under a policy; a scan that a hook runs is at the door ``hook``."""
    from nbguard.policy.verdict import acceptance_of

    in_hook = "PRE_COMMIT" in os.environ or "GIT_INDEX_FILE" in os.environ
    situation = Situation("hook" if door == "scan" and in_hook else door, _how_to_call(), config.root)
    return situation._replace(
        accepted_by=lambda rule, kind, path: acceptance_of(rule, kind, path, config), has_left=door != "pre-push"
    )


def _how_to_call() -> tuple[str, ...]:
    """What to say to a person whose shell doesn't find nbguard, a command in a line of its own; empty where it does."""
    framework = "PRE_COMMIT" in os.environ  # its own environment comes first in the PATH, and in no shell's
    own = os.path.dirname(sys.executable)
    if _on_path("nbguard", own if framework else ""):
        return ()
    if framework:
        return ("To have nbguard in your shell, once:", f"    {_how_to_install()}")
    from nbguard.report.shell_word import quote

    return ("Your shell doesn't find nbguard; it runs as:", f"    {quote(sys.executable)} -m nbguard")


def _how_to_install() -> str:
    """The command by which this person gets nbguard on the PATH, with what is there already."""
    if _on_path("uv", ""):
        return f"uv tool install {SOURCE}"
    # Never pip: many systems keep packages out of the Python that they bring (PEP 668).
    more = "" if _on_path("pipx", "") else "    # pipx is among the system's packages"
    return f"pipx install {SOURCE}{more}"


def _on_path(name: str, hidden: str) -> str:
    """Where a command is, not looking into the folder ``hidden``; empty where it isn't."""
    # Not by shutil, which costs 3 ms.
    ends = ("", ".exe", ".cmd") if os.name == "nt" else ("",)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and not (hidden and os.path.realpath(folder) == os.path.realpath(hidden)):
            for end in ends:
                path = os.path.join(folder, name + end)
                if os.path.isfile(path) and os.access(path, os.X_OK):
                    return path
    return ""
