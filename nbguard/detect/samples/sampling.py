"""Looks for sample data in a sample of a large file: its head, windows spread over it, its tail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.samples.document_search import find_in_data_file, find_in_field, find_samples
from nbguard.detect.samples.sample_rules import rule_of
from nbguard.detect.samples.signal_search import signals_in_file
from nbguard.documents.decode import encoding_of
from nbguard.documents.fields import Document, Field, Part
from nbguard.tables.files.signatures import is_data_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings

    Read = Callable[[int, int], bytes]

# Bytes of a file's head, and of each window behind it.
HEAD = 4_000_000
_WINDOW = 128_000
_WINDOWS = 24
# The longest line that is taken for the names of columns.
_NAMES = 4_000


def head_of(raw: bytes) -> bytes:
    """The beginning of a file that is looked at by itself, up to the end of a line."""
    head = raw[:HEAD]
    end = head.rfind(b"\n", HEAD // 2)
    return head[: end + 1] if len(raw) >= HEAD and end >= 0 and not is_data_file(head) else head


def find_in_large(document: Document, size: int, read: Read, settings: SampleSettings, path: str) -> Iterator[Finding]:
    """The sample data in a sample of a file of ``size`` bytes; ``document`` is made of its head.

    ``read`` gives the bytes between two offsets. ``path`` is where a data file can be opened, empty for nowhere.
    What is found behind the head has the file's beginning for its place; the message says about where it stands.
    """
    head = document.raw
    if b"\0" in head[:8000] and is_data_file(head):
        yield from find_in_data_file(document, settings, path)
        return
    found: set[str] = set()
    signals = signals_in_file(head, settings.bulk_bytes)
    for finding in find_samples(document, settings, signals, times=size / max(len(head), 1)):
        found.add(finding.rule)
        yield finding
    if encoding_of(head)[0] != "utf-8" or b"\0" in head[:8000]:
        return
    names = _names_in(head)
    step = max((size - len(head) - _WINDOW) // (_WINDOWS - 1), _WINDOW)
    behind: dict[str, Finding] = {}
    for at in range(len(head), size, step):
        start = min(at, max(size - _WINDOW, len(head)))
        for finding in _in_window(names, read(start, start + _WINDOW), settings):
            if finding.rule not in found | behind.keys():
                message = f"{finding.message}, about {start // 1_000_000} MB into the file"
                field = Field(" ", document.parts[0])
                behind[finding.rule] = finding._replace(field=field, start=0, end=1, message=message)
    # Single values are those of a table that begins or ends in their window.
    tables = {rule for rule in found | behind.keys() if rule_of(rule).rows}
    yield from (finding for rule, finding in behind.items() if not tables or rule in tables)


def _names_in(head: bytes) -> bytes:
    """The first line, if it can hold the names of columns: what stands in a window needs them."""
    line = head[: head.find(b"\n") + 1]
    return line if len(line) <= _NAMES and not line.lstrip().startswith((b"{", b"[")) else b""


def _in_window(names: bytes, window: bytes, settings: SampleSettings) -> Iterator[Finding]:
    first, last = window.find(b"\n"), window.rfind(b"\n")
    whole = window[first + 1 : last] if last > first else window  # else all stands on one line
    text = (names + whole).decode("utf-8", "replace")
    part = Part("file", None, "", "text/plain", "text", 0, len(text))
    for finding in find_in_field(Field(text, part), settings):
        if not rule_of(finding.rule).by_size:  # told by the head
            yield finding
