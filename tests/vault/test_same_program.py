"""A move leaves the program as it was: each is proved by its syntax tree; generated programs are run, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from nbguard.vault import rewrite as rewriting
from nbguard.vault.same_program import OriginalCode, StandIn
from nbguard.vault.text_changes import TextChange
from tests.vault.programs import MadeProgram, is_the_same, make_program, move

if TYPE_CHECKING:
    from nbguard.vault.python_source import Source

KNOWN = StandIn('secret("q/i#k")', "<secret q/i#k>", "TOKEN123")


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ('f("TOKEN123")', "f(secret('q/i#k'))", True),
        ('f("TOKEN123", 1)', "f(secret('q/i#k'))", False),
        ('f("TOKEN1234")', 'f(secret("q/i#k"))', False),
        ('f("TOKEN123")', 'f(secret("q/i#other"))', False),
        ('f(x="TOKEN123")', 'f(y=secret("q/i#k"))', False),
        ('h = "Bearer TOKEN123 {x}"', "h = f\"Bearer {secret('q/i#k')} {{x}}\"", True),
        ('h = "Bearer TOKEN123 {x}"', "h = f\"Bearer {secret('q/i#k')} {x}\"", False),
        ('h = f"{x}TOKEN123"', "h = f\"{x}{secret('q/i#k')}\"", True),
        ('h = f"{x}TOKEN123"', "h = f\"{x!r}{secret('q/i#k')}\"", False),
        ("h = f\"{'TOKEN123':>9}\"", "h = f\"{secret('q/i#k'):>9}\"", True),
        ("h = f\"{'TOKEN123':>9}\"", "h = f\"{secret('q/i#k')}\"", False),
        ('h = b"aTOKEN123"', 'h = (b"a" + secret("q/i#k").encode())', True),
        ('h = b"aTOKEN123"', 'h = (b"a" + secret("q/i#k"))', False),
        ('h = x + "TOK" + "EN123" + y', 'h = x + secret("q/i#k") + y', True),
        ('h = x * ("TOK" + "EN123")', 'h = x * secret("q/i#k")', True),
        ('h = (f"{x}" "TOKEN123" "b")', 'h = (f"{x}" + secret("q/i#k") + "b")', True),
        ('"""about TOKEN123"""\nx = 1', '"""about <secret q/i#k>"""\nx = 1', True),
        ('x = "about TOKEN123"', 'x = "about <secret q/i#k>"', False),
        ('x = "TOKEN123"', 'from nbguard import secret\nx = secret("q/i#k")', True),
        ('x = "TOKEN123"', 'import nbguard\nx = secret("q/i#k")', False),
        ('if a:\n  x = "TOKEN123"\n  y()', 'if a:\n  x = secret("q/i#k")\ny()', False),
        ('x = ("TOKEN123")', 'x = (secret("q/i#k"),)', False),
        ('x = "TOKEN123"', 'x = secret("q/i#k"', False),
        ('print "TOKEN123"', 'print secret("q/i#k")', True),  # no program of Python 3 before: nothing to prove
    ],
)
def test_which_changes_leave_the_program_as_it_was(before: str, after: str, same: bool) -> None:
    assert OriginalCode(before).stays_the_same(after, [KNOWN], ["from nbguard import secret"]) is same


@pytest.fixture
def program() -> MadeProgram:
    """``x = 'z'`` and a call with a token."""
    text = 'x = "z"\nr = dict(token="C3J27XDCG2LmlZGEONYlgCtjfIZ4SOcM")\n'
    value = "C3J27XDCG2LmlZGEONYlgCtjfIZ4SOcM"
    program = MadeProgram(text, value, text.index(value), text.index(value) + len(value))
    assert move(program) == (MOVED, True)
    return program


MOVED = 'from nbguard import secret\n\nx = "z"\nr = dict(token=secret("quantum/ionq#api_key"))\n'


def test_a_change_that_would_make_another_program_is_refused(
    program: MadeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong where changes are made: here one that adds a statement."""
    made = rewriting.changes_in_python

    def wrong(source: Source, *rest: Any) -> list[TextChange]:
        end = len(source.text)
        return [*made(source, *rest), TextChange(end, end, "x = 1\n")]

    monkeypatch.setattr(rewriting, "changes_in_python", wrong)
    assert move(program) == (program.text, False)


def test_an_import_that_nobody_needs_moves_nothing(program: MadeProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nbguard.vault.imports.import_line", lambda *_: "import os; x = 'y'")
    assert move(program) == (program.text, False)


def differing(first: int, count: int) -> tuple[list[int], int]:
    programs = {seed: program for seed in range(first, first + count) if (program := make_program(seed))}
    outcomes = {seed: is_the_same(program) for seed, program in programs.items()}
    return [seed for seed, same in outcomes.items() if same is False], list(outcomes.values()).count(True)


def test_moved_programs_come_to_the_same() -> None:
    wrong, moved = differing(0, 1_000)
    assert wrong == []
    assert moved > 400


@pytest.mark.slow
def test_many_moved_programs_come_to_the_same() -> None:
    wrong, moved = differing(50_000, 30_000)
    assert wrong == []
    assert moved > 10_000
