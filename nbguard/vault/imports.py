"""Where the import of a lookup goes: once, into the first cell that needs it, below what has to stand above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.style import import_line
from nbguard.vault.text_changes import TextChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.vault.python_source import Source

_MODULES = {
    "nbguard": ("nbguard", "secret"), "hvac": ("hvac", None), "env": ("os", None),
    "colab": ("google.colab", "userdata"),
}  # fmt: skip
_NAMES = ("secret", "vault_secret", "nbguard_secret")


class Need(NamedTuple):
    """A style (as in :data:`nbguard.vault.style.STYLES`) used in a source, first at character ``at``."""

    style: str
    source: int
    at: int


def choose_name(sources: Sequence[Source]) -> str:
    """What ``nbguard.secret`` is called in a notebook: as it is imported already, else a name nothing else has."""
    taken: set[str] = set()
    known: list[str] = []
    for source in sources:
        if "secret" in source.text:
            known += [name for _, name in source.imported("nbguard", "secret")]
            taken |= source.names()
    if not known:
        # What is read but bound nowhere comes from a * import, or from whoever runs the notebook.
        taken |= {name for name in _NAMES for source in sources if source.uses(name)}
    return next((name for name in (*known, *_NAMES) if name not in taken), _NAMES[-1])


def changes_for_imports(sources: Sequence[Source], needs: Sequence[Need], name: str) -> list[tuple[int, TextChange]]:
    """The insertions, each with the number of its source, after which every need has its import.

    ``sources`` are the cells of a notebook in order, or one script; the need that comes first gets the import, unless
    the module is imported above it already.
    """
    wanted: dict[int, list[tuple[str, int]]] = {}
    for style in ("env", "hvac", "colab", "nbguard"):
        mine = sorted(need[1:] for need in needs if need.style == style)
        if not mine:
            continue
        number, at = mine[0]
        if not _is_imported(sources, style, name, number, at):
            wanted.setdefault(number, []).append((import_line(style, name), at))
    changes = []
    for number, lines in wanted.items():
        source = sources[number]
        cell = _marimo_cell_at(source, min(at for _, at in lines))
        if cell is not None:
            changes.append((number, TextChange(cell, cell, "".join(f"{marimo_cell(line)}\n\n" for line, _ in lines))))
            continue
        place = insertion_point(source, min(at for _, at in lines))
        text = "".join(f"{line}\n" for line, _ in lines)
        if _wants_blank_line(source, place):
            text += "\n"
        if 0 < place == len(source.text) and source.text[place - 1] != "\n":
            text = "\n" + text.removesuffix("\n")
        changes.append((number, TextChange(place, place, text)))
    return changes


def marimo_cell(line: str) -> str:
    """A cell of marimo that imports something for all cells; by itself, as no two cells may bind one name."""
    return f"@app.cell\ndef _():\n    {line}\n    return ({line.split()[-1]},)\n"


def _marimo_cell_at(source: Source, at: int) -> int | None:
    """Where the cell of marimo begins that holds a character; None outside of one."""
    spans = map(source.span, source.marimo_cells())
    return next((start for start, end in spans if start <= at < end), None)


def _is_imported(sources: Sequence[Source], style: str, name: str, number: int, at: int) -> bool:
    module, member = _MODULES[style]
    wanted = name if style == "nbguard" else member or module
    for index, source in enumerate(sources[: number + 1]):
        if module in source.text and any(
            (index < number or place < at) and called == wanted for place, called in source.imported(module, member)
        ):
            return True
    return False


def insertion_point(source: Source, first_use: int) -> int:
    """The character where an import goes in: after ``%%`` lines, comments about the whole, the docstring and the
    imports at the top, and before the line of the first use.
    """
    text = source.text
    point = _after_leading_comments(text, source.start)
    for node in source.tree.root_node.children:
        start, end = source.span(node)
        if node.type == "comment":
            continue
        magic = source.magic_at(start)
        is_docstring = (
            node.type == "expression_statement"
            and node == _first_statement(source)
            and node.children[0].type in ("string", "concatenated_string")
        )
        is_import = node.type in ("import_statement", "import_from_statement", "future_import_statement")
        if not (is_import or is_docstring or magic is not None):
            break
        line_end = text.find("\n", magic.end if magic else end)
        line_end = len(text) if line_end < 0 else line_end + 1
        if ";" in text[end : line_end - 1] or line_end > _line_start(text, first_use):
            break
        point = line_end
    return min(point, _line_start(text, first_use)) if point <= first_use else point


def _wants_blank_line(source: Source, place: int) -> bool:
    """Whether the import would stand right on top of other code, with no import above it."""
    above = source.text[:place].rstrip("\n").rpartition("\n")[2]
    return not above.startswith(("import ", "from ")) and bool(source.text[place:].split("\n", 1)[0].strip())


def _first_statement(source: Source) -> object:
    return next((node for node in source.tree.root_node.children if node.type != "comment"), None)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _after_leading_comments(text: str, start: int) -> int:
    """After ``#!`` and coding lines, and after a block of comments that a blank line parts from the code."""
    block = re.compile(r"(?:#[^\n]*\n)+(?=[ \t]*\n)|(?:#!?[^\n]*(?:coding[:=]|/bin/)[^\n]*\n)+|(?:# %%[^\n]*\n)").match(
        text, start
    )
    return block.end() if block else start
