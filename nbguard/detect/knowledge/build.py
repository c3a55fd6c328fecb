"""Makes a JSON file of each TOML file in this folder: ``python -m nbguard.detect.knowledge.build [--check]``.

JSON loads in a tenth of the time of TOML. ``--check`` writes nothing and fails where a file isn't up to date.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib

from nbguard.detect.knowledge.loading import FOLDER
from nbguard.documents.generated_files import keep_generated


def list_bodies(folder: str = FOLDER) -> list[str]:
    """The names of the bodies of knowledge: their files without ``.toml``."""
    return sorted(name.removesuffix(".toml") for name in os.listdir(folder) if name.endswith(".toml"))


def build_knowledge(name: str, folder: str = FOLDER) -> str:
    """The text of a body's JSON: one line an entry, so that a change shows as what it is."""
    with open(os.path.join(folder, f"{name}.toml"), "rb") as file:
        data = tomllib.load(file)
    lines = [f"{_dump(key)}:{_dump(value)}" for key, value in data.items()]
    return "{" + ",\n".join(lines) + "}\n"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str]) -> int:
    """Writes the JSON files, or with ``--check`` says which are out of date."""
    texts = {os.path.join(FOLDER, f"{name}.json"): build_knowledge(name) for name in list_bodies()}
    return keep_generated(texts, arguments, "nbguard.detect.knowledge.build")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
