"""Pieces of a credential in outputs: whoever sees twelve characters of a key knows which one it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect import fragments
from nbguard.detect.engine import Engine
from nbguard.detect.fragments import SHORTEST_FRAGMENT
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

_ENGINE = Engine(Scope(frozenset(("credential",))))
_TOKENS = FakeTokens(12)
_KEY, _OTHER = _TOKENS.of(ALPHANUMERIC, 44), _TOKENS.of(ALPHANUMERIC, 44)
_CALL = 'QiskitRuntimeService(channel="ibm_cloud", token="{}")'


def _in_output(shown: str, source: str = _CALL.format(_KEY)) -> list[str]:
    raw = as_bytes(notebook(code(source, stream(shown))))
    findings = _ENGINE.detect(open_document("a.ipynb", raw))
    assert all(finding.field.text[finding.start : finding.end] == finding.value for finding in findings)
    return [finding.value for finding in findings if finding.field.part.where == "output"]


@pytest.mark.parametrize("form", ["{}\n", "Using key {}...\n", "key={}…\n", "{}*** ok\n", "a {} b {}\n"])
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_piece_of_twelve_characters_and_more_is_found(form: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(SHORTEST_FRAGMENT, len(_KEY) - 1))
    start = data.draw(st.integers(0, len(_KEY) - length))
    piece = _KEY[start : start + length]
    found = _in_output(form.replace("{}", piece))
    assert piece in found
    # In a large document all pieces are searched at once.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "LARGE", 0)
        assert _in_output(form.replace("{}", piece)) == found


@pytest.mark.parametrize("length", [1, 6, SHORTEST_FRAGMENT - 1])
def test_less_than_that_says_nothing(length: int) -> None:
    assert _in_output(f"key {_KEY[:length]}...\n") == []


def test_pieces_of_nothing_that_was_found_and_a_prefix_for_all_are_left_alone() -> None:
    assert _in_output(f"id {_OTHER[:20]}\n") == []
    token = _TOKENS.jwt()
    head, body, signature = token.split(".")
    source = f'token = "{token}"'
    assert _in_output(f"{head}\n{head}.{body[:20]}\n", source) == []
    assert _in_output(f"...{signature[:20]}\n", source) == [signature[:20]]


def test_a_whole_value_is_no_piece_of_itself() -> None:
    assert _in_output(f"{_KEY}\n") == [_KEY]
