"""The credentials found so far, looked for in other files: an opaque token in another file has no other sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.echoes import find_echoes, may_echo, spellings
from nbguard.detect.prefilter import Prefilter
from nbguard.documents.decode import decode_text, encoding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document


class KnownValues:
    """Values with the finding that says most about each, whatever the order they came in."""

    def __init__(self) -> None:
        self._known: dict[str, Finding] = {}

    def __repr__(self) -> str:
        """Shows no value."""
        return f"KnownValues({len(self._known)})"

    def __len__(self) -> int:
        """How many values there are."""
        return len(self._known)

    def __iter__(self) -> Iterator[Finding]:
        """The findings, one a value; their fields have no text."""
        return iter(self._known.values())

    def add(self, findings: Iterable[Finding]) -> None:
        """Keeps the values of these findings, as far as they may be looked for elsewhere."""
        for finding in findings:
            if not may_echo(finding):
                continue
            known = self._known.get(finding.value)
            if known is None or _weight(finding) > _weight(known):
                # Its field would keep the whole content in memory.
                self._known[finding.value] = finding._replace(field=finding.field._replace(text=""))

    def make_search(self) -> Callable[[bytes], set[str]] | None:
        """A function that says which of the values of now stand in raw bytes; None where there is no value."""
        if not self._known:
            return None
        spelled: dict[str, set[str]] = {}
        for value in self._known:
            for spelling in spellings(value):
                spelled.setdefault(spelling, set()).add(value)
        written = sorted(spelled)
        # Values must not be written to disk, so the database isn't kept.
        search = Prefilter(written, cached=False).search

        def find(raw: bytes) -> set[str]:
            if encoding_of(raw)[0] != "utf-8":
                raw = decode_text(raw).encode("utf-8", "replace")
            if b"\0" in raw:
                raw += raw.replace(b"\0", b"")  # NULs may tear values apart, or a part of it be in UTF-16
            return {value for hit in search(raw) for value in spelled[written[hit.literal]]}

        return find

    def find_in(
        self, document: Document, present: Iterable[Finding], values: Iterable[str] | None = None
    ) -> list[Finding]:
        """The further places of the values (or some of them) in a document; ``present`` are its own findings."""
        known = self._known.values() if values is None else [self._known[value] for value in sorted(values)]
        return list(find_echoes(document, known, present))


def _weight(finding: Finding) -> tuple[int, str]:
    return finding.rank, finding.rule
