"""A progress bar for many files, on a terminal only."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.strip.batch import Outcome

_WORTH_A_BAR = 100


def with_progress(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """The same outcomes, while a bar on standard error counts them where somebody can see it (NO_COLOR is kept to)."""
    if total < _WORTH_A_BAR or not sys.stderr.isatty():
        yield from outcomes
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(outcomes, "stripping", total, console=Console(stderr=True), transient=True)
