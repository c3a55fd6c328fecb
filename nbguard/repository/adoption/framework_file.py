"""Changes ``.pre-commit-config.yaml`` as text: our hook in, the hooks it replaces out, everything else as it was.

Format: https://pre-commit.com/#pre-commit-configyaml---top-level
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.documents.yaml_loading import load_yaml
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_REPO = re.compile(r"(\s*)-\s+repo\s*:")
_HOOK = re.compile(r"(\s*)-\s+id\s*:\s*['\"]?([\w.-]+)")
_TOP = re.compile(r"repos\s*:\s*(\[\s*\])?\s*(#.*)?$")


class _Block(NamedTuple):
    """Lines from ``start`` up to ``end``: an entry of a list, its comments above included."""

    start: int
    end: int
    name: str


def change_framework_file(text: str, ours: str, remove: Collection[str]) -> str:
    """The file with the entry ``ours`` (a list entry, not indented) at the end, and the hooks in ``remove`` gone.

    Where an entry of the same repository is there, its hooks get ours behind them, and it keeps its ``rev``. An entry
    that has no hooks left goes. Without ``ours``, nothing is added. Raises UsageError for a file that isn't written
    the usual way: one entry a line, nothing in braces. The result is read back, and says the same as before but for
    these hooks; where it doesn't, the file isn't written the usual way either.
    """
    said, repos = read_repos(text)
    wanted = _with_ours(list(_without(repos, remove)), read_repos(f"repos:\n{ours}")[1])
    try:
        changed = _change(text, ours, remove)
    except IndexError:  # an entry begins where none is, such as in a text of several lines
        changed = ""
    if not changed or read_repos(changed)[0] != said | {"repos": wanted or None}:
        raise UsageError("the file isn't written one entry a line")
    return changed


def _with_ours(repos: list[dict[str, Any]], ours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries with ours, in the one of its repository or at the end."""
    for entry in ours:
        for number, repo in enumerate(repos):
            if repo.get("repo") == entry["repo"] and hooks_of(repo):
                return [*repos[:number], repo | {"hooks": [*repo["hooks"], *entry["hooks"]]}, *repos[number + 1 :]]
    return [*repos, *ours]


def _without(repos: list[dict[str, Any]], remove: Collection[str]) -> Iterator[dict[str, Any]]:
    """The entries that stay, with the hooks that do."""
    for repo in repos:
        hooks = hooks_of(repo)
        kept = [hook for hook in hooks if hook.get("id") not in remove]
        if kept or not hooks:
            yield repo | {"hooks": kept} if hooks else repo


def read_repos(text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the file says, and the entries of its ``repos``; what is written there in another way is left out.

    Raises UsageError for what is no YAML.
    """
    try:
        said = load_yaml(text)
    except ValueError:
        raise UsageError("not valid YAML") from None
    said = said if isinstance(said, dict) else {}
    repos = said.get("repos")
    return said, [repo for repo in repos if isinstance(repo, dict)] if isinstance(repos, list) else []


def hooks_of(repo: dict[str, Any]) -> list[dict[str, Any]]:
    """The hooks of an entry of ``repos``."""
    hooks = repo.get("hooks")
    return [hook for hook in hooks if isinstance(hook, dict)] if isinstance(hooks, list) else []


def _change(text: str, ours: str, remove: Collection[str]) -> str:
    line_end = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    top = next((number for number, line in enumerate(lines) if _TOP.match(line)), None)
    if top is None or re.search(r"^\s*-\s*\{|^\s*hooks\s*:\s*\[", "\n".join(lines), re.MULTILINE):
        raise UsageError("the file isn't written one entry a line")
    lines[top] = re.sub(r"\s*\[\s*\]", "", lines[top])
    for block in reversed(list(_repos(lines))):
        hooks = list(_hooks(lines, block))
        gone = [hook for hook in hooks if hook.name in remove]
        if hooks and len(gone) == len(hooks):
            del lines[block.start : block.end]
            continue
        for hook in reversed(gone):
            del lines[hook.start : hook.end]
    if ours and not _join(lines, ours):
        _append(lines, ours, top)
    return line_end.join(lines)


def _join(lines: list[str], ours: str) -> bool:
    """Puts the hooks of ``ours`` behind those of an entry of the same repository; False where there is none."""
    head, *rest = ours.splitlines()
    mine = [line[2:] for line in rest[rest.index("  hooks:") + 1 :]]
    for block in _repos(lines):
        if re.split(r"[\s'\"]+", lines[_first_line(lines, block)].strip())[2:3] == head.split()[2:3]:
            hooks = list(_hooks(lines, block))
            if hooks:
                indent = re.match(r"\s*", lines[_first_line(lines, hooks[-1])])[0]  # type: ignore[index]
                lines[hooks[-1].end : hooks[-1].end] = [f"{indent}{line}" for line in mine]
                return True
    return False


def _append(lines: list[str], ours: str, top: int) -> None:
    repos = list(_repos(lines))
    indent = re.match(r"\s*", lines[_first_line(lines, repos[-1])])[0] if repos else "  "  # type: ignore[index]
    at = repos[-1].end if repos else top + 1
    while repos and at > 0 and not lines[at - 1].strip():
        at -= 1
    lines[at:at] = [f"{indent}{line}" for line in ours.splitlines()]
    if at == len(lines) - len(ours.splitlines()):
        lines.append("")


def _repos(lines: list[str]) -> Iterator[_Block]:
    yield from _entries(lines, 0, len(lines), _REPO)


def _hooks(lines: list[str], repo: _Block) -> Iterator[_Block]:
    yield from _entries(lines, repo.start, repo.end, _HOOK)


def _entries(lines: list[str], start: int, end: int, form: re.Pattern[str]) -> Iterator[_Block]:
    """The entries of a list between two lines."""
    heads = [(number, match) for number in range(start, end) if (match := form.match(lines[number]))]
    for number, match in heads:
        indent = len(match[1])
        last = number + 1
        while last < end and (not lines[last].strip() or _indent(lines[last]) > indent):
            last += 1
        while last > number + 1 and (not lines[last - 1].strip() or _is_comment(lines[last - 1], indent)):
            last -= 1
        first = number
        while first > start and _is_comment(lines[first - 1], indent):
            first -= 1
        yield _Block(first, last, match[2] if match.lastindex and match.lastindex > 1 else "")


def _first_line(lines: list[str], block: _Block) -> int:
    return next(number for number in range(block.start, block.end) if not lines[number].lstrip().startswith("#"))


def _is_comment(line: str, indent: int) -> bool:
    return line.lstrip().startswith("#") and _indent(line) == indent


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
