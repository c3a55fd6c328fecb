"""Makes a JSON file of each TOML file in this folder: ``python -m nbguard.detect.knowledge.build [--check]``.

JSON loads in a tenth of the time of TOML. One more has the words that names are looked for by. ``--check`` writes
nothing and fails where a file isn't up to date.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import FOLDER
from nbguard.detect.knowledge.search_words import search_words
from nbguard.documents.generated_files import keep_generated
from nbguard.errors import NbguardError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

# What the head of a file says that explains each key of its entries.
_EXPLAINED = "# No other key is known."


def list_bodies(folder: str = FOLDER) -> list[str]:
    """The names of the bodies of knowledge: their files without ``.toml``."""
    return sorted(name.removesuffix(".toml") for name in os.listdir(folder) if name.endswith(".toml"))


def build_knowledge(name: str, folder: str = FOLDER) -> str:
    """The text of a body's JSON: one line an entry, so that a change shows as what it is.

    Raises UsageError that names the file where it isn't TOML, or has a key that its head doesn't explain.
    """
    with open(os.path.join(folder, f"{name}.toml"), encoding="utf-8") as file:
        text = file.read()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}.toml: can't be read as TOML: {error}") from error
    head, known, _ = text.partition(_EXPLAINED)
    for entry, said in data.get("rules", data).items() if known else ():
        for key in set(said) - set(re.findall(r"\w+", head)):
            raise UsageError(f"{name}.toml: [{entry}]: there is no key `{key}`; the head of the file names all")
    return _lines(data)


def _lines(data: Mapping[str, object]) -> str:
    return "{" + ",\n".join(f"{_dump(key)}:{_dump(value)}" for key, value in data.items()) + "}\n"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str]) -> int:
    """Writes the JSON files, or with ``--check`` says which are out of date."""
    try:
        texts = {name: build_knowledge(name) for name in list_bodies()}
    except NbguardError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    words = search_words(json.loads(texts["places"])["names"], json.loads(texts["names"]))
    texts["search_words"] = _lines(words)
    files = {os.path.join(FOLDER, f"{name}.json"): text for name, text in texts.items()}
    return keep_generated(files, arguments, "nbguard.detect.knowledge.build")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
