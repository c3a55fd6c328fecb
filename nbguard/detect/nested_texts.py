"""Credentials in texts that stand in base64: attachments, ``data:`` URIs, the data of a Kubernetes Secret.

Each such text is decoded once and goes through an engine of its own, as a file would: whatever is found in a file is
found there. Texts in images aren't looked at.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from nbguard.detect.deadline import check_deadline
from nbguard.detect.detector import Candidates, Detector, Literal
from nbguard.detect.engine import Engine
from nbguard.documents.decode import decode
from nbguard.documents.packed_text import ending_for, is_of_picture, packed_literals, packed_texts, unpack
from nbguard.documents.reading import open_document
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile
    from nbguard.documents.fields import Document, Field, Part
    from nbguard.documents.packed_text import PackedText

# Bytes before ``;base64,`` in which a media type stands.
_LOOK_BACK = 260
_URI = b";base64,"
_MARK = b'"attachments"'
# Attachments that are nothing but pictures (or none at all): such parts of a notebook are left out. A name with a dot
# in it is no base64 itself.
_ONLY_PICTURES = lazy_regex(
    rb'"attachments"\s*+:\s*+\{(?:\s*+"(?=[^"\\]*\.)[^"\\]*+"\s*+:\s*+\{\s*+"image/(?!svg)[\w.+-]++"\s*+:\s*+'
    rb'"(?:[A-Za-z0-9+/=]++|\\[nr])*+"\s*+\}\s*+,?)*+\s*+\}'
)


class _InnerSearch(Detector):
    """Looks with an engine of its own into a text that stands in base64."""

    @cached_property
    def _engine(self) -> Engine:
        # Sample data in base64 has a search of its own, which opens data files too.
        return Engine(self.scope._replace(kinds=frozenset(("credential",)), depth=self.scope.depth + 1))

    def _look(self, document: Document, field: Field, packed: PackedText) -> Iterator[Finding]:
        """A finding covers the base64 of its value; it isn't the text of its span."""
        check_deadline()
        inner = open_document(f"{document.path}/{packed.name or 'text'}", packed.raw)
        for finding in self._engine.detect(inner):
            start, end = packed.span_of(*_bytes_of(inner, finding))
            yield finding._replace(field=field, start=start, end=end, cause=f"{finding.cause}, in base64")


class NestedTextDetector(_InnerSearch):
    """What an engine finds in the texts that stand in base64."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """What announces base64."""
        return (Literal(text, confirm=confirm, narrow=narrow) for text, confirm, narrow in packed_literals())

    def confirms(self, file: RawFile, _: Sequence[str], start: int, end: int) -> bool:
        """Whether it isn't a picture's ``data:`` URI."""
        if file.raw[start - 1 : end].lower() != _URI:
            return True
        before = file.raw[max(0, start - _LOOK_BACK) : start - 1]
        return not is_of_picture(before.decode("latin-1"))

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what stands in the texts in base64 of fields."""
        for field, _ in candidates.fields:
            if field.part.where != "attachment":
                for packed in packed_texts(field.text):
                    yield from self._look(candidates.document, field, packed)


class AttachmentDetector(_InnerSearch):
    """What an engine finds in the attachments of notebooks: files, without a word that says that it is base64."""

    def screen(self, file: RawFile, exhaustive: bool) -> bool | None:
        """Whether it is a notebook in which something else is attached than pictures."""
        if not file.notebook:
            return None
        if exhaustive or file.blind or file.raw.count(_MARK) > len(_ONLY_PICTURES.findall(file.raw)):
            return True
        return None

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what stands in the attachments that are no pictures."""
        for part in candidates.document.parts:
            if part.where == "attachment":
                for field in decode(candidates.document, part):
                    packed = unpack(field.text, _name_of(part))
                    if packed is not None:
                        yield from self._look(candidates.document, field, packed)


def _name_of(part: Part) -> str:
    """An attachment's name; one that ends as its media type asks where it has no ending of its own."""
    name = part.path.removeprefix("attachments.").removesuffix(f".{part.mime}")
    return name if "." in name else name + ending_for(part.mime)


def _bytes_of(document: Document, finding: Finding) -> tuple[int, int]:
    """The bytes of a document in which a finding stands; those of its whole part where that isn't plain text."""
    part, text = finding.field.part, finding.field.text
    if part.form != "text":
        return part.start, part.end
    mark = len(document.raw) - len(text.encode("utf-8", "surrogateescape"))
    if mark not in (0, 3):  # not UTF-8
        return 0, len(document.raw)
    before = mark + len(text[: finding.start].encode("utf-8", "surrogateescape"))
    return before, before + len(text[finding.start : finding.end].encode("utf-8", "surrogateescape"))
