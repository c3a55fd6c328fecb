"""What is looked up at each of very many places says what a look at the line itself says."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.vault import line_marks
from nbguard.vault.line_marks import may_be_filled_in, open_quote
from nbguard.vault.references import Reference
from nbguard.vault.rewrite import RewriteTarget, rewrite
from nbguard.vault.style import Lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.vault.planted import find

TEXTS = st.text(alphabet="a $\"'\\\n{}#", max_size=40)


def open_in(head: str) -> str:
    """The quotation mark that is open at the end of a line's beginning."""
    quote, skip = "", False
    for character in head:
        if skip:
            skip = False
        elif character == "\\" and quote != "'":
            skip = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
    return quote


@given(TEXTS)
def test_the_open_quote_is_that_of_the_line(text: str) -> None:
    for at in range(len(text) + 1):
        assert open_quote(text, at) == open_in(text[text.rfind("\n", 0, at) + 1 : at])


@given(TEXTS)
def test_signs_are_found_between_two_places(text: str) -> None:
    for start in range(len(text) + 1):
        for end in range(start, len(text) + 1):
            assert may_be_filled_in(text, start, end) == any(sign in text[start:end] for sign in "{}$")


@pytest.mark.parametrize(
    ("name", "head", "piece", "looks"),
    [
        ("a.sh", "", 'a "@" ; ', "_quotes"),
        ("a.R", "x <- 1 # ", 'f("@"); ', "_quotes"),
        ("a.ipynb", "%%bash\n", "a @ ; ", "_quotes"),
        ("a.ipynb", "!", "a @ ; ", "_filled_in"),
    ],
)
def test_a_line_is_read_once_for_all_values_in_it(name: str, head: str, piece: str, looks: str) -> None:
    tokens = FakeTokens(15)
    values = [tokens.ionq() for _ in range(50)]
    text = head + "".join(piece.replace("@", value) for value in values)
    document = open_document(name, as_bytes(notebook(code(text))) if name == "a.ipynb" else text.encode())
    numbers = {value: number for number, value in enumerate(values)}
    targets = []
    for found in find(document, dict.fromkeys(values, "ionq")):
        number = numbers[found.value]
        targets.append(RewriteTarget(found, Lookup(Reference("secret", "quantum/x", f"k{number}"), f"X_{number}_K")))
    read: Any = getattr(line_marks, looks)
    read.cache_clear()
    done = rewrite(document, targets)
    assert len(done.done) == 50
    assert read.cache_info().misses == 1
    assert read.cache_info().hits >= 49
