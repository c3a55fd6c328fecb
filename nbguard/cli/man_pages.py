"""Makes nbguard's manual pages from the parsers: ``python -m nbguard.cli.man_pages FOLDER``.

Format: man(7), https://man7.org/linux/man-pages/man7/man.7.html
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.version import __version__

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

# What a page is wrapped to before man lays it out again.
_WIDTH = 76


def write_pages(folder: str) -> list[str]:
    """Writes a page for nbguard, each command and each sub-command; returns their paths. Raises OSError."""
    from nbguard.cli.command_line import sub_commands
    from nbguard.cli.main import COMMANDS, load_command

    pages = {"nbguard": _overview(COMMANDS)}
    for name, summary in COMMANDS.items():
        parser = load_command(name)[1]
        pages[f"nbguard-{name}"] = _page(f"nbguard-{name}", summary, parser)
        for word, below in sub_commands(parser).items():
            told = (below.description or "").strip().partition("\n")[0].rstrip(".") or summary
            pages[f"nbguard-{name}-{word}"] = _page(f"nbguard-{name}-{word}", told, below)
    os.makedirs(folder, exist_ok=True)
    paths = []
    for name, text in pages.items():
        path = os.path.join(folder, f"{name}.1")
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        paths.append(path)
    return paths


def _overview(commands: dict[str, str]) -> str:
    lines = [*_head("nbguard", "keeps credentials, sample data and outputs out of committed notebooks")]
    lines += [".SH SYNOPSIS", ".B nbguard", "COMMAND ...", ".SH COMMANDS"]
    for name, summary in commands.items():
        lines += [".TP", f".BR nbguard-{_escape(name)} (1)", _escape(summary)]
    lines += [
        ".SH EXIT STATUS",
        "0 clean, 1 findings or changed files, 2 usage or configuration error, 3 something could not be scanned.",
    ]
    return "\n".join([*lines, ""])


def _page(name: str, summary: str, parser: ArgumentParser) -> str:
    usage = " ".join(parser.format_usage().split()).removeprefix("usage: ")
    lines = [*_head(name, summary), ".SH SYNOPSIS", _escape(usage), ".SH DESCRIPTION", *_description(parser)]
    for group in parser._action_groups:  # noqa: SLF001 - argparse tells it in no other way
        actions = [action for action in group._group_actions if action.help]  # noqa: SLF001
        if actions:
            lines.append(f".SH {_escape((group.title or 'options').upper())}")
        for action in actions:
            names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
            told = " ".join(parser._get_formatter()._expand_help(action).split())  # noqa: SLF001
            lines += [".TP", f".B {_escape(names)}", _escape(told)]
    lines += [".SH SEE ALSO", ".BR nbguard (1)"]
    return "\n".join([*lines, ""])


def _head(name: str, summary: str) -> Iterator[str]:
    yield f'.TH "{_escape(name.upper())}" 1 "" "nbguard {__version__}" "nbguard"'
    yield ".SH NAME"
    yield f"{_escape(name)} \\- {_escape(summary)}"


def _description(parser: ArgumentParser) -> Iterator[str]:
    from nbguard.cli.help_layout import lay_out

    kept = False
    for line in lay_out(parser.description or "", _WIDTH) if parser.description else ():
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


if __name__ == "__main__":
    sys.stdout.writelines(f"{path}\n" for path in write_pages(sys.argv[1]))
