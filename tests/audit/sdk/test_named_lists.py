"""SDKs in lists that other files name, at addresses, in commands as lists, and in uv's own tables."""

import pytest

from nbguard.detect.sdk_files.uses import parse_requirement
from tests.audit.sdk.test_sdk import listed
from tests.command_line import nbguard
from tests.notebook_builder import as_bytes, code, notebook


def put(root, **files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "numpy\n-r pins/dev.txt\n"),
        ("requirements.txt", "-rpins/dev.txt\n"),
        ("requirements.txt", "--requirement=pins/dev.txt  # tools\n"),
        ("requirements/all.txt", "-c ../pins/dev.txt\n"),
        ("constraints.in", "--constraint pins/dev.txt\n"),
        ("Dockerfile", "FROM x\nRUN pip install -r pins/dev.txt\n"),
        ("docker/Dockerfile", 'FROM x\nRUN ["pip", "install", "-r", "pins/dev.txt"]\n'),
        ("pins/setup.sh", "uv pip install numpy -c dev.txt\n"),
        (".github/workflows/ci.yml", "      - run: python -m pip install -U --requirement pins/dev.txt\n"),
        ("pyproject.toml", '[tool.setuptools.dynamic]\ndependencies = {file = ["a.txt", "pins/dev.txt"]}\n'),
        ("setup.cfg", "[options]\ninstall_requires = file: a.txt, pins/dev.txt\n"),
    ],
)
def test_a_list_is_read_by_whatever_name_it_is_included(tmp_path, name, text):
    put(tmp_path, **{"pins/dev.txt": "-r more.lst\nqiskit\n", "pins/more.lst": "pennylane==0.41\n-r dev.txt\n"})
    assert listed(tmp_path)[0] == {}
    put(tmp_path, **{name: text})
    if name.startswith("requirements/"):
        put(tmp_path, **{"requirements.txt": "-r requirements/all.txt\n"})
    sdks, found = listed(tmp_path)
    assert set(sdks) == {"qiskit", "pennylane"}
    assert [(place.path, place.line) for place in sdks["qiskit"].places] == [("pins/dev.txt", 2)]
    assert sdks["pennylane"].versions == ("0.41",)
    assert found.skipped == ()


def test_a_list_is_read_once(tmp_path):
    text = "-c constraints.txt\n-r requirements.txt\nqiskit\n"
    put(tmp_path, **{"requirements.txt": text, "constraints.txt": "cirq\n"})
    sdks, _ = listed(tmp_path)
    assert {name: len(sdk.places) for name, sdk in sdks.items()} == {"qiskit": 1, "cirq": 1}


@pytest.mark.parametrize(
    "text",
    ["-r ../other.txt\n", "-r /etc/hostname\n", "-r missing.txt\n", "-c https://ada:pass%s@lab.example/pins.txt\n"],
)
def test_a_list_that_is_not_read_is_told_without_its_name(tmp_path, text):
    """Nothing outside of the repository is opened, nothing is fetched, and a login in an address is shown nowhere."""
    put(tmp_path, **{"other.txt": "qiskit\n", "r/requirements.txt": text})
    sdks, found = listed(tmp_path / "r")
    assert sdks == {}
    assert [one.path for one in found.skipped] == ["requirements.txt"]
    assert "ada" not in repr(found.skipped)
    (tmp_path / "r/link.txt").symlink_to(tmp_path / "other.txt")
    put(tmp_path, **{"r/requirements.txt": "-r link.txt\n"})
    assert listed(tmp_path / "r")[0] == {}


GIT = "git+https://github.com/Qiskit/qiskit.git"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (f"{GIT}@1.2.0#egg=qiskit", ("qiskit", "@ 1.2.0", "")),
        (f"{GIT}#subdirectory=a&egg=Qiskit_Aer", ("qiskit-aer", "@ unknown", "")),
        (f"{GIT}@main", ("qiskit", "@ main", "")),
        ("git+ssh://git@github.com/Qiskit/qiskit", ("qiskit", "@ unknown", "")),
        (f"qiskit @ {GIT}@1.2.0", ("qiskit", "@ 1.2.0", "")),
        (f"qiskit@{GIT}", ("qiskit", "@ unknown", "")),
        ("./wheels/qiskit-2.1.1-cp39-abi3-linux_x86_64.whl", ("qiskit", "==2.1.1", "2.1.1")),
        ("qiskit_ionq-0.5.0-py3-none-any.whl", ("qiskit-ionq", "==0.5.0", "0.5.0")),
        ("https://files.example/archive.zip", ("", "", "")),
        ("src/qiskit", ("", "", "")),
        ("qiskit/tools", ("", "", "")),
    ],
)
def test_an_address_names_a_package(text, asked):
    assert parse_requirement(text) == asked


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", f"-e {GIT}@1.2.0#egg=qiskit\n"),
        ("requirements.txt", f"--editable={GIT}@1.2.0#egg=qiskit\n"),
        ("requirements.txt", f"{GIT}@1.2.0\n"),
        ("requirements.txt", f"qiskit @ {GIT}@1.2.0\n"),
        ("environment.yml", f"dependencies:\n- pip:\n  - qiskit @ {GIT}@1.2.0\n"),
        ("environment.yml", f"dependencies:\n- pip:\n  - -e {GIT}@1.2.0#egg=qiskit\n"),
        ("pyproject.toml", f'[project]\ndependencies = ["qiskit @ {GIT}@1.2.0"]\n'),
        ("pyproject.toml", '[tool.uv]\nconstraint-dependencies = ["qiskit>=1"]\n'),
        ("pyproject.toml", '[tool.uv]\noverride-dependencies = ["qiskit>=1"]\n'),
        ("Dockerfile", f"RUN pip install -e {GIT}@1.2.0#egg=qiskit\n"),
        ("Dockerfile", f"RUN pip install qiskit@{GIT}@1.2.0\n"),
        ("Dockerfile", 'RUN ["pip", "install", "--no-cache-dir", "qiskit[visualization]"]\n'),
        (
            "Dockerfile",
            'RUN --mount=type=tmpfs ["python3", "-m", "pip", "install",\n    "numpy", "qiskit"]\n',
        ),
        ("run.py", 'subprocess.check_call([sys.executable, "-m", "pip", "install", "qiskit"])\n'),
        ("run.py", "subprocess.run(['uv', 'pip', 'install', 'qiskit'])\n"),
    ],
)
def test_each_way_to_ask_for_a_package_is_found(tmp_path, name, text):
    put(tmp_path, **{name: text})
    sdks, found = listed(tmp_path)
    assert set(sdks) == {"qiskit"}
    assert "unpinned" in sdks["qiskit"].problems
    assert found.skipped == ()


def test_brackets_of_extras_are_no_list(tmp_path):
    put(tmp_path, **{"setup.sh": "pip install 'qiskit[crosstalk-pass,csp-layout-pass]==2.1.1' cirq[a,b]==1.5.0\n"})
    sdks, _ = listed(tmp_path)
    assert {name: sdk.versions for name, sdk in sdks.items()} == {"qiskit": ("2.1.1",), "cirq": ("1.5.0",)}


def test_a_notebook_names_a_list(tmp_path):
    (tmp_path / "lab.ipynb").write_bytes(as_bytes(notebook(code("%pip install -r pins/lab.txt"))))
    put(tmp_path, **{"pins/lab.txt": "qiskit\n"})
    run = nbguard("sdk", "--format", "json", cwd=tmp_path)
    assert '"pins/lab.txt"' in run.out, run.out
