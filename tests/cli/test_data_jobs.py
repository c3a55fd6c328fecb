"""Several processes redact and extract what one does: the same bytes, the same words, in the same order."""

from __future__ import annotations

import io
import random
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

import pytest

from nbguard.cli.data import plans
from nbguard.cli.main import main
from nbguard.scan import file_workers, workers
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook, result

if TYPE_CHECKING:
    from pathlib import Path


def fill(folder: Path, seed: int) -> None:
    """Tables that share people with each other, echoes of them, and what can't be read or replaced."""
    rng = random.Random(seed)
    people = data.people("personal", 24)
    for number in range(9):
        rows = rng.sample(people, 9)
        table = data.csv_text(rows)
        (folder / f"t{number}.csv").write_text(table)
        cells = [code(f"text = '''{table}'''\n", result(str(rows[0]["name"])))]
        if number % 3 == 0:
            cells.append(code(f"one = df[df.email == '{people[number]['email']}']\n"))
        (folder / f"n{number}.ipynb").write_bytes(as_bytes(notebook(*cells)))
    (folder / "broken.ipynb").write_text('{"cells": [')
    (folder / "plain.txt").write_text("nobody is named here\n")


def run(folder: Path, *arguments: str) -> tuple[int, str, str, dict[str, bytes]]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["data", *arguments, str(folder)])
    texts = (text.replace(str(folder), "") for text in (out.getvalue(), err.getvalue()))
    return (int(status), *texts, {path.name: path.read_bytes() for path in sorted(folder.iterdir())})  # type: ignore[return-value]


@pytest.mark.parametrize("forked", [True, False])
@pytest.mark.parametrize("command", ["redact", "extract"])
def test_three_processes_do_what_one_does(
    command: str, forked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "_MUCH", 1)
    monkeypatch.setattr(file_workers, "_GROUP_FILES", 2)
    monkeypatch.setattr(workers, "may_fork", lambda: forked)
    monkeypatch.setenv("NBGUARD_SALT", "a salt of ours")
    runs = []
    for jobs in ("1", "3"):
        folder = tmp_path / jobs
        folder.mkdir()
        fill(folder, seed=5)
        given = ["--to", str(tmp_path / f"{jobs} out")] if command == "extract" else []
        planned = run(folder, command, "--dry-run", "--jobs", jobs, *given)
        runs.append((planned[:3], run(folder, command, "--jobs", jobs, *given)))
    one, three = ([tuple(str(part).replace(f"{n} out", "out") for part in group) for group in pair]
                  for n, pair in zip("13", runs, strict=True))  # fmt: skip
    assert one == three
    assert runs[0][1][0] == 3  # the broken notebook
    assert "broken.ipynb" in runs[0][1][2]
    changed = runs[0][1][3]["n0.ipynb"]
    assert str(data.people("personal", 24)[0]["email"]).encode() not in changed or command == "extract"


def test_a_value_that_came_meanwhile_is_replaced_by_the_process_that_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was written to after its values were learned has the same stand-ins with one process and with two."""
    monkeypatch.setattr(plans, "_MUCH", 1)
    monkeypatch.setattr(file_workers, "_GROUP_FILES", 1)
    monkeypatch.setenv("NBGUARD_SALT", "a salt of ours")
    from nbguard.cli.data import redact

    learned, runs = redact._survey, []
    for jobs in ("1", "2"):
        folder = tmp_path / jobs
        folder.mkdir()
        fill(folder, seed=6)

        def survey_then_write(*given: object, folder: Path = folder) -> object:
            seen = learned(*given)  # type: ignore[arg-type]
            for name, first in (("t1.csv", 30), ("t2.csv", 30)):
                (folder / name).write_text(data.csv_text(data.people("personal", 40)[first:]))
            return seen

        monkeypatch.setattr(redact, "_survey", survey_then_write)
        runs.append(run(folder, "redact", "--jobs", jobs))
    assert runs[0] == runs[1]
