"""`nbguard map`: what the code names is on it, in three formats, and no value is."""

import json
import os
import re
import sys

import jsonschema
import pytest

from nbguard.audit.schemas import schema_texts
from nbguard.errors import ExitCode
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

CELL = """
from nbguard import secret
from braket.aws import AwsDevice
device = AwsDevice("arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1")
data = "s3://lab-results/pilot/1.csv"
requests.get("https://api.ionq.co/v0.4/jobs", headers={"Authorization": "apiKey " + secret("quantum/ionq/lab#api_key")})
"""


def test_what_the_code_names_is_drawn(tmp_path):
    token = FakeTokens(500).ionq()
    cells = (code(CELL), code(f'from qiskit_ionq import IonQProvider\nIonQProvider("{token}")'))
    (tmp_path / 'a"<b>.ipynb').write_bytes(as_bytes(notebook(*cells)))
    (tmp_path / "notes.md").write_text("see s3://elsewhere and https://api.ionq.co\n")
    drawn = json.loads(nbguard("map", "--format", "json", cwd=tmp_path).out)
    jsonschema.validate(drawn, json.loads(schema_texts()["nbguard-map-1.schema.json"]))
    nodes = {(node["kind"], node["name"]) for node in drawn["nodes"]}
    assert nodes == {
        ("file", 'a"<b>.ipynb'),
        ("sdk", "amazon-braket-sdk"),
        ("sdk", "qiskit-ionq"),
        ("endpoint", "aws-braket"),
        ("endpoint", "ionq"),
        ("device", "arn:aws:braket:us-east-1::device/qpu/ionq/Forte-1"),
        ("bucket", "s3://lab-results"),
        ("vault", "quantum/ionq/lab#api_key"),
    }
    edges = {(edge["source"]["name"], edge["target"]["name"]) for edge in drawn["edges"]}
    assert ("qiskit-ionq", "ionq") in edges
    assert ('a"<b>.ipynb', "s3://lab-results") in edges
    mermaid = nbguard("map", cwd=tmp_path).out
    assert mermaid.startswith("flowchart LR\n")
    assert 'a#34;#60;b#62;.ipynb"]' in mermaid
    assert mermaid.count(" --> ") == len(edges)
    dot = nbguard("map", "--format", "dot", cwd=tmp_path).out
    assert dot.count(" -> ") == len(edges)
    assert dot.count("{") == dot.count("}")
    assert len(re.findall(r"^    n\d+ \[label=", dot, re.MULTILINE)) == len(nodes)


def test_a_login_in_an_address_is_not_drawn(tmp_path):
    (tmp_path / "a.py").write_text('x = "s3://key:pass@bucket/x"\ny = "abfss://box@lab.dfs.core.windows.net/x"\n')
    drawn = json.loads(nbguard("map", "--format", "json", cwd=tmp_path).out)
    names = [node["name"] for node in drawn["nodes"] if node["kind"] == "bucket"]
    assert names == ["abfss://lab.dfs.core.windows.net"]


def test_nothing_is_drawn_of_nothing(tmp_path):
    run = nbguard("map", cwd=tmp_path)
    assert (run.status, run.out) == (0, "flowchart LR\n")


SECRET = "Xq7Lw2Zp9Rk4"


@pytest.mark.parametrize(
    "address",
    [
        f"s3://{SECRET}%2Fx@bucket/a", f"s3://{SECRET}+more@bucket/a", f"s3://{SECRET},x@bucket/a", f"s3://{SECRET}@bucket",
        f"s3://{SECRET}/abc@bucket/a", f"s3://key:{SECRET}@bucket/a", f"az://{SECRET}/{SECRET}@account/x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["mermaid", "dot", "json"])
def test_no_part_of_a_login_is_drawn(tmp_path, address, form):
    (tmp_path / "a.py").write_text(f'import qiskit\ndata = "{address}"\nmore = "gs://named/b"\n')
    run = nbguard("map", "--format", form, cwd=tmp_path)
    assert "gs://named" in run.out
    assert SECRET not in run.out


def test_a_name_stays_on_its_line(tmp_path):
    (tmp_path / "a\n  click n0 call x()\n%% gone.py").write_text("import qiskit\n")
    for form in ("mermaid", "dot"):
        lines = nbguard("map", "--format", form, cwd=tmp_path).out.split("\n")
        assert not any(line.lstrip().startswith(("click", "%%")) for line in lines)
        assert sum("gone.py" in line for line in lines) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text here")
@pytest.mark.parametrize("command", ["map", "sdk", "decommission"])
def test_a_file_name_that_is_no_text_is_written_as_json(tmp_path, command):
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / os.fsdecode(b"\xff")).mkdir()
    (tmp_path / "r" / os.fsdecode(b"\xff") / ".ipynb_checkpoints").mkdir()
    (tmp_path / "r" / os.fsdecode(b"\xff\n.py")).write_text("import qiskit\n")
    home = ("--home", tmp_path / "home", "--without-vault") if command == "decommission" else ()
    run = nbguard(command, "--format", "json", *home, cwd=tmp_path / "r")
    assert run.status in (ExitCode.CLEAN, ExitCode.FINDINGS), run.err
    assert "\\udcff" in json.dumps(json.loads(run.out))
