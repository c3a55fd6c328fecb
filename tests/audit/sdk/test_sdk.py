"""`nbguard sdk`: every format that asks for packages, judged by policy, lock files and an export of OSV."""

import json
import zipfile

import jsonschema
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from nbguard.audit.schemas import schema_texts
from nbguard.audit.sdk.sdk_list import SdkKnowledge, list_sdks, read_uses
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.sdk_files.osv import read_advisories
from nbguard.detect.sdk_files.uses import is_sdk, package_of_module, parse_requirement
from nbguard.detect.sdk_names import normalise
from nbguard.errors import ExitCode, UsageError
from nbguard.policy.config import load_config
from tests.command_line import nbguard
from tests.notebook_builder import as_bytes, code, notebook

PACKAGES = sorted({name for provider in load_catalogue().providers for name in provider.packages})
HASH = "sha256:" + "0" * 64

UV = """
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "pilot"
version = "0.1.0"
source = { virtual = "." }
dependencies = [{ name = "qiskit" }]

[[package]]
name = "qiskit"
version = "2.1.1"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.example/qiskit-2.1.1.tar.gz", hash = "HASH", size = 7 }
wheels = [{ url = "https://files.example/qiskit-2.1.1.whl", hash = "HASH", size = 7 }]

[[package]]
name = "numpy"
version = "2.0.0"
source = { registry = "https://pypi.org/simple" }
"""
POETRY = """
[[package]]
name = "qiskit"
version = "2.1.1"
description = "SDK"
optional = false
python-versions = ">=3.9"
groups = ["main"]
files = [{file = "qiskit-2.1.1.whl", hash = "HASH"}]

[metadata]
lock-version = "2.1"
python-versions = ">=3.11"
content-hash = "00"
"""
# As Poetry wrote it before 1.3.
POETRY_OLD = """
[[package]]
name = "qiskit"
version = "2.1.1"
category = "main"
optional = false

[metadata]
lock-version = "1.1"

[metadata.files]
qiskit = [{file = "qiskit-2.1.1.whl", hash = "HASH"}]
"""
PDM = """
[metadata]
groups = ["default"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:00"

[[package]]
name = "qiskit"
version = "2.1.1"
groups = ["default"]
files = [{file = "qiskit-2.1.1.whl", hash = "HASH"}]
"""
PYLOCK = """
lock-version = "1.0"
created-by = "pip"

[[packages]]
name = "qiskit"
version = "2.1.1"
wheels = [{name = "qiskit-2.1.1.whl", url = "https://files.example/q.whl", hashes = {sha256 = "00"}}]
"""
CONDA_LOCK = """
version: 1
package:
- {name: qiskit, version: 2.1.1, manager: conda, url: https://x.example/q.conda, hash: {sha256: "00"}}
"""
PIPFILE_LOCK = json.dumps({"_meta": {}, "default": {"qiskit": {"hashes": [HASH], "version": "==2.1.1"}}, "develop": {}})

# Name, text, and what is meant of qiskit in it: version ("" for several), whether by hash.
FILES = {
    "uv.lock": (UV, "2.1.1", True),
    "poetry.lock": (POETRY, "2.1.1", True),
    "old/poetry.lock": (POETRY_OLD, "2.1.1", True),
    "pdm.lock": (PDM, "2.1.1", True),
    "pylock.toml": (PYLOCK, "2.1.1", True),
    "pylock.dev.toml": (PYLOCK.replace('hashes = {sha256 = "00"}', "size = 3"), "2.1.1", False),
    "Pipfile.lock": (PIPFILE_LOCK, "2.1.1", True),
    "conda-lock.yml": (CONDA_LOCK, "2.1.1", True),
    "requirements.txt": (f"numpy\nqiskit==2.1.1 \\\n    --hash={HASH}\n", "2.1.1", True),
    "requirements-dev.in": ("# tools\nqiskit[visualization]>=2 ; python_version > '3.8'  # why\n", "", False),
    "constraints.txt": ("Qiskit == 2.1.1\n", "2.1.1", False),
    "pyproject.toml": ('[project]\nname = "p"\ndependencies = ["qiskit~=2.1"]\n', "", False),
    "groups/pyproject.toml": ('[dependency-groups]\ndev = ["qiskit==2.1.1", {include-group = "x"}]\n', "2.1.1", False),
    "poetry/pyproject.toml": ('[tool.poetry.group.a.dependencies]\nqiskit = {version = "^2.1"}\n', "", False),
    "setup.cfg": ("[options]\ninstall_requires =\n    numpy\n    qiskit==2.1.1\n", "2.1.1", False),
    "Pipfile": ('[packages]\nqiskit = "==2.1.1"\n', "2.1.1", False),
    "environment.yml": ("dependencies:\n  - python=3.11\n  - conda-forge::qiskit==2.1.1\n", "2.1.1", False),
    "env-pip.yaml": ("dependencies:\n- pip:\n  - qiskit==2.1.1\n", "2.1.1", False),
    "Dockerfile": ("FROM python:3.12\nRUN pip install -q \\\n    numpy 'qiskit==2.1.1'\n", "2.1.1", False),
    ".github/workflows/ci.yml": ("      - run: python -m pip install -U qiskit\n", "", False),
    "setup.sh": (
        "# pip install qiskit==1\nuv pip install -r r.txt qiskit>=2\n"
        "  # pip install qiskit==3\nconda install -n a qiskit\n",
        "",
        False,
    ),
}  # fmt: skip


def listed(root, *paths, advisories=None):
    config = load_config(str(root))
    found = list_sdks(read_uses([str(path) for path in paths], config), config, SdkKnowledge(advisories or {}))
    return {sdk.package: sdk for sdk in found.sdks}, found


@pytest.mark.parametrize("name", FILES)
def test_every_format_tells_version_and_hash(name, tmp_path):
    text, version, hashed = FILES[name]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("HASH", HASH))
    sdks, found = listed(tmp_path, path)
    assert found.skipped == ()
    assert set(sdks) == {"qiskit"}
    assert sdks["qiskit"].versions == ((version,) if version else ())
    assert sdks["qiskit"].hashed == hashed
    assert ("unpinned" in sdks["qiskit"].problems) == (version == "")


@pytest.mark.parametrize(
    "name", ["uv.lock", "pdm.lock", "Pipfile.lock", "pyproject.toml", "environment.yml", "setup.cfg"]
)
@pytest.mark.parametrize("text", ["{[broken", "[]", "a = 1\npackage = 3\n", "", "\x00"])
def test_what_is_not_what_its_name_says_is_told_or_holds_nothing(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    sdks, _ = listed(tmp_path, tmp_path / name)
    assert sdks == {}


def test_every_package_of_the_catalogue_is_known(tmp_path):
    (tmp_path / "requirements.txt").write_text("".join(f"{name}==1.0\n" for name in PACKAGES))
    sdks, _ = listed(tmp_path)
    assert set(sdks) == {normalise(name) for name in PACKAGES}
    assert not is_sdk("numpy")


def test_modules_lead_to_packages():
    modules = {"qiskit.circuit": "qiskit", "qiskit_ionq": "qiskit-ionq", "braket.devices": "amazon-braket-sdk"}
    modules |= {"pennylane": "pennylane", "numpy": "", "dwave.system.samplers": "dwave-system", "azure.identity": ""}
    assert {module: package_of_module(module) for module in modules} == modules
    for provider in load_catalogue().providers:
        for module in provider.modules:
            if package := package_of_module(module):
                assert is_sdk(package), module


def test_cells_and_programs_are_read(tmp_path):
    cells = (
        code("%pip install -q qiskit-ionq\n!pip install 'pennylane==0.41' && echo"),
        code("import qiskit_ionq, os"),
    )
    (tmp_path / "lab.ipynb").write_bytes(as_bytes(notebook(*cells)))
    (tmp_path / "run.py").write_text("def f():\n    from braket.aws import AwsDevice\n")
    (tmp_path / "notes.md").write_text("pip install cirq\n")
    sdks, _ = listed(tmp_path)
    assert set(sdks) == {"qiskit-ionq", "pennylane", "amazon-braket-sdk"}
    assert [(place.how, place.cell, place.line) for place in sdks["qiskit-ionq"].places] == [
        ("import", 1, 1),
        ("install", 0, 1),
    ]
    assert sdks["amazon-braket-sdk"].problems == ("undeclared",)
    assert "unpinned" in sdks["qiskit-ionq"].problems


def test_a_lock_file_pins_what_others_ask_for(tmp_path):
    (tmp_path / "pyproject.toml").write_text(FILES["pyproject.toml"][0])
    (tmp_path / "uv.lock").write_text(UV.replace("HASH", HASH))
    sdks, _ = listed(tmp_path)
    assert (sdks["qiskit"].pinned, sdks["qiskit"].hashed, sdks["qiskit"].problems) == (True, True, ())


@pytest.mark.parametrize(
    ("approved", "wrong"),
    [(["qiskit>=2,<3"], False), (["qiskit"], False), (["qiskit<2"], True), (["cirq"], True), ([], True)],
)
def test_the_policy_approves(approved, wrong, tmp_path):
    (tmp_path / "requirements.txt").write_text("qiskit==2.1.1\n")
    (tmp_path / "nbguard.toml").write_text(f"[sdk]\napproved = {json.dumps(approved)}\n")
    sdks, _ = listed(tmp_path)
    assert ("unapproved" in sdks["qiskit"].problems) == wrong
    run = nbguard("sdk", cwd=tmp_path)
    assert run.status == (ExitCode.FINDINGS if wrong else ExitCode.CLEAN)
    (tmp_path / "nbguard.toml").write_text('[sdk]\napproved = ["=="]\n')
    assert nbguard("sdk", cwd=tmp_path).status == ExitCode.USAGE


def advisory(identity, events, **more):
    package = {"ecosystem": "PyPI", "name": "Qiskit"}
    affected = [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}]
    return {"id": identity, "summary": "it is bad", "affected": affected} | more


@pytest.mark.parametrize(
    ("events", "affected"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "2.1.1"}], False),
        ([{"introduced": "0"}, {"fixed": "2.1.2"}], True),
        ([{"introduced": "2.2"}], False),
        ([{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "2.0"}, {"fixed": "2.5"}], True),
        ([{"introduced": "0"}, {"last_affected": "2.1.1"}], True),
        ([{"introduced": "0"}, {"last_affected": "2.1.0"}], False),
        ([{"introduced": "2.1.1rc1"}, {"fixed": "2.1.1"}], False),
    ],
)
def test_ranges_of_osv_are_evaluated_as_the_schema_says(events, affected, tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(advisory("X-1", events)))
    (found,) = read_advisories(str(tmp_path), {"qiskit"})["qiskit"]
    assert found.affects("2.1.1") == affected


def test_every_form_of_an_export_is_read(tmp_path):
    records = [
        advisory("PYSEC-1", [{"introduced": "0"}], aliases=["CVE-1"]),
        advisory("PYSEC-2", [{"introduced": "0"}], withdrawn="2026-01-01T00:00:00Z"),
        {"id": "GO-1", "affected": [{"package": {"ecosystem": "Go", "name": "qiskit"}, "versions": ["2.1.1"]}]},
        {"id": "PYSEC-3", "affected": [{"package": {"ecosystem": "PyPI", "name": "qiskit"}, "versions": ["2.1.1"]}]},
    ]
    (tmp_path / "all.json").write_text(json.dumps(records))
    (tmp_path / "all.jsonl").write_text("\n".join(map(json.dumps, records)))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
    (tmp_path / "r").mkdir()
    (tmp_path / "r/requirements.txt").write_text("qiskit==2.1.1\n")
    for name in ("all.json", "all.jsonl", "all.zip"):
        run = nbguard("sdk", "--osv", tmp_path / name, "--format", "json", cwd=tmp_path / "r")
        assert run.status == ExitCode.FINDINGS, run.err
        data = json.loads(run.out)
        jsonschema.validate(data, json.loads(schema_texts()["nbguard-sdk-1.schema.json"]))
        (sdk,) = data["sdks"]
        assert [found["id"] for found in sdk["vulnerabilities"]] == ["PYSEC-1", "PYSEC-3"]
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(UsageError):
        read_advisories(str(tmp_path / "bad.zip"), {"qiskit"})


def test_the_exports_that_the_policy_names_count_where_no_other_is_named(tmp_path):
    (tmp_path / "nbguard.toml").write_text('[sdk]\nosv = "osv.json"\n')
    (tmp_path / "uv.lock").write_text(UV.replace("HASH", HASH))
    (tmp_path / "osv.json").write_text(json.dumps(advisory("PYSEC-1", [{"introduced": "0"}])))
    (tmp_path / "none.json").write_text(json.dumps(advisory("PYSEC-2", [{"introduced": "9"}])))
    run = nbguard("sdk", cwd=tmp_path)
    assert (run.status, "PYSEC-1" in run.out) == (ExitCode.FINDINGS, True)
    assert nbguard("sdk", "--osv", "none.json", cwd=tmp_path).status == ExitCode.CLEAN


def test_the_bill_of_materials_is_valid_cyclonedx(tmp_path):
    (tmp_path / "uv.lock").write_text(UV.replace("HASH", HASH))
    (tmp_path / "lab.py").write_text("import qsharp\n")
    (tmp_path / "osv.json").write_text(json.dumps(advisory("PYSEC-1", [{"introduced": "0"}])))
    run = nbguard("sdk", "--format", "cyclonedx", "--osv", "osv.json", cwd=tmp_path)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(run.out) is None
    bill = json.loads(run.out)
    assert [component["purl"] for component in bill["components"]] == ["pkg:pypi/qiskit@2.1.1", "pkg:pypi/qsharp"]
    assert bill["vulnerabilities"][0]["affects"] == [{"ref": "pkg:pypi/qiskit@2.1.1"}]
    again = json.loads(nbguard("sdk", "--format", "cyclonedx", "--osv", "osv.json", cwd=tmp_path).out)
    assert again["serialNumber"] == bill["serialNumber"]


def test_people_are_told_facts_with_their_source(tmp_path):
    (tmp_path / "requirements.txt").write_text("qsharp==1.30.0\nqiskit-ibm-runtime==0.51.0\n")
    run = nbguard("sdk", cwd=tmp_path)
    assert run.status == ExitCode.CLEAN
    assert "QDK_PYTHON_TELEMETRY=none" in run.out
    assert "~/.qiskit/qiskit-ibm.json" in run.out
    assert "2 quantum SDKs, 2 with something to do." in run.out


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("Qiskit_IonQ [x] == 1.2", ("qiskit-ionq", "==1.2", "1.2")),
        ("a==1.*", ("a", "==1.*", "")),
        ("a===1.0", ("a", "===1.0", "1.0")),
        ("a>=1,<2", ("a", "<2,>=1", "")),
        ("a @ https://u:p@host/a.whl", ("a", "@ unknown", "")),
        ("", ("", "", "")),
        ("==1", ("", "", "")),
    ],
)
def test_requirements_are_parsed(text, parsed):
    assert parse_requirement(text) == parsed
