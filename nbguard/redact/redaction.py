"""Replaces the sample data of a document by stand-ins, byte span by byte span, and says what was done."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.sample_rules import rule_of
from nbguard.documents.decode import decode
from nbguard.documents.edits import apply
from nbguard.documents.fields import Edit
from nbguard.documents.positions import line_index
from nbguard.documents.reading import open_document
from nbguard.lazy_regex import lazy_regex
from nbguard.redact.document_edits import DocumentEdits
from nbguard.redact.repeated_values import Echoes
from nbguard.redact.spots import Spot, Spots, find_spots
from nbguard.redact.untouched import is_untouched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document, Field
    from nbguard.documents.positions import LineIndex
    from nbguard.documents.structure.cells import TableCell
    from nbguard.redact.replacements import Maker

    # Where something was done: cell, line, rule, category, method.
    _Place = tuple[int | None, int, str, str, str]
    Values = dict[str, set[str]]

_NUMBER = lazy_regex(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")
_SIZE = "it counts by its size, whatever it holds: extract it"
_BINARY = "it is a binary file"
# Blanks that part the columns of a printed frame.
_GAP = "  "


class Transformation(NamedTuple):
    """What was done in one place: the category, how many values and how, the rule that found them. No value.

    ``columns`` of the finding's table have such values, by their numbers from 1, in so many of its ``rows``.

    ``method`` is ``synthetic`` (another value in the same form), ``coarse`` (the year of a date, a step of five years)
    or ``shuffled`` (rows swapped their values). The rule is ``echo`` for values that were found again elsewhere.
    """

    path: str
    cell: int | None
    line: int
    rule: str
    category: str
    method: str
    values: int
    columns: tuple[int, ...] = ()
    rows: int = 0


class Redacted(NamedTuple):
    """A document's bytes after redaction, what was done, and the findings that stay, each with the reason.

    ``partial`` are the edits whose new text is still somebody's in part: it isn't shown either. ``stays`` says why
    a file that holds values isn't edited at all, where no finding says it.
    """

    raw: bytes
    edits: tuple[Edit, ...]
    done: tuple[Transformation, ...]
    left: tuple[tuple[Finding, str], ...]
    partial: frozenset[int]
    stays: str = ""

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Redacted({len(self.edits)} edits, {len(self.left)} left)"


def redact(
    document: Document,
    settings: SampleSettings,
    maker: Maker,
    echoes: Echoes | None = None,
    surveyed: Spots | None = None,
) -> Redacted:
    """The document with stand-ins for the values in its findings, and wherever else they stand in it; the rest of its
    bytes stays as it is. ``echoes`` are the values of other documents, from ``learn``; ``surveyed`` is what was
    given to that: what ``find_spots`` finds in the same bytes, with the same settings.

    What can't be replaced stays, and is told: packed data, large tables that name nobody, positions in photographs. So
    is what is still found afterwards. Binary files keep their bytes.
    """
    echoes = echoes or Echoes()
    spots, left = surveyed or find_spots(document, settings)
    if is_untouched(document):
        holds = bool(spots) or next(iter(_echoes_in(document, echoes, weak=False)), None) is not None
        return Redacted(document.raw, (), (), left, frozenset(), _BINARY if holds and not left else "")
    if surveyed is None:
        learn(values_in(spots), maker, echoes)
    edits, steps = DocumentEdits(document), _Steps()
    lines = line_index(document.raw)
    _replace_spots((*_swap(spots, maker), *(s for s in spots if s.method != "shuffled")), maker, edits, steps, lines)
    _replace_echoes(_echoes_in(document, echoes, weak=bool(spots)), maker, edits, steps, lines)
    raw = apply(document.raw, edits.all())
    left = (*left, *_still_found(document, raw, settings, left))
    return Redacted(raw, edits.all(), steps.done(document.path), left, frozenset(edits.partial))


class _Steps:
    """What was done so far, by its places."""

    def __init__(self) -> None:
        self._counts: Counter[_Place] = Counter()
        self._cells: dict[_Place, set[tuple[int, int]]] = {}

    def add(self, place: _Place, column: int = 0, row: int = 0) -> None:
        self._counts[place] += 1
        self._cells.setdefault(place, set()).add((column, row))

    def done(self, path: str) -> tuple[Transformation, ...]:
        ordered = sorted(self._counts.items(), key=_order)
        return tuple(Transformation(path, *place, values, *_extent(self._cells[place])) for place, values in ordered)


def _replace_spots(
    spots: Iterable[Spot], maker: Maker, edits: DocumentEdits, steps: _Steps, lines: LineIndex[bytes]
) -> None:
    places: dict[tuple[int, str, str], _Place] = {}
    for spot in spots:
        edit = _edit(edits, spot, maker)
        if edit is not None and edits.add(edit, spot.method != "synthetic"):
            key = id(spot.finding), spot.category, spot.method
            if key not in places:
                places[key] = _place_of(spot, edits, lines)
            steps.add(places[key], spot.column, spot.row)


def _replace_echoes(
    found: Iterable[tuple[Field, str, int, int]],
    maker: Maker,
    edits: DocumentEdits,
    steps: _Steps,
    lines: LineIndex[bytes],
) -> None:
    first_lines: dict[tuple[int | None, str], int] = {}
    for field, category, start, end in found:
        writer = edits.writer(field)
        if not edits.is_free(writer.places.span(start, end)):
            continue
        made = maker.replace(category, field.text[start:end])
        if made == field.text[start:end]:
            continue
        edit = writer.replace(start, end, made)
        if edits.add(edit, category == "birth"):
            number = field.part.cell.number + 1 if field.part.cell else None
            line = first_lines.setdefault((number, category), lines.line(edit.start))
            steps.add((number, line, "echo", category, "coarse" if category == "birth" else "synthetic"))


def _place_of(spot: Spot, edits: DocumentEdits, lines: LineIndex[bytes]) -> _Place:
    finding = spot.finding
    cell = finding.field.part.cell
    start = edits.writer(finding.field).places.span(finding.start, finding.start)[0]
    return cell.number + 1 if cell else None, lines.line(start), finding.rule, spot.category, spot.method


def _extent(cells: set[tuple[int, int]]) -> tuple[tuple[int, ...], int]:
    """The columns of a table and how many of its rows some cells are in."""
    return tuple(sorted({column for column, _ in cells if column})), len({row for _, row in cells if row})


def _order(item: tuple[_Place, int]) -> tuple[int, int, str, str, str]:
    (cell, line, *names), _ = item
    return (cell or 0, line, *names)  # type: ignore[return-value]


def values_in(spots: Iterable[Spot]) -> Values:
    """The values that have stand-ins, by their categories."""
    by_category: Values = {}
    for spot in spots:
        if spot.method != "shuffled":
            by_category.setdefault(spot.category, set()).add(str(spot.cell))
    return by_category


def learn(values: Values, maker: Maker, echoes: Echoes) -> None:
    """Makes the stand-ins of a document in an order that doesn't depend on where the values stand."""
    for of_category in values.values():
        maker.reserve(of_category)
    for category in sorted(values):
        for value in sorted(values[category]):
            if maker.replace(category, value) != value:
                echoes.learn(category, value)


def _swap(spots: Sequence[Spot], maker: Maker) -> list[Spot]:
    """The shuffled spots, each with the place that its value comes from: another row of the same column."""
    columns: dict[tuple[int, str, str], list[Spot]] = {}
    for spot in spots:
        if spot.method == "shuffled":
            columns.setdefault((id(spot.finding), spot.category, spot.cell.form), []).append(spot)
    swapped = []
    for (_, category, _), column in columns.items():
        order = maker.noise.shuffle(len(column), category)
        swapped += [
            spot._replace(other=(column[number].cell.start, column[number].cell.end))
            for spot, number in zip(column, order, strict=True)
        ]
    return swapped


def _edit(edits: DocumentEdits, spot: Spot, maker: Maker) -> Edit | None:
    """The edit that puts the stand-in where the value is, written as that is; None where there is nothing to do."""
    field, cell = spot.finding.field, spot.cell
    text = field.text
    if spot.other is not None:
        made = text[slice(*spot.other)]
        made = made.strip() if cell.form == "padded" else made
    else:
        made = maker.replace(spot.category, str(cell))
        if made == cell:
            return None
    written = _written(cell, made, text)
    if written is None or written == text[cell.start : cell.end]:
        return None
    if field.part.form == "json":
        first, last = edits.writer(field).places.span(cell.start, cell.end)
        return Edit(first, last, written.encode("utf-8", "surrogatepass"))
    return edits.writer(field).replace(cell.start, cell.end, written)


def _written(cell: TableCell, made: str, text: str) -> str | None:
    """A stand-in as it has to be written in a cell's place; None where it can't be."""
    old = text[cell.start : cell.end]
    if cell.form == "number":
        return made if _NUMBER.fullmatch(made) or (old[:1] == "0" and made.isdigit()) else None
    if cell.form == "name":
        return None
    if cell.form == "date":
        return re.sub(r"\d+", "1", old)
    if cell.form == "padded":
        return _padded(old, made)
    return made


def _padded(old: str, made: str) -> str:
    """A stand-in with as many blanks around it as keep the columns under each other."""
    before, after = len(old) - len(old.lstrip()), len(old) - len(old.rstrip())
    room = len(old) - len(made)
    if before > after:  # right-aligned, or the gap before it belongs to it
        least = min(before, len(_GAP))
        return " " * max(room - after, least) + made + " " * after
    return " " * before + made + " " * max(room - before, min(after, 1))


def _echoes_in(document: Document, echoes: Echoes, weak: bool) -> Iterable[tuple[Field, str, int, int]]:
    for part in document.parts:
        if part.where == "attachment" or part.mime.startswith("image/"):
            continue
        for field in decode(document, part):
            for category, start, end in echoes.find(field.text, weak):
                yield field, category, start, end


def _still_found(
    document: Document, raw: bytes, settings: SampleSettings, left: Sequence[tuple[Finding, str]]
) -> Iterable[tuple[Finding, str]]:
    if raw is document.raw:
        return ()
    known = {(finding.rule, finding.field.part.path, finding.field.part.cell) for finding, _ in left}
    again = find_samples(open_document(document.path, raw), settings)
    return [
        (finding, _SIZE if rule_of(finding.rule).by_size else "it is still found after redaction")
        for finding in again
        if (finding.rule, finding.field.part.path, finding.field.part.cell) not in known
    ]
