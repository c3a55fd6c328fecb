"""Makes nbguard's manual pages from the parsers, for ``nbguard help --man FOLDER``.

Format: man(7), https://man7.org/linux/man-pages/man7/man.7.html
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.cli.command_manual import CommandPage, read_commands
from nbguard.version import __version__

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable, Iterator


def write_pages(folder: str, parsers: Iterable[tuple[str, str, ArgumentParser]]) -> list[str]:
    """Writes a page for nbguard, each command and each sub-command; returns their paths. Raises OSError.

    ``parsers``: the name, the summary and the parser of each command.
    """
    commands = list(read_commands(parsers))
    pages = {"nbguard": _overview(command for command in commands if " " not in command.name)}
    for command in commands:
        name = f"nbguard-{command.name.replace(' ', '-')}"
        pages[name] = _page(name, command)
    os.makedirs(folder, exist_ok=True)
    paths = []
    for name, text in pages.items():
        path = os.path.join(folder, f"{name}.1")
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        paths.append(path)
    return paths


def _overview(commands: Iterable[CommandPage]) -> str:
    lines = [*_head("nbguard", "keeps credentials, sample data and outputs out of committed notebooks")]
    lines += [".SH SYNOPSIS", ".B nbguard", "COMMAND ...", ".SH COMMANDS"]
    for command in commands:
        lines += [".TP", f".BR nbguard-{_escape(command.name)} (1)", _escape(command.summary)]
    lines += [
        ".SH EXIT STATUS",
        "0 clean, 1 findings or changed files, 2 usage or configuration error, 3 something could not be scanned.",
    ]
    return "\n".join([*lines, ""])


def _page(name: str, command: CommandPage) -> str:
    lines = [*_head(name, command.summary), ".SH SYNOPSIS", _escape(command.usage), ".SH DESCRIPTION"]
    lines += _description(command.description)
    for title, options in command.groups:
        lines.append(f".SH {_escape(title.upper())}")
        for option in options:
            lines += [".TP", f".B {_escape(option.names)}", _escape(option.told)]
    lines += [".SH SEE ALSO", ".BR nbguard (1)"]
    return "\n".join([*lines, ""])


def _head(name: str, summary: str) -> Iterator[str]:
    yield f'.TH "{_escape(name.upper())}" 1 "" "nbguard {__version__}" "nbguard"'
    yield ".SH NAME"
    yield f"{_escape(name)} \\- {_escape(summary)}"


def _description(description: Iterable[str]) -> Iterator[str]:
    kept = False
    for line in description:
        if line.startswith("  ") != kept:
            kept = not kept
            yield ".nf" if kept else ".fi"
        yield _escape(line) if line else ".PP"
    if kept:
        yield ".fi"


def _escape(text: str) -> str:
    """Text that says itself: roff reads backslashes, and dots and quotes at a line's beginning."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in text)
    return f"\\&{text}" if text.startswith((".", "'")) else text
