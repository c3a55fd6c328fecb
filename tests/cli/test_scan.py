"""Protects the command people and hooks run: verdicts, exit statuses, and silence about secrets."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream

TOKENS = FakeTokens(17)
TOKEN = TOKENS.dwave()


@pytest.fixture
def folder(tmp_path):
    leak = code(f"from dwave.system import DWaveSampler\nsampler = DWaveSampler(token='{TOKEN}')\n", stream("1\n"))
    (tmp_path / "leak.ipynb").write_bytes(as_bytes(notebook(markdown("# Title"), leak)))
    (tmp_path / "clean.ipynb").write_bytes(as_bytes(notebook(code("x = 1", count=None))))
    (tmp_path / "bad.ipynb").write_bytes(b'{"cells": [')
    return tmp_path


def test_a_clean_notebook_exits_0(folder):
    run = nbguard("scan", "clean.ipynb", cwd=folder)
    assert (run.status, run.err) == (0, "")
    assert run.out.startswith("Nothing found in 1 file")


def test_a_finding_exits_1_and_names_provider_cell_and_line(folder):
    run = nbguard("scan", "leak.ipynb", cwd=folder)
    assert run.status == 1
    assert "--> leak.ipynb  cell 2, line 2, column" in run.out
    assert "D-Wave" in run.out
    assert "DWaveSampler(token=…)" in run.out


def test_the_json_report_is_the_contract(folder):
    report = json.loads(nbguard("scan", "--format", "json", "leak.ipynb", cwd=folder).out)
    assert report["schema"] == "nbguard-report/1"
    (finding,) = report["findings"]
    assert finding["cell"] == {"index": 1, "id": "cell0001", "type": "code"}
    assert (finding["line"], finding["column"], finding["where"]) == (2, 31, "source")
    assert finding["end_column"] - finding["column"] == len(TOKEN)
    assert TOKEN in (folder / "leak.ipynb").read_text().splitlines()[finding["file_line"] - 1]
    assert finding["match"] == f"{TOKEN[:6]}…({len(TOKEN)})"


def test_a_broken_notebook_exits_3_and_the_others_are_scanned_all_the_same(folder):
    run = nbguard("scan", "bad.ipynb", "leak.ipynb", cwd=folder)
    assert run.status == 3
    assert "bad.ipynb  not scanned: not valid JSON" in run.out
    assert "cell 2" in run.out


def test_a_path_that_is_not_there_is_an_error(folder):
    run = nbguard("scan", "leak.ipynb", "missing.ipynb", cwd=folder)
    assert (run.status, run.out, run.err) == (2, "", "nbguard: missing.ipynb: no such file or folder\n")


def test_a_broken_notebook_hides_no_token(folder):
    (folder / "bad.ipynb").write_text('{"cells": [{"source": "DWaveSampler(token=\\"' + TOKEN + '\\")"')
    run = nbguard("scan", "--format", "json", "bad.ipynb", cwd=folder)
    assert run.status == 3
    assert [f["rule"] for f in json.loads(run.out)["findings"]] == ["dwave-sapi-token"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--no-such-option"], "unrecognized"),
        (["--format", "yaml"], "invalid choice"),
        (["--config", "none.toml"], "none.toml"),
        (["--show-secrets", "leak.ipynb"], "terminal"),
        (["-o", "no/such/folder/report", "leak.ipynb"], "no/such/folder/report"),
    ],
)
def test_wrong_usage_exits_2_with_one_line(folder, arguments, hint):
    run = nbguard("scan", *arguments, cwd=folder)
    assert run.status == 2
    assert hint in run.err.strip().splitlines()[-1]


def test_a_misspelt_setting_exits_2_and_names_the_nearest(folder):
    (folder / "nbguard.toml").write_text("exlude = ['a']\n")
    run = nbguard("scan", "clean.ipynb", cwd=folder)
    assert run.status == 2
    assert "did you mean 'exclude'" in run.err


def test_a_misspelt_rule_exits_2_and_names_the_nearest(folder):
    (folder / "nbguard.toml").write_text("disable = ['dwave-sapi-tokn']\n")
    run = nbguard("scan", "leak.ipynb", cwd=folder)
    assert run.status == 2
    assert "did you mean 'dwave-sapi-token'" in run.err


def test_exit_zero_is_for_findings_only(folder):
    assert nbguard("scan", "--exit-zero", "leak.ipynb", cwd=folder).status == 0
    assert nbguard("scan", "--exit-zero", "bad.ipynb", cwd=folder).status == 3


def test_standard_input_is_scanned(folder):
    run = nbguard("scan", "-", stdin=f"DWAVE_API_TOKEN={TOKEN}\n".encode(), cwd=folder)
    assert run.status == 1
    assert "--> <stdin>  line 1, column 17" in run.out


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_notebook_on_standard_input_is_read_as_one(folder, bom):
    """An opaque key behind an escaped quote is seen only in decoded cells."""
    raw = bom + as_bytes(notebook(code(f'from qiskit_ionq import IonQProvider\nIonQProvider("{TOKENS.ionq()}")')))
    run = nbguard("scan", "--format", "json", "-", stdin=raw, cwd=folder)
    (finding,) = json.loads(run.out)["findings"]
    assert (run.status, finding["path"], finding["provider"]) == (1, "<stdin>.ipynb", "ionq")
    assert finding["cell"]["index"] == 0


def test_strip_goes_first_and_says_so(folder):
    run = nbguard("scan", "--strip", "leak.ipynb", cwd=folder)
    assert run.status == 1
    assert "leak.ipynb: stripped; add it again" in run.err
    assert json.loads((folder / "leak.ipynb").read_bytes())["cells"][1]["outputs"] == []


def test_a_stripped_clean_notebook_exits_1_once_then_0(folder):
    (folder / "a.ipynb").write_bytes(as_bytes(notebook(code("x", stream("1\n")))))
    assert nbguard("scan", "--strip", "a.ipynb", cwd=folder).status == 1
    assert nbguard("scan", "--strip", "a.ipynb", cwd=folder).status == 0


def test_a_value_found_in_one_file_is_found_in_the_others(folder):
    """An opaque key in a text file has no other sign than that a notebook gave it to IonQ."""
    key = TOKENS.ionq()
    (folder / "use.ipynb").write_bytes(as_bytes(notebook(code(f"provider = IonQProvider('{key}')"))))
    (folder / "notes.txt").write_text(f"lab book\n{key}\n")
    report = json.loads(nbguard("scan", "--format", "json", "notes.txt", "use.ipynb", cwd=folder).out)
    assert {(f["path"], f["provider"]) for f in report["findings"]} == {("notes.txt", "ionq"), ("use.ipynb", "ionq")}
    assert len({f["fingerprint"] for f in report["findings"]}) == 1


def test_only_one_kind_is_looked_for(folder):
    assert nbguard("scan", "--only", "data", "leak.ipynb", cwd=folder).status == 0
    assert nbguard("scan", "--only", "credentials", "leak.ipynb", cwd=folder).status == 1


def test_an_inline_allow_waives(folder):
    source = f"from dwave.system import DWaveSampler\nDWaveSampler(token='{TOKEN}')  # nbguard: allow dwave-sapi-token"
    (folder / "leak.ipynb").write_bytes(as_bytes(notebook(code(f'{source} reason="a revoked key"'))))
    run = nbguard("scan", "--format", "json", "leak.ipynb", cwd=folder)
    assert run.status == 0
    assert json.loads(run.out)["summary"]["waived"] == 1


def test_the_report_goes_to_a_file_and_nothing_to_the_screen(folder):
    run = nbguard("scan", "--format", "json", "-o", "report.json", "leak.ipynb", cwd=folder)
    assert (run.status, run.out) == (1, "")
    assert json.loads((folder / "report.json").read_text())["summary"]["findings"] == 1
    assert TOKEN not in (folder / "report.json").read_text()


def test_values_are_shown_on_a_terminal_when_asked_for(folder):
    """The one place where a value may appear: the screen of the person who asked."""
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "nbguard", "scan", "--show-secrets", "leak.ipynb"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(command, cwd=folder, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 65536):
            shown += piece
    except OSError:
        pass  # the terminal is gone with the child
    os.close(master)
    assert child.wait() == 1
    assert TOKEN.encode() in shown


def test_a_reader_that_leaves_early_is_no_error_and_not_clean(folder):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "nbguard", "scan", "leak.ipynb"],
        cwd=folder, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, stdout=writer, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_page_about_standard_input_has_no_map_of_the_repository(folder):
    (folder / "uses.py").write_text("import qiskit\n")
    assert "Trust boundaries" in nbguard("scan", "uses.py", "--format", "html", cwd=folder).out
    assert "Trust boundaries" not in nbguard("scan", "-", "--format", "html", stdin=b"x = 1\n", cwd=folder).out
