"""`nbguard map`: what the code names is on it, in three formats, and no value is."""

import json
import re

import jsonschema

from nbguard.audit.schemas import schema_texts
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
