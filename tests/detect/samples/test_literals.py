"""The literal reader reads what Python reads, survives what Python doesn't, and never runs away."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.tables import literals
from nbguard.tables.literals import READ, Group, Scalar, read_group
from tests.growth import assert_linear

if TYPE_CHECKING:
    import re

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
LITERALS = st.recursive(
    TEXTS | st.integers(-1000, 1000),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


def plain(value: Scalar | Group) -> Any:
    """What the reader read, as Python objects; numbers as text."""
    if isinstance(value, Scalar):
        return value.text
    if value.bracket == "{":
        return {plain(entry.key) if entry.key else None: plain(entry.value) for entry in value.entries}
    return [plain(entry.value) for entry in value.entries]


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    return [as_text(inner) for inner in value] if isinstance(value, list) else str(value)


@given(st.lists(LITERALS, max_size=4))
def test_it_reads_what_python_reads(value: list[Any]) -> None:
    """The repr of any nest of lists, dicts, strings and integers comes back as ast reads it."""
    text = repr(value)
    assert ast.literal_eval(text) == value
    group = read_group(f"x = {text}  # end", 4, len(text) + 4)
    assert group.closed
    assert group.end == len(text) + 4
    assert plain(group) == as_text(value)


@given(st.text(alphabet="[](){}'\"\\,:=ab1#\n ", max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    """Half-typed code never raises, and spans stay inside the text."""
    group = read_group("[" + text, 0, len(text) + 1)
    stack: list[Scalar | Group] = [group]
    while stack:
        node = stack.pop()
        assert 0 <= node.start <= node.end <= len(text) + 1
        if isinstance(node, Group):
            stack += [side for entry in node.entries for side in (entry.key, entry.value) if side is not None]


def test_calls_comments_and_other_languages_are_read() -> None:
    """Calls among the values, comments, trailing commas, R's and Julia's keywords."""
    group = read_group("[date(1980, 1, 2), # 'a'\n 'b' 'c', None,]", 0, 99)
    assert [e.value.name if isinstance(e.value, Group) else e.value.text for e in group.entries] == [
        "date",
        "bc",
        "None",
    ]
    frame = read_group('(name = c("A", "B"), n = [1, 2])', 0, 99)
    assert [(e.key.text if isinstance(e.key, Scalar) else "", plain(e.value)) for e in frame.entries] == [
        ("name", ["A", "B"]), ("n", ["1", "2"])]  # fmt: skip


@pytest.mark.parametrize("row", ["{'a': 1, 'b': 'x, y'}", "('p', (1, 2), [3])", "7"])
def test_a_long_literal_is_counted_not_read(row: str) -> None:
    """Past READ elements the rest is skipped, and the end is found."""
    text = "[" + ", ".join([row] * 5000) + "] + 1"
    group = read_group(text, 0, len(text))
    assert group.closed
    assert group.end == len(text) - 4
    assert len(group.entries) <= READ + 1
    assert len(group.entries) + group.skipped == pytest.approx(5000, abs=2)


@given(st.lists(st.sampled_from([*"\"'\\\nra1 ,:[]{}#", '\\"', "\\'", '"""', "'''", "=>", "1e-5"])).map("".join))
def test_quotes_without_an_end_hide_nothing(inside: str) -> None:
    """What is left out behind a quote without an end is read as if each quote there were tried."""

    def try_each(text: str, at: int, end: int, _: object) -> re.Match[str] | None:
        found = literals._TOKEN.search(text, at, end)
        while found is not None and found.lastgroup == "open":
            found = literals._TOKEN.search(text, found.end(), end)
        return found

    text = f"[{inside}"
    read = read_group(text, 0, len(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(literals, "_next_token", try_each)
        assert read == read_group(text, 0, len(text))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "[" * 60000,
        "['" * 40000,
        '["""' + "'" * 60000,
        "{" + "a:" * 60000,
        "[" + "\\" * 60000,
        "[" + r"""{\"a\": \"b\", \'c\': 1}, """ * 12000,
    ],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    """Nests, quotes and escapes without an end."""
    assert_linear(lambda size: read_group(text[:size], 0, size), len(text) // 8)
