"""How much of a value is shown: the public prefix, two characters, the length."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.policy.masked_value import mask, mask_finding, without_value
from tests.fake_tokens import FakeTokens
from tests.policy.findings import find, text_document

TOKENS = FakeTokens()


@pytest.mark.parametrize(
    ("value", "prefix", "shown"),
    [
        ("sU" + "x" * 30, 0, "sU…(32)"),
        ("DEV-ab" + "0" * 38, 4, "DEV-ab…(44)"),
        ("abcdefghijk", 0, "…(11)"),
        ("abcdefghijkl", 0, "ab…(12)"),
        ("DEV-abcdefgh", 4, "DEV-…(12)"),
        ("DEV-abc", 4, "…(7)"),
        ("", 0, "…(0)"),
        ("a\n" + "b" * 12, 0, "a?…(14)"),
        ("\x1b[31m" + "b" * 12, 0, "?[…(17)"),
    ],
)
def test_mask(value, prefix, shown):
    assert mask(value, prefix) == shown


@settings(deadline=None)
@given(st.text(), st.integers(-3, 100))
def test_never_more_than_two_secret_characters(value, prefix):
    shown, _, length = mask(value, prefix).rpartition("…(")
    assert length == f"{len(value)})"
    assert len(shown) <= max(prefix, 0) + 2
    assert len(shown) < len(value) or not shown or prefix >= len(value)
    assert "\n" not in shown


def test_sample_data_shows_its_size_only():
    rows = "ada@example.org\nalan@example.org\ngrace@example.org"
    document = text_document(rows)
    finding = find(document, rows, "email-list", "sample-data")
    assert mask_finding(finding) == f"…(3 lines, {len(rows)})"
    assert mask_finding(find(document, "ada@example.org", "email", "sample-data")) == "…(15)"


def test_a_sentence_never_repeats_the_value():
    """A rule's author may quote what matched; the report must not."""
    token = TOKENS.ionq()
    finding = find(text_document(f'IonQProvider("{token}")'), token)
    assert without_value(f'IonQProvider("{token}") takes it', finding) == f'IonQProvider("{token[:2]}…(32)") takes it'
