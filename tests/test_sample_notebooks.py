"""The sample notebooks: valid, invented, and what planted.json says of them is true."""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from stdnum import iban

from nbguard.cli.demo.samples import PLANTED_MARKERS, Planted, plant, read_planted
from tests.conftest import CHECKOUT

FOLDER = Path(CHECKOUT) / "sample_notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# Written from the providers' documentation, not from the notebooks.
SHAPES = {
    "ibm-quantum": r"[A-Za-z0-9_-]{44}",
    "ionq": r"[A-Za-z0-9]{32}",
    "dwave": r"DEV-[0-9a-f]{40}",
    "azure-quantum": r"[A-Za-z0-9_-]{76}AZQU[A-Za-z0-9_-]{5}[AQgw]",
    "aws-braket": r"(AKIA[A-Z2-7]{16})|[A-Za-z0-9+/]{40}",
    "quandela": r"_T_eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{86}",
    "iqm": r"[A-Za-z0-9+/]{64}",
}


def planted_values() -> list[tuple[Planted, str]]:
    return [(row, row.value((FOLDER / row.notebook).read_bytes())) for row in read_planted(str(FOLDER))]


def test_there_are_ten() -> None:
    assert len(NOTEBOOKS) == 10


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_sample_is_a_valid_notebook_and_small(path: Path) -> None:
    nbformat.validate(nbformat.read(path, as_version=nbformat.NO_CONVERT))
    assert path.stat().st_size < 6000


@pytest.mark.parametrize("provider", SHAPES)
def test_planted_credentials_have_the_shape_their_provider_gives_out(provider: str) -> None:
    values = [value for row, value in planted_values() if row.provider == provider]
    assert values
    assert [value[:4] for value in values if not re.fullmatch(SHAPES[provider], value)] == []


def test_planted_data_is_what_it_says_and_invented() -> None:
    values = [value for row, value in planted_values() if row.kind == "sample-data"]
    accounts = [value for value in values if "@" not in value]
    assert len(accounts) == 5
    assert all(iban.is_valid(account) for account in accounts)
    assert all(value.endswith(".example") for value in values if "@" in value)


@pytest.mark.parametrize("path", [*NOTEBOOKS, FOLDER / "README.md", FOLDER / "planted.json"], ids=lambda p: p.name)
def test_no_file_would_be_refused_by_push_protection(path: Path) -> None:
    """AWS and Azure Quantum keys are blocked by hosting services, invented or not."""
    blocked = rb"(?:AKIA|ASIA)[A-Z2-7]{16}|[\w-]{76}AZQU[\w-]{5}[AQgw]|AIza[\w-]{35}|-----BEGIN"
    assert re.search(blocked, path.read_bytes()) is None


def test_planting_fills_every_marker_and_touches_nothing_else() -> None:
    for path in NOTEBOOKS:
        before = path.read_bytes()
        after = plant(before)
        assert not any(marker.encode() in after for marker in PLANTED_MARKERS)
        json.loads(after)
        for marker, value in PLANTED_MARKERS.items():
            after = after.replace(value.encode(), marker.encode())
        assert after == before


def test_planting_gives_the_same_values_every_time() -> None:
    content = (FOLDER / "06_amazon_braket_ghz.ipynb").read_bytes()
    assert plant(content) == plant(content)


def test_tokens_say_nothing_but_noise() -> None:
    """No value decodes to something a person wrote, and all differ."""
    values = [value for row, value in planted_values() if row.kind == "credential"]
    assert len(set(values)) == len(values) == 8
    header = next(value for value in values if value.startswith("_T_")).removeprefix("_T_").split(".")[0]
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "HS512", "typ": "JWT"}


def test_the_clean_notebook_runs_with_the_standard_library_only() -> None:
    cells = json.loads((FOLDER / "01_bell_state.ipynb").read_text())["cells"]
    script = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "'00'" in done.stdout
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in cells)
