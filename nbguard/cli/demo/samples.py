"""The sample notebooks: where they are, what is planted in them, and the values that a push protection would block."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from typing import NamedTuple

from nbguard.errors import UnreadableError

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _noise(name: str) -> bytes:
    return hashlib.sha512(f"nbguard sample {name}".encode()).digest()


def _azure_quantum_key() -> str:
    # 76 characters, the signature, five more and one that carries four zero bits: base64url of 64 bytes.
    letters = base64.urlsafe_b64encode(_noise("azure")).decode()
    return letters[:76] + "AZ" + "QU" + letters[76:81] + "w"


# Marker in a file: the invented value that takes its place. Made here, so that no file of the project holds one.
PLANTED_MARKERS = {
    "PLANTED_AWS_ACCESS_KEY_ID": "AK" + "IA" + base64.b32encode(_noise("aws id")).decode()[:16],
    "PLANTED_AWS_SECRET_ACCESS_KEY": base64.b64encode(_noise("aws secret")).decode()[:40],
    "PLANTED_AZURE_QUANTUM_KEY": _azure_quantum_key(),
}


class Planted(NamedTuple):
    """Where a value stands in a sample: cell from 0, line and column from 1, length in characters."""

    notebook: str
    cell: int
    line: int
    column: int
    length: int
    kind: str
    provider: str | None

    def value(self, content: bytes) -> str:
        """The planted value in a sample's bytes, as committed or with its markers filled."""
        source = "".join(json.loads(plant(content))["cells"][self.cell]["source"])
        start = self.column - 1
        return source.splitlines()[self.line - 1][start : start + self.length]


def find_folder() -> str:
    """The folder of the sample notebooks: in the checkout, or in an installed package.

    :raises UnreadableError: there is neither.
    """
    for folder in (
        os.path.join(os.path.dirname(_PACKAGE), "sample_notebooks"),
        os.path.join(_PACKAGE, "sample_notebooks"),
    ):
        if os.path.isfile(os.path.join(folder, "planted.json")):
            return folder
    raise UnreadableError("the sample notebooks aren't installed; run the demo from a checkout: make demo")


def find_checkout() -> str | None:
    """The git checkout that this package is imported from, or None."""
    root = os.path.dirname(_PACKAGE)
    here = (os.path.join(root, ".pre-commit-hooks.yaml"), os.path.join(root, ".git"))
    return root if all(map(os.path.exists, here)) else None


def read_planted(folder: str) -> list[Planted]:
    """What is planted in the samples of a folder, by its planted.json."""
    with open(os.path.join(folder, "planted.json"), encoding="utf-8") as file:
        return [Planted(**row) for row in json.load(file)]


def plant(content: bytes) -> bytes:
    """A sample's bytes with invented credentials in place of the markers."""
    for marker, value in PLANTED_MARKERS.items():
        content = content.replace(marker.encode(), value.encode())
    return content
