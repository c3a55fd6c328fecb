"""Finds a credential in the output of a cell that prints one: an opaque value says nothing by itself.

Where the code of a cell shows a variable that holds a credential by its name, and an output of the same cell has one
random value on a line, that value is the credential, with the provider of the variable.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.credentials.provider_of_name import NameReader
from nbguard.detect.credentials.shown_names import LONGEST_CALL, TELLING_WORD, shown_names
from nbguard.detect.detector import Detector, Literal
from nbguard.detect.finding import RANK_SINK
from nbguard.detect.generic.assigned_secrets import judge_assigned, make_assigned_finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.attribution import choose_rule, make_finding
from nbguard.detect.values.classifier import is_plausible_token
from nbguard.documents.decode import decode
from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field

# What raw bytes show where a call prints a variable: a telling word behind it in the same line of source. In JSON
# every quotation mark there has a backslash.
_BEHIND = rf"[^\n]{{0,{2 * LONGEST_CALL + 40}}}?(?i:{TELLING_WORD})"
_METHODS = ("log.", "logger.", "logging.")
_LITERALS = {
    **{name: rf"(?i:{name})[ \t]{{0,2}}\({_BEHIND}" for name in ("print", "display")},
    **{name: rf"(?i:{re.escape(name)})[a-z]{{3,10}}[ \t]{{0,2}}\({_BEHIND}" for name in _METHODS},
    **{name: rf"{re.escape(name)}[ \t]{{0,2}}\({_BEHIND}" for name in ("st.write", "stdout.write")},
    "echo": rf"echo[ \t]+(?:\\{{0,3}}[\"'])?\$\{{?\w{{0,80}}?(?i:{TELLING_WORD})",
    "%env": rf"%env[ \t]+\w{{0,80}}?(?i:{TELLING_WORD})",
}  # fmt: skip
# The last line of a cell's source: a name or a look-up, and in JSON the end of its string and list.
_ENDINGS = (
    *load_knowledge("places")["printed"],
    *(f"{kind}{sign}key" for kind in load_knowledge("places")["printed_keys"] for sign in ("_", "", "-")),
)
_BLANK_LINES = r"""(?:\\[nrt]|[ \t\r\n])*+(?:",\s{0,400}"(?:\\[nrt]|[ \t])*+){0,9}"""
_END_OF_SOURCE = (
    r"""\w{0,60}(?:\\{0,3}["'](?:,[^()\[\]\n]{0,40})?[ \t]{0,2}[\])])?"""
    rf"""{_BLANK_LINES}"\s{{0,400}}(?:[\]}}]|,\s{{0,400}}"\w{{1,40}}"\s{{0,9}}:)"""
)
_VALUE = lazy_regex(r"[A-Za-z0-9_+/=.~-]{16,4096}")
_MOST_LINES = 200
# Longer lines are data.
_VALUE_LINE = 4_300


def printing_literals() -> Iterable[Literal]:
    """What stands in every source that shows a credential variable."""
    yield from (Literal(text, confirm=confirm) for text, confirm in _LITERALS.items())
    for word in _ENDINGS:
        yield Literal(word, confirm=f"(?i:{word}){_END_OF_SOURCE}")


class PrintedValueDetector(Detector):
    """Credentials in the outputs of cells that print them."""

    def literals(self, _: Knowledge) -> Iterable[Literal]:
        """Calls that print, with a telling word behind them, and telling words at the end of a source."""
        return printing_literals()

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values in outputs of the cells whose sources show a credential."""
        cells: set[int] = set()
        for field, _ in candidates.fields:
            cell = field.part.cell
            if field.part.where != "source" or cell is None or cell.type != "code" or cell.number in cells:
                continue
            cells.add(cell.number)
            names = {shown.name for shown in shown_names(field.text)}
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
