"""Reads git's configuration."""

from __future__ import annotations


def read_setting(name: str, scope: str = "") -> str:
    """The value of a git setting, empty where it isn't set or there is no git.

    ``scope`` is ``local``, ``global`` or ``system``; without one, git looks in all of them, as it does by itself.
    """
    try:
        from git import Git
        from git.exc import CommandError
    except ImportError:  # GitPython says so when there is no git
        return ""
    try:
        return str(Git().config(*([f"--{scope}"] if scope else []), "--get", name))
    except CommandError:
        return ""
