"""Files that somebody wrote to do harm: what stands in them comes out of no report, and no run ends by them."""

import json
import zipfile

import pytest

from nbguard.detect.sdk_files.osv import read_advisories
from nbguard.detect.sdk_files.uses import UNKNOWN, SdkUse, with_versions_only
from nbguard.documents.yaml_loading import load_yaml
from nbguard.errors import ExitCode, UsageError
from tests.command_line import nbguard

SECRET = "Xq7Lw2Zp9Rk4"
LOGIN = f"https://user:{SECRET}@host.example"
FILES = {
    "requirements.txt": f"""
qiskit @ https://host.example/x.whl?token={SECRET}#sha256={SECRET}
qiskit-ionq @ git+https://{SECRET}@host.example/x.git
qiskit-aer {LOGIN}/x.whl
cirq[foo {LOGIN}/x.whl
pennylane @ https://host.example/{SECRET}/x.whl
""",
    "environment.yml": f"""
dependencies:
  - qiskit =1.0 {SECRET}
  - pip: ["pennylane @ {LOGIN}/x?p={SECRET}"]
  - "{LOGIN}/t/{SECRET}/channel::qiskit"
""",
    "Pipfile": f'[packages]\nqiskit = "{LOGIN}/x"\ncirq = {{version = "{LOGIN}/x"}}\n',
    "poetry.lock": f'[[package]]\nname = "qiskit"\nversion = "{LOGIN}"\n',
    "Dockerfile": f'RUN pip install "qiskit @ git+https://{SECRET}@host.example/x" "cirq @ {LOGIN}" qiskit=={SECRET}\n',
}


@pytest.mark.parametrize("form", ["text", "json", "cyclonedx"])
def test_logins_beside_packages_reach_no_output(tmp_path, form):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    run = nbguard("sdk", "--format", form, cwd=tmp_path)
    assert "qiskit" in run.out
    assert SECRET not in run.out + run.err


@pytest.mark.parametrize(
    "wanted",
    [
        "", "==1.0", ">=1.0,<2", "~=1.4.2", "^1.2", "~1.2", "*", "1.*", "==1.0.*", ">=1 || ^3", "1.2.3-beta.2", "!=1.5",
        "=1.0=py310h12ab_0", ">=1|<0.9", "===1.0.post1", "1!2.0+local.7", "<2.0.0rc1", "@ v1.0", "@ 4fd7d4b",
        "1.0.dev3", ">= 1.0, < 2.0", "2024.10.1",
    ],
)  # fmt: skip
def test_what_is_wanted_stays_as_it_is_written(wanted):
    assert with_versions_only(SdkUse("qiskit", "install", wanted, "", False, "a")).wanted == wanted


@pytest.mark.parametrize("version", ["9" * 6000, "not a version", f"1.0 {SECRET}", "1.0\x1b[2J", SECRET])
def test_what_is_no_version_is_approved_by_nobody(tmp_path, version):
    use = SdkUse("qiskit", "lock", f"=={version}", version, True, "uv.lock")
    assert with_versions_only(use)[2:4] == (UNKNOWN, UNKNOWN)
    (tmp_path / "nbguard.toml").write_text('[sdk]\napproved = ["qiskit>=1"]\n')
    lock = {"default": {"qiskit": {"version": f"=={version}", "hashes": ["sha256:0"]}}}
    (tmp_path / "Pipfile.lock").write_text(json.dumps(lock))
    run = nbguard("sdk", "--format", "json", cwd=tmp_path)
    assert run.status == ExitCode.FINDINGS, run.err
    assert json.loads(run.out)["sdks"][0]["problems"] == ["unapproved"]


@pytest.mark.parametrize(
    "text",
    [
        '!!int ""', '!!float ""', f"!!bool {SECRET}", f"!!timestamp {SECRET}", "2001-99-99", "9" * 5000, "[" * 20_000,
        "!!python/object/apply:os.getcwd []", "a: b: c", "? [a]\n: b", "\x00",
    ],
)  # fmt: skip
def test_yaml_that_is_none_is_told(tmp_path, text):
    with pytest.raises(ValueError, match="not valid YAML") as raised:
        load_yaml(text)
    assert SECRET not in str(raised.value)
    (tmp_path / "environment.yml").write_text(text)
    run = nbguard("sdk", cwd=tmp_path)
    assert run.status == ExitCode.INCOMPLETE
    assert "not read  environment.yml" in run.out


OF_QISKIT = '{"id": "X", "affected": [{"package": {"name": "qiskit", "ecosystem": "PyPI"}, %s}]}'


@pytest.mark.parametrize(
    "text",
    [
        OF_QISKIT % '"ranges": ["x"]',
        OF_QISKIT % '"ranges": [{"type": "ECOSYSTEM", "events": ["x"]}]',
        OF_QISKIT % '"versions": 3',
        '{"id": "X", "affected": ["x"]}',
        '{"id": "X", "affected": 3}',
        "[" * 100_000,
    ],
)
def test_an_export_that_is_none_is_a_usage_error(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UsageError):
        read_advisories(str(tmp_path / "a.json"), {"qiskit"})
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", f'[{text}, "PyPI"]')
    with pytest.raises(UsageError):
        read_advisories(str(tmp_path / "a.zip"), {"qiskit"})


def test_a_broken_archive_is_a_usage_error(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", "PyPI" * 1000)
    raw = bytearray(path.read_bytes())
    with_password, damaged = raw.copy(), raw.copy()
    with_password[6] |= 1
    with_password[raw.index(b"PK\x01\x02") + 8] |= 1
    damaged[36:44] = b"\xff" * 8
    for changed in (with_password, damaged):
        path.write_bytes(changed)
        with pytest.raises(UsageError):
            read_advisories(str(path), {"qiskit"})


def test_a_version_of_thousands_of_digits_ends_nothing(tmp_path):
    events = '"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "%s"}]}]'
    (tmp_path / "a.json").write_text(OF_QISKIT % (events % ("9" * 6000)))
    ((advisory,),) = read_advisories(str(tmp_path / "a.json"), {"qiskit"}).values()
    assert not advisory.affects("1.0")
    assert not advisory.affects("9" * 6000)
