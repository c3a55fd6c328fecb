"""Credentials in the attachments of notebooks, which are files in base64 without a word that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.nested_texts import NestedTextDetector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.detector import Candidates, Knowledge, Literal
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.scope import Scope


class AttachmentDetector:
    """What an engine finds in attachments. In their bytes, which are base64, no literal can be looked for."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def literals(self, _: Knowledge) -> tuple[Literal, ...]:
        """None."""
        return ()

    def screen(self, file: RawFile, _: bool) -> bool | None:
        """Whether it is a notebook: a file is only asked about where it may have attachments (see detectors)."""
        return True if file.notebook else None

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what stands in the attachments of a notebook."""
        yield from NestedTextDetector(self._scope).find_in_attachments(candidates.document)
