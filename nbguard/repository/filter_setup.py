"""Sets git up to run the filter, and takes that out again. Everything can be done twice."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.attributes import add_lines, other_filters, remove_lines
from nbguard.repository.git import common_path, git_path, run_git, setting, top_of
from nbguard.repository.git_errors import GitError

_DRIVER = "filter.nbguard"
_TEXTCONV = "diff.nbguard.textconv"
# The file that --attributes named, for uninstall.
_NAMED_IN = "nbguard.attributes"
_STORE = os.path.join("nbguard", "outputs")


class FilterState(NamedTuple):
    """Whether the filter works here: ``problems`` says what is in the way, ``others`` which filters are beside it."""

    process: str
    attributes: str
    active: bool
    problems: tuple[str, ...]
    others: tuple[str, ...]


def filter_settings(store: str = "") -> dict[str, str]:
    """Git's settings for the filter, which keeps outputs in the folder ``store``, if one is given.

    The interpreter is named by its path: in many editors, PATH leads to another one, or to none.
    """
    command = f"{quote(sys.executable)} -I -S {quote(start_script())}"
    return {
        f"{_DRIVER}.process": f"{command} process {quote(store)}" if store else f"{command} process",
        f"{_DRIVER}.clean": f"{command} clean %f",
        f"{_DRIVER}.smudge": "cat",
        f"{_DRIVER}.required": "true",
        _TEXTCONV: f"{command} textconv",
    }


def own_drivers(folder: str) -> dict[str, str]:
    """The settings that let git run our filter, as this installation has it, whatever the repository's own say.

    Outputs are kept where they are kept already. Raises GitError.
    """
    store = output_store(folder)
    settings = filter_settings(store if os.path.isdir(store) else "")
    return {name: value for name, value in settings.items() if name.startswith(f"{_DRIVER}.")}


def install_filter(
    folder: str, scope: str = "local", attributes: str | None = None, keep_outputs: bool | None = None
) -> bool:
    """Sets the filter up for the repository around ``folder``, for the user (``global``) or the machine (``system``).

    ``attributes`` is the file to name it in, else git's own one of that scope. ``keep_outputs`` says whether outputs
    are kept inside ``.git`` and come back on checkout; None leaves that as it is. Returns whether anything changed.
    Raises UsageError.
    """
    store = ""
    if scope == "local":
        top_of(folder)
        store = output_store(folder)
        if keep_outputs:
            _make_folder(store)
        keep_outputs = os.path.isdir(store) if keep_outputs is None else keep_outputs
    changed = False
    for name, value in filter_settings(store if keep_outputs else "").items():
        if setting(folder, name, scope) != value:
            run_git(folder, "config", f"--{scope}", "--replace-all", name, value)
            changed = True
    if attributes and setting(folder, _NAMED_IN, scope) != os.path.abspath(attributes):
        run_git(folder, "config", f"--{scope}", "--replace-all", _NAMED_IN, os.path.abspath(attributes))
        changed = True
    return add_lines(attributes or attributes_file(folder, scope)) or changed


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'no folder').lower()}; outputs can't be kept there") from None


def uninstall_filter(folder: str, scope: str = "local", attributes: str | None = None) -> bool:
    """Takes out exactly what ``install_filter`` put in. Returns whether anything changed. Raises UsageError."""
    if scope == "local":
        top_of(folder)
    places = {attributes_file(folder, scope), setting(folder, _NAMED_IN, scope), attributes or ""} - {""}
    changed = False
    for name in (*filter_settings(), _NAMED_IN):
        if setting(folder, name, scope):
            run_git(folder, "config", f"--{scope}", "--unset-all", name)
            changed = True
    for place in sorted(places):
        changed = remove_lines(place) or changed
    return changed


def find_filter(folder: str) -> FilterState:
    """What git would do with a notebook in this work tree. Raises UsageError outside of one."""
    top = top_of(folder)
    process = setting(folder, f"{_DRIVER}.process")
    problems = []
    answer = run_git(top, "check-attr", "filter", "--", "nbguard-test.ipynb").rpartition(": ")[2]
    active = bool(process) and answer == "nbguard"
    if answer == "nbguard" and not process:
        problems.append("notebooks have the attribute filter=nbguard, but no filter of this name is set up")
    if process and answer != "nbguard":
        problems.append(f"the filter is set up, but notebooks have the attribute filter={answer}")
    settings = (filter_settings(store)[f"{_DRIVER}.process"] for store in ("", output_store(folder)))
    if process and process not in settings:
        problems += _what_is_wrong(process)
    if process and setting(folder, f"{_DRIVER}.required") != "true":
        problems.append("filter.nbguard.required is not true: when the filter fails, git adds notebooks unstripped")
    path = attributes_file(folder, "local")
    others = (*other_filters(path), *other_filters(os.path.join(top, ".gitattributes")))
    return FilterState(process, path, active, tuple(problems), others)


def attributes_file(folder: str, scope: str) -> str:
    """Git's attributes file of a scope. Raises UsageError."""
    if scope == "local":
        return git_path(folder, "info/attributes")
    configured = setting(folder, "core.attributesFile", scope)
    if configured:
        return os.path.expanduser(configured)
    try:
        found = run_git(folder, "var", f"GIT_ATTR_{scope.upper()}")
    except GitError:  # git before 2.41 doesn't say
        found = ""
    if found:
        return found
    if scope == "system":
        return "/etc/gitattributes"
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return os.path.join(home, "git", "attributes")


def output_store(folder: str) -> str:
    """Where the outputs of this repository's notebooks are kept, if they are: one place for all its worktrees."""
    return common_path(folder, _STORE)


def start_script() -> str:
    """The script that starts the filter."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.path.join(package, "cli", "filter_start.py")


def quote(path: str) -> str:
    """A path as the shell that git calls reads it, on Windows too."""
    if "\0" in path or "\n" in path:
        raise UsageError(f"git can't run an interpreter whose path holds a line feed: {path!r}")
    return "'" + path.replace(os.sep, "/").replace("'", "'\\''") + "'"


def _what_is_wrong(command: str) -> list[str]:
    import shlex

    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    missing = [word for word in words if "/" in word and not os.path.exists(word)]
    if missing:
        return [f"the filter's program is gone: {missing[0]}; run `nbguard install` again"]
    return [f"the filter is run by another installation: {command}"]
