"""Makes notebooks with one planted quantum credential each, and decoys around it, from a seed.

A planted notebook is ordinary quantum code with one provider's credential in one of ``PLACES``. An opaque token in an
output has no sign of its own, so notebooks with a planted output also hold the call that the token goes to, as real
ones do. Every notebook holds decoys that look like credentials and are none.
"""

from __future__ import annotations

import base64
import json
import random
import string
import tomllib
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from nbguard.detect.catalogue.sample import make_sample

CATALOGUE = Path(__file__).resolve().parent.parent / "nbguard" / "detect" / "catalogue"
PLACES = (
    "literal", "positional", "cross-cell", "splat", "environ", "getenv default", "magic", "commented",
    "default argument", "concatenation", "syntax error", "stream", "traceback", "html", "cell metadata",
    "notebook metadata", "markdown", "header",
)  # fmt: skip


class Planted(NamedTuple):
    """Where a credential stands: ``lines`` are lines of the decoded field, counted from 1."""

    path: str
    place: str
    provider: str
    value: str
    cell: int | None
    where: str


class Kind(NamedTuple):
    """A provider's credential as the generator needs it."""

    provider: str
    module: str
    sample: str
    call: str
    keyword: str
    position: int | None
    variable: str
    header: tuple[str, str] | None


def read_kinds() -> list[Kind]:
    """The credentials of the catalogue that a call with a name of its own takes by keyword."""
    kinds = []
    for path in sorted(CATALOGUE.glob("*.toml")):
        provider = tomllib.loads(path.read_text())
        for credential in provider["credentials"]:
            calls = [c for c in credential.get("calls", []) if not c.get("generic") and not c.get("device")]
            calls = [c for c in calls if c.get("keywords")]
            if not (calls and credential.get("env") and credential.get("sample")):
                continue
            call = next((c for c in calls if c.get("position") is not None), calls[0])
            headers = [(h["name"], h.get("scheme", "")) for h in credential.get("headers", []) if not h.get("generic")]
            kinds.append(
                Kind(
                    provider["id"], (provider.get("modules") or ["qc"])[0], credential["sample"], call["names"][0],
                    call["keywords"][0], call.get("position"), credential["env"][0], headers[0] if headers else None,
                )
            )  # fmt: skip
            break
    return kinds


def plant(folder: Path, seed: int, providers: int) -> list[Planted]:
    """Writes the notebooks below ``folder`` and says what is planted in them."""
    generator = random.Random(seed)
    kinds = read_kinds()
    generator.shuffle(kinds)
    planted = []
    for kind in kinds[:providers]:
        for place in PLACES:
            if (place == "header" and not kind.header) or (place == "positional" and kind.position is None):
                continue
            value = make_sample(kind.sample, generator)
            name = f"{kind.provider}-{place.replace(' ', '-')}.ipynb"
            notebook, cell, where = _notebook(kind, place, value, generator)
            (folder / name).write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
            planted.append(Planted(name, place, kind.provider, value, cell, where))
    return planted


def plant_clean(folder: Path, seed: int, count: int) -> None:
    """Writes notebooks with decoys only."""
    generator = random.Random(seed + 1)
    for number in range(count):
        cells = [_code(_import_line(kind) + "\n") for kind in generator.sample(read_kinds(), 2)] + _decoys(generator)
        (folder / f"clean-{number:03d}.ipynb").write_text(json.dumps(_wrap(cells, {}), indent=1) + "\n")


def _notebook(kind: Kind, place: str, value: str, generator: random.Random) -> tuple[dict[str, Any], int | None, str]:
    before, after = _decoys(generator), _decoys(generator)
    cells, target, where, metadata = _planting(kind, place, value)
    return _wrap([*before, *cells, *after], metadata), None if target is None else len(before) + target, where


def _planting(kind: Kind, place: str, value: str) -> tuple[list[dict[str, Any]], int | None, str, dict[str, Any]]:
    imports, quoted = _import_line(kind), json.dumps(value)
    call = f"client = {kind.call}({kind.keyword}={quoted})\n"
    half = len(value) // 2
    sources = {
        "literal": f"{imports}\n{call}",
        "positional": f"{imports}\nclient = {kind.call}({'None, ' * (kind.position or 0)}{quoted})\n",
        "splat": f"{imports}\noptions = {{'jobs': 9, '{kind.keyword}': {quoted}}}\nclient = {kind.call}(**options)\n",
        "environ": f"import os\nos.environ['{kind.variable}'] = {quoted}\n",
        "getenv default": f"import os\n{imports}\nkey = os.getenv('{kind.variable}', {quoted})\n",
        "magic": f"%env {kind.variable}={value}\n",
        "commented": f"{imports}\n# {call}client = connect()\n",
        "default argument": f"{imports}\ndef connect(key={quoted}):\n    return {kind.call}({kind.keyword}=key)\n",
        "concatenation": (
            f"{imports}\nclient = {kind.call}({kind.keyword}='{value[:half]}' + '{value[half:]}')\n"
        ),
        "syntax error": f"{imports}\n{call}for job in jobs print(job\n",
    }  # fmt: skip
    if place in sources:
        return [_code(sources[place])], 0, "source", {}
    if place == "cross-cell":
        cells = [f"MY_KEY = {quoted}\n", f"{imports}\nclient = {kind.call}({kind.keyword}=MY_KEY)\n"]
        return [_code(source) for source in cells], 0, "source", {}
    if place == "header":
        name, scheme = kind.header or ("", "")
        return (
            [_code(f"import requests\nheaders = {{'{name}': '{scheme} {value}'}}\n".replace("' ", "'"))],
            0,
            "source",
            {},
        )
    if place == "cell metadata":
        return [_code("connect()\n", parameters={kind.variable: value})], 0, "metadata", {}
    if place == "notebook metadata":
        return [_code("connect()\n")], None, "metadata", {"papermill": {"parameters": {kind.variable: value}}}
    if place == "markdown":
        text = f"Run `export {kind.variable}={value}` first.\n"
        return [{"cell_type": "markdown", "metadata": {}, "source": [text]}], 0, "source", {}
    outputs: dict[str, dict[str, Any]] = {
        "stream": {"output_type": "stream", "name": "stdout", "text": [f"connecting with {value}\n"]},
        "html": {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/html": [f"<tr><td>key</td><td>{value}</td></tr>"], "text/plain": ["<table>"]},
        },
        "traceback": {
            "output_type": "error",
            "ename": "HTTPError",
            "evalue": "401",
            "traceback": [f"\x1b[0;31mHTTPError\x1b[0m: 401 for key \x1b[0;36m{value}\x1b[0m"],
        },
    }
    where = "traceback" if place == "traceback" else "output"
    return [_code(f"{imports}\n{call}", outputs[place])], 0, where, {}


def _import_line(kind: Kind) -> str:
    first = kind.call.partition(".")[0]
    return f"import {kind.module}" if first == kind.module.rpartition(".")[2] else f"from {kind.module} import {first}"


def _code(source: str, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": metadata,
        "outputs": list(outputs),
        "source": source.splitlines(keepends=True),
    }


def _wrap(cells: list[dict[str, Any]], metadata: dict[str, Any]) -> dict[str, Any]:
    for number, cell in enumerate(cells):
        cell["id"] = f"{number:08x}"
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": kernel | metadata, "nbformat": 4, "nbformat_minor": 5}


def _decoys(generator: random.Random) -> list[dict[str, Any]]:
    """Cells with what looks like a credential and is none."""

    def of(alphabet: str, length: int) -> str:
        return "".join(generator.choices(alphabet, k=length))

    hexadecimal = "0123456789abcdef"
    picture = base64.b64encode(generator.randbytes(6000)).decode()
    choices = [
        f"# sha512sum of data.npz: {of(hexadecimal, 128)}\nchecksum = '{of(hexadecimal, 128)}'\n",
        f"commit = '{of(hexadecimal, 40)}'\nassert repo.head == commit\n",
        f"bits = '{of('01', 64)}'\ncounts = {{'{of('01', 5)}': 512, '{of('01', 5)}': 512}}\n",
        f"job = service.job('{of(string.ascii_lowercase + string.digits, 20)}')\njob.result()\n",
        f"run_id = '{uuid.UUID(int=generator.getrandbits(128))}'\n",
        "token = 'YOUR_API_TOKEN'\napi_key = '<your-api-key>'\n",
        "from getpass import getpass\ntoken = getpass('API token: ')\n",
        "import os\ntoken = os.environ['QISKIT_IBM_TOKEN']\nkey = os.getenv('IONQ_API_KEY')\n",
        f"model = load('resnet50-{of(hexadecimal, 8)}.pth')\npad_token = '<pad>'\ntokenizer.eos_token\n",
        f"etag = '{of(hexadecimal, 32)}'\n",
    ]
    shown = {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture, "text/plain": ["<Figure>"]}}
    cells = [_code(source) for source in generator.sample(choices, 4)]
    cells.append(_code("plot(counts)\n", shown))
    return cells
