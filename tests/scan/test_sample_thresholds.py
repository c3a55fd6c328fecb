"""Thresholds and classes of sample data hold by zone, and the same in a scan, a history and an editor."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from nbguard.documents.reading import open_document
from nbguard.policy.config import load_config
from nbguard.scan.scanner import Scanner
from tests.command_line import nbguard
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = """
[sample_data]
classes = ["payment", "bulk"]
[[zones]]
name = "strict"
paths = ["strict/**"]
[zones.sample_data]
bulk_bytes = 5000
rows = 8
emails = 8
classes = ["personal", "payment", "bulk"]
[zones.sample_data.severity]
bulk = "high"
"""
REVIEWS = [(number, f"the battery number {number} lasts for days and the screen is dim") for number in range(120)]
EXPECTED = {
    ("strict/reviews.ipynb", "sample-bulk", "high"),
    ("strict/ten.ipynb", "sample-table-personal", "medium"),
    ("strict/five.ipynb", "sample-contact", "low"),
    ("free/cards.ipynb", "sample-table-payment", "high"),
}


def _cells(kind: str, rows: int) -> bytes:
    return as_bytes(notebook(code(data.list_of_dicts(data.people(kind, rows)))))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    reviews = as_bytes(notebook(code(f"reviews = {REVIEWS!r}")))
    files = {
        "strict/reviews.ipynb": reviews, "free/reviews.ipynb": reviews,
        "strict/five.ipynb": _cells("personal", 5), "strict/ten.ipynb": _cells("personal", 10),
        "free/ten.ipynb": _cells("personal", 10), "free/cards.ipynb": _cells("payment", 5),
        "nbguard.toml": CONFIGURATION.encode(),
    }  # fmt: skip
    for name, raw in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    for arguments in (["init", "-q"], ["add", "-A"], ["-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "x"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    return tmp_path


@pytest.mark.parametrize("how", [["."], ["--history"]])
def test_zones_hold_in_scans_and_histories(repository: Path, how: list[str]) -> None:
    run = nbguard("scan", "--only", "data", "--format", "json", *how, cwd=repository)
    found = {(f["path"], f["rule"], f["severity"]) for f in json.loads(run.out)["findings"]}
    assert found == EXPECTED


def test_zones_hold_in_an_editor(repository: Path) -> None:
    """Jupyter asks this scanner."""
    scanner = Scanner(load_config(str(repository)))
    found = set()
    for path in sorted(repository.glob("*/*.ipynb")):
        name = str(path.relative_to(repository))
        found |= {
            (name, finding.rule, finding.severity)
            for finding in scanner.find_in(open_document(name, path.read_bytes()))
            if finding.kind == "sample-data"
        }
    assert found == EXPECTED
