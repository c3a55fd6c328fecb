"""What was typed into a widget and saved with the notebook."""

from __future__ import annotations

import pytest

from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.detect.differential import EXHAUSTIVE, FAST
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

V = FakeTokens(48).of(ALPHANUMERIC, 30) + "a7"


def _values(kind: str, label: str, value: str) -> list[set[str]]:
    model = {"model_name": kind, "state": {"description": label, "value": value}}
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"a1": model}, "version_major": 2}}
    raw = build.as_bytes({**build.notebook(build.code("w")), "metadata": {"widgets": state}})
    document = open_document("a.ipynb", raw)
    return [{one.value for one in engine.detect(document) if one.kind == "credential"} for engine in (FAST, EXHAUSTIVE)]


@pytest.mark.parametrize(("kind", "label"), [("PasswordModel", "Who goes there?"), ("TextModel", "API token:")])
def test_a_credential_is_found(kind: str, label: str) -> None:
    assert _values(kind, label, V) == [{V}, {V}]


@pytest.mark.parametrize(("kind", "label", "value"), [("TextModel", "Run:", V), ("PasswordModel", "", "your-password")])
def test_anything_else_is_silent(kind: str, label: str, value: str) -> None:
    assert _values(kind, label, value) == [set(), set()]
