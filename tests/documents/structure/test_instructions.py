"""One text says the same as a script, in a cell, as a string and as the file it is: what sets a variable in a line."""

import json

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(67)
KEY, PASSWORD = TOKENS.of(ALPHANUMERIC, 30) + "4k", "tY8#" + TOKENS.of(ALPHANUMERIC, 8) + "6m"
LINES = (
    f"ENV API_KEY {KEY}",
    f"ENV API_KEY={KEY}",
    f"ENV DB_PASSWORD {PASSWORD}",
    f"ARG API_KEY={KEY}",
    f"setenv API_KEY {KEY}",
    f"set -x API_KEY {KEY}",
)


def places(line):
    one = notebook(code(line))
    one["cells"][0]["source"] = line
    yield "Dockerfile", line.encode()
    yield "a.py", f"{line}\n".encode()
    yield "a.ipynb", as_bytes(notebook(code(line)))
    yield "a.ipynb", json.dumps(one).encode()
    yield "a.ipynb", as_bytes(notebook(code(f"%%writefile Dockerfile\n{line}\n")))
    yield "a.py", f's = "{line}"\n'.encode()
    yield "a.py", f's = """\n{line}\n"""\n'.encode()
    yield "a.ipynb", as_bytes(notebook(markdown(f"Put this:\n\n```\n{line}\n```\n")))
    yield "a.md", f"Put `{line}` there.\n".encode()


@pytest.mark.parametrize("line", LINES)
def test_an_instruction_says_the_same_everywhere(line):
    value = KEY if KEY in line else PASSWORD
    for path, raw in places(line):
        found = [one.value for one in ENGINE.detect(open_document(path, raw))]
        assert found == [value], (path, raw)
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize("line", ["ENV = API_KEY", "ENV API_KEY $OTHER", "x = ENV API_KEY", "set -x", "ARG API_KEY"])
def test_what_sets_nothing_is_silent(line):
    for path, raw in places(line):
        assert not ENGINE.detect(open_document(path, raw))
