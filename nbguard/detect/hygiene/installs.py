"""Finds installs of a quantum SDK in a cell that name no version.

Requirement specifiers: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from nbguard.detect.dataflow.magics import find_magics
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.sdk_names import is_quantum_sdk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Field

# The command, with options of pip itself in front of `install`.
_INSTALL = re.compile(r"(?<![\w./-])pip[\d.]{0,5}[ \t]+(?:-[\w=-]{1,40}[ \t]+){0,5}install(?=[ \t])")
# IPython takes a line that begins so for a magic.
_AUTOMAGIC = re.compile(r"^pip[ \t]+install[ \t][^\n]*", re.MULTILINE)
_SHELLS = frozenset(("bash", "sh", "script", "sx", "system", "cmd"))
_WORD = re.compile(r"(?:[^\s\"'\\;|&#]|\\[^\r\n])+|[\"'][^\"'\n]*[\"']|\\\r?\n|[;|&\n]|#[^\n]*")
_COMMENT = re.compile(r"(?<!\S)#")
_ENDS = frozenset(";|&\n")
_PINNING_FILES = re.compile(r"-[rc]\b|--(?:requirement|constraint)\b|-r\S|-c\S")
_REQUIREMENT = re.compile(r"[\"']?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,80})[ \t]{0,4}(?:\[[^\]]{0,200}\])?(?P<rest>.*)")
_PINNED = re.compile(r"[ \t]*(?:===?|~=|@)|.*==|(?=.*>)(?=.*<)", re.DOTALL)


def find_unpinned(field: Field) -> Iterator[Finding]:
    """Yields a finding for each quantum SDK that a code cell installs in any version. Takes linear time."""
    part, text = field.part, field.text
    if part.where != "source" or part.cell is None or part.cell.type != "code":
        return
    for start, end in _commands(text):
        at = start
        while (found := _INSTALL.search(text, at, end)) is not None:
            words, at = _words(text, found.end(), end)
            line = text.rfind("\n", start, found.start()) + 1 or start
            if _COMMENT.search(text, line, found.start()) or any(_PINNING_FILES.match(word) for word, _ in words):
                continue
            following = [*(word for word, _ in words[1:]), ""]
            for (word, place), after in zip(words, following, strict=False):
                name = _unpinned_name(word)
                if name and not _PINNED.match(after):  # name @ address
                    first = place + word.index(name)
                    yield make_finding(
                        "unpinned-sdk", field, first, first + len(name), f"pip install {name}", "an install in a cell"
                    )


def may_be_unpinned(command: str) -> bool:
    """Whether a command may install a quantum SDK in any version, by what follows its first words alone."""
    words, _ = _words(command, 0, len(command))
    return any(_unpinned_name(word) for word, _ in words)


def _commands(text: str) -> Iterator[tuple[int, int]]:
    """The spans of a cell that a shell or pip gets to see."""
    magics = find_magics(text)
    for magic in magics:
        if magic.kind == "shell" or (magic.kind == "line" and magic.name in ("pip", "uv", "system", "sx")):
            yield magic.start, magic.end
        elif magic.kind == "cell" and magic.name in _SHELLS:
            yield magic.body, magic.end
    if not magics or magics[0].kind != "cell":
        starts = [magic.start for magic in magics]
        for found in _AUTOMAGIC.finditer(text):
            before = bisect_right(starts, found.start()) - 1
            if before < 0 or magics[before].end <= found.start():  # else the line goes on from a shell line above
                yield found.span()


def _words(text: str, start: int, end: int) -> tuple[list[tuple[str, int]], int]:
    """The words of a command with their places, and where the command ends."""
    words: list[tuple[str, int]] = []
    for found in _WORD.finditer(text, start, end):
        word = found.group()
        if word in _ENDS or word[0] == "#":
            return words, found.end()
        if word[0] == "\\" and word.endswith("\n"):
            continue
        if words and words[-1][1] + len(words[-1][0]) == found.start():
            word, place = words[-1][0] + word, words.pop()[1]  # qiskit"==1.0"
            words.append((word, place))
        else:
            words.append((word, found.start()))
    return words, end


def _unpinned_name(word: str) -> str:
    """The package's name where a word of the command asks for a quantum SDK in any version, else empty."""
    found = _REQUIREMENT.fullmatch(word)
    if found is None or not is_quantum_sdk(found["name"]) or _PINNED.match(found["rest"].lstrip("\"'")):
        return ""
    if found["rest"].lstrip("\"'")[:1] in ("/", "\\", ":") or found["name"].endswith((".whl", ".gz", ".zip", ".txt")):
        return ""  # a path or an address
    return found["name"]
