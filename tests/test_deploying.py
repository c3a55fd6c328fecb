"""What docs/deploying.md promises: an installation without an index, values for JupyterHub, a locked environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.fake_tokens import FakeTokens

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_the_bundle_is_installed_without_an_index_and_scans(tmp_path: Path) -> None:
    source, installed = tmp_path / "source", tmp_path / "installed"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(source)], check=True)
    shutil.copy(ROOT / ".ci/offline-bundle", source / ".ci/offline-bundle")
    environment = {**os.environ, "VENV": os.path.relpath(sys.prefix, source), "NBGUARD_LAB": "skip"}
    subprocess.run([".ci/offline-bundle"], cwd=source, env=environment, check=True, capture_output=True)
    (bundle,) = (source / "dist").glob("nbguard-*-offline-*.tar")
    with tarfile.open(bundle) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / bundle.name.removesuffix(".tar")
    subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=folder, check=True)
    venv.create(installed, with_pip=True)
    (wheel,) = folder.glob("nbguard-*.whl")
    install = ["-m", "pip", "install", "-q", "--isolated", "--no-index", "--find-links", ".", str(wheel)]
    subprocess.run([str(installed / "bin/python"), *install], cwd=folder, check=True)
    (tmp_path / "a.py").write_text(f'from qiskit_ionq import IonQProvider\nIonQProvider("{FakeTokens(1).ionq()}")\n')
    done = subprocess.run(
        [str(installed / "bin/nbguard"), "scan", "a.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert "IonQ" in done.stdout


def test_the_hubs_values_and_the_page_beside_them_give_every_server_its_policy(tmp_path: Path) -> None:
    values = yaml.safe_load((ROOT / "docs/templates/z2jh.yaml").read_text())["singleuser"]
    assert values["extraEnv"]["NBGUARD_POLICY"] == values["extraFiles"]["nbguard-policy"]["mountPath"]
    events = values["extraEnv"]["NBGUARD_JUPYTER_EVENTS"]
    assert os.path.dirname(events) == values["storage"]["extraVolumeMounts"][0]["mountPath"]
    page = (ROOT / "docs/deploying.md").read_text()
    shown = re.search(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    bundling = re.search(r"^    nbguard (policy bundle .*)$", page, re.MULTILINE)
    assert shown is not None
    assert bundling is not None
    (tmp_path / "nbguard.toml").write_text(shown[1])
    nbguard = [sys.executable, "-m", "nbguard"]
    subprocess.run([*nbguard, *bundling[1].split(), "--unsigned"], cwd=tmp_path, check=True, capture_output=True)
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "NBGUARD_POLICY": str(tmp_path / "policy.toml")}
    show = [*nbguard, "policy", "show"]
    said = subprocess.run(show, cwd=home, env=environment, capture_output=True, text=True, check=True).stdout
    assert "security@example.org" in said
    assert "save block" in said


def test_the_lock_has_what_the_project_asks_for() -> None:
    """``uv lock`` after each change of dependencies: what is locked is what would be installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {("", spec) for spec in project["dependencies"]}
    asked |= {(extra, spec) for extra, specs in project["optional-dependencies"].items() for spec in specs}
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    (ours,) = (package for package in lock["package"] if package["name"] == project["name"])
    locked = set()
    for known in ours["metadata"]["requires-dist"]:
        extra = re.search(r"extra == '([^']+)'", known.get("marker", ""))
        locked.add((extra[1] if extra else "", known["name"], str(SpecifierSet(known.get("specifier", "")))))
    assert {(extra, *_split(spec)) for extra, spec in asked} == locked


def _split(spec: str) -> tuple[str, str]:
    requirement = Requirement(spec)
    return canonicalize_name(requirement.name), str(requirement.specifier)


def test_what_the_image_is_made_of_is_not_left_out_of_its_context() -> None:
    kept = {
        line[1:] for line in (ROOT / ".ci/Containerfile.dockerignore").read_text().splitlines() if line.startswith("!")
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert {project["project"]["readme"], "pyproject.toml", "hatch_build.py", "nbguard", ".ci/requirements.txt"} <= kept
    assert all((ROOT / name).exists() for name in kept)


def test_the_development_container_is_json_that_calls_a_target_that_exists() -> None:
    settings = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    target = re.search(r"make (\w+)$", settings["postCreateCommand"])
    assert target is not None
    assert re.search(rf"^{target[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
