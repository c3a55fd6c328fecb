"""Makes ``docs/commands.md``, the reference of all commands, from the parsers.

    python -m nbguard.cli.reference_page [--check]

``--check`` writes nothing and ends with 1 where the page is stale.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.cli.command_manual import CommandPage, read_commands
from nbguard.cli.main import list_parsers
from nbguard.documents.generated_files import CHECKOUT, keep_generated

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = os.path.join(CHECKOUT, "docs", "commands.md")
_HEAD = """# Commands

Made from the parsers: `python -m nbguard.cli.reference_page`. `nbguard scan --help` and its like say
the same. Options are never abbreviated. Paths are files or folders; none means the repository.

| exit status | meaning |
|---|---|
| 0 | clean |
| 1 | findings, or files were changed |
| 2 | usage or configuration error |
| 3 | something could not be scanned, or Vault refused |
"""


def reference_page() -> str:
    """The text of the page."""
    return "\n".join([_HEAD, *(line for command in read_commands(list_parsers()) for line in _section(command))])


def _section(command: CommandPage) -> Iterator[str]:
    yield f"{'###' if ' ' in command.name else '##'} nbguard {command.name}\n"
    yield "```text"
    yield f"{command.usage}\n"
    yield from command.description
    yield "```\n"
    for title, options in command.groups:
        yield f"| {title} | |\n|---|---|"
        for option in options:
            yield f"| `{_in_code(option.names)}` | {_cell(option.told)} |"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


def _in_code(text: str) -> str:
    return text.replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Writes the page, or with ``--check`` says whether it is stale."""
    return keep_generated({PAGE: reference_page()}, arguments, "nbguard.cli.reference_page")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
