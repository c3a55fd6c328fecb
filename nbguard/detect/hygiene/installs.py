"""Finds installs of a quantum SDK in a cell that name no version, or one that the policy has something against.

Requirement specifiers: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from nbguard.detect.dataflow.magics import find_magics
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.sdk_names import is_quantum_sdk
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Field

# The command, with options of pip itself in front of `install`.
_INSTALL = lazy_regex(r"(?<![\w./-])pip[\d.]{0,5}[ \t]+(?:-[\w=-]{1,40}[ \t]+){0,5}install(?=[ \t])")
# IPython takes a line that begins so for a magic.
_AUTOMAGIC = lazy_regex(r"^pip[ \t]+install[ \t][^\n]*", re.MULTILINE)
_SHELLS = frozenset(("bash", "sh", "script", "sx", "system", "cmd"))
_WORD = lazy_regex(r"(?:[^\s\"'\\;|&#]|\\[^\r\n])+|[\"'][^\"'\n]*[\"']|\\\r?\n|[;|&\n]|#[^\n]*")
_COMMENT = lazy_regex(r"(?<!\S)#")
_ENDS = frozenset(";|&\n")
_PINNING_FILES = lazy_regex(r"-[rc]\b|--(?:requirement|constraint)\b|-r\S|-c\S")
_REQUIREMENT = lazy_regex(r"[\"']?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,80})[ \t]{0,4}(?:\[[^\]]{0,200}\])?(?P<rest>.*)")
# What stands behind a name and isn't a list of versions; it may hold a login.
_ADDRESS = lazy_regex(r"[@/]")
_PINNED = lazy_regex(r"[ \t]*(?:===?|~=|@)|.*==|(?=.*>)(?=.*<)", re.DOTALL)


def find_installs(field: Field, policy: Mapping[str, object]) -> Iterator[Finding]:
    """Yields what is wrong with each quantum SDK that a code cell installs, under ``[sdk]`` of a policy.

    Without a policy that is that it names no version. Takes linear time.
    """
    part, text = field.part, field.text
    if part.where != "source" or part.cell is None or part.cell.type != "code":
        return
    for start, end in _commands(text):
        at = start
        while (found := _INSTALL.search(text, at, end)) is not None:
            words, at = _words(text, found.end(), end)
            line = text.rfind("\n", start, found.start()) + 1 or start
            if _COMMENT.search(text, line, found.start()):
                continue
            pinned = any(_PINNING_FILES.match(word) for word, _ in words)
            following = [*(word for word, _ in words[1:]), ""]
            for (word, place), after in zip(words, following, strict=False):
                # name @ address
                is_pinned = pinned or _PINNED.match(after) is not None
                yield from _judge(field, word, place, is_pinned, policy)


def _judge(field: Field, word: str, place: int, pinned: bool, policy: Mapping[str, object]) -> Iterator[Finding]:
    name = _package_name(word)
    if not name:
        return
    first = place + word.index(name)
    if not pinned and _unpinned_name(word):
        said = f"pip install {name}"
        yield make_finding("unpinned-sdk", field, first, first + len(name), said, "an install in a cell")
    if not policy:
        return
    from nbguard.detect.hygiene.sdk_faults import faults_of
    from nbguard.detect.sdk_files.uses import catalogue_packages, parse_requirement

    package, wanted, version = parse_requirement(word.replace('"', "").replace("'", "").replace("\\", ""))
    if _ADDRESS.search(wanted):
        return
    said = f"{package} {wanted}".strip()
    for fault in faults_of(package, version, policy):
        start, end, cause, value = first, first + len(name), "an install in a cell", said
        if fault.of_version:
            start = word.index(version, word.index(name) + len(name)) + place
            end, cause, value = start + len(version), f"{cause}, {fault.said}", f"{said}: {fault.said}"
        yield make_finding(fault.rule, field, start, end, value, cause, catalogue_packages().get(package))


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
    name = _package_name(word)
    found = _REQUIREMENT.fullmatch(word) if name else None
    return "" if found is None or _PINNED.match(found["rest"].lstrip("\"'")) else name


def _package_name(word: str) -> str:
    """The package's name where a word of the command asks for a quantum SDK, else empty."""
    found = _REQUIREMENT.fullmatch(word)
    if found is None or not is_quantum_sdk(found["name"]):
        return ""
    if found["rest"].lstrip("\"'")[:1] in ("/", "\\", ":") or found["name"].endswith((".whl", ".gz", ".zip", ".txt")):
        return ""  # a path or an address
    return found["name"]
