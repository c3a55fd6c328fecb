"""Findings made by hand, so that policy and reports can be tested without a detector."""

from nbguard.detect.finding import Finding
from nbguard.documents.decode import decode
from nbguard.documents.fields import Document
from nbguard.documents.reading import open_document


def find(
    document: Document,
    value: str,
    rule: str = "ionq-api-key",
    kind: str = "credential",
    where: str | None = None,
    severity: str = "high",
    occurrence: int = 0,
    **changes: object,
) -> Finding:
    """The finding a detector would make of a value's occurrence in a document."""
    for part in document.parts:
        for field in decode(document, part):
            if where is not None and part.where != where:
                continue
            at = -1
            for _ in range(field.text.count(value)):
                at = field.text.index(value, at + 1)
                if occurrence == 0:
                    return Finding(
                        rule, kind, "ionq", severity, field, at, at + len(value), value,
                        "IonQProvider(token=…)", "An IonQ API key.", "Revoke it at cloud.ionq.com.",
                    )._replace(**changes)  # fmt: skip
                occurrence -= 1
    raise AssertionError("the value is not in the document")


def text_document(text: str, path: str = "a.py") -> Document:
    return open_document(path, text.encode())
