"""What may be given any bytes, and what must hold then. A harness takes bytes and fails with an AssertionError."""

import json
import os
import tempfile
from collections.abc import Callable

from nbguard.detect.values.classifier import classify, is_plausible_password, is_plausible_token
from nbguard.documents.edits import apply
from nbguard.documents.fields import Edit
from nbguard.documents.reading import open_document
from nbguard.documents.spans import MalformedJSONError, end_of_value, json_text, read_value, skip_space
from nbguard.documents.structure.pair_reader import read_pairs
from nbguard.errors import UnreadableError, UsageError
from nbguard.policy.config import load_file
from nbguard.strip.strip_bytes import find_volatile, strip
from tests.fuzz.contents import archives, dataflow, rule_packs
from tests.fuzz.conversations import editor_messages, filter_protocol, packet_lines, server_requests

_HINTS = ("", "python", "yaml", "json", "toml", "ini", "xml", "html", "sh", "r", "latex")


def json_spans(raw: bytes) -> None:
    """A value's text is what the standard library reads as that value, and passing over it comes to the same place."""
    text = json_text(raw)
    start = skip_space(text, 0)
    try:
        value, end = read_value(text, start)
    except MalformedJSONError as error:
        if not 0 <= error.offset <= len(raw):
            raise AssertionError(f"an offset of {error.offset}") from error
        return
    assert end_of_value(text, start) == end
    piece = text[start:end].encode("latin-1")
    try:
        same = json.loads(piece.decode("utf-8"), strict=False)
    except (UnicodeDecodeError, RecursionError):
        return
    assert same == value or same != same


def structure(raw: bytes) -> None:
    """Names and values lie inside of the text, whatever it is."""
    hint = _HINTS[raw[0] % len(_HINTS)] if raw else ""
    text = raw[1:].decode("utf-8", "surrogateescape")
    for pair in read_pairs(text, hint):
        assert 0 <= pair.start < pair.end <= len(text)
        assert 0 <= pair.name_start <= pair.name_end <= len(text)


def classifier(raw: bytes) -> None:
    """Any text is something, with a reason that doesn't show it, and the same something twice."""
    text = raw.decode("utf-8", "surrogateescape")
    for context in ("", "token", "password"):
        judgement = classify(text, context)
        assert judgement == classify(text, context)
        assert judgement.kind
        assert len(text.strip()) < 8 or text.strip() not in judgement.reason
    is_plausible_token(text)
    is_plausible_password(text)


def stripping(raw: bytes) -> None:
    """A stripped notebook has nothing left to strip, and what isn't stripped is the very same bytes."""
    try:
        stripped = strip(raw)
    except UnreadableError:
        return
    assert find_volatile(stripped) == []
    assert strip(stripped) == stripped
    assert (stripped == raw) == (find_volatile(raw) == [])


def documents(raw: bytes) -> None:
    """Fields lie inside of the file, and an edit of nothing leaves it as it is."""
    for path in ("a.ipynb", "a.py", "a.json"):
        try:
            document = open_document(path, raw)
        except UnreadableError:
            continue
        for part in document.parts:
            assert 0 <= part.start <= part.end <= len(raw)
    assert apply(raw, [Edit(0, 0, b"")]) == raw


def configuration(raw: bytes) -> None:
    """Settings are read, or a mistake is named; nothing else comes of any file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "nbguard.toml")
        with open(path, "wb") as file:
            file.write(raw)
        try:
            load_file(path)
        except UsageError as error:
            if not str(error):
                raise AssertionError("no mistake is named") from error


_ALL = (
    json_spans, structure, classifier, packet_lines, stripping, documents, configuration,
    dataflow, archives, rule_packs, filter_protocol, editor_messages, server_requests,
)  # fmt: skip
HARNESSES: dict[str, Callable[[bytes], None]] = {one.__name__: one for one in _ALL}
