"""A value in parentheses is found as one without them: formatters put them around what is too long for a line."""

from __future__ import annotations

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

VALUE = FakeTokens(1207).of(ALPHANUMERIC, 40)
ENGINES = [Engine(Scope()), Engine(Scope(exhaustive=True))]


@pytest.mark.parametrize("engine", ENGINES, ids=["screened", "exhaustive"])
@pytest.mark.parametrize("form", ["a.py", "a.ipynb"])
@pytest.mark.parametrize(
    "text",
    [
        'api_key = ("A")', "api_key = ('A')", 'api_key = (\n    "A"\n)', 'api_key = ("B"\n    "C")',
        'api_key=("B" + "C")',
        'connect(api_key=("A"))', 'settings = {"api_key": ("A")}', 'client.api_key = ("A")', 'api_key: str = ("A")',
        'api_key = ("A" if live else None)',
    ],
)  # fmt: skip
def test_a_value_in_parentheses_is_found(engine: Engine, form: str, text: str) -> None:
    text = text.replace("A", VALUE).replace("B", VALUE[:20]).replace("C", VALUE[20:])
    raw = text.encode() if form == "a.py" else as_bytes(notebook(code(text)))
    assert engine.detect(open_document(form, raw))


@pytest.mark.parametrize("text", ['api_key = ("A", None)[0].x', 'print("api_key", ("other words"))', 'key = ("name")'])
def test_words_in_parentheses_stay_silent(text: str) -> None:
    assert list(ENGINES[0].detect(open_document("a.py", text.replace("A", "the key").encode()))) == []
