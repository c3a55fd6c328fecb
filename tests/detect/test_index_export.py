"""Yanked versions are known from whatever an index answers, kept in a file, and told where they are pinned."""

import json
import zipfile

import pytest

from nbguard.detect.sdk_files.index_export import read_yanked, yanked_because
from nbguard.errors import UsageError
from tests import notebook_builder as build
from tests.command_line import nbguard

NAMES = ("qiskit-2.0.0-py3-none-any.whl", "qiskit-2.0.0.tar.gz", "qiskit-2.1.0.tar.gz", "qiskit-2.2.0.tar.gz")
# Of 2.0.0 all files are yanked, of 2.2.0 none; of 2.1.0 a wheel is left in PyPI's answer.
WHY = {"2.0.0": "broken transpiler", "2.1.0": ""}


def pep_691() -> str:
    files = [{"filename": name, "url": "x", "hashes": {}, "yanked": WHY.get(version_of(name), False)} for name in NAMES]
    files = [file | {"yanked": True} if file["yanked"] == "" else file for file in files]
    return json.dumps({"meta": {"api-version": "1.1"}, "name": "qiskit", "files": files})


def pep_503() -> str:
    links = (
        f'<a href="../files/{name}#sha256=0"' + (f' data-yanked="{WHY[v]}"' if (v := version_of(name)) in WHY else "")
        + f">{name}</a><br>"
        for name in NAMES
    )  # fmt: skip
    return f"<!DOCTYPE html><html><body><h1>Links for qiskit</h1>\n{''.join(links)}</body></html>"


def pypi() -> str:
    releases: dict[str, list] = {}
    for name in NAMES:
        version = version_of(name)
        releases.setdefault(version, []).append(
            {"filename": name, "yanked": version in WHY, "yanked_reason": WHY.get(version)}
        )
    return json.dumps({"info": {"name": "Qiskit"}, "releases": releases})


def pip_report() -> str:
    install = [
        {"metadata": {"name": "qiskit", "version": version}, "is_yanked": version in WHY}
        for version in ("2.0.0", "2.1.0", "2.2.0")
    ]
    return json.dumps({"version": "1", "install": install})


def version_of(name: str) -> str:
    return name.removeprefix("qiskit-").removesuffix(".tar.gz").removesuffix("-py3-none-any.whl")


FORMS = {"pep691.json": pep_691, "index.html": pep_503, "pypi.json": pypi, "report.json": pip_report}


# HTML stands in a file of its own.
KEPT = [
    (name, kept)
    for name in FORMS
    for kept in ("file", "folder", "zip", "lines", "array")
    if kept not in ("lines", "array") or name.endswith(".json")
]


@pytest.mark.parametrize(("name", "kept"), KEPT)
def test_every_form_of_an_answer_tells_the_same(tmp_path, name, kept):
    text = FORMS[name]()
    path = tmp_path / name
    path.write_text(text)
    if kept == "folder":
        (tmp_path / "index" / "qiskit").mkdir(parents=True)
        path = path.rename(tmp_path / "index" / "qiskit" / name).parents[1]
    elif kept == "zip":
        path = tmp_path / "index.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(tmp_path / name, f"simple/qiskit/{name}")
    elif kept in ("lines", "array"):
        path = tmp_path / ("index.jsonl" if kept == "lines" else "all.json")
        path.write_text(f"{text}\n\n{text}\n" if kept == "lines" else f"[{text},\n{text}]")
    yanked = read_yanked(str(path), {"qiskit"})
    assert set(yanked["qiskit"]) == {"2", "2.1"}
    assert yanked_because(yanked["qiskit"], "2.0.0") in ("broken transpiler", "no reason given")
    assert yanked_because(yanked["qiskit"], "2.0") == yanked_because(yanked["qiskit"], "2.0.0+cpu") != ""
    assert yanked_because(yanked["qiskit"], "2.2.0") == yanked_because(yanked["qiskit"], "unknown") == ""
    assert read_yanked(str(path), {"cirq"}) == {}


def test_a_version_of_which_a_file_is_left_is_not_yanked(tmp_path):
    answer = json.loads(pep_691())
    answer["files"].append({"filename": "qiskit-2.0.0-cp312-abi3-win_amd64.whl", "yanked": False})
    answer["files"].append({"filename": "qiskit-1.0.exe", "yanked": True})
    (tmp_path / "a.json").write_text(json.dumps(answer))
    assert set(read_yanked(str(tmp_path / "a.json"), {"qiskit"})["qiskit"]) == {"2.1"}


@pytest.mark.parametrize(
    "text", ["{", "{}", "[1, 2", '{"files": [{}]}', '{"releases": {"1": 7}, "info": {}}', '{"install": [1]}']
)
def test_what_is_no_answer_of_an_index_is_an_error(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UsageError):
        read_yanked(str(tmp_path / "a.json"), {"qiskit"})
    assert nbguard("sdk", "--index", "a.json", cwd=tmp_path).status == 2


@pytest.fixture
def repository(tmp_path):
    (tmp_path / "index.json").write_text(pep_691())
    advisory = {
        "id": "TEST-1",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "qiskit"}, "versions": ["2.1.0"]}],
    }
    (tmp_path / "osv.json").write_text(json.dumps([advisory]))
    (tmp_path / "nbguard.toml").write_text(
        'profile = "enterprise"\n[sdk]\napproved = ["qiskit"]\nindex = "index.json"\nosv = "osv.json"\n'
    )
    return tmp_path


def test_nbguard_sdk_names_what_was_yanked_and_why(repository):
    (repository / "requirements.txt").write_text("qiskit==2.0\n")
    run = nbguard("sdk", "--index", "index.json", "requirements.txt", cwd=repository)
    assert run.status == 1
    assert "qiskit 2.0: yanked: broken transpiler\n" in run.out
    (sdk,) = json.loads(
        nbguard("sdk", "--index", "index.json", "--format", "json", "requirements.txt", cwd=repository).out
    )["sdks"]
    assert sdk["yanked"] == [{"version": "2.0", "reason": "broken transpiler"}]
    assert "yanked" in sdk["problems"]
    (repository / "requirements.txt").write_text("qiskit==2.2.0\n")
    assert "yanked" not in nbguard("sdk", "--index", "index.json", "requirements.txt", cwd=repository).out


def found(repository, *files: str) -> list[tuple[str, str]]:
    """The rules of what is found and the texts it stands at."""
    ran = nbguard("scan", "--format", "json", *files, cwd=repository)
    return sorted((f["rule"], f["match"]) for f in json.loads(ran.out)["findings"])


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("%pip install qiskit==2.0.0", ["yanked-sdk"]),
        ("!pip install -q 'qiskit==2.0'", ["yanked-sdk"]),
        ("!pip install qiskit==2.1.0", ["vulnerable-sdk"]),
        ("%pip install qiskit==2.2.0 numpy", []),
        ("%pip install cirq==1.5.0", ["unapproved-sdk"]),
        ("%pip install -c constraints.txt cirq", ["unapproved-sdk"]),
        ("%pip install qiskit", ["unpinned-sdk"]),
        ("# %pip install cirq==1.5.0", []),
        ("!pip install git+https://example.org/cirq.git", []),
        ("!pip install cirq==1.5.0 qiskit==2.0.0", ["unapproved-sdk", "yanked-sdk"]),
        ("%%bash\npip install \\\n  'cirq[all]==1.5.0'", ["unapproved-sdk"]),
    ],
)
def test_installs_in_cells_are_held_against_the_policy_too(repository, line, rules):
    (repository / "a.ipynb").write_bytes(build.as_bytes(build.notebook(build.code(line))))
    assert [rule for rule, _ in found(repository, "a.ipynb")] == rules
    plain = repository / "elsewhere"
    plain.mkdir()
    (plain / "nbguard.toml").write_text('profile = "enterprise"\n')
    (plain / "a.ipynb").write_bytes(build.as_bytes(build.notebook(build.code(line))))
    assert [rule for rule, _ in found(plain, "a.ipynb")] == [rule for rule in rules if rule == "unpinned-sdk"]


def test_a_finding_stands_at_the_version_or_the_package(repository):
    text = "x = 1\n%pip install cirq==1.5.0 qiskit==2.0.0\n"
    (repository / "a.ipynb").write_bytes(build.as_bytes(build.notebook(build.code(text))))
    ran = json.loads(nbguard("scan", "--format", "json", "a.ipynb", cwd=repository).out)["findings"]
    places = {f["rule"]: (f["cell"], f["line"], f["column"]) for f in ran}
    assert {rule: place[1:] for rule, place in places.items()} == {"unapproved-sdk": (2, 14), "yanked-sdk": (2, 34)}


def test_a_lock_file_with_a_yanked_version_is_a_finding_at_the_version(repository):
    (repository / "uv.lock").write_text('[[package]]\nname = "qiskit"\nversion = "2.0.0"\n')
    assert [rule for rule, _ in found(repository, "uv.lock")] == ["yanked-sdk"]
    (repository / "index.json").write_text("{")
    assert nbguard("scan", "uv.lock", cwd=repository).status == 3
