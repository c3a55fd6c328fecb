"""Environments with another JupyterLab, outside the checkout, where the wheel is installed as a user installs it.

They are kept between runs below NBGUARD_LAB_ENVIRONMENTS (otherwise ~/.cache/nbguard-tests): making one takes a minute.
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from filelock import FileLock

from tests.conftest import CHECKOUT


def build_wheel(folder: Path) -> Path:
    """The wheel of the checkout, with the built front end."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, "NBGUARD_LAB": "require"}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"no wheel: {done.stderr[-2000:]}"
    (wheel,) = folder.glob("nbguard-*.whl")
    return wheel


def make_environment(name: str, requirements: tuple[str, ...], wheel: Path) -> Path:
    """An environment with these packages and this wheel; its Python."""
    folder = kept_folder() / name
    python = folder / "bin" / "python"
    ready = folder / "ready.json"
    with FileLock(f"{folder}.lock"):
        before = json.loads(ready.read_text()) if ready.is_file() else None
        # What is more of them is installed below.
        if before is None or not set(before) <= set(requirements):
            venv.create(folder, clear=True, with_pip=True, symlinks=True)
            install(python, str(wheel), "ipykernel", *requirements)
        # What the wheel needs may be new too.
        install(python, str(wheel), *requirements)
        install(python, "--force-reinstall", "--no-deps", str(wheel))
        ready.write_text(json.dumps(requirements))
    return python


COMPANIONS = ("jupyterlab", "jupyterlab-lsp", "python-lsp-server", "pycodestyle", "jupyterlab-git", "jupyterhub")


def make_companions(wheel: Path) -> Path:
    """The Python of an environment with what people have beside this extension."""
    return make_environment("companions", COMPANIONS, wheel)


def kept_folder() -> Path:
    """Where what takes minutes to install is kept between runs."""
    kept = Path(os.environ.get("NBGUARD_LAB_ENVIRONMENTS") or os.path.expanduser("~/.cache/nbguard-tests"))
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def install(python: Path, *what: str) -> None:
    """Runs pip in an environment."""
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what]
    done = subprocess.run(command, cwd=python.parent, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, f"{what} can't be installed: {done.stderr[-2000:]}"


def run_jupyter(python: Path, home: Path, *arguments: str) -> str:
    """What a `jupyter` command says in an environment, with a home of its own."""
    foreign = ("JUPYTER", "PYTHON", "NBGUARD_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    command = [str(python), "-m", "jupyter", *arguments]
    done = subprocess.run(
        command,
        cwd=home,
        env={**environment, "HOME": str(home), "PATH": f"{python.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=180,
    )
    return done.stdout + done.stderr
