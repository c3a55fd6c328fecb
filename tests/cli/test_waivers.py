"""`nbguard waivers`: every accepted finding is listed, and what nobody needs any more is told."""

import json

import pytest

from tests.cli.repository import FIRST, SECOND, SOURCE, make_repository, nbguard
from tests.notebook_builder import as_bytes, code, notebook


@pytest.fixture
def repository(tmp_path):
    make_repository(tmp_path)
    lines = SOURCE.format(FIRST).splitlines()
    cells = [
        code(f"{lines[0]}\n{lines[1]}  # nbguard: allow dwave-* reason='fake'"),
        code("x = 1  # nbguard: allow ionq-api-key reason='long gone'"),
        code(SOURCE.format(SECOND), nbguard={"allow": ["*"]}),
        code("y = 1", nbguard={"allow": ["dwave-api-token"]}),
    ]
    (tmp_path / "a.ipynb").write_bytes(as_bytes(notebook(*cells)))
    (tmp_path / "lib" / "b.py").write_text(
        f"{lines[0]}\n# nbguard: allow * expires=2020-01-01\n{lines[1]}\nz = 1  # gitleaks:allow\n"
    )
    return tmp_path


def listed(folder, *arguments, status=0):
    rows = json.loads(nbguard(folder, "waivers", "--format", "json", *arguments, status=status))["waivers"]
    return {(row["path"], row["cell"], row["kind"], row["detail"]): row["state"] for row in rows}


def test_all_are_listed_with_their_state(repository):
    assert listed(repository) == {
        ("a.ipynb", 0, "inline", "allow on line 2 (dwave-*)"): "used",
        ("a.ipynb", 1, "inline", "allow on line 1 (ionq-api-key)"): "unused",
        ("a.ipynb", 2, "cell-metadata", "allow in the metadata (*)"): "used",
        ("a.ipynb", 3, "cell-metadata", "allow in the metadata (dwave-api-token)"): "unused",
        ("lib/b.py", None, "inline", "allow on line 2 (*)"): "it expired on 2020-01-01",
        ("lib/b.py", None, "marker", "gitleaks:allow on line 4"): "unused",
    }


def test_unused_ones_fail_a_check(repository):
    assert set(listed(repository, "--unused", status=1).values()) == {"unused"}
    assert len(listed(repository, "--unused", status=1)) == 3
    assert listed(repository, "--unused", "lib", status=1) == {
        ("lib/b.py", None, "marker", "gitleaks:allow on line 4"): "unused"
    }


def test_baseline_entries_are_waivers_too(repository):
    nbguard(repository, "baseline", "create", "--reason", "old", "lib")
    states = {key[2]: state for key, state in listed(repository).items()}
    assert states["baseline"] == "used"
    (repository / "lib" / "b.py").write_text("x = 1\n")
    assert [key[2] for key, state in listed(repository, "--unused", "lib", status=1).items()] == ["baseline"]


def test_text_says_what_and_why(repository):
    said = nbguard(repository, "waivers")
    assert "a.ipynb: cell 1 source  inline: allow on line 2 (dwave-*)\n    used; reason: fake\n" in said
    assert said.endswith("6 waivers, 3 unused.\n")


def test_one_waiver_is_one_waiver(tmp_path):
    make_repository(tmp_path)
    (tmp_path / "b.py").write_text("z = 1  # nbguard: allow ionq-api-key\n")
    assert nbguard(tmp_path, "waivers", "b.py").endswith("1 waiver, 1 unused.\n")


def test_a_mark_behind_an_escape_is_listed(repository):
    """What waives a finding must be in the list, however it is written in the file."""
    raw = (repository / "a.ipynb").read_bytes().replace(b"nbguard: allow dwave", b"nb\\u0067uard: allow dwave")
    (repository / "a.ipynb").write_bytes(raw)
    assert listed(repository)["a.ipynb", 0, "inline", "allow on line 2 (dwave-*)"] == "used"


def test_a_file_that_cannot_be_read_is_said(repository):
    (repository / "a.ipynb").write_text('{"cells": [\n"# nbguard: allow *"\n')
    said = nbguard(repository, "waivers", status=3)
    assert "a.ipynb  not scanned" in said
    assert "not checked: the file wasn't scanned" in said


def test_enterprise_accepts_only_waivers_that_say_who_why_and_until_when(repository):
    """The same mark counts before the policy is set, and the report says what it lacks afterwards."""
    nbguard(repository, "scan", "a.ipynb")
    (repository / "nbguard.toml").write_text('profile = "enterprise"\n[waivers]\nrequire_signature = false\n')
    said = nbguard(repository, "scan", "a.ipynb", status=1)
    assert "The allow on line 2 (dwave-*) doesn't count: the policy requires an approver" in " ".join(said.split())
    states = listed(repository)
    assert states["lib/b.py", None, "marker", "gitleaks:allow on line 4"].startswith("the policy requires a reason")
    raw = (repository / "a.ipynb").read_bytes()
    whole = raw.replace(b"reason='fake'", b"reason='fake' approved-by=alice expires=2999-01-01")
    (repository / "a.ipynb").write_bytes(whole.replace(b'"*"', b'"* reason=x approved-by=bob expires=2999-01-01"'))
    nbguard(repository, "scan", "a.ipynb")


def test_a_new_secret_beside_an_allowed_one_is_found(repository):
    """An allow is for its line: a second token in the same cell has to be looked at again."""
    text = SOURCE.format(FIRST).rstrip() + "  # nbguard: allow *\n" + SOURCE.format(SECOND)
    (repository / "lib" / "b.py").write_text(text)
    report = json.loads(nbguard(repository, "scan", "--format", "json", "lib", status=1))
    assert [(f["line"], f["waived"] is not None) for f in report["findings"]] == [(2, True), (4, False)]


def test_what_an_allow_says_is_not_for_a_terminal_to_obey(repository):
    cell = code("x = 1", nbguard={"allow": [{"rule": "x", "\x1b[31m": "y"}]})
    (repository / "a.ipynb").write_bytes(as_bytes(notebook(cell)))
    said = nbguard(repository, "waivers", "a.ipynb")
    assert "it says \\x1b[31m=" in said
    assert "\x1b" not in said
