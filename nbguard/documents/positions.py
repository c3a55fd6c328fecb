"""Where things are, for many questions about one text: lines, columns, bytes. Each answer costs the same.

Counting line breaks from the top for every finding takes minutes in a file of 10 MB with thousands of them. Here a
text is walked once, and what was counted is kept for every block of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Generic, TypeVar

from nbguard.documents.decode import encoding_of
from nbguard.documents.occurrences import occurrences
from nbguard.documents.spans import array_elements, json_text, read_string
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.documents.fields import Document, Field

_BLOCK = 16384
# An escape, or a run of other characters that ends where a character of UTF-8 ends.
_ESCAPE_OR_RUN = lazy_regex(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]{1,1024}[\x80-\xbf]{0,3}",
    re.DOTALL,
)
_ESCAPED_OR_WIDE = lazy_regex(r"[\\\x80-\xff]")
_CONTINUATION = bytes(range(0x80, 0xC0))
_FOUR_BYTES = bytes(range(0xF0, 0xF8))
_Text = TypeVar("_Text", str, bytes)


class Stretch(NamedTuple):
    """A stretch of a file on disk: lines and columns from 1, columns in UTF-16 units, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class LineIndex(Generic[_Text]):
    """Lines and columns of a text or of bytes."""

    def __init__(self, text: _Text) -> None:
        self._text: _Text = text
        self._newline: _Text = "\n" if isinstance(text, str) else b"\n"
        self._breaks = [0]
        self._last_break = [-1]
        self._units = [0]
        for start in range(0, len(text), _BLOCK):
            end = start + _BLOCK
            last = text.rfind(self._newline, start, end)
            self._breaks.append(self._breaks[-1] + text.count(self._newline, start, end))
            self._last_break.append(last if last >= 0 else self._last_break[-1])
            self._units.append(self._units[-1] + _utf16_units(text[start:end]))
        self._breaks_in: dict[int, list[int]] = {}

    def line(self, index: int) -> int:
        """The line that holds a character or byte, counted from 1."""
        return self._line_and_start(index)[0]

    def line_start(self, index: int) -> int:
        """Where the line begins that holds a character or byte."""
        return self._line_and_start(index)[1]

    def _line_and_start(self, index: int) -> tuple[int, int]:
        block = index // _BLOCK
        breaks = self._breaks_in.get(block)
        if breaks is None:
            begin: int = block * _BLOCK
            breaks = self._breaks_in[block] = [*occurrences(self._text, self._newline, begin, begin + _BLOCK)]
        before = bisect_left(breaks, index)
        last = breaks[before - 1] if before else self._last_break[block]
        return self._breaks[block] + before + 1, last + 1

    def place(self, index: int) -> tuple[int, int]:
        """Line and column, both counted from 1; the column in characters (of bytes: in bytes)."""
        line, start = self._line_and_start(index)
        return line, index - start + 1

    def place_in_units(self, index: int) -> tuple[int, int]:
        """Line and column, both counted from 1; the column in UTF-16 units."""
        line, start = self._line_and_start(index)
        return line, self._units_before(index) - self._units_before(start) + 1

    def _units_before(self, index: int) -> int:
        block = index // _BLOCK
        return self._units[block] + _utf16_units(self._text[block * _BLOCK : index])


@lru_cache(maxsize=4)
def line_index(text: _Text) -> LineIndex[_Text]:
    """The index of a text; the last few are kept."""
    return LineIndex(text)


@lru_cache(maxsize=4)
def _segments(raw: bytes, start: int, end: int, form: str) -> tuple[list[int], list[_StringIndex] | list[_BytesIndex]]:
    """The strings of a part: where each begins in the decoded text, and the index of each."""
    if form == "bytes":
        return [0], [_BytesIndex(raw[start:end])]
    text = json_text(raw[start:end])
    if form == "string":
        return [0], [_StringIndex(text, 1, len(text) - 1)]
    starts: list[int] = []
    indexes: list[_StringIndex] = []
    at = 0
    if form == "damaged":
        from nbguard.documents.torn_text import stretches, undo_escapes

        for first, last in stretches(text):
            starts.append(at)
            indexes.append(_StringIndex(text, first, last))
            at += len(undo_escapes(text[first:last]))
        return starts, indexes
    for element in array_elements(text, 0)[0]:
        starts.append(at)
        indexes.append(_StringIndex(text, element.start + 1, element.end - 1))
        at += len(read_string(text, element.start)[0]) + (form == "frames")
    return (starts, indexes) if starts else ([0], [_StringIndex(text, 1, 1)])


class _StringIndex:
    """Where the decoded characters of one JSON string sit in its raw text, which is bytes read as Latin-1."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        self._seen: list[int] = []
        self._at: list[int] = []
        # So many characters at the beginning are bytes written as they are.
        found = _ESCAPED_OR_WIDE.search(text, start, end)
        self._plain = (found.start() if found else end) - start

    def span(self, index: int) -> tuple[int, int]:
        """The raw span of a decoded character; behind the last one, the empty span at the end."""
        if index < self._plain:
            return self._start + index, self._start + index + 1
        if not self._seen:
            self._walk()
        step = bisect_right(self._seen, index) - 1
        seen = self._seen[step]
        for found in _ESCAPE_OR_RUN.finditer(self._text, self._at[step], self._end):
            run = found.group()
            if run[0] == "\\":
                if seen == index:
                    return found.span()
                seen += 1
                continue
            characters = run.encode("latin-1").decode("utf-8", "surrogateescape")
            if seen + len(characters) > index:
                first = found.start() + len(characters[: index - seen].encode("utf-8", "surrogateescape"))
                return first, first + len(characters[index - seen].encode("utf-8", "surrogateescape"))
            seen += len(characters)
        return self._end, self._end

    def _walk(self) -> None:
        self._seen, self._at = [0], [self._start]
        seen = 0
        for found in _ESCAPE_OR_RUN.finditer(self._text, self._start, self._end):
            if seen - self._seen[-1] >= 128:
                self._seen.append(seen)
                self._at.append(found.start())
            run = found.group()
            seen += 1 if run[0] == "\\" else _characters(run)


class _BytesIndex:
    """Where the characters of a text that was decoded without its NULs sit in its bytes."""

    def __init__(self, raw: bytes) -> None:
        from nbguard.documents.mixed_encodings import without_nuls

        self._raw, self._text = raw, without_nuls(raw)
        blocks = (raw[at : at + _BLOCK] for at in range(0, len(raw), _BLOCK))
        self._before = [0, *accumulate(len(block) - block.count(0) for block in blocks)]

    def span(self, index: int) -> tuple[int, int]:
        """The bytes of a character; behind the last one, the empty span at the end."""
        first, last = (_encoded_length(self._text, "utf-8", end) for end in (index, index + 1))
        start = self._place(first)
        return start, self._place(last - 1) + 1 if last > first else start

    def _place(self, number: int) -> int:
        """Where the byte stands before which there are so many, NULs not counted."""
        block = bisect_right(self._before, number) - 1
        at, left = block * _BLOCK, number - self._before[block]
        while at < len(self._raw) and (left or self._raw[at] == 0):
            step = self._raw[at : at + max(left, 1)]
            at, left = at + len(step), step.count(0) - (not left)
        return at


def byte_span(document: Document, field: Field, start: int, end: int) -> tuple[int, int]:
    """The bytes of a document that hold the characters from ``start`` to ``end`` of a field: from the first one's first
    byte to the last one's last. Between two lines of a list of lines, an empty span lies at the beginning of the later.
    """
    return FieldPlaces(document, field).span(start, end)


class FieldPlaces:
    """Where the characters of one field sit in its document: for many questions about the same field."""

    def __init__(self, document: Document, field: Field) -> None:
        part = field.part
        self._text, self._first, self._end = field.text, part.start, part.end
        self.encoding = ""
        if part.form in ("text", "json"):
            # A text file, or the raw text of a JSON value: characters are as they are in the file.
            self.encoding, mark = encoding_of(document.raw) if part.form == "text" else ("utf-8", 0)
            self._first += mark
        elif part.form.startswith("utf-"):
            self.encoding = part.form
        else:
            self._starts, self._strings = _segments(document.raw, part.start, part.end, part.form)
        self._plain = self.encoding == "utf-8" and field.text.isascii()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """As ``byte_span``."""
        if self._plain:
            return self._first + start, self._first + max(start, min(end, len(self._text)))
        if self.encoding:
            first = self._first + _encoded_length(self._text, self.encoding, start)
            last = first + len(self._text[start:end].encode(self.encoding, _errors(self.encoding)))
            return first, min(last, self._end)  # half a character at the end was replaced by a whole one
        segment = bisect_right(self._starts, start) - 1
        first = last = self._strings[segment].span(start - self._starts[segment])[0]
        if end > start:
            segment = bisect_right(self._starts, end - 1) - 1
            last = self._strings[segment].span(end - 1 - self._starts[segment])[1]
        return self._first + first, self._first + last


def _errors(encoding: str) -> str:
    return "surrogateescape" if encoding == "utf-8" else "replace"


def _encoded_length(text: str, encoding: str, end: int) -> int:
    """The bytes of a text before the character ``end``."""
    if encoding == "utf-8" and text.isascii():
        return end
    block = end // _BLOCK
    rest = text[block * _BLOCK : end].encode(encoding, _errors(encoding))
    return _lengths(text, encoding)[block] + len(rest)


@lru_cache(maxsize=4)
def _lengths(text: str, encoding: str) -> list[int]:
    """The bytes before each block of a text."""
    lengths = [0]
    for start in range(0, len(text), _BLOCK):
        lengths.append(lengths[-1] + len(text[start : start + _BLOCK].encode(encoding, _errors(encoding))))
    return lengths


def stretch_of(document: Document, field: Field, start: int, end: int) -> Stretch:
    """The stretch of the file that holds the characters from ``start`` to ``end`` of a field."""
    if field.part.form == "text":
        lines = line_index(field.text)
        return Stretch(*lines.place_in_units(start), *lines.place_in_units(end))
    first, last = byte_span(document, field, start, end)
    places = line_index(document.raw)
    line, column = places.place_in_units(first)
    end_line, end_column = places.place_in_units(last)
    mark = encoding_of(document.raw)[1] > 0  # a byte order mark is no column
    return Stretch(line, column - (mark and line == 1), end_line, end_column - (mark and end_line == 1))


def _utf16_units(text: str | bytes) -> int:
    if text.isascii():
        return len(text)
    if isinstance(text, str):
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    first_bytes = len(text.translate(None, _CONTINUATION))
    beyond_first_plane = len(text) - len(text.translate(None, _FOUR_BYTES))
    return first_bytes + beyond_first_plane


def _characters(run: str) -> int:
    return len(run) if run.isascii() else len(run.encode("latin-1").decode("utf-8", "surrogateescape"))


def forget_texts() -> None:
    """Lets go of the texts of which an index is kept: for processes that live long."""
    line_index.cache_clear()
    _segments.cache_clear()
    _lengths.cache_clear()
