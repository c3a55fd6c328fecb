"""Finds sample data that is packed: data files, base64 and hex in source, positions in photographs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.pii.column_names import categories_by_name
from nbguard.detect.samples.classify_table import DIRECT, NAMES, judge
from nbguard.detect.samples.hits import SampleHit
from nbguard.detect.samples.sample_rules import RULES_OF_ROWS, data_class
from nbguard.detect.samples.signal_search import BLOB
from nbguard.documents.fields import Field, Part
from nbguard.lazy_regex import lazy_regex
from nbguard.tables.files.contents import FOREIGN, FileContent, read_content
from nbguard.tables.files.exif import has_position, is_photograph
from nbguard.tables.table import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings

    # How the text that a file holds is looked at: as any field is.
    Look = Callable[[Field, SampleSettings], Iterator[Finding]]

_START = lazy_regex(BLOB.decode())
_URI = lazy_regex(r"data:(?!image/)[\w.+-]{1,40}/[\w.+-]{1,80}(?:;[\w=.-]{1,40}){0,3};base64,(?=[A-Za-z0-9+/]{24})")
_PHOTO = lazy_regex(r"data:image/jpe?g;base64,(?=/9j/4[Q-Za-f])")
# Characters of a photograph's base64 in which its EXIF data stand.
_HEAD = 90_000
_RUN = lazy_regex(r"[A-Za-z0-9+/]++={0,2}(?:[\"'\s\\n]{1,40}b?[\"']?[A-Za-z0-9+/]{20,}+={0,2})*+")
_HEX_RUN = lazy_regex(r"[0-9a-fA-F]++")
# Maximum characters of a blob that are decoded; minimum length of one that is reported for its length alone.
_DECODED, _COUNTS = 4_000_000, 400


def find_blobs(text: str, settings: SampleSettings, look: Look) -> Iterator[SampleHit]:
    """The data files in base64 or hex in a text, and ``data:`` URIs of anything but pictures."""
    at = 0
    while (found := _START.search(text, at)) is not None:
        start = found.start() + 1
        run = (_HEX_RUN if found["h"] else _RUN).match(text, start, start + _DECODED)
        at = run.end() if run else found.end()
        if run is not None and (data := _unhex(run[0]) if found["h"] else decode_base64(run[0])):
            yield from _judge_blob(data, start, at, "hex" if found["h"] else "base64", settings, look)
    for found in _URI.finditer(text):
        run = _RUN.match(text, found.end(), found.end() + _DECODED)
        if run is not None and text[found.end() - 1 :][:1] == "," and not _START.match(text, found.end() - 1):
            yield from _judge_blob(decode_base64(run[0]), found.end(), run.end(), "a data: URI", settings, look)

    for found in _PHOTO.finditer(text):
        yield from find_position(text[found.end() :][:_HEAD], found.end())


def find_position(text: str, start: int) -> Iterator[SampleHit]:
    """Where a JPEG in base64 says where it was taken; ``text`` is its beginning, ``start`` its place."""
    run = re.match(r"[A-Za-z0-9+/\s]*", text)
    if run and has_position(data := decode_base64(run[0])):
        yield _photo(data, start, start + run.end())


def _photo(data: bytes, start: int, end: int) -> SampleHit:
    import zlib

    return SampleHit(
        "sample-photo-position", start, end, f"{zlib.crc32(data[:4096]):08x}", "a photograph says where it was taken"
    )


def find_in_attachment(text: str, settings: SampleSettings, look: Look) -> Iterator[SampleHit]:
    """What an attachment in base64 holds that is no picture."""
    yield from _judge_blob(decode_base64(text[:_DECODED]), 0, len(text), "an attachment", settings, look)


def find_in_file(raw: bytes, settings: SampleSettings, look: Look, path: str = "") -> Iterator[SampleHit]:
    """What a binary data file holds. Its span is the file's first character.

    Where ``path`` is given, ``raw`` is the beginning of the file there.
    """
    if is_photograph(raw) and has_position(raw):
        yield _photo(raw, 0, 1)
    content = read_content(raw, path=path)
    if content is None:
        return
    hits = list(_judge(content, 0, 1, settings, look))
    yield from hits
    # Of a format that holds tables, somebody should know that nobody looked into it. HDF5 holds measurements mostly.
    if not hits and content.unread and content.kind in FOREIGN - {"an HDF5 file"} and "bulk" in settings.classes:
        import zlib

        message = f"{content.kind}, a data file; rows not looked into: {content.unread}"
        yield SampleHit("sample-blob", 0, 1, f"{zlib.crc32(raw):08x}", message)


def decode_base64(text: str) -> bytes:
    """The bytes of base64, quotes and line ends between its pieces left out; empty where it is none."""
    import base64

    plain = re.sub(r"\\n|[^A-Za-z0-9+/]|(?<=[\"'\s])b(?=[\"'])", "", text)
    try:
        return base64.b64decode(plain[: -1 if len(plain) % 4 == 1 else None] + "=" * (-len(plain) % 4))
    except ValueError:
        return b""


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text[: len(text) // 2 * 2])


def _judge_blob(
    data: bytes, start: int, end: int, form: str, settings: SampleSettings, look: Look
) -> Iterator[SampleHit]:
    content = read_content(data)
    if content is None:
        if not data or b"\0" in data[:8000]:
            return
        content = FileContent("text", text=data.decode("utf-8", "replace"))
    content = content._replace(kind=f"{content.kind} in {form}")
    hits = list(_judge(content, start, end, settings, look))
    yield from hits
    if not hits and not content.kind.startswith("text") and end - start >= _COUNTS:
        import zlib

        yield SampleHit("sample-blob", start, end, f"{zlib.crc32(data):08x}", f"{content.kind}, {len(data)} bytes")


def _judge(content: FileContent, start: int, end: int, settings: SampleSettings, look: Look) -> Iterator[SampleHit]:
    """The findings in what was read: a rule is reported once, with the first thing that it was found by."""
    seen: set[str] = set()
    for rule, value, message in (*_in_tables(content, settings), *_in_texts(content, settings, look)):
        if rule not in seen and data_class(rule) in settings.classes:
            seen.add(rule)
            yield SampleHit(rule, start, end, value, f"{message} in {content.kind}")
    if not seen and not content.tables and "personal" in settings.classes:
        yield from _by_names(content, start, end)


def _by_names(content: FileContent, start: int, end: int) -> Iterator[SampleHit]:
    """What the names of columns say of a file whose rows weren't looked into."""
    named = {text: found[0] for text in content.texts if len(text) < 40 and (found := categories_by_name(text))}
    kinds = set(named.values())
    if len(kinds) >= 3 and kinds & (DIRECT | {"health"}) and kinds & NAMES:
        rule = RULES_OF_ROWS["health" if "health" in kinds else "personal"].id
        why = f": {content.unread}" if content.unread else ""
        message = f"columns named {', '.join(sorted(named)[:6])} in {content.kind}; rows not looked into{why}"
        yield SampleHit(rule, start, end, "\x1f".join(sorted(named)), message)


def _in_tables(content: FileContent, settings: SampleSettings) -> Iterator[tuple[str, str, str]]:
    for table in content.tables:
        verdict = judge(table, settings)
        if verdict is not None:
            yield verdict.rule.id, canonical(table, ""), verdict.message


def _in_texts(content: FileContent, settings: SampleSettings, look: Look) -> Iterator[tuple[str, str, str]]:
    part = Part("packed", None, "", "text/plain", "text", 0, 0)
    for text in filter(None, (content.text, "\n".join(content.texts))):
        for finding in look(Field(text, part), settings):
            yield finding.rule, finding.value, finding.message
