"""What is in the wheel: the front end when it was built from these sources, and never an older one."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow

ASSET = "data/share/jupyter/labextensions/@nbguard/lab/static/remoteEntry.js"
FILES = ("pyproject.toml", "hatch_build.py", "install.json", "LICENSE", "README.md", "CHANGELOG.md")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout as small as it can be: all that packaging looks at."""
    root = tmp_path / "project"
    for name in (*FILES, "nbguard/__init__.py", "nbguard/version.py", "jupyter-config/nbguard.json", "lab/stamp.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(CHECKOUT, name), root / name)
    for name, text in {"lab/src/index.ts": "export {};\n", "lab/package.json": "{}\n", "docs/a.md": ""}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "sample_notebooks").mkdir()
    (root / "sample_notebooks" / "a.ipynb").write_text("{}")
    (root / ".gitignore").write_text("nbguard/jupyter/labextension/\n")
    return root


def build_front_end(root: Path) -> None:
    """As `make lab` does, with a bundler that writes one line."""
    assets = root / "nbguard" / "jupyter" / "labextension"
    (assets / "static").mkdir(parents=True, exist_ok=True)
    (assets / "package.json").write_text('{"name": "@nbguard/lab"}\n')
    (assets / "static" / "remoteEntry.js").write_text("1;\n")
    subprocess.run([sys.executable, "lab/stamp.py"], cwd=root, check=True)


def build(root: Path, target: str = "wheel", wish: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", "dist"]
    environment = {**os.environ, "NBGUARD_LAB": wish}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def names_in_wheel(root: Path) -> set[str]:
    (wheel,) = (root / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {re.sub(r"^nbguard-[^/]*\.data/", "", name) for name in archive.namelist()}


def test_built_front_end_is_where_lab_looks(project: Path) -> None:
    build_front_end(project)
    assert build(project, wish="require").returncode == 0
    names = names_in_wheel(project)
    assert {ASSET, "data/share/jupyter/labextensions/@nbguard/lab/install.json"} <= names
    assert "data/etc/jupyter/jupyter_server_config.d/nbguard.json" in names
    assert not [name for name in names if name.startswith("nbguard/jupyter/labextension/")]


def test_without_front_end_the_package_installs_and_a_release_fails(project: Path) -> None:
    """Hooks are installed from git, where nobody wants Node."""
    assert build(project).returncode == 0
    assert not [name for name in names_in_wheel(project) if "labextensions" in name]
    refused = build(project, wish="require")
    assert refused.returncode != 0
    assert "front end is missing: run `make lab` first" in refused.stderr


def test_front_end_of_other_sources_is_left_out(project: Path) -> None:
    build_front_end(project)
    (project / "lab" / "src" / "index.ts").write_text("export const changed = true;\n")
    assert build(project).returncode == 0
    assert ASSET not in names_in_wheel(project)
    assert "front end is stale" in build(project, wish="require").stderr
    # Other line ends, as a checkout on Windows has, are no change.
    (project / "lab" / "src" / "index.ts").write_bytes(b"export {};\r\n")
    assert build(project, wish="require").returncode == 0


def test_front_end_can_be_left_out_and_an_unknown_wish_is_told(project: Path) -> None:
    build_front_end(project)
    assert build(project, wish="skip").returncode == 0
    assert ASSET not in names_in_wheel(project)
    assert "NBGUARD_LAB=yes is not known" in build(project, wish="yes").stderr


def test_wheel_from_the_sdist_has_the_front_end(project: Path, tmp_path: Path) -> None:
    build_front_end(project)
    (project / "lab" / "node_modules").mkdir()
    (project / "lab" / "node_modules" / "left-out.js").write_text("1;")
    assert build(project, "sdist").returncode == 0
    (sdist,) = (project / "dist").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        assert not [name for name in archive.getnames() if "node_modules" in name]
        archive.extractall(tmp_path / "unpacked", filter="data")
    (root,) = (tmp_path / "unpacked").iterdir()
    assert build(root, wish="require").returncode == 0
    assert ASSET in names_in_wheel(root)
