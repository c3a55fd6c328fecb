"""Findings made by hand: wherever one of the given values stands. What detectors find is tested elsewhere."""

from typing import Any

from nbguard.detect.finding import Finding
from nbguard.documents.decode import decode
from nbguard.documents.fields import Document
from nbguard.documents.reading import open_document
from nbguard.vault.plan import FileToMove
from tests.notebook_builder import as_bytes, code, notebook

RULES = {"ionq": "ionq-api-key", "dwave": "dwave-api-token", "ibm": "ibm-quantum-token"}


def find(document: Document, values: dict[str, str]) -> tuple[Finding, ...]:
    """A finding for each place of each value; ``values`` maps the value to its provider."""
    findings = []
    for part in document.parts:
        for field in decode(document, part):
            for value, provider in values.items():
                at = field.text.find(value)
                while at >= 0:
                    rule = RULES.get(provider, f"{provider}-token")
                    made = Finding(rule, "credential", provider, "high", field, at, at + len(value), value,
                                   "planted", "A planted credential.", f"Rotate it at {provider}.")  # fmt: skip
                    findings.append(made)
                    at = field.text.find(value, at + 1)
    return tuple(findings)


def write_notebook(path: Any, *sources: str, values: dict[str, str], **keywords: Any) -> FileToMove:
    """A notebook of code cells on disk, and the findings in it."""
    raw = as_bytes(notebook(*[code(source, count=None) for source in sources], **keywords))
    path.write_bytes(raw)
    document = open_document(path.name, raw)
    return FileToMove(str(path), document, find(document, values))


def sources_of(raw: bytes) -> list[str]:
    """The sources of a notebook's cells, decoded."""
    document = open_document("a.ipynb", raw)
    return [next(decode(document, part)).text for part in document.parts if part.where == "source"]
