"""What the hooks and filters of other tools were told, said in our settings, and what can't be said in them.

Options: https://github.com/Yelp/detect-secrets#readme. Hooks: https://pre-commit.com/#pre-commit-configyaml---hooks
"""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.errors import UsageError
from nbguard.policy.globs import matches, matches_any
from nbguard.repository.adoption.framework_file import hooks_of, read_repos
from nbguard.repository.adoption.gitleaks_settings import left_out_by_gitleaks
from nbguard.repository.adoption.regex_to_glob import as_globs
from nbguard.repository.adoption.stripper_options import join_options, options_of, split_options
from nbguard.repository.adoption.surveying import FRAMEWORK_FILE, REPLACED, STRIPPERS, Survey, is_notebook
from nbguard.repository.git import setting
from nbguard.repository.own_files import read_own, what_is_foreign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Options of the scanners that say where and how they report: nothing is lost with them.
_WITHOUT_MEANING = (
    "--staged", "--pre-commit", "--redact", "--verbose", "-v", "--no-banner", "--no-color", "--log-level", "-l",
    "--json", "--",
)  # fmt: skip
# Keys of a hook that say when and on what it runs, with what is usual for a stripper.
_USUAL = {
    "files": (r"\.ipynb$", r".*\.ipynb$", r"\.(ipynb)$", r"^.*\.ipynb$", "ipynb$", ""),
    "exclude": ("^$", ""),
    "types": (["jupyter"], ["file"], ["text"]),
    "types_or": (["jupyter"], ["file"], ["text"]),
    "exclude_types": ([],),
    "stages": (["pre-commit"], ["commit"], []),
}


class OldSettings(NamedTuple):
    """What goes on under nbguard.

    ``strip`` and ``exclude`` are for the configuration. ``scopes`` has, for each hook of a stripper, the keys that
    say on what it ran. ``by_hand`` names what isn't taken over. ``differing`` are options of [strip] on which two
    strippers don't agree.
    """

    strip: Mapping[str, Any]
    exclude: tuple[str, ...]
    scopes: tuple[Mapping[str, Any], ...]
    by_hand: tuple[str, ...]
    differing: tuple[str, ...]


class _Run(NamedTuple):
    tool: str
    words: tuple[str, ...]
    scope: Mapping[str, Any]
    is_hook: bool


def read_old_settings(found: Survey, kept: tuple[str, ...]) -> OldSettings:
    """The settings of the tools that are in use; those of strippers in ``kept`` too, for nbguard strips beside them.

    Raises UsageError for a file that can't be read.
    """
    runs = [*_hooks(found), *_drivers(found)]
    by_hand: list[str] = []
    strip, differing = _agreed([run for run in runs if run.tool in STRIPPERS], by_hand)
    scopes = [run.scope for run in runs if run.tool in STRIPPERS and run.is_hook]
    regexes: list[tuple[str, str]] = []
    for run in runs:
        if run.tool not in (*STRIPPERS, *kept):
            regexes += _scanner_options(run, by_hand)
    if "detect-secrets" not in kept and ".secrets.baseline" in found.baselines:
        regexes += _filters_of_baseline(found, by_hand)
    if "gitleaks" not in kept and any(run.tool == "gitleaks" for run in runs):
        regexes += left_out_by_gitleaks(found.top, by_hand)
    exclude = tuple(dict.fromkeys(_globs(regexes, found, by_hand)))
    different = () if not all(scopes) else tuple(scope for at, scope in enumerate(scopes) if scope not in scopes[:at])
    return OldSettings(strip, exclude, different, tuple(dict.fromkeys(by_hand)), differing)


def _agreed(runs: list[_Run], by_hand: list[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The options of all strippers together, and those on which they differ."""
    told = [(run, options_of(run.tool, run.words, by_hand)) for run in runs]
    hooks = [run for run in runs if run.is_hook]
    if len(hooks) > 1 and all(run.scope == hooks[0].scope for run in hooks):
        together = join_options([(run.tool, options) for run, options in told if run.is_hook], by_hand)
        told = [(hooks[0], together), *((run, options) for run, options in told if not run.is_hook)]
    every = [options for _, options in told]
    names = sorted({name for options in every for name in options})
    differing = tuple(name for name in names if any(options.get(name) != every[0].get(name) for options in every))
    return {name: every[0][name] for name in names if name not in differing}, differing


def _globs(regexes: list[tuple[str, str]], found: Survey, by_hand: list[str]) -> Iterator[str]:
    for place, regex in dict.fromkeys(regexes):
        globs = as_globs(regex)
        if globs is None or not _is_covered(regex, globs, found):
            by_hand.append(f"{place} {regex!r}: say it as globs in `exclude` of nbguard.toml")
        elif hidden := [glob for glob in globs if _hides_notebooks(glob, found)]:
            by_hand.append(f"{place} {regex!r}: `exclude` = {json.dumps(hidden)} would leave notebooks unstripped, too")
        else:
            yield from globs


def _hooks(found: Survey) -> Iterator[_Run]:
    path = os.path.join(found.top, FRAMEWORK_FILE)
    if not found.framework or what_is_foreign(found.top, path):
        return  # planning leaves the file to a person, old hooks and all
    try:
        _, repos = read_repos(read_own(found.top, path).decode("utf-8"))
    except UnicodeDecodeError:
        return  # that one, too
    except UsageError as error:
        raise UsageError(f"{FRAMEWORK_FILE}: {error}; nothing was changed") from None
    for repo in repos:
        for hook in hooks_of(repo):
            tool = REPLACED.get(str(hook.get("id")), "")
            if tool:
                args = hook.get("args")
                words = _after(tool, str(hook.get("entry", "")))
                words += [str(word) for word in args] if isinstance(args, list) else []
                scope = {key: hook[key] for key in _USUAL if key in hook and hook[key] not in _USUAL[key]}
                if "files" in scope and tool in STRIPPERS:
                    scope.setdefault("types", ["jupyter"])
                yield _Run(tool, tuple(words), scope, is_hook=True)


def _drivers(found: Survey) -> Iterator[_Run]:
    """What git's settings say for the filters, as `nbstripout --install` and `nb-clean add-filter` write them."""
    for tool in found.drivers:
        words = _after(tool, setting(found.top, f"filter.{tool}.clean", "local"))
        for key, option in (("extrakeys", "--extra-keys"), ("keepmetadatakeys", "--keep-metadata-keys")):
            if value := setting(found.top, f"filter.{tool}.{key}", "local"):
                words += [option, value]
        yield _Run(tool, tuple(words), {}, is_hook=False)


def _after(tool: str, command: str) -> list[str]:
    """The words behind the program's name."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    names = (tool, tool.replace("-", "_"), f"{tool}-hook")
    at = next((at for at, word in enumerate(words) if re.split(r"[\\/]", word)[-1] in names), len(words))
    return words[at + 1 :]


def _scanner_options(run: _Run, by_hand: list[str]) -> Iterator[tuple[str, str]]:
    """Expressions over paths that aren't looked at, each with where it stood. Other values are never shown."""
    for key, value in run.scope.items():
        if key == "exclude" and isinstance(value, str):
            yield f"{run.tool}: exclude", value
        else:
            by_hand.append(f"{run.tool}: {key} isn't taken over; the hook nbguard gets every file")
    for option, values in split_options(run.words):
        if option == "--exclude-files":
            for value in values:
                yield f"{run.tool}: {option}", value
        elif option == "--baseline":
            others = [value for value in values if value != ".secrets.baseline"]
            by_hand += [f"{run.tool}: take its baseline over with `nbguard baseline import {name}`" for name in others]
        elif option in ("--config", "-c") and values == [".gitleaks.toml"]:
            continue
        elif option and option not in _WITHOUT_MEANING:
            by_hand.append(f"{run.tool}: {option} isn't taken over (docs/migrate-{run.tool}.md)")


def _filters_of_baseline(found: Survey, by_hand: list[str]) -> Iterator[tuple[str, str]]:
    """What `detect-secrets scan --exclude-…` left in its baseline."""
    try:
        whole = json.loads(read_own(found.top, os.path.join(found.top, ".secrets.baseline")))
    except (ValueError, RecursionError, UsageError):
        return  # taking it over says what is wrong with it
    filters = whole.get("filters_used") if isinstance(whole, dict) else None
    for entry in filters if isinstance(filters, list) else ():
        kind = str(entry.get("path")).rpartition(".")[2] if isinstance(entry, dict) else ""
        if kind == "should_exclude_file":
            patterns = entry.get("pattern")
            for pattern in patterns if isinstance(patterns, list) else [patterns]:
                yield ".secrets.baseline: --exclude-files", str(pattern)
        elif kind in ("should_exclude_line", "should_exclude_secret"):
            option = f"--exclude-{kind.rpartition('_')[2]}s"
            by_hand.append(f".secrets.baseline: {option} isn't taken over (docs/migrate-detect-secrets.md)")


def _is_covered(regex: str, globs: tuple[str, ...], found: Survey) -> bool:
    """Whether the globs leave out all the files that are there and that the expression left out."""
    try:
        search = re.compile(regex).search
    except re.error:
        return False
    return all(matches_any(path, globs) for path in found.paths if search(path))


def _hides_notebooks(glob: str, found: Survey) -> bool:
    """Whether ``exclude`` with this glob would leave out notebooks that are there, or all of some kind."""
    return (
        matches("nbguard.ipynb", glob)
        or ".ipynb" in glob
        or any(matches(path, glob) for path in found.paths if is_notebook(path))
    )
