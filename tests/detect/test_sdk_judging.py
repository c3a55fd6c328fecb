"""Quantum SDKs in requirements and lock files: what is wrong with them, under `enterprise` and where it is wanted."""

import json

import pytest

from nbguard.detect.detectors import is_sdk_file
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.sdk_files.locks import is_lock
from nbguard.detect.sdk_files.manifests import reader_of
from tests.command_line import nbguard

ENTERPRISE = 'profile = "enterprise"\n'
POLICY = ENTERPRISE + '[sdk]\napproved = ["qiskit>=2,<3"]\nosv = "advisories.json"\n'
LOCK = '[[package]]\nname = "numpy"\nversion = "2.0.0"\n\n[[package]]\nname = "{}"\nversion = "{}"\n'
ADVISORY = {
    "id": "TEST-2026-1",
    "affected": [
        {"package": {"ecosystem": "PyPI", "name": "Qiskit"},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1.0"}]}]},
    ],
}  # fmt: skip


@pytest.fixture
def scan(tmp_path):
    def run(files, policy="", *arguments):
        (tmp_path / "nbguard.toml").write_text(policy)
        (tmp_path / "advisories.json").write_text(json.dumps([ADVISORY]))
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        ran = nbguard("scan", "--format", "json", *arguments, *files, cwd=tmp_path)
        found = json.loads(ran.out)["findings"]
        for finding in found:
            assert finding["kind"] == "hygiene", finding
        return sorted((f["rule"], f["path"], f["line"], f["column"]) for f in found)

    return run


def test_off_but_under_enterprise_and_where_it_is_named(scan):
    files = {"requirements.txt": "numpy\n  qiskit>=2\n"}
    assert scan(files) == []
    wanted = [("unpinned-sdk", "requirements.txt", 2, 3)]
    assert scan(files, ENTERPRISE) == wanted
    assert scan(files, 'enable = ["unpinned-sdk"]\n') == wanted
    assert scan(files, "", "--only", "hygiene") == wanted
    assert scan(files, ENTERPRISE + 'disable = ["*-sdk"]\n') == []
    zone = '[[zones]]\npaths = ["**"]\nname = "all"\nprofile = "enterprise"\n'
    assert scan(files, zone) == wanted


def test_a_lock_file_is_held_against_the_policy_and_the_export(scan):
    files = {"uv.lock": LOCK.format("qiskit", "2.0.3"), "poetry.lock": LOCK.format("cirq-core", "1.5.0")}
    assert scan(files, POLICY) == [("unapproved-sdk", "poetry.lock", 6, 9), ("vulnerable-sdk", "uv.lock", 7, 12)]
    assert scan({"uv.lock": LOCK.format("qiskit", "2.1.0")}, POLICY) == []
    # Both, where both are so; and without a list nothing is unapproved.
    assert [f[0] for f in scan({"uv.lock": LOCK.format("qiskit", "1.4.0")}, POLICY)] == [
        "unapproved-sdk", "vulnerable-sdk",
    ]  # fmt: skip
    assert scan({"uv.lock": LOCK.format("cirq-core", "1.5.0")}, ENTERPRISE) == []


def test_a_projects_own_list_may_leave_versions_to_its_lock_file(scan):
    project = '[project]\nname = "p"\ndependencies = ["qiskit>=2", "cirq"]\n'
    assert scan({"pyproject.toml": project}, POLICY) == [("unapproved-sdk", "pyproject.toml", 3, 31)]
    environment = "dependencies:\n  - qiskit\n  - pip:\n    - qiskit==2.1.1\n    - cirq~=1.5\n"
    assert scan({"environment.yml": environment}, ENTERPRISE) == [("unpinned-sdk", "environment.yml", 2, 5)]


@pytest.mark.parametrize(
    "text",
    ["qiskit==2.1.1", "qiskit~=2.1", "qiskit>=2,<3", "qiskit @ git+https://x/y@0123abc", "numpy", "# qiskit", ""],
)
def test_pinned_and_other_packages_stay_silent(scan, text):
    assert scan({"requirements.txt": f"{text}\n"}, ENTERPRISE) == []


def test_an_allow_on_the_line_counts(scan):
    mark = '# nbguard: allow unpinned-sdk reason="a demo of the newest"'
    allowed = scan({"requirements.txt": f"qiskit  {mark}\n"}, ENTERPRISE, "--exit-zero")
    assert allowed == [("unpinned-sdk", "requirements.txt", 1, 1)]  # reported as waived
    assert scan({"requirements.txt": f"qiskit  {mark}\n"}, 'enable = ["unpinned-sdk"]\n')


@pytest.mark.parametrize("text", ["not toml [", "[[package]]\nname = 7\n", "package = 3\n", "[" * 5000])
def test_a_file_that_is_not_what_its_name_says_ends_nothing(scan, text):
    assert scan({"uv.lock": text}, POLICY) == []


def test_an_export_that_can_not_be_read_is_said(tmp_path):
    (tmp_path / "nbguard.toml").write_text(POLICY)
    (tmp_path / "uv.lock").write_text(LOCK.format("qiskit", "2.0.3"))
    ran = nbguard("scan", "uv.lock", cwd=tmp_path)
    assert ran.status in (2, 3)
    assert "advisories.json" in ran.out + ran.err


NAMES = ("requirements.txt", "dev-requirements.in", "constraints.txt", "pyproject.toml", "setup.cfg", "Pipfile",
         "Pipfile.lock", "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pylock.dev.toml", "conda-lock.yml",
         "environment.yml", "conda_env.yaml", "env-gpu.yml", "requirements", "README.md", "a.toml", "my.lock",
         "unrelated.yml", "setup.py", "docs/requirements.txt", "Deep/REQUIREMENTS.TXT")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_files_are_claimed_that_the_readers_read(name):
    base = name.rpartition("/")[2]
    assert is_sdk_file(name) == (is_lock(base) or reader_of(base) is not None)


def test_every_package_of_the_catalogue_is_judged(scan):
    shared = {"azure-identity", "boto3", "covalent", "ibm-cloud-sdk-core", "ibm-platform-services"}
    packages = sorted({name for provider in load_catalogue().providers for name in provider.packages} - shared)
    text = "".join(f"{name}\n" for name in packages)
    found = scan({"requirements.txt": text}, ENTERPRISE)
    assert [line for _, _, line, _ in found] == list(range(1, len(packages) + 1))
