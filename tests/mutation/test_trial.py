"""That the score of mutation testing can be believed: which tests run for a mutant, and what counts as noticed."""

import ast
from pathlib import Path

import pytest

from tests.mutation.__main__ import Results, interval
from tests.mutation.mutants import lines_of_statement, modules_of
from tests.mutation.trial import Reach, survives

CODE = """\
def one(a, b=3):
    if (
        a
    ):
        return call(
            a,
            b,
        )
    return a
"""


@pytest.mark.parametrize(
    ("line", "lines"), [(1, range(1, 10)), (2, range(2, 5)), (3, range(2, 5)), (6, range(5, 9)), (9, range(9, 10))]
)
def test_a_change_belongs_to_its_statement_of_a_compound_one_to_the_head(line: int, lines: range) -> None:
    assert lines_of_statement(ast.parse(CODE), line) == lines


def test_the_quickest_tests_that_reach_a_line_come_first() -> None:
    reach = Reach({"slow": 2.0, "quick": 0.1, "other": 0.0}, {"a.py": {"3": ["slow", "quick"], "9": ["other"]}})
    assert reach.of("a.py", range(2, 5)) == ["quick", "slow"]
    assert reach.of("a.py", range(4, 6)) == []
    assert reach.of("b.py", range(2, 5)) == []


@pytest.mark.parametrize(
    ("test", "alive"),
    [
        ("assert True", True),
        ("assert False", False),
        ("while True: pass", False),
        ("__import__('os').kill(__import__('os').getpid(), 9)", False),
    ],
)
def test_a_mutant_survives_where_its_tests_pass(tmp_path: Path, test: str, alive: bool) -> None:
    """A test that fails, that never ends, and whose process dies: each has noticed the change."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text(f"def test_chosen():\n    {test}\n\ndef test_left_out():\n    assert False\n")
    assert survives(str(tmp_path), ["test_it.py::test_chosen"], 5, str(tmp_path / "log")) is alive


def test_results_are_kept_and_the_last_one_counts(tmp_path: Path) -> None:
    results = Results(str(tmp_path / "kept.jsonl"))
    results.add("one", True, 3, "-a\n+b")
    results.add("one", False, 4, "-a\n+b")
    again = Results(str(tmp_path / "kept.jsonl"))
    assert (again.survived("one"), again.survived("two")) == (False, None)


def test_the_interval_of_a_share() -> None:
    """Wilson's, as its table has it for 8 of 10: 49 % to 94 %."""
    assert interval(8, 10) == pytest.approx((0.490, 0.943), abs=0.001)


def test_folders_and_files_name_modules(tmp_path: Path) -> None:
    for name in ("room/a.py", "room/deep/b.py", "room/c.toml", "other/d.py", "other/e.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert modules_of(str(tmp_path), ["room", "other/d.py"], ["room/a.py"]) == ["other/d.py", "room/deep/b.py"]
