"""Places of commands and files that hold a password: examples in every kind of file, and look-alikes."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
PLACES = load_knowledge("known_places")["places"]
TOKENS = FakeTokens(47)
PASSWORD, TOKEN = "qT7#" + TOKENS.of(ALPHANUMERIC, 9) + "4x", TOKENS.of(ALPHANUMERIC, 31) + "7"


def filled(text):
    """An example with its value in the place of the word P or T."""
    words = {"P": PASSWORD, "T": TOKEN}
    out = text
    for word, value in words.items():
        for before in (" ", "'", '"', ",", "%", ":", "\n", "p", "=", "/", "[", ">", "`", "(", "{", "}"):
            for behind in (" ", "'", '"', "\n", ")", "@", "]", "<", ";", "`", "\\", "}", ",", ""):
                mark = before + word + behind
                if mark in out and (behind or out.endswith(mark)):
                    return out.replace(mark, before + value + behind, 1), value
        if out.strip() == word:
            return value + "\n", value
    raise AssertionError(text)


def found(path, raw):
    return [(one.rule, one.value) for one in ENGINE.detect(open_document(path, raw))]


def files(place, text):
    """A text as the file it is, and in a cell, with the line that writes the file where it is known by its name."""
    names = place.get("files", ())
    path = names[0] if names else "run.sh"
    yield path, text.encode()
    cell = f"%%writefile conf/{path}\n{text}\n" if names else f"%%bash\n{text}\n"
    yield "a.ipynb", as_bytes(notebook(code(cell)))
    if not names:
        yield "a.ipynb", as_bytes(notebook(markdown(f"Run\n\n    {text}\n")))
        yield "Dockerfile", f"FROM x\nRUN {text}\n".encode()


CASES = [(name, text) for name, place in PLACES.items() for text in place["examples"]]
LOOKALIKES = [(name, text) for name, place in PLACES.items() for text in place["lookalikes"]]


@pytest.mark.parametrize(("name", "text"), CASES)
def test_what_stands_in_the_place_is_found(name, text):
    text, value = filled(text)
    for path, raw in files(PLACES[name], text):
        assert ("generic-credential", value) in found(path, raw)
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize(("name", "text"), CASES)
def test_the_other_quotation_marks_hide_nothing_from_the_screening(name, text):
    text, _ = filled(text)
    for path, raw in files(PLACES[name], text.translate({ord("'"): '"', ord('"'): "'"})):
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize(("name", "text"), LOOKALIKES)
def test_look_alikes_are_silent(name, text):
    for path, raw in files(PLACES[name], text):
        assert found(path, raw) == []
        assert disagreement(path, raw) == (set(), set())


def test_a_here_document_writes_such_a_file_too():
    text = f"cat > /etc/ppp/chap-secrets <<'END'\nalice * {PASSWORD} *\nEND\necho done\n"
    assert found("setup.sh", text.encode()) == [("generic-credential", PASSWORD)]
    assert found("setup.sh", text.replace("chap-secrets", "chap-notes").encode()) == []


def test_a_place_that_needs_a_word_is_silent_without_it_in_both_engines():
    for path, text in (("a.py", f"appid = '{TOKEN}'\n"), ("a.py", f'users = {{"lab": "{PASSWORD}"}}\n')):
        assert found(path, text.encode()) == []
        assert disagreement(path, text.encode()) == (set(), set())
