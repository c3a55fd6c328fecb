"""Tells binary files from text, as git does: by a NUL byte near the beginning."""

from __future__ import annotations

from nbguard.documents.decode import encoding_of
from nbguard.documents.reading import language_of

_LOOKED_AT = 8_000
# Texts that are in no language, or in one that ``language_of`` doesn't know.
_TEXTS = (
    ".ipynb", ".txt", ".log", ".csv", ".tsv", ".xml", ".html", ".htm", ".tex", ".sql", ".tf", ".tfvars", ".ps1",
    ".bat", ".cmd", ".reg", ".js", ".ts", ".java", ".kt", ".scala", ".go", ".rs", ".c", ".h", ".cpp", ".cs", ".rb",
    ".php", ".pl", ".lua", ".swift", ".m", ".netrc", ".npmrc", ".pypirc", ".pgpass",
)  # fmt: skip


def is_binary(path: str, raw: bytes) -> bool:
    """Whether a file is binary: there is a NUL in its first 8,000 bytes, and nothing says that it is text.

    What says so is a byte order mark of UTF-16 or UTF-32, or a name that stands for a text: a NUL slipped into a
    ``.py`` or an ``.env`` hides nothing.
    """
    if b"\0" not in raw[:_LOOKED_AT]:
        return False
    return encoding_of(raw)[0] == "utf-8" and not language_of(path) and not path.lower().endswith(_TEXTS)
