"""References are read and written in one way only, and a pasted value is never taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.errors import UsageError
from nbguard.vault.references import (
    Reference,
    find_marked,
    format_reference,
    hint_of_api_path,
    is_marked,
    parse_reference,
)
from tests.fake_tokens import FakeTokens

names = st.text("abcxyz019_-", min_size=1, max_size=8)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
references = st.builds(Reference, paths, paths, names, st.none() | st.integers(1, 99))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quantum/ionq#api_key", Reference("secret", "quantum/ionq", "api_key", None)),
        ("team:quantum/ionq#api_key", Reference("team", "quantum/ionq", "api_key", None)),
        ("quantum/ionq#api_key@3", Reference("secret", "quantum/ionq", "api_key", 3)),
        ("nbguard:quantum/ionq#api_key", Reference("secret", "quantum/ionq", "api_key", None)),
        ("nbguard:a/b:c#d@12", Reference("a/b", "c", "d", 12)),
    ],
)
def test_reads_the_forms_of_the_contract(text: str, expected: Reference) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "quantum/ionq", "#key", "a#", "a b#c", "../a#b", "a/../b#c", "a//b#c", "/a#b", "a#b@0", "a#b@x", "a#b\n"],
)
def test_anything_else_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_reference(text)


def test_a_value_given_for_a_reference_is_not_repeated() -> None:
    value = FakeTokens().ionq()
    with pytest.raises(UsageError) as caught:
        parse_reference(value)
    assert value not in str(caught.value)


@given(references)
def test_what_is_written_is_read_back(reference: Reference) -> None:
    assert parse_reference(format_reference(reference)) == reference
    assert parse_reference(format_reference(reference, marked=True)) == reference
    assert is_marked(format_reference(reference, marked=True))


@given(references, st.sampled_from(["", " ", '"', "(", "Authorization: "]), st.sampled_from(["", " ", '"', ").", ","]))
def test_a_marked_reference_is_found_in_text(reference: Reference, before: str, after: str) -> None:
    text = format_reference(reference, marked=True)
    assert find_marked(before + text + after) == [(len(before), len(before) + len(text), reference)]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("secret/data/quantum/ionq", "; a reference leaves secret/data/ out: quantum/ionq#KEY"),
        ("data/ionq", "; a reference leaves data/ out: ionq#KEY"),
        ("quantum/ionq", ""), ("lab/quantum/data", ""), ("a/b/data/c", ""),
    ],
)  # fmt: skip
def test_a_path_of_vaults_api_is_told_apart(path: str, hint: str) -> None:
    assert hint_of_api_path(path) == hint
