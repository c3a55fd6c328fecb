"""How help is laid out: the summary, then examples, then the rest, in lines that fit the terminal."""

from __future__ import annotations

from argparse import SUPPRESS, Action, RawDescriptionHelpFormatter
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A list of choices longer than this is told in the option's text.
_LONGEST_LIST = 24
# Where the second column of examples begins, at the earliest.
_SECOND_COLUMN = 20


class HelpLayout(RawDescriptionHelpFormatter):
    """Argparse's formatter for descriptions that are docstrings: prose is wrapped, indented lines are kept."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(f"{indent}{line}".rstrip() for line in lay_out(text, width))

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _wrapped(text, width)

    def _metavar_formatter(self, action: Action, default_metavar: str):  # type: ignore[no-untyped-def]
        if _has_long_list(action):
            return lambda count: (action.dest.upper(),) * count
        return super()._metavar_formatter(action, default_metavar)

    def _expand_help(self, action: Action) -> str:
        told = super()._expand_help(action)
        return f"{told}; one of {', '.join(map(str, action.choices or ()))}" if _has_long_list(action) else told


def _has_long_list(action: Action) -> bool:
    if action.choices is None or action.metavar is not None or action.help == SUPPRESS:
        return False
    return len(",".join(map(str, action.choices))) > _LONGEST_LIST


def lay_out(text: str, width: int) -> Iterator[str]:
    """The lines of a docstring: the first paragraph, the examples, the others."""
    first, *others = _paragraphs(text)
    examples = [paragraph for paragraph in others if _is_example(paragraph)]
    yield from _wrapped(" ".join(first), width)
    for paragraph in examples:
        yield ""
        yield from _columns(paragraph, width)
    for paragraph in others:
        if paragraph not in examples:
            yield ""
            yield from _columns(paragraph, width) if _is_indented(paragraph) else _wrapped(" ".join(paragraph), width)


def _paragraphs(text: str) -> list[list[str]]:
    """Lines that belong together: prose, or indented lines."""
    found: list[list[str]] = [[]]
    for line in text.strip().splitlines():
        if not line.strip():
            found.append([])
        elif found[-1] and line.startswith("  ") != _is_indented(found[-1]):
            found.append([line])
        else:
            found[-1].append(line)
    return [paragraph for paragraph in found if paragraph]


def _is_indented(paragraph: list[str]) -> bool:
    return paragraph[0].startswith("  ")


def _is_example(paragraph: list[str]) -> bool:
    return paragraph[0].startswith("  nbguard ")


def _columns(lines: Iterable[str], width: int) -> Iterator[str]:
    """Indented lines; where one is too long, what stands in its second column goes below the first."""
    for entry in _entries(lines):
        if all(len(line) <= width for line in entry):
            yield from map(str.rstrip, entry)
            continue
        first, _, second = entry[0].strip().partition("   ")
        indent = entry[0][: len(entry[0]) - len(entry[0].lstrip())]
        told = " ".join([second, *entry[1:]])
        yield from _wrapped(first, width, indent, f"{indent}    ")
        yield from _wrapped(told, width, f"{indent}    ", f"{indent}    ")


def _entries(lines: Iterable[str]) -> Iterator[list[str]]:
    """Lines, each with those below it that go on in its second column."""
    entry: list[str] = []
    for line in lines:
        if entry and not line.startswith(" " * _SECOND_COLUMN):
            yield entry
            entry = []
        entry.append(line)
    yield entry


def _wrapped(text: str, width: int, indent: str = "", later: str = "") -> list[str]:
    # A name or an option that is broken at a hyphen reads as two.
    told = " ".join(text.split())
    return wrap(told, width, initial_indent=indent, subsequent_indent=later, break_on_hyphens=False)
