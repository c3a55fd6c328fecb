"""`nbguard baseline` on a real repository: what is accepted stays accepted, and nothing else."""

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.repository import FIRST, SECOND, SOURCE, make_repository, nbguard


@pytest.fixture
def repository(tmp_path):
    return make_repository(tmp_path)


def entries(folder):
    return [json.loads(line) for line in (folder / ".nbguard-baseline.jsonl").read_text().splitlines()]


def test_create_accepts_what_is_there_and_nothing_new(repository):
    nbguard(repository, "scan", status=1)
    assert "3 added" in nbguard(repository, "baseline", "create", "--reason", "old", "--expires", "2999-01-01")
    assert {(e["path"], e["where"]) for e in entries(repository)} == {
        ("a.ipynb", "source"), ("a.ipynb", "output"), ("lib/b.py", "file"),
    }  # fmt: skip
    assert all(e["reason"] == "old" and e["expires"] == "2999-01-01" for e in entries(repository))
    text = (repository / ".nbguard-baseline.jsonl").read_text()
    assert FIRST not in text
    assert SECOND not in text
    nbguard(repository, "scan")
    moved = "\n\n\n" + SOURCE.format(SECOND)
    (repository / "lib" / "b.py").write_text(moved)
    nbguard(repository, "scan")
    (repository / "lib" / "b.py").write_text(moved + SOURCE.format(FIRST))
    nbguard(repository, "scan", status=1)


def test_create_does_not_overwrite(repository):
    nbguard(repository, "baseline", "create", "--reason", "old")
    assert "exists" in nbguard(repository, "baseline", "create", status=2)
    assert entries(repository)[0]["reason"] == "old"
    nbguard(repository, "baseline", "create", "--force")
    assert "reason" not in entries(repository)[0]


def test_update_drops_what_is_gone_and_keeps_reasons(repository):
    nbguard(repository, "baseline", "create", "--reason", "old")
    before = (repository / ".nbguard-baseline.jsonl").read_bytes()
    nbguard(repository, "baseline", "update")
    assert (repository / ".nbguard-baseline.jsonl").read_bytes() == before
    (repository / "lib" / "b.py").write_text(SOURCE.format(""))
    (repository / "c.py").write_text(SOURCE.format(SECOND))
    assert "2 kept, 0 added, 1 dropped" in nbguard(repository, "baseline", "update", "--prune")
    assert "2 kept, 1 added, 0 dropped" in nbguard(repository, "baseline", "update")
    assert [e.get("reason", "") for e in entries(repository)] == ["old", "old", ""]


def test_update_of_one_folder_leaves_the_others_alone(repository):
    nbguard(repository, "baseline", "create")
    (repository / "lib" / "b.py").write_text("x = 1\n")
    assert "2 kept, 0 added, 1 dropped" in nbguard(repository, "baseline", "update", "lib")


def test_update_keeps_the_entries_of_a_file_it_cannot_read(repository):
    """A broken notebook is no proof that its secret is gone."""
    nbguard(repository, "baseline", "create")
    (repository / "a.ipynb").write_text('{"cells": [')
    assert "not scanned" in nbguard(repository, "baseline", "update", status=3)
    assert {e["path"] for e in entries(repository)} == {"a.ipynb", "lib/b.py"}


def test_audit_lists_what_has_no_reason(repository):
    nbguard(repository, "baseline", "create")
    assert "3 without a reason" in nbguard(repository, "baseline", "audit", status=1)
    nbguard(repository, "baseline", "create", "--force", "--reason", "fake tokens of the tutorial")
    assert "every one of 3 entries has a reason" in nbguard(repository, "baseline", "audit")


def test_a_strict_policy_says_at_once_that_entries_do_not_count(repository):
    (repository / "nbguard.toml").write_text("[waivers]\nrequire_approver = true\n")
    assert "requires an approver" in nbguard(repository, "baseline", "create")
    nbguard(repository, "scan", status=1)
    nbguard(repository, "baseline", "create", "--force", "--approved-by", "alice")
    nbguard(repository, "scan")


def test_import_of_a_secrets_baseline(repository):
    def entry(value, **more):
        return {"type": "x", "hashed_secret": hashlib.sha1(value.encode()).hexdigest(), "line_number": 1, **more}

    results = {"a.ipynb": [entry(FIRST, is_secret=False), entry("other")], "lib/b.py": [entry(SECOND, is_secret=True)]}
    (repository / ".secrets.baseline").write_text(json.dumps({"version": "1.5.0", "results": results}))
    said = nbguard(repository, "baseline", "import", ".secrets.baseline")
    assert "1 taken over, 1 match nothing" in said
    assert "audited as a real secret" in said
    assert {(e["path"], e["where"], e["reason"]) for e in entries(repository)} == {
        ("a.ipynb", "source", "no secret, as audited in .secrets.baseline"),
        ("a.ipynb", "output", "no secret, as audited in .secrets.baseline"),
    }
    nbguard(repository, "scan", "a.ipynb")
    nbguard(repository, "scan", "lib", status=1)


def test_import_of_what_detect_secrets_hashes_in_part(repository):
    """As its own command writes the file: for a GitHub token outside of quotes, the SHA-1 of the first letters."""
    from tests.fake_tokens import FakeTokens

    first, second = FakeTokens(81).github(), FakeTokens(82).github()
    git_ = ["git", "-C", str(repository)]
    (repository / "c.sh").write_text(f"\nuse {first}\n")
    (repository / "d.sh").write_text(f'use {second}\nword = "9d2f1c04b7a85e63"\n')
    subprocess.run([*git_, "add", "-A"], check=True)
    program = os.path.join(os.path.dirname(sys.executable), "detect-secrets")
    made = subprocess.run([program, "scan", "c.sh", "d.sh"], cwd=repository, capture_output=True, check=True)
    (repository / ".secrets.baseline").write_bytes(made.stdout)
    kept = json.loads(made.stdout)["results"]
    assert any(e["hashed_secret"] == hashlib.sha1(first[:3].encode()).hexdigest() for e in kept["c.sh"])
    # Another one in the same file, and one that moved.
    (repository / "c.sh").write_text(f"\nuse {first}\nuse {FakeTokens(83).github()}\n")
    (repository / "d.sh").write_text(f'\n\nuse {second}\nword = "9d2f1c04b7a85e63"\n')
    said = nbguard(repository, "baseline", "import", ".secrets.baseline")
    assert [e["path"] for e in entries(repository)] == ["c.sh"]
    assert "d.sh: GitHub Token of line 1 isn't taken over" in said
    assert "nbguard baseline update d.sh" in said
    assert "of type Hex High Entropy String: nbguard reports nothing there" in said
    assert nbguard(repository, "scan", "--output-format", "concise", "c.sh", status=1).count("c.sh:") == 1


def test_what_is_called_a_baseline_of_detect_secrets_has_to_be_one(repository):
    (repository / ".secrets.baseline").write_text("nonsense\n")
    assert "not a baseline of detect-secrets" in nbguard(
        repository, "baseline", "import", ".secrets.baseline", status=2
    )


def test_import_of_a_gitleaksignore(repository):
    (repository / ".gitleaksignore").write_text(
        "# x\nlib/b.py:generic-api-key:2\nlib/b.py:generic-api-key:9\nnonsense\n"
    )
    said = nbguard(repository, "baseline", "import", ".gitleaksignore")
    # Only where it stands: what isn't understood may be a secret.
    assert "line 4 can't be carried over" in said
    assert "nonsense" not in said
    assert "1 taken over, 1 match nothing" in said
    nbguard(repository, "scan", "lib")
    nbguard(repository, "scan", "a.ipynb", status=1)


def test_what_another_tools_file_says_reaches_the_terminal_without_escapes(repository):
    from nbguard.policy.foreign import read_foreign

    (repository / "x\x1b]0;pwn\x07").write_text("\x1b[2J\nlib/b.py:generic-api-key:2\n")
    assert read_foreign("x", "a:b:c\n\nlib/b.py:rule:2\n").unusable == (1,)
    said = nbguard(repository, "baseline", "import", "x\x1b]0;pwn\x07")
    assert "\x1b" not in said
    assert "\x07" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "gone"),
        ("create", "--expires", "soon"),
        ("create", "--expires", "2027-1-5"),
        ("forget",),
        ("audit", "--config", "x"),
    ],
)
def test_usage_errors(repository, arguments):
    assert "Traceback" not in nbguard(repository, "baseline", *arguments, status=2)


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_audit_asks_on_a_terminal(repository):
    """Answers: a reason, later, and drop."""
    import pty

    nbguard(repository, "baseline", "create")
    leader, follower = pty.openpty()
    start = "import sys; from nbguard.cli import baseline; import argparse; p = argparse.ArgumentParser();"
    start += "baseline.add_arguments(p); sys.exit(baseline.run(p.parse_args(['audit'])))"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-c", start], cwd=repository, stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    os.write(leader, b"old \xc3\xa9\n\ndrop\n")
    seen = b""
    try:
        while chunk := os.read(leader, 4096):
            seen += chunk
    except OSError:
        pass  # Linux says so when the other side is closed
    os.close(leader)
    assert process.wait(timeout=30) == 1, seen
    assert b"1 without a reason" in seen
    assert [(e["where"], e.get("reason")) for e in entries(repository)] == [("output", "old é"), ("source", None)]


def test_help_needs_no_repository(tmp_path):
    for arguments in (["--help"], ["create", "--help"], ["import", "--help"]):
        assert "usage: nbguard baseline" in nbguard(tmp_path, "baseline", *arguments)


def test_a_bare_repository_has_no_baseline(tmp_path):
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "bare")], check=True)
    for action in ("create", "update", "audit"):
        assert "a baseline is made in a work tree" in nbguard(tmp_path / "bare", "baseline", action, status=2)
    assert not (tmp_path / "bare" / ".nbguard-baseline.jsonl").exists()


def test_audit_shows_nothing_that_stands_beside_a_value(repository):
    """The rest of the line may be a secret that nobody found."""
    word = "".join(random.Random(5).choices("abcdefgh", k=9))
    (repository / "c.py").write_text(SOURCE.format(SECOND).rstrip("\n") + f"  # {word}\n")
    nbguard(repository, "baseline", "create")
    said = nbguard(repository, "baseline", "audit", status=1)
    assert "c.py: file, line" in said
    assert word not in said
    assert "…(" in said
