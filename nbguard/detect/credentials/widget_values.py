"""Finds what was typed into a widget for a password, or one that says credential, and was saved with the notebook.

A widget's state has its kind, its label and its value one behind the other, each a text of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.knowledge.loading import load_knowledge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Field

_PASSWORD = "PasswordModel"
_STATE = "jupyter.widget-state"
_LABELS = ("description", "placeholder")


class WidgetValueDetector(Detector):
    """The values of such widgets."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The kind of widget, and the words of labels where a notebook keeps the state of widgets."""
        yield Literal(_PASSWORD.lower(), needs=(_STATE,))
        for word in load_knowledge("places")["widgets"]:
            yield Literal(word, needs=(f"{_STATE}&textmodel",))

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values, each where it stands."""
        from nbguard.documents.decode import decode

        document = candidates.document
        if not any(field.part.where == "widget" for field, _ in candidates.fields):
            return
        for part in document.parts:
            if part.where == "widget":
                yield from _in_state(list(decode(document, part)))


def _in_state(fields: Sequence[Field]) -> Iterator[Finding]:
    from nbguard.detect.credentials.name_meaning import core_of_name, meaning_of
    from nbguard.detect.generic.assigned_secrets import judge_assigned, make_assigned_finding

    kind = label = ""
    for field in fields:
        if field.key == "model_name":
            kind, label = field.text, ""
        elif field.key in _LABELS and meaning_of(field.text.rstrip(" :")):
            label = core_of_name(field.text.rstrip(" :"))
        elif field.key == "value" and (kind == _PASSWORD or label):
            assigned = judge_assigned(label or "password", field.text)
            if assigned is not None:
                yield make_assigned_finding(field, 0, assigned)
