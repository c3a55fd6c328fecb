"""What a person at a terminal sees while a long run goes on; in a pipe, nothing."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.progress import Progress

_Item = TypeVar("_Item")
# A run that is over sooner needs no bar, and needn't load the library that draws it.
_PATIENCE = 0.7


def is_terminal(stream: TextIO) -> bool:
    """Whether a person reads this stream, on something that can move the cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def track(items: Iterable[_Item], label: str, total: int, stream: TextIO | None = None) -> Iterator[_Item]:
    """Hands the items on, and shows a bar with rate and time left once a run takes long.

    The bar is drawn on standard error, only on a terminal, and is gone when the run is over. ``total`` is the number
    of items.
    """
    stream = stream or sys.stderr
    if not is_terminal(stream):
        yield from items
        return
    started = time.monotonic()
    bar: Progress | None = None
    try:
        for number, item in enumerate(items):
            if bar is None and time.monotonic() - started > _PATIENCE:
                bar = _make_bar(stream)
                bar.add_task(label, total=total, completed=number)
                bar.start()
            yield item
            if bar is not None:
                bar.update(bar.task_ids[0], completed=number + 1)
    finally:
        if bar is not None:
            bar.stop()


def _make_bar(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Items a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f}/s" if task.speed else "")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=Console(file=stream),
        transient=True,
    )
