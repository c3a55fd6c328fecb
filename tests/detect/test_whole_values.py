"""A match is extended to the token that it is a part of, and no further."""

import pytest

from nbguard.detect.finding import Finding
from nbguard.detect.whole_values import LONGEST_RUN, is_joined, take_whole
from nbguard.documents.fields import Field, Part
from tests.growth import assert_linear

PART = Part("source", None, "", "text/plain", "text", 0, 0)


def whole(text: str, part: str, cause: str = "shape", kind: str = "credential") -> str:
    start = text.index(part)
    found = Finding("r", kind, None, "high", Field(text, PART), start, start + len(part), part, cause, "", "", 3)
    (taken,) = take_whole([found])
    assert taken.field.text[taken.start : taken.end] == taken.value
    assert taken.prefix == (3 if taken.start == start else 0)
    return taken.value


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ('f("TOKEN1xyz")', "TOKEN1xyz"),
        ('f("abTOKEN1xyz")', "abTOKEN1xyz"),
        ('f("TOKEN1.01.7ab")', "TOKEN1.01.7ab"),
        ('f("TOKEN1.01.7ab and")', "TOKEN1.01.7ab"),
        ("X=TOKEN1.01.7ab\n", "TOKEN1.01.7ab"),
        ("see TOKEN1-ab.\n", "TOKEN1-ab"),
        ("see TOKEN1.\n", "TOKEN1"),
        ('f("Bearer TOKEN1x")', "TOKEN1x"),
        ("https://u:TOKEN1x@host.io/a", "TOKEN1x"),
        ("https://h.io/?key=TOKEN1x&b=2", "TOKEN1x"),
        ("https://h.io/TOKEN1x/run.json", "TOKEN1x"),
        ("<!--TOKEN1x-->", "TOKEN1x"),
        ("- TOKEN1", "TOKEN1"),
        ("--TOKEN1", "TOKEN1"),
        ("a\\nTOKEN1", "TOKEN1"),
        ("a%20TOKEN1", "TOKEN1"),
        ('f("TOKEN1==")', "TOKEN1=="),
        ("日本TOKEN1語", "TOKEN1"),
        ('"a" + "TOKEN1"', "TOKEN1"),
        ('f("TOKEN1/ab+cd==")', "TOKEN1/ab+cd=="),
        ("f('TOKEN1,ab/c')", "TOKEN1,ab/c"),
        ('f("TOKEN1/ab cd")', "TOKEN1"),
        ("f(\"TOKEN1/ab')", "TOKEN1"),
        ('f("x TOKEN1/ab")', "TOKEN1"),
    ],
)
def test_the_whole_token_is_taken(text: str, taken: str) -> None:
    assert whole(text, "TOKEN1") == taken


@pytest.mark.parametrize("text", ["-pTOKEN1", "abTOKEN1", '"token=TOKEN1"'])
def test_what_a_name_or_call_tells_keeps_its_beginning(text: str) -> None:
    assert whole(text, "TOKEN1", cause="header") == "TOKEN1"


def test_other_kinds_and_longer_runs_stay() -> None:
    assert whole("TOKEN1xyz", "TOKEN1", kind="sample-data") == "TOKEN1"
    assert whole("TOKEN1" + "a" * LONGEST_RUN, "TOKEN1") == "TOKEN1"


def test_two_tokens_in_one_literal_stay_two() -> None:
    field = Field('keys = "TOKEN1,TOKEN2"', PART)
    found = [
        Finding("r", "credential", None, "high", field, at, at + 6, field.text[at : at + 6], "shape", "", "", 3)
        for at in (8, 15)
    ]
    assert [finding.value for finding in take_whole(found)] == ["TOKEN1", "TOKEN2"]


def test_a_run_that_goes_on_is_told() -> None:
    assert is_joined("abTOKEN1cd", 2, 8) == (True, True)
    assert is_joined("-pTOKEN1", 2, 8) == (False, False)
    assert is_joined("\\nTOKEN1.x", 2, 8) == (False, True)
    assert is_joined("<TOKEN1>", 1, 7) == (False, False)
    assert is_joined('TOKEN1\\x41"', 0, 6) == (False, True)


@pytest.mark.slow
def test_many_matches_in_one_run_take_linear_time() -> None:
    def work(size: int) -> None:
        text = "TOKEN1" * (size // 6)
        field = Field(text, PART)
        take_whole(
            Finding("r", "credential", None, "high", field, at, at + 6, "TOKEN1", "shape", "", "", 3)
            for at in range(0, len(text) - 6, 6)
        )

    assert_linear(work, 10_000)
