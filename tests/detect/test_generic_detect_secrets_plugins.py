"""Our quantum rules work inside detect-secrets itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nbguard.detect.adapters.detect_secrets_plugins as plugins
from nbguard.detect.providers.provider_rules import load_catalogue
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

TOKENS = FakeTokens(21)
INDIRECT = ("--disable-filter", "detect_secrets.filters.heuristic.is_indirect_reference")


def scan(folder: Path, *options: str) -> dict[str, list[dict[str, Any]]]:
    command = [
        sys.executable,
        "-m",
        "detect_secrets",
        "scan",
        "-n",
        "--all-files",
        "-p",
        plugins.__file__,
        *options,
        ".",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    results: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)["results"]
    return results


def types(results: dict[str, list[dict[str, Any]]], name: str) -> dict[str, int]:
    return {secret["type"]: secret["line_number"] for secret in results.get(name, [])}


def test_there_is_a_plugin_for_every_provider_with_a_credential() -> None:
    wanted = {provider.id for provider in load_catalogue().providers if provider.rules}
    classes = [value for value in vars(plugins).values() if isinstance(value, type) and getattr(value, "provider", "")]
    assert {cls.provider for cls in classes} == wanted
    assert len({cls.secret_type for cls in classes}) == len(wanted)


@pytest.mark.slow
def test_detect_secrets_names_the_provider(tmp_path: Path) -> None:
    dwave, ionq = TOKENS.dwave(), TOKENS.ionq()
    (tmp_path / "a.py").write_text(f'import os\nos.environ["IONQ_API_KEY"] = "{ionq}"\ntoken = "{dwave}"\n')
    (tmp_path / "b.ipynb").write_bytes(as_bytes(notebook(code(f'x = 1\nsampler(token="{dwave}")\n')), 1))
    (tmp_path / "c.py").write_text(f'import qiskit_ionq\np = qiskit_ionq.IonQProvider("{ionq}")\n')
    results = scan(tmp_path)
    names = {provider.id: f"{provider.name} credential" for provider in load_catalogue().providers}
    assert types(results, "a.py")[names["ionq"]] == 2
    assert types(results, "a.py")[names["dwave"]] == 3
    assert names["dwave"] in types(results, "b.ipynb")
    assert names["ionq"] not in types(results, "c.py")
    assert types(scan(tmp_path, *INDIRECT), "c.py")[names["ionq"]] == 2


@pytest.mark.slow
def test_a_baseline_with_our_plugins_can_be_used_again(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f'token = "{TOKENS.dwave()}"\n')
    results = scan(tmp_path)
    assert len(results["a.py"]) >= 1
    done = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", "-n", "--all-files", "-p", plugins.__file__, "."],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (tmp_path / ".secrets.baseline").write_text(done.stdout)
    again = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", "-n", "--all-files", "--baseline", ".secrets.baseline", "."],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    kept = json.loads((tmp_path / ".secrets.baseline").read_text())["results"]
    assert [secret["type"] for secret in kept["a.py"]] == [secret["type"] for secret in results["a.py"]]
    assert TOKENS.dwave() not in done.stdout + again.stdout + again.stderr


def test_a_line_without_a_quantum_credential_gives_nothing() -> None:
    for line in ('x = "abc"', f'sha = "{TOKENS.of("0123456789abcdef", 40)}"', "", '"source": [', "\\", '"\\ud800"'):
        assert plugins._credentials_in(line) == ()
