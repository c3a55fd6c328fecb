"""What `nbguard init` would change in a repository: files with their new content, and what is left to a person."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.adoption.attribute_lines import take_out_filter
from nbguard.repository.adoption.ci_file import GITLAB_NAME, REMOTE, WORKFLOW, WORKFLOW_NAME, add_include
from nbguard.repository.adoption.framework_file import change_framework_file
from nbguard.repository.adoption.framework_hook import can_install
from nbguard.repository.adoption.old_settings import OldSettings, read_old_settings
from nbguard.repository.adoption.surveying import FRAMEWORK_FILE, HOOK_OWNERS, REPLACED, STRIPPERS, Survey
from nbguard.repository.git import setting
from nbguard.repository.hooks import hook_path
from nbguard.repository.own_files import read_own, what_is_foreign
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ENTRY = f"""\
- repo: https://github.com/nbguard/nbguard
  rev: v{__version__}
  hooks:
"""
_OUR_STRIPPING = ("nbguard", "nbguard-strip")
_EXCLUDE = '# exclude = ["docs/examples/**"]\n'
_CONFIGURATION = """\
# nbguard's settings: hook, filter, CI and command line follow them. All of
# them are in docs/configuration.md of https://github.com/nbguard/nbguard.
# Without a line here the default counts, which the comments name.

# What isn't looked at (globs). It is counted in every report.
# exclude = ["docs/examples/**"]

# Rules that never count, and those of a severity of your own.
# disable = ["unpinned-sdk"]
# [severity]
# ionq-api-key = "critical"
"""
# The driver by which nbstripout has git show differences.
_DIFF_DRIVER = "diff.ipynb"


class PlannedChange(NamedTuple):
    """A file that gets other content. ``why`` says so in one line; without ``after``, git or a command does it."""

    why: str
    path: str = ""
    before: bytes = b""
    after: bytes = b""


class Plan(NamedTuple):
    """What is done, in its order, and what is left to a person, each in a sentence.

    ``filter`` and ``hook``: git's filter and our own hook are set up; ``framework_hook``: the pre-commit framework sets
    its own up, a program that is here. ``drivers`` are sections of git's settings that
    go. ``baselines`` are taken over. ``needed`` are those lines of ``by_hand`` without which commits aren't looked at
    as they should be.
    """

    changes: tuple[PlannedChange, ...]
    filter: bool
    hook: bool
    drivers: tuple[str, ...]
    baselines: tuple[str, ...]
    by_hand: tuple[str, ...]
    needed: tuple[str, ...] = ()
    framework_hook: bool = False

    @property
    def empty(self) -> bool:
        """Whether all is there already."""
        return not (self.changes or self.filter or self.hook or self.framework_hook or self.drivers or self.baselines)


def make_plan(found: Survey, *, ci: bool = True, kept: tuple[str, ...] = ()) -> Plan:
    """What to do in a repository as it was found. ``kept`` names other tools that stay; ``ci``: a CI file is wanted."""
    old = read_old_settings(found, kept)
    undecided = _undecided(found, old)
    asked = kept
    if undecided:
        # Whoever chose these settings would lose what they keep: the strippers stay until ours are settled.
        kept = (*kept, *STRIPPERS)
    needed = [*_open_choices(found, undecided, kept), *_owner(found)]
    by_hand: list[str] = []
    changes: list[PlannedChange] = []
    if not found.configuration:
        text = _configuration_of(found, {} if undecided else old.strip, old.exclude)
        changes.append(_new(found, "nbguard.toml", text, "settings"))
    else:
        by_hand += _missing_exclude(found, old)
    changes += _framework(found, kept, old.scopes, needed, strips=not undecided)
    changes += _attributes(found, kept)
    if ci and not found.doors.ci:
        changes += _ci(found, by_hand)
    by_hand += old.by_hand
    stripped_by_filter = bool(found.filters or found.drivers)
    plain = not found.framework and not found.hook_owner
    hook = plain and not (found.doors.hook or undecided)
    if hook and (problem := what_is_foreign(found.top, hook_path(found.top))):
        needed.append(f"git's pre-commit hook is left alone, for {problem}: {hook_path(found.top)}")
        hook = False
    return Plan(
        tuple(_own(found, changes, needed)),
        filter=not (found.doors.filter or undecided)
        and (stripped_by_filter or plain)
        and not set(asked) & set(found.drivers),
        hook=hook,
        drivers=tuple(_drivers(found, kept)),
        baselines=tuple(found.baselines),
        by_hand=(*needed, *by_hand),
        needed=tuple(needed),
        framework_hook=bool(found.framework) and not found.hook_owner and can_install(found.top),
    )


def _own(found: Survey, changes: list[PlannedChange], needed: list[str]) -> Iterator[PlannedChange]:
    """The changes of files that are the repository's own; what the others are for is left to a person."""
    for change in changes:
        if problem := what_is_foreign(found.top, change.path):
            needed.append(f"{change.why}: left alone, for {problem}")
        else:
            yield change


def _drivers(found: Survey, kept: tuple[str, ...]) -> Iterator[str]:
    """The sections of git's settings that go with another stripper's filter."""
    for name in found.drivers:
        if name not in kept:
            yield f"filter.{name}"
            if name == "nbstripout" and name in setting(found.top, f"{_DIFF_DRIVER}.textconv", "local"):
                yield _DIFF_DRIVER


def _undecided(found: Survey, old: OldSettings) -> tuple[str, ...]:
    """Options of [strip] that the old strippers had, and that our configuration won't have."""
    if not found.configuration or not (old.strip or old.differing):
        return old.differing
    from nbguard.policy.config import load_config

    ours = load_config(found.top).strip
    return tuple(name for name in (*old.strip, *old.differing) if name not in ours)


def _open_choices(found: Survey, undecided: tuple[str, ...], kept: tuple[str, ...]) -> Iterator[str]:
    if undecided:
        names, where = ", ".join(undecided), found.configuration or "nbguard.toml"
        why = "nbguard would not keep what they keep" if found.configuration else f"they differ in {names}"
        yield (
            f"the strippers here stay, for {why}: set {names} in the table strip of {where} (docs/strip.md), then run"
            " `nbguard init` again"
        )
    if found.gitleaks_rules and not found.configuration and "gitleaks" not in kept:
        yield f"the rules of {found.gitleaks_rules} don't count yet: `rules` in nbguard.toml says how to switch them on"


def _missing_exclude(found: Survey, old: OldSettings) -> Iterator[str]:
    if old.exclude:
        from nbguard.policy.config import load_config

        ours = load_config(found.top).exclude
        missing = [glob for glob in old.exclude if glob not in ours]
        if missing:
            yield f"{found.configuration}: the old scanners left these out; add them to `exclude`: {_listed(missing)}"


def _framework(
    found: Survey, kept: tuple[str, ...], scopes: tuple[Mapping[str, object], ...], needed: list[str], *, strips: bool
) -> Iterator[PlannedChange]:
    if not found.framework:
        return
    path = os.path.join(found.top, FRAMEWORK_FILE)
    old = [name for name in found.doors.framework if REPLACED.get(name, "") not in ("", *kept)]
    ours = _hooks_of_ours(found.doors.own_framework, old, scopes, strips)
    if not old and not ours:
        return
    names = ", ".join(dict.fromkeys(name for name, _ in ours))
    put_in = [f"{names} in"] if ours else []
    entry = _ENTRY + "".join(_written(name, scope) for name, scope in ours) if ours else ""
    gone = ", ".join(old)
    try:
        before = read_own(found.top, path)
        after = change_framework_file(before.decode("utf-8"), entry, old).encode()
    except (UsageError, UnicodeDecodeError) as error:
        why = "it isn't UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        todo = ([f"put the hook{'s' if len(ours) > 1 else ''} {put_in[0]}"] if ours else []) + (
            [f"take out {gone}"] if old else []
        )
        needed.append(f"{FRAMEWORK_FILE}: {why}; {', and '.join(todo)}")
        return
    if after != before:
        yield PlannedChange(
            f"{FRAMEWORK_FILE}: {'; '.join(put_in + ([f'{gone} out'] if old else []))}", path, before, after
        )


def _hooks_of_ours(
    own: tuple[str, ...], old: list[str], scopes: tuple[Mapping[str, object], ...], strips: bool
) -> list[tuple[str, Mapping[str, object]]]:
    """The hooks to put in. Where the old strippers left files out, ours that strips does so, and the others don't."""
    stripping: list[tuple[str, Mapping[str, object]]] = [("nbguard-strip", scope) for scope in scopes or ({},)]
    if own:
        replaced = any(REPLACED[name] in STRIPPERS for name in old)
        return stripping if strips and replaced and not set(own) & set(_OUR_STRIPPING) else []
    if strips and not scopes:
        return [("nbguard", {})]
    return [*(stripping if strips else ()), ("nbguard-secrets", {}), ("nbguard-data", {})]


def _written(name: str, scope: Mapping[str, object]) -> str:
    """A hook of the framework's file; JSON is YAML, too."""
    keys = "".join(f"    {key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in scope.items())
    return f"  - id: {name}\n{keys}"


def _attributes(found: Survey, kept: tuple[str, ...]) -> Iterator[PlannedChange]:
    """Another stripper's filter goes out of the attributes, and with nbstripout its way to show differences."""
    tools = [name for name in STRIPPERS if name not in kept]
    shown_by = setting(found.top, f"{_DIFF_DRIVER}.textconv")
    with_diff = "nbstripout" in tools and (not shown_by or "nbstripout" in shown_by)
    for path, _ in found.filters:
        before = read_own(found.top, path)
        after, lines = take_out_filter(before, tools, with_diff=with_diff)
        if after != before:
            names = sorted({name for name in tools for line in lines if f"filter={name}" in line.split()})
            yield PlannedChange(
                f"{os.path.relpath(path, found.top)}: filter {', '.join(names)} out", path, before, after
            )


def _configuration_of(found: Survey, strip: Mapping[str, object], exclude: tuple[str, ...]) -> str:
    text = _CONFIGURATION
    if exclude:
        text = text.replace(_EXCLUDE, f"exclude = {_listed(exclude)}\n")
    if found.gitleaks_rules:
        text += (
            "\n# The rules that gitleaks used here count as well; this needs `nbguard[rules]`, in the hook by\n"
            f'# `additional_dependencies: ["google-re2"]`.\n# rules = ["{found.gitleaks_rules}"]\n'
        )
    if strip:
        # A list, a string and a switch are written in TOML as in JSON.
        lines = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in strip.items())
        text += f"\n# As the stripper before had it.\n[strip]\n{lines}"
    return text


def _listed(globs: tuple[str, ...] | list[str]) -> str:
    return json.dumps(list(globs), ensure_ascii=False)


def _ci(found: Survey, by_hand: list[str]) -> Iterator[PlannedChange]:
    if found.ci == "github" and WORKFLOW_NAME in found.paths:
        by_hand.append(f"{WORKFLOW_NAME} is there and doesn't run nbguard (docs/ci.md)")
    elif found.ci == "github":
        yield _new(found, WORKFLOW_NAME, WORKFLOW, "scans each push and pull request")
    elif found.ci == "gitlab":
        path = os.path.join(found.top, GITLAB_NAME)
        try:
            before = read_own(found.top, path)
            yield PlannedChange(f"{GITLAB_NAME}: scans each push and merge request", path, before, add_include(before))
        except UsageError as error:
            by_hand.append(f"{GITLAB_NAME} is left alone, for {error}; add to its `include`: {REMOTE}")
    else:
        by_hand.append("CI: the job is `nbguard ci` (docs/ci.md)")


def _owner(found: Survey) -> Iterator[str]:
    if found.framework or found.doors.hook or found.doors.own_framework or not found.hook_owner:
        return
    if found.hook_owner == "jj":
        yield "jj runs no hooks of git; run `nbguard scan` before `jj git push`, and CI (docs/other-hooks.md)"
        return
    if found.hook_owner == "prek":
        yield "prek has the hooks here; put the hook `nbguard` into prek.toml (docs/other-hooks.md)"
        return
    files = [os.path.join(found.top, name) for name in HOOK_OWNERS[found.hook_owner]]
    files = [os.path.join(file, "pre-commit") if os.path.isdir(file) else file for file in files]
    said = b"\n".join(_text(found, file) for file in files)
    steps = ("nbguard strip --staged", "nbguard scan --staged")
    missing = " and then ".join(f"`{step}`" for step in steps if step.encode() not in said)
    if missing and found.hook_owner == "lefthook":
        yield f"lefthook has the hooks here; have its pre-commit run {missing} (docs/other-hooks.md)"
    elif missing:
        yield f"husky has the hooks here; put {missing} into .husky/pre-commit (docs/other-hooks.md)"


def _new(found: Survey, name: str, text: str, why: str) -> PlannedChange:
    return PlannedChange(f"{name}: new, {why}", os.path.join(found.top, *name.split("/")), b"", text.encode())


def _text(found: Survey, path: str) -> bytes:
    try:
        return read_own(found.top, path)
    except UsageError:
        return b""
