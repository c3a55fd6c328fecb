"""What makes a text with very many credentials quick to move comes to what the plain way does."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.vault.possible_values import PossibleValues
from nbguard.vault.references import Reference
from nbguard.vault.rewrite import RewriteTarget, rewrite
from nbguard.vault.same_program import OriginalCode, StandIn
from nbguard.vault.style import Lookup
from nbguard.vault.text_changes import CannotRewriteError, TextChange, add_change, apply_changes
from nbguard.vault.text_forms import _HERE, _is_in_here_document
from tests.fake_tokens import FakeTokens
from tests.vault.planted import find

CHANGES = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 4), st.sampled_from("ab")).map(
        lambda made: TextChange(made[0], made[0] + made[1], made[2])
    ),
    max_size=8,
)
SHELL = ("<<", "<<-", "<", "A", "B", "'A'", "\\B", "\n", "\n", "\r\n", "\t", " ", "x=1", "<<<")


@given(CHANGES)
def test_a_change_is_added_where_it_overlaps_with_none(changes: list[TextChange]) -> None:
    text = "0123456789abcdefgh"
    added: list[TextChange] = []
    taken: set[TextChange] = set()
    for change in changes:
        try:
            apply_changes(text, taken | {change})
        except CannotRewriteError:
            with pytest.raises(CannotRewriteError, match="overlaps"):
                add_change(added, change)
            continue
        taken.add(change)
        add_change(added, change)
    assert added == sorted(taken)


def in_here_document(text: str, at: int) -> bool:
    behind = 0
    while (opened := _HERE.search(text, behind, at)) is not None:
        tabs = r"\t*" if opened["dash"] else ""
        closed = re.compile(rf"^{tabs}{re.escape(opened['word'])}\r?$", re.MULTILINE).search(text, opened.end())
        if closed is None or closed.end() >= at:
            return text.find("\n", opened.end(), at) >= 0
        behind = closed.end()
    return False


@given(st.lists(st.sampled_from(SHELL), max_size=25))
@settings(max_examples=500)
def test_here_documents_are_told_once_for_all_lines(pieces: list[str]) -> None:
    text = "".join(pieces)
    for line in [0, *(found.end() for found in re.finditer("\n", text))]:
        assert _is_in_here_document(text, line) is in_here_document(text, line)


@given(st.lists(st.text("ab", min_size=1, max_size=4), max_size=9), st.text("ab", max_size=12))
def test_values_that_may_stand_in_a_text_are_all_that_do(values: list[str], text: str) -> None:
    possible = PossibleValues(dict.fromkeys(values)).in_text(text)
    assert {value for value in values if value in text} <= set(possible)
    assert [len(value) for value in possible] == sorted(map(len, possible), reverse=True)


@pytest.mark.parametrize("form", ['"""Says @."""', '"@"', "f('@')"])
def test_references_that_begin_alike_are_told_apart(form: str) -> None:
    """A second value of a kind is `…#api_key_2`: that was read as the first one's, and none of the texts was proven."""
    tokens = FakeTokens(21)
    values = [tokens.ionq() for _ in range(12)]
    document = open_document("a.py", "".join(form.replace("@", value) + "\n" for value in values).encode())
    lookups = {
        value: Lookup(Reference("secret", "quantum/ionq", "api_key" + f"_{number}" * (number > 1)), "X")
        for number, value in enumerate(values, 1)
    }
    done = rewrite(
        document,
        [RewriteTarget(found, lookups[found.value]) for found in find(document, dict.fromkeys(values, "ionq"))],
    )
    assert [left.reason for left in done.left] == []
    assert len(done.done) == len(values)


@given(st.integers(0, 2**32))
def test_a_program_is_read_once_only_where_nothing_in_it_is_a_lookup(seed: int) -> None:
    rng = random.Random(seed)
    known = [StandIn(f'secret("p#k{n}")', f"nbguard:p#k{n}", f"v{n}") for n in (1, 11)]
    parts = (
        'x = secret("p#k1")',
        "x = secret('p#k11')",
        'x = "v1"',
        'x = "v11"',
        '"nbguard:p#k11"',
        '"v11"',
        "y = f(x)",
    )
    before, after = (rng.choices(parts, k=3) for _ in range(2))
    values = {
        'x = secret("p#k1")': 'x = "v1"', "x = secret('p#k11')": 'x = "v11"', '"nbguard:p#k11"': '"v11"',
    }  # fmt: skip
    same = [values.get(line, line) for line in before] == [values.get(line, line) for line in after]
    original = OriginalCode("\n".join(before))
    for _ in range(2):
        assert original.stays_the_same("\n".join(after), known) is same
        assert original.stays_the_same("\n".join(before), known)
