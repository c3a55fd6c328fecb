"""Passwords and tokens that stand in a place of a command line or a file where no name says so.

``mosquitto_pub -P V``, ``echo V | docker login --password-stdin``, a line of ``chap-secrets``. The places stand in
``knowledge/known_places.toml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.generic.assigned_secrets import judge_assigned, make_assigned_finding
from nbguard.detect.knowledge.loading import load_knowledge, with_parts
from nbguard.detect.raw_file import RawFile
from nbguard.documents.ascii_case import lower_ascii

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Field

# A value is no further from a word of its place than this, in characters.
_REACH = 12_000
_MESSAGE = "A value stands where a command or a file has a password or token."
# A text that writes a file: a cell, a here-document.
_WRITES = (
    r"(?:\A\s*%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?|(?:>{{1,2}}|\btee)[ \t]*)"
    r"[\"']?[^\s\"'<>|;]{{0,200}}?(?<![\w.-]){}[\"']?"
)
_CELL, _HERE = r"[ \t]*\r?\n", r"[ \t]*<<-?[ \t]*[\"']?(?P<end>[A-Za-z_]\w{0,40})[\"']?[ \t]*\r?\n"


class KnownPlace(NamedTuple):
    """A place: the literals or the files it is found by, the regex around the value, and what the value is called.

    Of the ``needs`` the file has one besides; ``behind`` is what has to follow a word in the raw bytes.
    """

    words: tuple[str, ...]
    files: tuple[str, ...]
    pattern: str
    gives: str
    needs: tuple[str, ...]
    behind: str


def _read(entry: dict[str, list[str] | str], parts: dict[str, str]) -> KnownPlace:
    pattern = with_parts(str(entry["pattern"]), parts)
    words, files, needs = (tuple(entry.get(what, ())) for what in ("words", "files", "needs"))
    return KnownPlace(words, files, pattern, str(entry["gives"]), needs, str(entry.get("behind", "")))


@cache
def known_places() -> dict[str, KnownPlace]:
    """The places by their ids."""
    known = load_knowledge("known_places")
    return {name: _read(entry, known["parts"]) for name, entry in known["places"].items()}


class KnownPlaceDetector(Detector):
    """Values in these places; a topic is a place's id."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The words of commands, and the names of files, which a text may write."""
        for name, place in known_places().items():
            for word in (*place.words, *place.files):
                # In the raw bytes of JSON a quotation mark is an escape.
                escaped = [word.replace('"', '\\"')] if '"' in word and "\\" not in word else []
                for written in (word, *escaped):
                    confirm = f"(?i:{re.escape(written)})(?:{place.behind})" if place.behind else ""
                    yield Literal(written, name, confirm, place.needs)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values in fields."""
        document = candidates.document
        file = _base(document.path)
        whole = RawFile(document.path, document.raw)
        for field, topics in candidates.fields:
            if field.part.where in ("widget", "attachment"):
                continue
            lowered = lower_ascii(field.text)
            for name, place in known_places().items():
                if place.words:
                    near = _near_words(place.words, lowered) if name in topics else []
                    for start, end in near if near and _has_need(place, whole, lowered) else ():
                        yield from _judge(place, field, _compile(place.pattern).finditer(field.text, start, end))
                elif field.part.where == "file" and file in place.files:
                    yield from _judge(place, field, _compile(place.pattern).finditer(field.text))
                elif name in topics:
                    for word in place.files:
                        for start, end in _written(field.text, word) if word in lowered else ():
                            # What is written is a text of its own, with a beginning and an end.
                            found = _compile(place.pattern).finditer(field.text[start:end])
                            yield from _judge(place, field, found, start)


def _has_need(place: KnownPlace, file: RawFile, text: str) -> bool:
    """Whether what a place needs stands in the file, or in its text where that is written in another way."""
    return not place.needs or any(need in text for need in place.needs) or file.meets(place.needs)


def _near_words(words: Sequence[str], text: str) -> list[tuple[int, int]]:
    """The pieces of a text in which a value may stand: long texts have few of these words, and patterns are slow."""
    pieces: list[tuple[int, int]] = []
    for at in sorted(found.start() for word in words for found in re.finditer(re.escape(word), text)):
        start, end = max(0, at - _REACH), at + 2 * _REACH
        if pieces and start <= pieces[-1][1]:
            pieces[-1] = pieces[-1][0], end
        else:
            pieces.append((start, end))
    return pieces


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].lower()


def _written(text: str, name: str) -> Iterator[tuple[int, int]]:
    """The pieces of a text that it writes to a file of this name."""
    for found in _compile(_WRITES.format(re.escape(name)) + f"(?:{_CELL}|{_HERE})").finditer(text):
        end = len(text)
        if found["end"]:
            closed = re.compile(rf"(?m)^\t*{re.escape(found['end'])}\r?$").search(text, found.end())
            end = closed.start() if closed else end
        elif "%%" not in found[0]:
            continue
        yield found.end(), end


def _judge(place: KnownPlace, field: Field, matches: Iterator[re.Match[str]], base: int = 0) -> Iterator[Finding]:
    for found in matches:
        group = next(name for name in ("double", "single", "bare", "erlang") if found.groupdict().get(name) is not None)
        assigned = judge_assigned(place.gives, found[group])
        if assigned is not None:
            finding = make_assigned_finding(field, base + found.start(group), assigned)
            yield finding._replace(message=_MESSAGE, cause="place")


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
