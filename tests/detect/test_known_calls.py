"""Calls of libraries that get a password by position: each one's example as a literal, by name, and its look-alike."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
CALLS = load_knowledge("known_calls")["calls"]
TOKENS = FakeTokens(61)
PASSWORD, TOKEN = "hD6%" + TOKENS.of(ALPHANUMERIC, 9) + "3w", "b4T9" + TOKENS.of(ALPHANUMERIC, 28)


def found(path, raw):
    return [one.value for one in ENGINE.detect(open_document(path, raw))]


def written(call, text):
    """The example as a program and in cells, with its value in place, and behind a name that says nothing."""
    text = text.replace('b"\\n"', "LINE_END").replace("\\n", "\n").replace("LINE_END", 'b"\\n"')
    value = TOKEN if "{T}" in text else PASSWORD
    head = (
        ""
        if "import" in text
        else f"import {call['calls'][0].split('.')[0] if '.' in call['calls'][0] else call['module']}\n"
    )
    literal = head + text.replace("{P}", f'"{value}"').replace("{T}", f'"{value}"')
    yield value, "a.py", literal.encode()
    yield value, "a.ipynb", as_bytes(notebook(*map(code, literal.split("\n", 1))))
    named = f'w = "{value}"\n' + head + text.replace("{P}", "w").replace("{T}", "w")
    yield value, "a.ipynb", as_bytes(notebook(*map(code, named.split("\n", 1))))


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call['module']}-{call['calls'][0]}")
def test_what_a_call_is_given_is_found(call):
    for value, path, raw in written(call, call["example"]):
        assert found(path, raw) == [value], raw
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call['module']}-{call['calls'][0]}")
def test_look_alikes_are_silent(call):
    for _, path, raw in written(call, call["lookalike"]):
        assert found(path, raw) == []
        assert disagreement(path, raw) == (set(), set())


def test_a_call_of_that_name_counts_with_its_module_only():
    for text in (
        f'client.connect("host", 22, "lab", "{PASSWORD}")\n',
        f'import paramiko\nclient.connect("{PASSWORD}")\n',
    ):
        assert found("a.py", text.encode()) == []
