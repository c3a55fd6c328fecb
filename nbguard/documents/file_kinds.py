"""What a file is by its name and its first bytes: in which language it is written, and whether it is text at all."""

from __future__ import annotations

import os

from nbguard.documents.decode import encoding_of

# What stands in the place of a path where a text is a name: of a person, a ref, a file, or of what a link leads to.
PERSON, REF, FILE, TARGET = "<author name>", "<ref name>", "<file name>", "<link target>"
NAMES = frozenset((PERSON, REF, FILE, TARGET))

# The language of a text file, by the ending of its name.
_LANGUAGES = {
    ".py": "python", ".pyw": "python", ".pyi": "python", ".sage": "python",
    ".jl": "julia", ".r": "r", ".sh": "shell", ".bash": "shell", ".zsh": "shell",
    ".md": "markdown", ".qmd": "markdown", ".rmd": "markdown", ".rst": "markdown",
    ".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml",
    ".ini": "ini", ".cfg": "ini", ".conf": "ini", ".env": "env", ".properties": "ini",
}  # fmt: skip
_BY_NAME = {".env": "env", "dockerfile": "shell", "makefile": "shell", ".qbraidrc": "ini", "qbraidrc": "ini"}
_LOOKED_AT = 8_000
# Languages whose programs can look a credential up when they run.
WITH_LOOKUPS = frozenset(("python", "shell", "julia", "r"))
# Texts that are in no language, or in one that ``language_of`` doesn't know.
_TEXTS = (
    ".ipynb", ".txt", ".log", ".csv", ".tsv", ".xml", ".html", ".htm", ".tex", ".sql", ".tf", ".tfvars", ".ps1",
    ".bat", ".cmd", ".reg", ".js", ".ts", ".java", ".kt", ".scala", ".go", ".rs", ".c", ".h", ".cpp", ".cs", ".rb",
    ".php", ".pl", ".lua", ".swift", ".m", ".netrc", ".npmrc", ".pypirc", ".pgpass",
)  # fmt: skip


def language_of(path: str) -> str:
    """The language that a text file's name stands for; empty where it says nothing."""
    name = os.path.basename(path).lower()
    language = _BY_NAME.get(name) or _LANGUAGES.get(os.path.splitext(name)[1], "")
    if not language and name.startswith((".env.", "dockerfile.")):
        language = "env" if name.startswith(".env.") else "shell"
    return language


def is_binary(path: str, raw: bytes) -> bool:
    """Whether a file is binary: there is a NUL in its first 8,000 bytes, and nothing says that it is text.

    What says so is a byte order mark of UTF-16 or UTF-32, or a name that stands for a text: a NUL slipped into a
    ``.py`` or an ``.env`` hides nothing.
    """
    if b"\0" not in raw[:_LOOKED_AT]:
        return False
    return encoding_of(raw)[0] == "utf-8" and not language_of(path) and not path.lower().endswith(_TEXTS)
