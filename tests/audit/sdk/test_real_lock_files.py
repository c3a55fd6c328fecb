"""Lock files of ten public projects, described by what was seen in them, and made again from the description.

Read on 2026-11-29 at the newest commit: the format, which fields its packages have, how many there are, and the quantum
SDKs among them with their versions. The rest are packages of made-up names.
"""

import json
from typing import NamedTuple

import pytest

from nbguard.audit.sdk.sdk_list import read_uses
from nbguard.policy.config import load_config


class Seen(NamedTuple):
    """``own`` is the project itself where the lock file names it; ``extra`` stands in the file
    beside the packages, and what comes ``from_git`` has no hashes.
    """

    form: str
    packages: int
    sdks: tuple[tuple[str, str], ...]
    own: tuple[str, ...] = ()
    extra: str = ""
    from_git: tuple[str, ...] = ()


PROJECTS = {
    "CQCL/qnexus": Seen("uv", 204, (
        ("guppylang", "0.21.6"), ("guppylang-internals", "0.25.0"), ("hugr", "0.14.1"),
        ("ibm-cloud-sdk-core", "3.23.0"), ("ibm-platform-services", "0.63.0"),
        ("pyqir", "0.10.9"), ("pytket", "2.7.0"), ("pytket-qir", "0.22.0"),
        ("pytket-qiskit", "0.70.0"), ("qiskit", "2.0.3"), ("qiskit-aer", "0.17.1"), ("qiskit-ibm-runtime", "0.40.1"),
        ("quantinuum-schemas", "7.3.0"), ("selene-core", "0.2.2"), ("selene-hugr-qis-compiler", "0.2.10"),
        ("selene-sim", "0.2.5"), ("tket-exts", "0.12.0"),
    ), ("qnexus",)),
    "CQCL/guppylang": Seen("uv", 176, (
        ("hugr", "0.14.1"), ("pytket", "2.10.1"), ("selene-core", "0.2.1"), ("selene-hugr-qis-compiler", "0.2.9"),
        ("selene-sim", "0.2.4"), ("tket", "0.12.8"), ("tket-eccs", "0.5.1"), ("tket-exts", "0.12.0"),
    ), ("guppylang", "guppylang-internals", "miette-py"), '[manifest]\nmembers = ["guppylang"]\n'),
    "QuEraComputing/bloqade-circuit": Seen("uv", 146, (
        ("bloqade-decoders", "0.6.0"), ("bloqade-tsim", "0.1.0"), ("cirq-core", "1.5.0"), ("cirq-core", "1.6.1"),
        ("kirin-toolchain", "0.22.2"), ("openqasm3", "1.0.1"), ("pymatching", "2.3.1"), ("pyqasm", "1.0.0"),
        ("pyqrack", "1.71.2"), ("pyqrack-cpu", "1.71.2"), ("pyqrack-cuda", "1.83.0"), ("qbraid", "0.10.0"),
        ("qbraid-core", "0.1.45"), ("quimb", "1.11.2"), ("stim", "1.15.0"),
    ), ("bloqade-circuit",)),
    "munich-quantum-toolkit/qcec": Seen("uv", 157, (
        ("mqt-core", "3.9.0"), ("openqasm3", "1.0.1"), ("qiskit", "2.5.2"), ("qiskit-qasm3-import", "0.6.0"),
    ), ("mqt-qcec",)),
    "QuTech-Delft/quantuminspire": Seen("poetry", 152, (("qi-compute-api-client", "0.61.0"),)),
    "oqtopus-team/oqtopus-cloud": Seen("poetry", 93, (("boto3", "1.35.37"),)),
    "rigetti/pyquil": Seen("poetry", 133, (
        ("qcs-api-client-common", "0.17.5"), ("qcs-sdk-python", "0.21.22"), ("quil", "0.17.0"),
        ("rigetti-quax", "0.7.2"), ("rpcq", "3.11.0"),
    ), extra='[extras]\ndocs = ["filler-1"]\nlatex = ["filler-2"]\n'),
    "qiboteam/qibo": Seen("poetry", 174, (
        ("cudaq", "0.14.0"), ("cudaq", "0.14.2"), ("cuquantum-python-cu11", "24.11.0"),
        ("cuquantum-python-cu12", "24.11.0"), ("openqasm3", "1.0.1"), ("pyqasm", "1.0.3"), ("pyqir", "0.10.9"),
        ("qbraid", "0.10.2"), ("qbraid-core", "0.1.50"), ("qbraid-qir", "0.5.0"), ("qibojit", "0.1.16"),
        ("qiskit", "2.4.1"), ("qulacs", "0.6.13"), ("stim", "1.16.0"),
    ), extra='[extras]\nqulacs = ["qulacs"]\nqir = ["qbraid"]\n', from_git=("qibojit",)),
    "qiboteam/qibolab": Seen("poetry", 200, (
        ("dynamiqs", "0.3.4"), ("openqasm3", "1.0.1"), ("qibo", "0.3.3"), ("qutip", "5.2.3"), ("qutip", "5.3.0"),
    ), extra='[extras]\nemulator = ["qutip"]\n'),
    "QuEraComputing/bloqade-python": Seen("pdm", 234, (
        ("amazon-braket-default-simulator", "1.26.0"), ("amazon-braket-schemas", "1.22.1"),
        ("amazon-braket-sdk", "1.88.1"), ("boto3", "1.35.52"), ("openpulse", "1.0.1"), ("openqasm3", "1.0.0"),
        ("openqasm3", "1.0.0"), ("oqpy", "0.3.7"),
    )),
}  # fmt: skip
NAMES = {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock"}
HASH = "sha256:" + "ab" * 32


def package(form: str, name: str, version: str) -> str:
    """A package as the tool writes it."""
    text = f"[[package]]\nname = {json.dumps(name)}\nversion = {json.dumps(version)}\n"
    file = f"{name}-{version}.tar.gz"
    if form == "uv":
        at = f'url = "https://files.example/{file}", hash = "{HASH}", size = 7'
        return (
            f'{text}source = {{ registry = "https://pypi.org/simple" }}\n'
            'dependencies = [\n    { name = "filler-0" },\n    { name = "qiskit", marker = "os_name" },\n]\n'
            f"sdist = {{ {at} }}\nwheels = [\n    {{ {at} }},\n]\n\n"
        )
    files = f'files = [\n    {{file = "{file}", hash = "{HASH}"}},\n]\n'
    if form == "git":
        where = 'type = "git"\nurl = "https://git.example/x.git"\nreference = "main"\nresolved_reference = "2eb56b5"\n'
        return f"{text}optional = false\nfiles = []\ndevelop = false\n\n[package.source]\n{where}\n"
    if form == "poetry":
        more = 'description = "A package"\noptional = false\npython-versions = ">=3.9"\ngroups = ["main"]\n'
        return f'{text}{more}{files}\n[package.dependencies]\nqiskit = ">=1"\n\n[package.extras]\nall = ["cirq"]\n\n'
    more = 'requires_python = ">=3.9"\nsummary = "A package"\ngroups = ["default"]\ndependencies = ["qiskit>=1"]\n'
    return f"{text}{more}{files}\n"


def own_package(name: str) -> str:
    return (
        f'[[package]]\nname = "{name}"\nversion = "0.0.1"\nsource = {{ editable = "." }}\n'
        'dependencies = [\n    { name = "qiskit" },\n]\n\n[package.metadata]\nrequires-dist = [{ name = "qiskit" }]\n\n'
    )


def made_again(seen: Seen) -> str:
    """The lock file of a project, its packages in the order of their names."""
    fillers = [(f"filler-{number}", "1.0") for number in range(seen.packages - len(seen.sdks) - len(seen.own))]
    parts = [
        (name, package("git" if name in seen.from_git else seen.form, name, version))
        for name, version in (*fillers, *seen.sdks)
    ]
    parts += [(name, own_package(name)) for name in seen.own]
    body = "".join(text for _, text in sorted(parts, key=lambda part: part[0]))
    if seen.form == "uv":
        return f'version = 1\nrevision = 3\nrequires-python = ">=3.10"\n\n{seen.extra}\n{body}'
    end = '[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9"\ncontent-hash = "ab"\n'
    begin = "# This file is @generated by PDM.\n" + end if seen.form == "pdm" else "# This file is generated.\n\n"
    return begin + "\n" + body + (f"{seen.extra}\n{end}" if seen.form == "poetry" else "")


@pytest.mark.parametrize("project", PROJECTS)
def test_the_lock_files_of_public_projects_are_read(project, tmp_path):
    seen = PROJECTS[project]
    text = made_again(seen)
    assert text.count("[[package]]") == seen.packages
    (tmp_path / NAMES[seen.form]).write_text(text)
    found = read_uses((str(tmp_path),), load_config(str(tmp_path)))
    assert not found.skipped
    assert sorted((use.package, use.version) for use in found.uses) == sorted(seen.sdks)
    assert {use.how for use in found.uses} == {"lock"}
    assert {use.package for use in found.uses if not use.hashed} == set(seen.from_git)


def test_ten_projects_of_three_tools():
    assert len(PROJECTS) == 10
    assert {seen.form for seen in PROJECTS.values()} == set(NAMES)
