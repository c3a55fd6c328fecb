"""Fuzzed: what other programs say to nbguard. Git's filter protocol, an editor's messages, requests to the server."""

import contextlib
import io
import re
from collections.abc import Iterator

import msgspec
from lsprotocol.types import (
    Position,
    Range,
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
    TextDocumentItem,
    VersionedTextDocumentIdentifier,
)

from nbguard.documents.decode import decode
from nbguard.editing.request_errors import RequestError
from nbguard.editing.request_records import AllowRequest, MoveRequest, NotebookRequest, check_path, read_record
from nbguard.editing.unsaved import Unsaved
from nbguard.errors import NbguardError, UsageError
from nbguard.lsp.addresses import file_of
from nbguard.lsp.client_settings import Settings, read_settings
from nbguard.lsp.opened import OpenDocuments
from nbguard.repository.filter_process import serve
from nbguard.repository.pktline import MalformedPacketError, format_content, format_list, read_content, read_list

_ENDS = re.compile(r"\r\n|\n|\r")


def packet_lines(raw: bytes) -> None:
    """What is read again is what was written; anything else is refused or has ended."""
    for read in (read_list, read_content):
        with contextlib.suppress(EOFError, MalformedPacketError):
            read(io.BytesIO(raw))
    assert read_content(io.BytesIO(format_content(raw))) == raw
    line = raw.replace(b"\n", b"").decode("utf-8", "surrogateescape")[:1000]
    assert read_list(io.BytesIO(format_list(line))) == [line]


def filter_protocol(raw: bytes) -> None:
    """Whatever is behind the greeting is answered or refused; a whole request gets its own content back."""
    greeting = format_list("git-filter-client", "version=2") + format_list("capability=clean", "capability=smudge")
    filters = {"clean": lambda _, content: content[::-1], "smudge": lambda _, content: content}
    said = format_list(*raw.decode("utf-8", "surrogateescape").split("\n")[:5])
    clean = format_list("command=clean", "pathname=a")
    for conversation in (raw, said, greeting + raw, greeting + said + format_content(raw), greeting + clean + raw):
        with contextlib.suppress(NbguardError):
            serve(io.BytesIO(conversation), io.BytesIO(), filters, lambda path, reason: None)
    path = raw[:20].replace(b"\n", b"").decode("utf-8", "surrogateescape")
    request = format_list("command=clean", f"pathname={path}") + format_content(raw)
    answers = io.BytesIO()
    serve(io.BytesIO(greeting + 2 * request), answers, filters, lambda path, reason: None)
    answers.seek(0)
    assert read_list(answers) == ["git-filter-server", "version=2"]
    assert read_list(answers) == ["capability=clean", "capability=smudge"]
    for _ in range(2):
        assert read_list(answers) == ["status=success"]
        assert read_content(answers) == raw[::-1]
        assert read_list(answers) == []
    assert not answers.read()


def server_requests(raw: bytes) -> None:
    """A body is a record or is refused with a reason; a notebook's parts lie in the document that is made of it."""
    cell = b'{"path":"a.ipynb","cells":[{"cell_type":"code","source":"","outputs":' + raw + b"}]}"
    code = b'{"path":"a.ipynb","cells":[{"cell_type":"code","source":' + msgspec.json.encode(_text(raw)) + b"}]}"
    kept = Unsaved()
    for body, kind in ((raw, MoveRequest), (raw, AllowRequest), (raw, NotebookRequest), (cell, NotebookRequest)):
        with contextlib.suppress(RequestError):
            _lay_out(kept, read_record(body, kind))
    request = read_record(code, NotebookRequest)
    _lay_out(kept, request)
    with contextlib.suppress(RequestError):
        assert not check_path(_text(raw)).startswith(("/", "../"))


def _lay_out(kept: Unsaved, request: NotebookRequest) -> None:
    document = kept.make_document(request, "a.ipynb")
    for part in document.parts:
        assert 0 <= part.start <= part.end <= len(document.raw)
        list(decode(document, part))


def editor_messages(raw: bytes) -> None:
    """Changes of a text come to what they come to when its UTF-16 units are counted one by one."""
    numbers, pieces = iter(raw), iter(raw.split(b"\xff"))
    opened = OpenDocuments(None)
    text = _text(next(pieces, b""))
    opened.put_text_document(TextDocumentItem("file:///a.py", "python", 1, text))
    expected = text
    for version, piece in enumerate(pieces, 2):
        change: TextDocumentContentChangePartial | TextDocumentContentChangeWholeDocument
        if next(numbers, 0) % 8 == 0:
            change, expected = TextDocumentContentChangeWholeDocument(_text(piece)), _text(piece)
        else:
            start, end = _position(numbers), _position(numbers)
            change = TextDocumentContentChangePartial(Range(start, end), _text(piece))
            first, last = _slowly(expected, start), _slowly(expected, end)
            expected = expected[:first] + _text(piece) + expected[max(first, last) :]
        opened.update_text_document(VersionedTextDocumentIdentifier(version, "file:///a.py"), change)
        assert opened.texts["file:///a.py"].text == expected
    assert file_of(f"untitled:{text}", "/folder").startswith("/folder/")
    for windows in (False, True):
        file_of(f"file://{text}", "/folder", windows)
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, UsageError, RecursionError):
        read_settings(msgspec.json.decode(raw), Settings())


def _position(numbers: Iterator[int]) -> Position:
    return Position(next(numbers, 0) % 6, next(numbers, 0) % 40)


def _slowly(text: str, position: Position) -> int:
    """The index of a position, character by character; inside of a character is in front of it."""
    starts = [0, *(found.end() for found in _ENDS.finditer(text))]
    if position.line >= len(starts):
        return len(text)
    index, left = starts[position.line], position.character
    while index < len(text) and text[index] not in "\r\n":
        left -= 2 if ord(text[index]) > 0xFFFF else 1
        if left < 0:
            break
        index += 1
    return index


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
