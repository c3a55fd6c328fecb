"""Decodes parts into fields: JSON escapes undone, lists of lines joined, strings inside JSON values picked out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from nbguard.documents.fields import SHORTEST_NAME, Document, Field, Part
from nbguard.documents.spans import QUOTE_OR_MARK, MalformedJSONError, json_text, read_string, read_value
from nbguard.lazy_regex import lazy_regex

Wanted = Callable[[int, int], bool]

_COLON = lazy_regex(r"[ \t\r\n]*+:[ \t\r\n]*+")
_OPENING = lazy_regex(r'[ \t\r\n:]*+"')
# A member's key right before its value, and how far back it is looked for.
_KEY_BEFORE = lazy_regex(rb'"(?:[^"\\]|\\.){0,200}"[ \t\r\n]{0,200}:[ \t\r\n]{0,200}\Z', re.DOTALL)
_KEY_REACH = 400
_ESCAPED = lazy_regex(r"\\(.)", re.DOTALL)
# So many bytes tell UTF-32, and UTF-16 without a mark, which Windows' editors and exports write; and so many at least.
_MARKLESS, _FEWEST = 64, 8
_LOOKED_AT = 4096
_WHOLE_FORMS = frozenset(("string", "lines", "frames", "json"))
_PLAIN = bytes(range(32, 127)) + b"\t\r\n"
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),  # before UTF-16's mark, which it begins with
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def encoding_of(raw: bytes) -> tuple[str, int]:
    """The encoding a text file's byte order mark names, and the mark's length in bytes.

    Without a mark it is UTF-8, or UTF-16 where the first characters are ASCII written in two bytes each. A mark that
    what follows belies counts for nothing.
    """
    for mark, encoding in _BOMS:
        if raw.startswith(mark) and _is_borne_out(raw[len(mark) : len(mark) + _LOOKED_AT], encoding):
            return encoding, len(mark)
    head = raw[:_MARKLESS]
    if b"\0" in head and len(head) >= _FEWEST:
        even, odd = head[::2], head[1::2]
        if not odd.strip(b"\0") and _is_plain(even):
            return "utf-16-le", 0
        if not even.strip(b"\0") and _is_plain(odd):
            return "utf-16-be", 0
    return "utf-8", 0


def _is_borne_out(text: bytes, encoding: str) -> bool:
    """Whether bytes behind a mark may be in the encoding that it names."""
    if encoding.startswith("utf-32"):
        try:
            text[: min(len(text) // 4 * 4, _MARKLESS)].decode(encoding)
        except UnicodeDecodeError:
            return False
        return True
    if encoding == "utf-8" or len(text) < _FEWEST:
        return True
    # Text of letters in two bytes is half NULs; Chinese has few, and few bytes that are plain letters.
    nuls = text.count(0)
    plain = len(text) - len(text.translate(None, _PLAIN))
    return nuls * 4 >= len(text) or plain * 20 <= (len(text) - nuls) * 19


def _is_plain(characters: bytes) -> bool:
    return not characters.translate(None, _PLAIN)


def decode_text(raw: bytes) -> str:
    """The text of a whole file. Bytes that aren't valid in its encoding don't raise: none is lost in UTF-8."""
    encoding, mark = encoding_of(raw)
    return raw[mark:].decode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")


def decode(document: Document, part: Part, wanted: Wanted | None = None) -> Iterator[Field]:
    """Yields the fields of a part: one, or one a string for a part of form ``json``.

    ``wanted(start, end)`` is asked for each string inside JSON, with the byte span from its key to its end; where it
    says no, the string isn't decoded. Keys that are long enough for a token are fields of their own.
    """
    raw = document.raw[part.start : part.end]
    if part.form == "text":
        # A stretch is one of a binary file, which is no text of another encoding.
        yield Field(decode_text(raw) if part.start == 0 else raw.decode("utf-8", "surrogateescape"), part)
        return
    if part.form not in _WHOLE_FORMS:
        yield Field(_decode_stretch(raw, part.form), part)
        return
    text = json_text(raw)
    if part.form == "string":
        yield Field(read_string(text, 0)[0], part)
        return
    if part.form in ("lines", "frames"):
        try:
            value, _ = read_value(text, 0)
            joined = ("\n" if part.form == "frames" else "").join(value)
        except (TypeError, MalformedJSONError):
            pass  # something among the lines that isn't one, or is nested too deep
        else:
            yield Field(joined, part)
            return
    yield from _strings_in_json(text, part, wanted, start_with_key(document.raw, part) if wanted else part.start)


def start_with_key(raw: bytes, part: Part) -> int:
    """Where the key of a part of form ``json`` begins, which says what its strings are; else where the part begins."""
    if part.form != "json":
        return part.start
    first = max(0, part.start - _KEY_REACH)
    found = _KEY_BEFORE.search(raw[first : part.start])
    return first + found.start() if found is not None else part.start


def _decode_stretch(raw: bytes, form: str) -> str:
    """The text of a stretch of a damaged notebook, or of a file of several encodings."""
    if form == "damaged":
        from nbguard.documents.torn_text import stretches, undo_escapes

        text = json_text(raw)
        return "".join(undo_escapes(text[start:end]) for start, end in stretches(text))
    from nbguard.documents.mixed_encodings import BYTES, without_nuls

    return without_nuls(raw) if form == BYTES else raw.decode(form, "replace")


def _strings_in_json(text: str, part: Part, wanted: Wanted | None, key_of_part: int) -> Iterator[Field]:
    """Walks JSON token by token, without recursion, so that deep nesting costs no stack."""
    path: list[str | int] = []
    key, key_start, at, end = "", 0, 0, len(text)
    last_key = part.path.rpartition(".")[2]
    while (found := QUOTE_OR_MARK.search(text, at)) is not None:
        at, mark = found.end(), found.group()
        if mark != '"':
            _step(path, mark)
            continue
        start = found.start()
        value, at = read_string(text, start)
        if path and isinstance(path[-1], str) and _is_key(text, at, end):
            key, key_start = value, start
            if len(value) >= SHORTEST_NAME and (wanted is None or wanted(part.start + start, part.start + at)):
                above = f"{part.path}{_steps(path[:-1])} (a key)"
                yield Field(
                    value, part._replace(path=above, form="string", start=part.start + start, end=part.start + at)
                )
            path[-1] = value
            continue
        nearest = next((step for step in reversed(path) if isinstance(step, str)), last_key)
        begin = key_start if nearest == key and key else start
        if not any(isinstance(step, str) for step in path):
            begin = key_of_part - part.start
        if wanted is None or wanted(part.start + begin, part.start + at):
            inner = part._replace(
                path=part.path + _steps(path), form="string", start=part.start + start, end=part.start + at
            )
            yield Field(value, inner, nearest)


def _steps(path: list[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _step(path: list[str | int], mark: str) -> None:
    """Goes into an object or list, out of one, or on to a list's next element."""
    if mark in "{[":
        path.append("" if mark == "{" else 0)
    elif not path:
        return
    elif mark in "}]":
        path.pop()
    elif isinstance(path[-1], int):
        path[-1] += mark.count(",")


def strings_at(document: Document, part: Part, offsets: Sequence[int]) -> Iterator[Field]:
    """Yields the strings of a part of form ``json`` in which, or in whose keys, the byte ``offsets`` (sorted) stand.

    A key that is long enough for a token is one of the strings. The rest of the part is passed over: this is for few
    offsets in much JSON. A field's path is the part's, its key the string's own.
    """
    text = json_text(document.raw[part.start : part.end])
    behind = 0  # never in a string
    for offset in offsets:
        at = offset - part.start
        if at < behind:
            continue
        start = _string_start(text, behind, at)
        if start < 0:
            continue
        key = ""
        value, behind = read_string(text, start)
        colon = _COLON.match(text, behind)
        if colon is not None:
            if len(value) >= SHORTEST_NAME:
                yield Field(value, part._replace(form="string", start=part.start + start, end=part.start + behind))
            if text[colon.end() : colon.end() + 1] != '"':
                continue
            key, start = value, colon.end()
            value, behind = read_string(text, start)
        inner = part._replace(form="string", start=part.start + start, end=part.start + behind)
        yield Field(value, inner, key)


def _string_start(text: str, behind: int, at: int) -> int:
    """Where the string begins in which a character stands, or that a key's colon leads to; -1 for none.

    ``behind`` is a place before it that is in no string: it is in one behind an odd number of quotes.
    """
    between = text[behind:at]
    quotes = between.count('"')
    if "\\" in between:
        quotes -= _ESCAPED.findall(between).count('"')
    if quotes % 2 == 0:
        opening = _OPENING.match(text, at)
        return opening.end() - 1 if opening is not None else -1
    start = text.rfind('"', behind, at)
    while _is_escaped(text, start):
        start = text.rfind('"', behind, start)
    return start


def _is_escaped(text: str, at: int) -> bool:
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


def _is_key(text: str, at: int, end: int) -> bool:
    while at < end and text[at] in " \t\r\n":
        at += 1
    return text[at : at + 1] == ":"
