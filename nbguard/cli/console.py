"""What a person at a terminal sees while a long run goes on; in a pipe, nothing."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, TextIO, TypeVar

from nbguard.report.terminal import columns_of, is_terminal, look_of, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Item = TypeVar("_Item")
# A run that is over sooner needs no bar.
_PATIENCE = 0.7
# Seconds between two pictures of the bar, and its width in signs.
_PAUSE = 0.1
_WIDTH = 30
# Begins the line anew and clears it.
_CLEAR = "\r\x1b[K"


def tell(text: str, stream: TextIO | None = None, indent: str = "", head: str = "") -> None:
    """Writes prose: on a terminal in lines of its width, words whole; in a pipe a paragraph stays one line.

    ``indent`` is what every line begins with; ``head``, of the same length, is what the first begins with instead.
    """
    stream = stream or sys.stdout
    lines = wrap(text, look_of(stream).width - len(indent)) if is_terminal(stream) else [text]
    stream.write("".join(f"{(head if head and not n else indent)}{line}\n" for n, line in enumerate(lines)))


def track(items: Iterable[_Item], label: str, total: int, stream: TextIO | None = None) -> Iterator[_Item]:
    """Hands the items on, and shows a bar with rate and time left once a run takes long.

    The bar is drawn on standard error, only on a terminal, and is gone when the run is over. ``total`` is the number
    of items.
    """
    stream = stream or sys.stderr
    if not is_terminal(stream):
        yield from items
        return
    started = monotonic()
    drawn = 0.0
    try:
        for number, item in enumerate(items):
            now = monotonic()
            if now - started > _PATIENCE and now - drawn > _PAUSE:
                stream.write(_CLEAR + _line(label, number, total, now - started, columns_of(stream)))
                stream.flush()
                drawn = now
            yield item
    finally:
        if drawn:
            stream.write(_CLEAR)
            stream.flush()


def _line(label: str, done: int, total: int, seconds: float, columns: int) -> str:
    """The bar: label, share, counts, items a second and the time left; as much as the terminal is wide."""
    rate = done / seconds if seconds else 0.0
    filled = _WIDTH * done // max(total, 1)
    left = f" {_clock((total - done) / rate)}" if rate else ""
    line = f"{label} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {rate:.0f}/s{left}"
    return line[: max(columns - 1, 10)]


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
