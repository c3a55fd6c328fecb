"""Same bytes and policy, same findings: one set of files goes through every door.

A finding is a rule, a value's fingerprint and a place. Doors that by design tell less are held to that part of it: a
history tells one place of a value in a file, what changes files sees those it can change, one file has no echoes of
another.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from nbguard.cli.vault.move import _find
from nbguard.documents.reading import open_document
from nbguard.editing.identities import Identities
from nbguard.editing.policies import Policies
from nbguard.editing.request_records import NotebookRequest, read_record
from nbguard.editing.scanners import Scanners
from nbguard.editing.scanning import scan_document
from nbguard.editing.unsaved import Unsaved
from nbguard.jupyter.diagnosis import _credentials_in, _make_scanner
from nbguard.jupyter.guard.examination import Examiner
from nbguard.policy.config import load_config
from nbguard.policy.fingerprint import find_salt, fingerprint
from nbguard.policy.policy_settings import Config
from nbguard.report.records import FindingRecord
from nbguard.repository.history import select_everything
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.scan_paths import scan_paths
from nbguard.scan.scanner import Scanner
from nbguard.scan.staged import scan_staged
from nbguard.scan.value_trace import trace_finding, trace_fingerprint
from tests.cli.test_pushes import put_hook
from tests.command_line import nbguard
from tests.detect.samples import data
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.scan.histories import History
from tests.scan.sweep.sweeping import sweep
from tests.scan.test_opened_files import word, zipped

ALL: frozenset[str] = frozenset()
NOTEBOOKS = ("b.ipynb", "lab/e.ipynb", "allowed.ipynb")
ARCHIVES = ("a.zip", "a.docx")


class Place(NamedTuple):
    """A finding as it is compared."""

    path: str
    kind: str
    rule: str
    fingerprint: str
    cell: int | None
    where: str
    line: int
    column: int
    waived: str


def places(records: Iterable[FindingRecord]) -> set[Place]:
    return {
        Place(
            r.path, r.kind, r.rule, r.fingerprint, r.cell.number if r.cell else None, r.where, r.line, r.column,
            r.waived.kind if r.waived else "",
        )
        for r in records
    }  # fmt: skip


def values(found: Iterable[Place]) -> set[tuple[str, str, str]]:
    return {(place.path, place.rule, place.fingerprint) for place in found}


def make_files(folder: Path) -> None:
    """Credentials of several kinds, a rule pack's, accepted ones, a zone, sample data, echoes, packed and wide text."""
    tokens = FakeTokens(1413)
    ionq, dwave, lab = tokens.ionq(), tokens.dwave(), tokens.of("abcdefghijklmnopqrstuvwxyz0123456789", 24)
    password, drill = tokens.of("abcdef0123456789", 16), 'nbguard: allow dwave-sapi-token reason="a drill"'
    files: dict[str, str | bytes] = {
        "nbguard.toml": 'rules = ["pack.toml"]\ndisable = ["aws-*"]\n[[zones]]\nname = "lab"\npaths = ["lab/**"]\n'
        'severity = { "dwave-sapi-token" = "low" }\n',
        "pack.toml": "[[rules]]\nid = \"lab-key\"\nregex = '''lab_[a-z0-9]{24}'''\nkeywords = [\"lab_\"]\n",
        "a.py": f"from dwave.system import DWaveSampler\ns = DWaveSampler(token='{dwave}')\nKEY = 'lab_{lab}'\n",
        "b.ipynb": as_bytes(
            notebook(
                code(f"from qiskit_ionq import IonQProvider\np = IonQProvider('{ionq}')", stream(f"{ionq}\n")),
                code(f"github = '{tokens.github()}'\nurl = 'postgresql://lab:{password}@db.lab.org/x'"),
            )
        ),
        "c.env": f"DWAVE_API_TOKEN={tokens.dwave()}\nGITHUB_TOKEN={tokens.github()}\nKEY={tokens.aws_access_key()}\n",
        "echo.txt": f"ran with {ionq} on monday\n",
        "allowed.py": f"DWaveSampler(token='{tokens.dwave()}')  # {drill}\n",
        "allowed.ipynb": as_bytes(notebook(code(f"# {drill}\nDWaveSampler(token='{tokens.dwave()}')"))),
        "accepted.py": f"DWaveSampler(token='{tokens.dwave()}')\n",
        "lab/e.ipynb": as_bytes(notebook(code(f"DWaveSampler(token='{tokens.dwave()}')\nk = 'lab_{lab}'"))),
        "people.csv": data.csv_text(data.people("payment", 80)),
        "wide.txt": f"DWAVE_API_TOKEN={tokens.dwave()}\n".encode("utf-16"),
        "a.zip": zipped({"conf/.env": f"DWAVE_API_TOKEN={tokens.dwave()}\nseen {ionq}\n"}),
        "a.docx": word(f"DWAVE_API_TOKEN={tokens.dwave()}"),
        "clean.ipynb": as_bytes(notebook(code("x = 1"))),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


class Lab(NamedTuple):
    """The repository with everything committed, and what `nbguard scan` finds in it."""

    history: History
    config: Config
    found: set[Place]

    def scan(self, *paths: str) -> set[Place]:
        return places(scan_paths([str(self.history.path / path) for path in paths], self.config, ALL).report.findings)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterable[Lab]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NBGUARD_SALT", "a salt of ours")
        history = History(tmp_path_factory.mktemp("doors") / "r")
        history.commit(first="clean\n")
        make_files(history.path)
        made = nbguard("baseline", "create", "--reason", "an old pilot", "accepted.py", cwd=history.path)
        assert made.status == 0, made.err
        history.git("add", ".")
        history.git("commit", "-qm", "everything")
        patched.chdir(history.path)
        config = load_config(str(history.path))
        found = places(scan_paths([str(history.path)], config, ALL).report.findings)
        yield Lab(history, config, found)


def test_the_set_has_something_of_everything(lab: Lab) -> None:
    assert {place.waived for place in lab.found} == {"", "inline", "baseline"}
    assert {"lab-key", "ionq-api-key", "dwave-sapi-token"} <= {place.rule for place in lab.found}
    assert {place.kind for place in lab.found} == {"credential", "sample-data", "hygiene"}
    assert not any(place.rule.startswith("aws-") for place in lab.found)
    assert {place.path for place in lab.found if place.rule == "ionq-api-key"} == {
        "b.ipynb", "echo.txt", "a.zip!/conf/.env",
    }  # fmt: skip
    assert {"a.docx!/word/document.xml", "wide.txt"} <= {place.path for place in lab.found}
    assert len(lab.found) > 15


def test_file_by_file_and_by_folder(lab: Lab) -> None:
    names = lab.history.git("ls-files").split()
    assert lab.scan(*names) == lab.found
    alone = {place for name in names for place in lab.scan(name)}
    assert alone < lab.found
    assert {place.path for place in lab.found - alone} == {"echo.txt", "a.zip!/conf/.env"}


def test_the_command(lab: Lab) -> None:
    report = json.loads(nbguard("scan", "--format", "json", cwd=lab.history.path).out)
    got = {(f["path"], f["rule"], f["fingerprint"], f["line"], f["column"]) for f in report["findings"]}
    assert got == {(p.path, p.rule, p.fingerprint, p.line, p.column) for p in lab.found}


def test_staged(lab: Lab) -> None:
    """As the index has it; all of it is new to an orphan branch."""
    lab.history.git("checkout", "-q", "--orphan", "unborn")
    try:
        assert places(scan_staged(lab.config, ALL).report.findings) == lab.found
    finally:
        lab.history.git("checkout", "-q", "main")


def test_stripped(lab: Lab, tmp_path: Path) -> None:
    """What a hook leaves is what a scan of it then finds."""
    copy = tmp_path / "r"
    shutil.copytree(lab.history.path, copy)
    config = load_config(str(copy))
    stripping = places(scan_paths([str(copy)], config, ALL, strip=True).report.findings)
    assert stripping == places(scan_paths([str(copy)], config, ALL).report.findings)
    assert stripping == {place for place in lab.found if place.where != "output"}


def test_ranges_and_histories(lab: Lab) -> None:
    folder = str(lab.history.path)
    chosen = select_everything(folder)
    everything = HistoryScan(folder, lab.config, ALL).run(chosen).result.report
    assert values(places(everything.findings)) == values(lab.found)
    assert {(p.path, p.rule, p.waived) for p in places(everything.findings)} == {
        (p.path, p.rule, p.waived) for p in lab.found
    }
    report = json.loads(nbguard("ci", "--base", "HEAD^", "--policy-from", "head", "--format", "json", cwd=folder).out)
    assert {(f["path"], f["rule"], f["fingerprint"]) for f in report["findings"]} == values(lab.found)


def test_pre_receive(lab: Lab, tmp_path: Path) -> None:
    """Under the operator's configuration, which has no baseline of the repository's."""
    server = History(tmp_path / "server.git", "--bare")
    operator = tmp_path / "operator.toml"
    pack = str(lab.history.path / "pack.toml")
    operator.write_text((lab.history.path / "nbguard.toml").read_text().replace("pack.toml", pack))
    put_hook(server.path, "pre-receive", f"--config {operator}")
    said = lab.history.git("push", str(server.path), "main", fails=True)
    named = set(re.findall(r"[^\s;,]+", said))
    told = {place for place in lab.found if place.path in named and f"[{place.rule}]" in said}
    assert {place for place in lab.found if place.waived != "inline"} <= told


def test_sweep(lab: Lab, tmp_path: Path) -> None:
    settings = lab.config._asdict() | {"baseline": "", "root": os.sep}
    chosen = {name: settings[name] for name in ("rules", "disable", "zones", "salt")}
    swept = sweep(lab.history.path, output=tmp_path / "out.sqlite", **chosen)
    name = str(lab.history.path)
    got = {(f.path.removeprefix(f"{name}/"), f.rule, f.fingerprint) for f in swept.report.findings}
    assert got == values(lab.found)


def test_vault_move(lab: Lab) -> None:
    """The credentials that nobody accepted, in files that can be changed."""
    salt = find_salt(lab.config).key
    found, problems = _find((str(lab.history.path),), lab.config)
    got = {(item.document.path, f.rule, fingerprint(f.rule, f.value, salt)) for item in found for f in item.findings}
    wanted = {p for p in lab.found if not p.waived and p.kind == "credential" and "!/" not in p.path}
    assert (got, problems) == (values(wanted), [])
    said = nbguard("vault", "move", "--dry-run", "a.py", cwd=lab.history.path)
    assert "lab-key" in said.out


def test_data(lab: Lab) -> None:
    """Commands on sample data see the files in which a scan finds some."""
    said = nbguard("data", "redact", "--dry-run", *lab.history.git("ls-files").split(), cwd=lab.history.path)
    told = {
        line.partition(":")[0] for line in said.out.splitlines() if ": " in line and not line.startswith(("-", "+"))
    }
    with_samples = {place.path for place in lab.found if place.kind == "sample-data"}
    assert with_samples == {"people.csv"}
    assert told == with_samples


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_server(lab: Lab, name: str) -> None:
    policy = Policies(str(lab.history.path)).policy_of(name)
    raw = (lab.history.path / name).read_bytes()
    cells = [
        {key: cell[key] for key in ("id", "cell_type", "outputs")} | {"source": "".join(cell["source"])}
        for cell in json.loads(raw)["cells"]
    ]
    body = json.dumps({"path": name, "cells": cells}).encode()
    document = Unsaved().make_document(read_record(body, NotebookRequest), policy.name)
    judged = scan_document(document, Scanners().scanner_for(policy))
    assert places(item.record for item in judged) == lab.scan(name)


@pytest.mark.parametrize("name", [*NOTEBOOKS, *ARCHIVES, "a.py", "c.env", "accepted.py", "people.csv", "wide.txt"])
def test_the_save_guard(lab: Lab, name: str) -> None:
    policy = Policies(str(lab.history.path)).policy_of(name)
    examiner = Examiner(Scanners().scanner_for, Identities())
    raw = (lab.history.path / name).read_bytes()
    examined = examiner.examine(raw, policy, notebook=name.endswith(".ipynb"), stripping=False)
    assert places(examined.findings) == {place for place in lab.scan(name) if not place.waived}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_checkpoints(lab: Lab, name: str) -> None:
    """What `nbguard doctor` looks through for credentials."""
    found = _credentials_in((lab.history.path / name).read_bytes(), name, _make_scanner(lab.config))
    assert places(found) == {p for p in lab.scan(name) if p.kind == "credential" and not p.waived}


def test_a_baseline_of_everything(lab: Lab, tmp_path: Path) -> None:
    copy = tmp_path / "r"
    shutil.copytree(lab.history.path, copy)
    (copy / ".nbguard-baseline.jsonl").unlink()
    assert nbguard("baseline", "create", "--reason", "all of it", cwd=copy).status == 0
    rows = [json.loads(line) for line in (copy / ".nbguard-baseline.jsonl").read_text().splitlines()]
    got = {(row["path"], row["rule"], row["fingerprint"]) for row in rows if "rule" in row}
    assert got == values(p for p in lab.found if p.waived != "inline")


def test_trace(lab: Lab) -> None:
    wanted: dict[str, set[str]] = {}
    for place in lab.found:
        if place.kind == "credential":
            wanted.setdefault(place.fingerprint, set()).add(place.path)
    for mark, paths in wanted.items():
        (trail,) = trace_fingerprint(mark, [str(lab.history.path)])
        assert {sighting.finding.path for sighting in trail.sightings} == paths
    (trail,) = trace_finding(str(lab.history.path / "a.py"), "2", [str(lab.history.path)])
    assert {sighting.finding.path for sighting in trail.sightings} == {"a.py"}


def test_one_document_at_a_time(lab: Lab) -> None:
    """The scanner itself, from bytes and from a document that was read."""
    scanner = Scanner(lab.config)
    for name in (*NOTEBOOKS, "a.py", "c.env"):
        raw = (lab.history.path / name).read_bytes()
        scanned, document = scanner.scan(name, raw), open_document(name, raw)
        assert scanned.document is not None
        from_bytes = places(item.record for item in scanner.judge(scanned.document, scanned.findings))
        assert from_bytes == places(item.record for item in scanner.judge(document, scanner.find_in(document)))
        assert from_bytes == lab.scan(name)
