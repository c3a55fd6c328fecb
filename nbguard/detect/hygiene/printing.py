"""Finds code that prints, logs or displays a credential variable: what it shows stays in the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.credentials.printed_values import printing_literals
from nbguard.detect.credentials.shown_names import shown_names
from nbguard.detect.detector import Detector
from nbguard.detect.hygiene.hygiene_rules import make_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.detector import Candidates, Knowledge, Literal
    from nbguard.detect.finding import Finding


class PrintingDetector(Detector):
    """Code that shows a credential variable."""

    def literals(self, _: Knowledge) -> Iterable[Literal]:
        """Calls that print, with a telling word behind them."""
        return printing_literals()

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the places in code cells and Python files."""
        for field, _ in candidates.fields:
            cell, where = field.part.cell, field.part.where
            in_cell = where == "source" and cell is not None and cell.type == "code"
            if not in_cell and not (where == "file" and candidates.document.language == "python"):
                continue
            for shown in dict.fromkeys(shown_names(field.text, in_cell)):
                yield make_finding(
                    "prints-credential", field, shown.start, shown.end, shown.name, f"shows {shown.name}"
                )
