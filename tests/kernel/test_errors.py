"""What a notebook shows where a lookup fails: the sentence, and the reader's own lines."""

import os
import re
from pathlib import Path

import nbclient
import nbformat

from tests.notebook_builder import as_bytes, code, notebook

CELLS = [
    "from nbguard import secret\nfrom nbguard.vault.lookup import secret_async\nimport nbguard",
    "def connect():\n    return secret('quantum/ionq#api_key')\nconnect()",
    "secret('no reference')",
    "await secret_async('quantum/ionq#api_key')",
    "%xmode Minimal\nsecret('quantum/ionq#api_key')",
    "%xmode Verbose\nsecret('quantum/ionq#api_key')",
    "%load_ext nbguard\n1 / 0",
]


def test_the_sentence_comes_first_and_no_frame_of_ours(tmp_path: Path) -> None:
    document = nbformat.reads(as_bytes(notebook(*[code(cell, count=None) for cell in CELLS])), as_version=4)
    foreign = ("VAULT_", "BAO_", "NBGUARD_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    client = nbclient.NotebookClient(document, timeout=60, kernel_name="python3", allow_errors=True)
    client.execute(env=environment | {"PYTHONPATH": os.getcwd(), "HOME": str(tmp_path)})
    shown = [
        re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
        for cell in document.cells
        for output in cell.outputs
        if output.output_type == "error"
    ]
    assert len(shown) == 6
    for number, text in enumerate(shown[:-1]):
        assert text.startswith("UsageError: " if number == 1 else "NoAddressError: VAULT_ADDR isn't set")
        assert "nbguard/vault" not in text
        assert len(text.split("NoAddressError: ")) <= 2
    assert "connect()" in shown[0]
    assert "return secret('quantum/ionq#api_key')" in shown[0]
    assert shown[-1].rstrip().endswith("ZeroDivisionError: division by zero")
