"""The checklist: the page says what the data says, the commands exist, and doctor tells it of a repository."""

import json
import re
import shlex
from pathlib import Path

import pytest

from nbguard.audit.checklist_page import main, page
from nbguard.audit.demands import all_demands
from nbguard.cli.main import load_command
from tests.command_line import nbguard
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave


def test_the_page_is_up_to_date_and_has_every_demand():
    assert main(["--check"]) == 0
    numbers = [demand.number for demand in all_demands()]
    assert len(numbers) == len(set(numbers)) == 30
    assert numbers == sorted(numbers, key=lambda number: tuple(map(int, number.split("."))))
    assert all(f"\n| {number} | " in page() for number in numbers)
    assert all(demand.covered or demand.uncovered for demand in all_demands())


@pytest.mark.parametrize(
    "command", sorted({c.strip() for d in all_demands() for c in d.command.split(";") if c.strip()})
)
def test_every_command_of_the_page_is_one(command):
    program, name, *arguments = shlex.split(command)
    assert program == "nbguard"
    load_command(name)[1].parse_args(arguments)


def test_doctor_tells_what_is_met_open_and_not_seen(tmp_path):
    history = History(tmp_path / "r")
    history.commit(**{"a.py": with_dwave(FakeTokens(909).dwave())})
    told = nbguard("doctor", "--checklist", cwd=history.path)
    assert told.status == 1
    assert re.search(r"^open  2\.2 ", told.out, re.MULTILINE)
    assert re.search(r"^  \?   8\.2 ", told.out, re.MULTILINE)
    assert re.search(r"^met   1\.2 ", told.out, re.MULTILINE)
    rows = json.loads(nbguard("doctor", "--checklist", "--format", "json", cwd=history.path).out)["demands"]
    assert [row["number"] for row in rows] == [demand.number for demand in all_demands()]
    (history.path / "bad.ipynb").write_text('{"cells": ["IonQProvider(')
    assert nbguard("doctor", "--checklist", cwd=history.path).status == 3
    (history.path / "nbguard.toml").write_text("allow_unreadable = true\n")
    assert nbguard("doctor", "--checklist", cwd=history.path).status == 1


def test_the_page_stands_in_the_docs():
    assert Path(CHECKOUT, "docs/checklist.md").exists()
