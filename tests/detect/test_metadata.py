"""Protects finding quantum metadata: every identifier of the catalogue, in every place, at its exact span; no more."""

import os
import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.catalogue.sample import make_sample
from nbguard.detect.engine import Engine
from nbguard.detect.metadata import METADATA_RULES
from nbguard.detect.providers.provider_rules import describe, load_catalogue
from nbguard.detect.rule_list import all_rules
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.conftest import CHECKOUT
from tests.detect.catalogue_examples import providers
from tests.fake_tokens import HEX, FakeTokens
from tests.growth import assert_linear

ENGINE = Engine(Scope(frozenset(("quantum-metadata",))))
CATALOGUE = load_catalogue()
EXAMPLES = {known["id"]: known["example"] for provider in providers() for known in provider.get("identifiers", ())}
TOKENS = FakeTokens(12)
ACCOUNT = "6" + TOKENS.of("0123456789", 10) + "2"
HASH = TOKENS.of(HEX, 32)
UUID = "-".join(TOKENS.of(HEX, length) for length in (8, 4, 4, 4, 12))
JOB = "c" + TOKENS.of("abcdefghijklmnopqrstuvwxyz0123456789", 19)
CRN = f"crn:v1:bluemix:public:quantum-computing:eu-de:a/{HASH}:{UUID}::"


def find(path: str, raw: bytes | str):
    return ENGINE.detect(open_document(path, raw.encode() if isinstance(raw, str) else raw))


def in_forms(text: str) -> dict[str, tuple[str, bytes]]:
    """The same text as a Python file, a cell, an output, a traceback and metadata."""
    silent = build.code("run()")
    return {
        "file": ("a.py", text.encode()),
        "source": ("a.ipynb", build.as_bytes(build.notebook(build.code(text)))),
        "output": ("a.ipynb", build.as_bytes(build.notebook(build.code("run()", build.stream(text + "\n"))))),
        "traceback": ("a.ipynb", build.as_bytes(build.notebook(build.code("run()", build.error("E", "", text))))),
        "metadata": ("a.ipynb", build.as_bytes(build.notebook(silent, note=text))),
    }


def found_values(path: str, raw: bytes | str) -> list[tuple[str, str]]:
    found = find(path, raw)
    for finding in found:
        assert finding.field.text[finding.start : finding.end] == finding.value
    return sorted((finding.rule, finding.value) for finding in found)


@pytest.mark.parametrize("rule_id", CATALOGUE.identifiers)
def test_every_identifier_of_the_catalogue_is_found_in_every_place(rule_id):
    text = make_sample(EXAMPLES[rule_id], random.Random(rule_id))
    for where, (path, raw) in in_forms(text).items():
        (found,) = find(path, raw)
        known = CATALOGUE.identifiers[rule_id]
        assert (found.rule, found.kind, found.provider, found.severity) == (
            rule_id, "quantum-metadata", known.provider, known.severity,
        )  # fmt: skip
        assert found.field.part.where == where
        assert (found.message, found.remedy) == describe(rule_id)
        assert found.field.text[found.start : found.end] == found.value
        assert found.value in text


@pytest.mark.parametrize(
    ("text", "rule", "value"),
    [
        (f'service = QiskitRuntimeService(instance="{CRN}")', "ibm-crn", CRN),
        (f"Job ID: {JOB} is queued", "ibm-job-id", JOB),
        ("instance='ibm-q-acme/trading/main'", "ibm-hub-group-project", "ibm-q-acme/trading/main"),
        (
            f"Task arn:aws:braket:us-east-1:{ACCOUNT}:quantum-task/{UUID}: QUEUED",
            "braket-task-arn",
            f"arn:aws:braket:us-east-1:{ACCOUNT}:quantum-task/{UUID}",
        ),
        (
            "AwsDevice('arn:aws:braket:us-east-1::device/qpu/ionq/Aria-1')",
            "braket-device-arn",
            "arn:aws:braket:us-east-1::device/qpu/ionq/Aria-1",
        ),
        (
            f"s3://amazon-braket-eu-west-2-{ACCOUNT}/tasks/x/results.json.",
            "braket-result-bucket",
            f"amazon-braket-eu-west-2-{ACCOUNT}/tasks/x/results.json",
        ),
        (
            f"id = '/subscriptions/{UUID}/resourceGroups/rg/providers/Microsoft.Quantum/Workspaces/my-ws'",
            "azure-quantum-workspace",
            f"/subscriptions/{UUID}/resourceGroups/rg/providers/Microsoft.Quantum/Workspaces/my-ws",
        ),
        (f"subscription_id = '{UUID}'", "azure-subscription-id", UUID),
        (f"https://api.ionq.co/v0.3/jobs/{UUID}", "ionq-job-url", f"api.ionq.co/v0.3/jobs/{UUID}"),
    ],
    ids=lambda value: value if value in CATALOGUE.identifiers else "",
)
def test_the_span_is_the_identifier_and_no_more(text, rule, value):
    for path, raw in in_forms(text).values():
        assert found_values(path, raw) == [(rule, value)]


@pytest.mark.parametrize(
    "text",
    [
        f"instance = 'crn:v1:bluemix:public:quantum-computing:us-east:a/{'0' * 32}:{UUID}::'",
        "instance = 'crn:v1:bluemix:public:quantum-computing:us-east:a/<account>:<instance>::'",
        "arn:aws:braket:us-east-1:123456789012:quantum-task/" + UUID,
        "arn:aws:braket:us-east-1:111122223333:job/my-job",
        "s3://amazon-braket-us-east-1-000000000000/x",
        "provider = IBMQ.get_provider(hub='ibm-q', group='open', project='main')",
        "QiskitRuntimeService(instance='ibm-q/open/main')",
        "subscription_id = '00000000-0000-0000-0000-000000000000'",
        "subscription_id = '12345678-1234-1234-1234-123456789012'",
        "subscription_id = os.environ['AZURE_SUBSCRIPTION_ID']",
        "job_id = job.job_id()",
        "runner@my-project.iam.gserviceaccount.com",
        "your-service@your-project.iam.gserviceaccount.com",
        "job_id = 'circuit_transpilation'",
        f"sha256 of the job id: {TOKENS.of(HEX, 64)}",
    ],
)
def test_placeholders_and_what_is_everybodys_stay_silent(text):
    for path, raw in in_forms(f"import qiskit_ibm_runtime\n{text}").values():
        assert found_values(path, raw) == []


def test_a_job_id_under_a_key_of_metadata_is_found():
    notebook = build.notebook(build.code("run()", job={"job_id": JOB, "shots": "1024"}), last={"jobId": JOB})
    places = [finding.field.part.path for finding in find("a.ipynb", build.as_bytes(notebook))]
    assert len(places) == 2
    assert found_values("a.ipynb", build.as_bytes(notebook)) == [("ibm-job-id", JOB)] * 2


def test_tags_and_colours_hide_nothing():
    table = f"<table><tr><th>Job ID</th><td>{JOB}</td></tr></table>"
    notebook = build.notebook(
        build.code("run()", build.result(text__html=table)), build.code("run()", build.stream(f"job_id: \x1b[1m{JOB}"))
    )
    assert found_values("a.ipynb", build.as_bytes(notebook)) == [("ibm-job-id", JOB)] * 2


def test_escaped_json_hides_nothing():
    notebook = build.as_bytes(build.notebook(build.code(f'crn = "{CRN}"')))
    assert found_values("a.ipynb", notebook.replace(b"quantum-computing", b"quantum\\u002dcomputing")) == [
        ("ibm-crn", CRN)
    ]


@pytest.mark.parametrize(
    ("imports", "provider"),
    [
        ("from braket.aws import AwsDevice", "aws-braket"),
        ("from qiskit_ionq import IonQProvider", "ionq"),
        ("from braket.aws import AwsDevice\nfrom qiskit_ionq import IonQProvider", None),
    ],
)
def test_a_uuid_behind_job_id_counts_beside_a_providers_import(imports, provider):
    for path, raw in in_forms(f"{imports}\n# job id: {UUID}\n").values():
        if path.endswith("py") or b'"source": [\n    "from' in raw:
            (found,) = find(path, raw)
            assert (found.rule, found.value, found.provider) == ("quantum-job-id", UUID, provider)


@pytest.mark.parametrize("imports", ["import requests", "import boto3", "from azure.identity import X", ""])
def test_a_uuid_behind_job_id_is_nothing_elsewhere(imports):
    assert found_values("a.py", f"{imports}\njob_id = '{UUID}'\n") == []


WORDS = st.text(st.sampled_from("ab c\n:/.-_0\"'é𝔮"), max_size=20)


@given(WORDS, WORDS)
def test_the_span_is_right_whatever_stands_around(before, after):
    text = f"{before} {CRN} {after}"
    notebook = build.as_bytes(build.notebook(build.code(text)))
    assert ("ibm-crn", CRN) in found_values("a.ipynb", notebook)


def test_nobody_looks_for_metadata_unless_asked():
    text = f'instance = "{CRN}"'
    assert Engine().detect(open_document("a.py", text.encode())) == []
    assert Engine(Scope(frozenset(("credential", "hygiene")))).screen(text.encode(), "a.py") is None


@pytest.mark.slow
def test_time_is_linear_in_the_text():
    text = "job_id: arn:aws:braket:amazon-braket-a-ibm-q/programs/projects/abcde"
    assert_linear(lambda size: find("a.py", text * (size // 60)), 100_000)


def test_the_rules_are_listed_once_each():
    listed = [rule.id for rule in all_rules() if rule.kind == "quantum-metadata"]
    assert sorted(listed) == sorted([*CATALOGUE.identifiers, *METADATA_RULES])
    for rule in METADATA_RULES.values():
        assert rule.explanation.endswith(".")
        assert rule.remedy.endswith(".")


def test_a_clean_file_loads_no_detector(tmp_path):
    """The hook's start is measured in milliseconds: what a file doesn't need isn't imported."""
    (tmp_path / "clean.ipynb").write_bytes(build.as_bytes(build.notebook(build.code("!pip install numpy\nx = 1"))))
    script = (
        "import sys\nfrom nbguard.detect.engine import Engine, Scope\n"
        "engine = Engine(Scope(frozenset(('credential', 'quantum-metadata', 'hygiene'))))\n"
        f"assert engine.screen(open({str(tmp_path / 'clean.ipynb')!r}, 'rb').read(), 'clean.ipynb') is None\n"
        "print(sorted(m for m in sys.modules if 'hygiene' in m or 'detect.metadata' in m or 'rules' in m))"
    )
    environment = {**os.environ, "PYTHONPATH": CHECKOUT}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"
