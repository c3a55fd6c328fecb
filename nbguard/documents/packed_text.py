"""Texts that a text holds in base64 and says so: ``data:`` URIs, the data of a Kubernetes Secret, calls that decode.

Each is decoded once; what is in it is for others to say. Formats: RFC 2397 (``data:``), RFC 2045 (lines of base64),
https://kubernetes.io/docs/concepts/configuration/secret/, https://yaml.org/type/binary.html (``!!binary``),
https://docs.github.com/en/rest/repos/contents (``"encoding": "base64"``).
"""

from __future__ import annotations

import re
from base64 import b64decode
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.ascii_case import lower_ascii
from nbguard.documents.decode import encoding_of
from nbguard.documents.notebook_parts import is_picture
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# Characters of base64 that hold a text worth a look, and as many as are decoded at most.
SHORTEST, _LONGEST = 16, 4_000_000
# Lines of base64 have 76 characters (RFC 2045), 64 (RFC 7468) or 60 (GitHub).
_SHORTEST_LINE = 56
# Signs of base64 as URLs and some writers of JSON write them.
_WRITTEN = lazy_regex(r"%2[bB]|%2[fF]|%3[dD]|\\/")
_SIGNS = {"%2b": "+", "%2f": "/", "%3d": "=", "\\/": "/"}
_LINE = lazy_regex(r"(?:[A-Za-z0-9+/_-]++|%2[bBfF]|\\/)*+(?:=|%3[dD]){0,2}")
_BREAK = lazy_regex(r"(?:\\r)?(?:\\n|\r?\n)[ \t]{0,40}")
_KEY = lazy_regex(r"[\"']?[ \t]?:")

# What stands between a name and its value: in YAML, a line break of a block too.
_GIVEN = r"\\{0,3}[\"']?[ \t]{0,40}:[ \t]{0,40}(?:[|>][-+0-9]{0,2}[ \t]{0,40}\r?\n[ \t]{0,40})?\\{0,3}[\"']?"
_VALUE = lazy_regex(rf"(?P<name>[\w.-]{{1,253}}+){_GIVEN}(?=[A-Za-z0-9+/_-]{{{SHORTEST}}})")
# Of the lower-case text: what says that the values of all names in it may be base64 ...
_SAID_OF_ALL = {
    "kind": re.compile(r"kind[\\\"' ]{0,4}:[\\\"' ]{0,4}secret\b"),
    "encoding": re.compile(r"encoding[\\\"' ]{0,4}[:=][\\\"' ]{0,4}(?:b64|base64)\b"),
}
# ... and what says so of what stands behind it.
_CALLS = ("b64decode(", "decodebytes(", "base64_decode(", "base64decode(", "frombase64string(", "atob(", "buffer.from(")
_ARGUMENT = r"\s{0,80}[bru]{0,2}\\?[\"'`]{1,3}"
_SAID_OF_ONE = {
    ";base64,": re.compile(r";base64,\s{0,4}"),
    **{call: re.compile(re.escape(call) + _ARGUMENT) for call in _CALLS},
    "!!binary": re.compile(r"!!binary[ \t]{0,9}(?:[|>][-+0-9]{0,2}[ \t]{0,9}\r?\n[ \t]{0,40})?[\"']?"),
    "-enc": re.compile(r"(?<![\w-])-enc(?:odedcommand)?[ \t]{1,9}[\"']?"),
    "base64 -": re.compile(
        r"(?:echo|printf)[ \t]{1,9}(?:-n[ \t]{1,9})?[\"']?(?=[\w+/-]{16,4000}+={0,2}[\"']?\s{0,9}\|\s{0,9}base64 -)"
        r"|base64 -[^\n<]{0,20}<<<[ \t]{0,9}[\"']?"
    ),
}  # fmt: skip
_MIME = lazy_regex(r"([\w.+-]{1,80}/[\w.+-]{1,80})?(?:;[^,;\"'\s]{0,60}){0,4}\Z")
_LOOK_BACK = 260
# Names for files of these media types, so that their text is read as their format's.
_ENDINGS = {
    "text/html": ".html", "application/json": ".json", "text/x-python": ".py", "application/x-python": ".py",
    "text/markdown": ".md", "application/yaml": ".yaml", "application/x-yaml": ".yaml", "text/yaml": ".yaml",
    "application/toml": ".toml", "application/x-sh": ".sh", "application/xml": ".xml", "text/xml": ".xml",
}  # fmt: skip
_BLANKS = r"(?:[ \t\\\"']|\\t){0,12}"
_CONTROL = lazy_regex(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NOT_ASCII = bytes(range(128))
# Of a text that isn't UTF-8, most is ASCII all the same.
_ASCII_SHARE = 0.8


class PackedText(NamedTuple):
    """A text in base64: from ``start`` to ``end`` of the text around it; ``raw`` is what it stands for.

    ``name`` is a file's name that says what it is, else empty. ``lines`` are the starts of its lines and how many
    characters of base64 stand before each; none where the places of its bytes aren't known.
    """

    start: int
    end: int
    name: str
    raw: bytes
    lines: tuple[tuple[int, int], ...] = ()

    def __repr__(self) -> str:
        """Shows no text."""
        return f"PackedText({self.name!r}, {self.start}-{self.end})"

    def span_of(self, first: int, last: int) -> tuple[int, int]:
        """Where the bytes from ``first`` to ``last`` of what it stands for are written."""
        if not self.lines:
            return self.start, self.end
        return self._place(first * 4 // 3), min(self.end, self._place(-(-last * 4 // 3) - 1) + 1)

    def _place(self, sign: int) -> int:
        number = bisect_right(self.lines, sign, key=lambda line: line[1]) - 1
        start, before = self.lines[number]
        return start + sign - before


def packed_literals() -> Iterator[tuple[str, str, str]]:
    """In lower case: one stands in each text that holds another in base64; with the regex that raw bytes match where
    it begins, and what follows it where it is in many texts.
    """
    run = f"[A-Za-z0-9+/_%\\\\-]{{{SHORTEST}}}"
    for text in (*_CALLS, "!!binary"):
        yield text, f"(?i:{re.escape(text)})[\\s\\S]{{0,160}}?{run}", ""
    yield "base64,", f'(?i:base64),[\\s\\\\nrt",]{{0,12}}{run}', ""
    for text in ("-enc ", "-encodedcommand "):
        yield text, f"(?i:{text}){_BLANKS}{run}", ""
    # What is decoded stands before it.
    yield "base64 -", r"(?i:base64 --?d)", ""
    yield "kind", "", r"[\\\"' ]{0,12}:[\\\"' ]{0,12}secret"
    yield "encoding", "", r"[\\\"' ]{0,12}[:=][\\\"' ]{0,12}(?:b64|base64)"


def is_of_picture(before: str) -> bool:
    """Whether the ``data:`` URI is a picture's (or a sound's, a font's) of which this stands before ``;base64,``."""
    return is_picture(_mime_before(before))


def packed_texts(text: str) -> Iterator[PackedText]:
    """The texts in base64 that a text announces, in no particular order; what isn't text is left out."""
    lowered = lower_ascii(text)
    seen: set[int] = set()
    for place, name in _announced(text, lowered):
        if place not in seen:
            seen.add(place)
            packed = _read(text, place, name)
            if packed is not None:
                yield packed


def unpack(text: str, name: str) -> PackedText | None:
    """What a text stands for that is nothing but base64, as a notebook's attachments are; None where it isn't."""
    stripped = text.strip()
    start = text.find(stripped)
    packed = _read(text, start, name)
    return packed if packed is not None and packed.end >= start + len(stripped) else None


def ending_for(mime: str) -> str:
    """How the name of a file of a media type ends; empty where nothing hangs on it."""
    return _ENDINGS.get(mime, "")


def _announced(text: str, lowered: str) -> Iterator[tuple[int, str]]:
    """Where base64 is said to begin, and the name of what is in it."""
    for sign, announcer in _SAID_OF_ONE.items():
        if sign not in lowered:
            continue
        for found in announcer.finditer(lowered):
            name = ""
            if sign == ";base64,":
                mime = _mime_before(lowered[max(0, found.start() - _LOOK_BACK) : found.start()])
                if is_picture(mime):
                    continue
                name = ending_for(mime)
            yield found.end(), name and f"data{name}"
    if any(sign in lowered and said.search(lowered) for sign, said in _SAID_OF_ALL.items()):
        for found in _VALUE.finditer(text):
            yield found.end(), found["name"]


def _mime_before(before: str) -> str:
    found = _MIME.search(before)
    return (found[1] or "").lower() if found else ""


def _read(text: str, start: int, name: str) -> PackedText | None:
    lines = list(_lines(text, start))
    packed = _decoded(text, lines, name)
    # What looked like one more line may have been another thing.
    return packed or (_decoded(text, lines[:-1], name) if len(lines) > 1 else None)


def _lines(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The lines of a run of base64: all have the same length, but for the last, which may be shorter."""
    most = at + _LONGEST
    line = _LINE.match(text, at, most)
    first = line.end() - at if line else 0
    while line is not None and line.end() > line.start():
        yield line.span()
        length = line.end() - line.start()
        if length < first or length < _SHORTEST_LINE or text[line.end() - 1] == "=":
            return
        after = _BREAK.match(text, line.end())
        if after is None:
            return
        line = _LINE.match(text, after.end(), most)
        if line is None or line.end() - line.start() > first or _KEY.match(text, line.end()):
            return


def _decoded(text: str, lines: list[tuple[int, int]], name: str) -> PackedText | None:
    run = "".join(text[start:end] for start, end in lines)
    if len(run) < SHORTEST:
        return None
    plain = run
    if "%" in run or "\\" in run:
        plain = _WRITTEN.sub(lambda sign: _SIGNS[sign[0].lower()], run)
    plain = plain.rstrip("=").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1:
        plain = plain[:-1]
    raw = b64decode(plain + "=" * (-len(plain) % 4))
    if not _is_text(raw):
        return None
    places: list[tuple[int, int]] = []
    before = 0
    for start, end in lines if len(run.rstrip("=")) - len(plain) in (0, 1) else ():
        places.append((start, before))
        before += end - start
    return PackedText(lines[0][0], lines[-1][1], name, raw, tuple(places))


def _is_text(raw: bytes) -> bool:
    encoding, mark = encoding_of(raw)
    if encoding != "utf-8":
        return _reads_as(raw[mark:], encoding)
    if _CONTROL.search(raw) is not None:
        return False
    return _reads_as(raw, encoding) or len(raw.translate(None, _NOT_ASCII)) < (1 - _ASCII_SHARE) * len(raw)


def _reads_as(raw: bytes, encoding: str) -> bool:
    try:
        return not _CONTROL.search(raw.decode(encoding).encode("utf-8", "replace"))
    except UnicodeDecodeError:
        return False
