"""Changes of one text are proved together: what comes out is what trying one after the other gives."""

import ast
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.vault import python_code
from nbguard.vault import rewrite as rewriting
from nbguard.vault.python_code import CodeReplacement, PythonCode
from nbguard.vault.references import Reference
from nbguard.vault.rewrite import RewriteTarget, Rewritten, rewrite
from nbguard.vault.style import STYLES, Lookup
from nbguard.vault.text_changes import CannotRewriteError, TextChange
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.vault.planted import find

# @ is a credential.
LINES = (
    'f("@")', "x = '@'", 'f("@", "@")', 'x = "@" + "@"', 'x = ("@" "@")', 'x = "@:@"', 'n = 1\nx = f"{n} @"',
    'x = b"@"', 'x = {"a": "@", "b": ["@"]}', "# @", '"@"', '"""Says @."""', "!run --token @", '%env X="@"',
    'def g():\n    """@"""\n    return "@"', 'class C:\n    token: str = "@"', 'match x:\n    case "@":\n        pass',
    'x = "@".encode()', 'x = f"{\'@\'}"', 'print "@"', 'x = ("@"',
)  # fmt: skip
DAMAGED = ('print "@"', 'x = ("@"')
# What goes wrong where changes are made: nothing, a statement more, a bracket that isn't closed, too much taken away.
FAULTS = ("", "", "", "", "\nx = 1\n", "(", "taken")
PIECES = st.lists(
    st.tuples(st.sampled_from(LINES), st.lists(st.sampled_from(FAULTS), min_size=2, max_size=2)), max_size=9
)


def lookup(number: int) -> Lookup:
    return Lookup(Reference("secret", "quantum/x", f"k{number}"), f"X_{number}_K")


def one_by_one(self: PythonCode, replacements: Sequence[CodeReplacement]) -> list[str]:
    def reason(replacement: CodeReplacement) -> str:
        try:
            self.accept(replacement)
        except CannotRewriteError as error:
            return str(error)
        return ""

    return [reason(replacement) for replacement in replacements]


def shown(done: Rewritten) -> tuple[Any, ...]:
    left = [(left.finding.start, left.finding.value, left.reason) for left in done.left]
    return done.raw, [target.finding.value for target in done.done], left


@given(PIECES, st.sampled_from(("a.py", "a.ipynb", "cells")), st.sampled_from(STYLES), st.booleans(), st.randoms())
@settings(max_examples=250, deadline=None)
def test_together_comes_to_what_one_by_one_does(
    pieces: list[tuple[str, list[str]]], form: str, style: str, overlap: bool, order: Any
) -> None:
    tokens = FakeTokens(5)
    faults: dict[str, str] = {}
    texts = []
    # What doesn't parse is only counted: one change could make up for another that breaks something.
    sound = not any(line in DAMAGED for line, _ in pieces)
    for line, wrong in pieces:
        text = line
        for fault in wrong[: line.count("@")]:
            value = tokens.ionq()
            faults[value] = fault if sound else ""
            text = text.replace("@", value, 1)
        texts.append(text + "\n")
    if form == "a.py":
        raw, path = "".join(texts).encode(), "a.py"
    else:
        raw, path = as_bytes(notebook(*map(code, texts if form == "cells" else ["".join(texts)]))), "a.ipynb"
    document = open_document(path, raw)
    values = dict.fromkeys(faults, "ionq")
    if overlap:
        # A credential in pieces, or of two parts, may be found as a whole too.
        values |= {f"{one}{joint}{other}": "dwave" for one, other in pairwise(faults) for joint in ("", ":")}
    numbers = {value: number for number, value in enumerate(values)}
    targets = [RewriteTarget(found, lookup(numbers[found.value])) for found in find(document, values)]
    made = rewriting.changes_in_python

    def faulty(source: Any, start: int, end: int, value: str, *rest: Any) -> list[TextChange]:
        changes, fault = made(source, start, end, value, *rest), faults.get(value, "")
        if fault == "taken":
            line = source.text.rfind("\n", 0, changes[0].start) + 1
            return [TextChange(max(changes[0].start - 9, line), changes[-1].end, changes[0].text)]
        return [*changes, TextChange(len(source.text), len(source.text), fault)] if fault else changes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rewriting, "changes_in_python", faulty)
        together = shown(rewrite(document, targets, style))
        order.shuffle(targets)
        assert shown(rewrite(document, targets, style))[0] == together[0]
        targets.sort(key=lambda target: numbers[target.finding.value])
        patch.setattr(PythonCode, "accept_each", one_by_one)
        alone = shown(rewrite(document, targets, style))
    assert together[0] == alone[0]
    assert sorted(together[1]) == sorted(alone[1])
    assert sorted(together[2]) == sorted(alone[2])


def parses(monkeypatch: pytest.MonkeyPatch, count: int, bad: int) -> int:
    """How often a text with so many credentials is looked at as a whole, so many of which can't be replaced."""
    tokens = FakeTokens(6)
    values = [tokens.ionq() for _ in range(count)]
    wrong = set(values[:: count // bad] if bad else ())
    document = open_document("a.py", "".join(f'f("{value}")\n' for value in values).encode())
    numbers = {value: number for number, value in enumerate(values)}
    targets = [RewriteTarget(one, lookup(numbers[one.value])) for one in find(document, dict.fromkeys(values, "ionq"))]
    made, parse = rewriting.changes_in_python, ast.parse
    calls: list[int] = []

    def faulty(source: Any, start: int, end: int, value: str, *rest: Any) -> list[TextChange]:
        changes = made(source, start, end, value, *rest)
        return [*changes, TextChange(end + 2, end + 2, "; x = 1")] if value in wrong else changes

    def counted(text: str, *rest: Any, **named: Any) -> ast.AST:
        calls.extend([1] if len(text) > count * 20 else [])
        return parse(text, *rest, **named)

    with monkeypatch.context() as patch:
        patch.setattr(rewriting, "changes_in_python", faulty)
        patch.setattr(ast, "parse", counted)
        done = rewrite(document, targets)
    assert {left.finding.value for left in done.left} == wrong
    return len(calls)


def test_a_text_is_parsed_as_often_for_many_credentials_as_for_few(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parses(monkeypatch, 128, 0) == parses(monkeypatch, 8, 0)


def test_one_that_stays_costs_as_many_proofs_as_there_are_halvings(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = [parses(monkeypatch, count, 1) for count in (16, 32, 64, 128)]
    steps = [more - less for less, more in pairwise(costs)]
    assert len(set(steps)) == 1
    assert 0 < steps[0] <= 4  # two proofs, each with a parse for the syntax and one for the tree


def move(monkeypatch: pytest.MonkeyPatch, raw: bytes, values: Sequence[str], wrong: Sequence[str]) -> Rewritten:
    made = rewriting.changes_in_python

    def faulty(source: Any, start: int, end: int, value: str, *rest: Any) -> list[TextChange]:
        changes = made(source, start, end, value, *rest)
        return [*changes, TextChange(end + 2, end + 2, "; x = (")] if value in wrong else changes

    document = open_document("a.py", raw)
    found = find(document, dict.fromkeys(values, "ionq"))
    with monkeypatch.context() as patch:
        patch.setattr(rewriting, "changes_in_python", faulty)
        return rewrite(document, [RewriteTarget(one, lookup(values.index(one.value))) for one in found])


@pytest.mark.parametrize("bad", [0, 1, 100, 299])
def test_one_that_stays_keeps_no_other_however_long_the_text_is(monkeypatch: pytest.MonkeyPatch, bad: int) -> None:
    monkeypatch.setattr(python_code, "_MOST_CHECKED", 0)
    tokens = FakeTokens(seed=11)
    values = [tokens.ionq() for _ in range(300)]
    raw = "".join(f'f("{value}")\n' for value in values).encode()
    done = move(monkeypatch, raw, values, [values[bad]])
    assert [(left.finding.value, left.reason) for left in done.left] == [
        (values[bad], "the code wouldn't parse any more")
    ]


@pytest.mark.parametrize("damage", ["", "x = )\n"])
def test_what_one_run_does_not_check_stays_for_the_next(monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    """A hostile text in which proofs fail one after the other would take minutes."""
    monkeypatch.setattr(python_code, "_MOST_CHECKED", 0)
    tokens = FakeTokens(seed=11)
    values = [tokens.ionq() for _ in range(60)]
    wrong = values[::3]
    raw = (damage + "".join(f'f("{value}")\n' for value in values)).encode()
    left, runs = set(values), 0
    while left - set(wrong):
        done = move(monkeypatch, raw, values, wrong)
        assert done.done
        assert runs or any("one run" in item.reason for item in done.left)
        left, raw, runs = {item.finding.value for item in done.left}, done.raw, runs + 1
        if runs == 1:
            assert wrong[0] in left
        wrong = wrong[1:]  # somebody takes care of the first
        values = [value for value in values if value in left]
    assert runs > 1


def test_code_that_is_too_deep_for_a_proof_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = FakeTokens(seed=12)
    values = [tokens.ionq() for _ in range(9)]
    raw = "".join(f'f("{value}")\n' for value in values).encode()
    count = python_code.count_errors

    def deep(text: str, start: int = 0) -> int:
        if values[4] not in text:
            raise RecursionError
        return count(text, start)

    monkeypatch.setattr(python_code, "count_errors", deep)
    done = move(monkeypatch, raw, values, ())
    assert [(left.finding.value, left.reason) for left in done.left] == [(values[4], "the code is nested too deep")]
