"""What a scan said of an open document, and where in the client's texts it stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nbguard.editing.plain_texts import PlainText
from nbguard.lsp.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lsprotocol.types import Range

    from nbguard.documents.fields import Document, Field
    from nbguard.editing.policies import Policy
    from nbguard.lsp.opened import Text
    from nbguard.scan.scanner import Judged


class Snapshot(NamedTuple):
    """A text as it was scanned."""

    uri: str
    version: int
    id: str
    text: str

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Snapshot({self.uri!r}, version {self.version})"


class ClientPlace(NamedTuple):
    """Where something stands in a text of the client's. ``exact`` is False where it stands beside the text."""

    uri: str
    range: Range
    exact: bool


class Result:
    """The findings of one document. ``problem`` says why there are none, where it couldn't be scanned.

    ``policy_fault`` says what is wrong with a policy that isn't trusted; the scan went by the defaults then.
    ``blocks_unread``: there is no policy, as it can't be read, but it seems to want saves refused.
    """

    def __init__(
        self, uri: str, texts: Sequence[Text], document: Document | None = None, judged: Sequence[Judged] = (),
        policy: Policy | None = None, problem: str = "",
    ) -> None:  # fmt: skip
        self.uri = uri
        self.texts = [Snapshot(text.uri, text.version, text.id, text.text) for text in texts]
        self.document = document
        self.judged = judged
        self.policy = policy
        self.problem = problem
        self.policy_fault = ""
        self.blocks_unread = False
        self._lines: dict[int, Lines] = {}

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Result({self.uri!r}, {len(self.judged)} findings)"

    @property
    def is_notebook(self) -> bool:
        """Whether the texts are the cells of a notebook; else there is one text."""
        return not self.texts or self.texts[0].uri != self.uri

    @cached_property
    def by_text(self) -> dict[str, list[tuple[Judged, ClientPlace]]]:
        """The findings with their places, by the text they stand in or beside, in the order of the notebook."""
        found: dict[str, list[tuple[Judged, ClientPlace]]] = {snapshot.uri: [] for snapshot in self.texts}
        for item in self.judged:
            place = self.place(item.finding.field, item.finding.start, item.finding.end)
            if place is not None:
                found[place.uri].append((item, place))
        return found

    def place(self, field: Field, start: int, end: int) -> ClientPlace | None:
        """Where the characters of a field stand; what is in no text of the client's is told beside one.

        None where there is none: a notebook without cells.
        """
        number, exact = self._text_of(field)
        if number >= len(self.texts):
            return None
        uri, lines = self.texts[number].uri, self.lines(number)
        if not exact:
            return ClientPlace(uri, lines.first_line(), False)
        return ClientPlace(uri, lines.range(*self._characters(field, start, end)), True)

    def at(self, uri: str, where: Range) -> Iterator[tuple[Judged, ClientPlace]]:
        """The findings that touch a range of a text."""
        for item, place in self.by_text.get(uri, ()):
            first, last = place.range.start, place.range.end
            if first <= where.end and where.start <= last:
                yield item, place

    def lines(self, number: int) -> Lines:
        """The lines of the text of this number."""
        known = self._lines.get(number)
        if known is None:
            known = self._lines[number] = Lines(self.texts[number].text)
        return known

    def number_of(self, uri: str) -> int | None:
        """Which of the texts has this URI."""
        return next((number for number, snapshot in enumerate(self.texts) if snapshot.uri == uri), None)

    def number_by_id(self, cell: str | None) -> int:
        """Which of the texts is a cell's."""
        return next(number for number, snapshot in enumerate(self.texts) if snapshot.id == cell)

    def _text_of(self, field: Field) -> tuple[int, bool]:
        if not self.is_notebook:
            return 0, True
        cell = field.part.cell
        return (cell.number, field.part.where == "source") if cell is not None else (0, False)

    def _characters(self, field: Field, start: int, end: int) -> tuple[int, int]:
        """Characters of the client's text."""
        if self.is_notebook or self.document is None:
            return start, end
        return PlainText(self.texts[0].text, self.document).characters(field, start, end)
