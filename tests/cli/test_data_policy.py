"""Sample data under a policy: what the sample notebooks hold is found, and a waiver says why and by whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import nbguard
from tests.conftest import CHECKOUT
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, markdown, notebook

SAMPLES = Path(CHECKOUT) / "sample_notebooks"


def found(*arguments, cwd) -> list[dict]:
    run = nbguard("scan", "--only", "data", "--format", "json", *arguments, cwd=cwd)
    return json.loads(run.out)["findings"]


def test_the_sample_notebooks_data_is_found_and_nothing_else() -> None:
    """Five customers in a cell, the head of a frame in an output as HTML and as text; the others hold nobody."""
    findings = found(SAMPLES, cwd=CHECKOUT)
    places = [(Path(f["path"]).name[:2], f["cell"]["index"], f["where"], f["rule"]) for f in findings]
    assert sorted(places) == [
        ("09", 1, "source", "sample-table-payment"),
        ("10", 1, "output", "sample-table-personal"),
        ("10", 1, "output", "sample-table-personal"),
    ]
    planted = json.loads((SAMPLES / "planted.json").read_text())
    rows = [(row["cell"], row["line"]) for row in planted if row["kind"] == "sample-data"]
    (inlined,) = [f for f in findings if f["where"] == "source"]
    assert {cell for cell, _ in rows} == {inlined["cell"]["index"]}
    assert (min(line for _, line in rows), max(line for _, line in rows)) == (inlined["line"], inlined["end_line"])
    assert found(SAMPLES / "01_bell_state.ipynb", cwd=CHECKOUT) == []


@pytest.fixture
def enterprise(tmp_path):
    (tmp_path / ".git").mkdir()
    # Signatures have tests of their own (test_approve.py); here it is what a mark says.
    (tmp_path / "nbguard.toml").write_text('profile = "enterprise"\n[waivers]\nrequire_signature = false\n')
    return tmp_path


def write(folder, mark: str = "", metadata: object = None) -> None:
    source = f"{mark}\n" if mark else ""
    cell = code(source + data.list_of_dicts(data.people("payment", 5)).replace("\n    ", " ").replace("\n", "") + "\n")
    if metadata is not None:
        cell["metadata"] = {"nbguard": {"allow": [metadata]}}
    (folder / "a.ipynb").write_bytes(as_bytes(notebook(markdown("# a"), cell)))


FULL = 'reason="made up" approved-by=dpo expires=2999-01-01'


@pytest.mark.parametrize(
    ("says", "lacks"),
    [
        ("", ("a reason", "an approver", "an expiry")),
        ('reason="made up"', ("an approver", "an expiry")),
        ("approved-by=dpo", ("a reason", "an expiry")),
        ('reason="made up" expires=2999-01-01', ("an approver",)),
        ("approved-by=dpo expires=2999-01-01", ("a reason",)),
        ('reason="  " approved-by=dpo expires=2999-01-01', ("a reason",)),
    ],
)
def test_data_is_waived_only_by_somebody_with_a_reason(enterprise, says: str, lacks: tuple[str, ...]) -> None:
    """The same mark with everything counts: it is what it lacks that makes it fail."""
    write(enterprise, f"# nbguard: allow sample-table-payment {says}")
    refused = nbguard("scan", "--only", "data", cwd=enterprise)
    assert refused.status == 1
    said = " ".join(refused.out.split())
    assert all(what in said for what in lacks)
    assert sum(what in said for what in ("a reason", "an approver", "an expiry")) == len(lacks)
    write(enterprise, f"# nbguard: allow sample-table-payment {FULL}")
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 0


def test_metadata_of_a_cell_is_held_to_the_same(enterprise) -> None:
    allow = {"rule": "sample-*", "reason": "made up"}
    write(enterprise, metadata=allow)
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 1
    write(enterprise, metadata={**allow, "approved-by": "dpo", "expires": "2999-01-01"})
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 0


def test_a_baseline_entry_without_an_approver_does_not_count(enterprise) -> None:
    write(enterprise)
    assert nbguard("baseline", "create", ".", cwd=enterprise).status == 0
    (path,) = enterprise.glob("*baseline*")
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 1
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    for entry in entries:
        entry |= {"reason": "made up", "expires": "2999-01-01"}
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 1
    path.write_text("".join(json.dumps({**entry, "approved_by": "dpo"}) + "\n" for entry in entries))
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 0


def test_other_tools_marks_waive_no_data(enterprise) -> None:
    write(enterprise, "# gitleaks:allow")
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 1
    (enterprise / "nbguard.toml").write_text("")
    assert nbguard("scan", "--only", "data", cwd=enterprise).status == 1


def test_the_waiver_is_listed_with_its_approver(enterprise) -> None:
    write(enterprise, f"# nbguard: allow sample-table-payment {FULL}")
    listed = json.loads(nbguard("waivers", "--format", "json", cwd=enterprise).out)["waivers"]
    assert [(row["reason"], row["approved_by"]) for row in listed] == [("made up", "dpo")]
