"""Edits that come in any order: the first one stays, and none overlaps another, across blocks too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.fields import Edit
from nbguard.documents.reading import open_document
from nbguard.redact.document_edits import DocumentEdits

_SPANS = st.tuples(st.integers(0, 20_000), st.sampled_from((1, 7, 900, 4_095, 4_096, 9_000)))


@given(st.lists(_SPANS, max_size=30, unique_by=lambda span: span[0]))
def test_an_edit_is_taken_where_none_before_it_overlaps(spans: list[tuple[int, int]]) -> None:
    edits, taken = DocumentEdits(open_document("a.txt", b"")), list[Edit]()
    for start, length in spans:
        edit = Edit(start, start + length, b"x")
        free = all(edit.end <= other.start or other.end <= edit.start for other in taken)
        assert edits.is_free((edit.start, edit.end)) == free
        assert edits.add(edit) == free
        taken += [edit] * free
    assert list(edits.all()) == sorted(taken)
