"""Finds a credential in the output of a cell that prints one: an opaque value says nothing by itself.

Where the code of a cell shows a variable that holds a credential by its name, and an output of the same cell has one
random value on a line, that value is the credential, with the provider of the variable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.credentials.provider_of_name import NameReader
from nbguard.detect.credentials.provider_rules import load_catalogue
from nbguard.detect.credentials.shown_names import shown_names
from nbguard.detect.detector import Literal
from nbguard.detect.finding import RANK_SINK
from nbguard.detect.generic.assigned_secrets import judge_assigned, make_assigned_finding
from nbguard.detect.values.attribution import choose_rule, make_finding
from nbguard.detect.values.classifier import is_plausible_token
from nbguard.documents.decode import decode
from nbguard.documents.structure.pair import Pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Document, Field

_WORD = r"(?i:token|(?:api|access|secret|auth|private|account|service)[_-]?key|secret|passw|pwd|cred|pass\b|pat\b|jwt)"
# What raw bytes show where a call prints a variable: such a word not far behind, in the same line of source.
_PRINTS = rf"[\w.]{{3,12}} ?\([^\n]{{0,200}}?{_WORD}"
_ENDINGS = ("token", "api_key", "apikey", "access_key", "secret_key", "secret", "password")
_LITERALS = {
    "print(": _PRINTS, "display(": _PRINTS, "logging.": rf"[\w.]{{8,20}}\([^\n]{{0,200}}?{_WORD}",
    "logger.": rf"[\w.]{{7,20}}\([^\n]{{0,200}}?{_WORD}", "st.write(": _PRINTS, "!echo": rf"!echo[^\n]{{0,40}}?{_WORD}",
    "%env": rf"%env[ \t]+[A-Za-z0-9_]{{0,60}}?{_WORD}",
    # The last line of a cell's source.
    **{f'{word}"': rf'{word}"\s{{0,40}}[\],}}]' for word in _ENDINGS},
    **{word + end: "" for word in _ENDINGS for end in ('\\"]"', "']\"", '\\")"', "')\"")},
}  # fmt: skip
_VALUE = re.compile(r"[A-Za-z0-9_+/=.~-]{16,4096}")
_MOST_LINES = 200
# Longer lines are data.
_VALUE_LINE = 4_300


def printing_literals() -> Iterable[Literal]:
    """What stands in every source that shows a credential variable."""
    known: dict[str, str] = {}
    for text, confirm in _LITERALS.items():
        known[text.lower()] = f"(?i:{confirm})" if confirm and text[-1] == '"' else confirm
    return (Literal(text, confirm=confirm) for text, confirm in known.items())


class PrintedValueDetector:
    """Credentials in the outputs of cells that print them."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, _: Knowledge) -> Iterable[Literal]:
        """Calls that print, with a telling word behind them, and telling words at the end of a source."""
        return printing_literals()

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values in outputs of the cells whose sources show a credential."""
        catalogue = load_catalogue()
        cells: set[int] = set()
        for field, _ in candidates.fields:
            cell = field.part.cell
            if field.part.where != "source" or cell is None or cell.type != "code" or cell.number in cells:
                continue
            cells.add(cell.number)
            names = {shown.name for shown in shown_names(field.text, catalogue)}
            if names:
                yield from _find_in_outputs(candidates.document, cell.number, sorted(names))


def _find_in_outputs(document: Document, cell: int, names: list[str]) -> Iterator[Finding]:
    for part in document.parts:
        if part.where == "output" and part.cell is not None and part.cell.number == cell:
            for field in decode(document, part):
                yield from _find_in_output(field, names, NameReader(document))


def _find_in_output(field: Field, names: list[str], reader: NameReader) -> Iterator[Finding]:
    at = 0
    for line in field.text.split("\n")[:_MOST_LINES]:
        values = [found for found in _VALUE.finditer(line) if is_plausible_token(found.group())]
        if len(values) == 1 and len(line) <= _VALUE_LINE:
            start, end = at + values[0].start(), at + values[0].end()
            value = values[0].group()
            choice = choose_rule(
                [use for name in names for use in reader.uses_of(Pair(name, value, start, end))], value
            )
            judged = next((told for name in names if (told := judge_assigned(name, value)) is not None), None)
            if choice is not None:
                yield make_finding(choice, field, start, end, value, f"printed: {names[0]}", RANK_SINK - 1)
            elif judged is not None:
                yield make_assigned_finding(field, start, judged)
        at += len(line) + 1
