"""How the demo talks: numbered acts, the commands as one would type them, and what they printed."""

from __future__ import annotations

import os
import re
import textwrap
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDTH = 100
_STYLES = {"act": "1", "command": "36", "good": "32", "faint": "2"}


class Teller:
    """Writes the story to a stream; with colour on a terminal, unless NO_COLOR is set (https://no-color.org)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._acts = 0
        self._colour = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def act(self, title: str) -> None:
        """Begins a new act."""
        self._acts += 1
        self._write(f"\n{self._paint(f'{self._acts}. {title}', 'act')}\n")

    def say(self, text: str) -> None:
        """Says a paragraph, wrapped."""
        self._write(textwrap.fill(text, _WIDTH, initial_indent="   ", subsequent_indent="   ") + "\n")

    def prove(self, text: str) -> None:
        """Says what was checked, and held."""
        mark = self._paint("ok", "good")
        lines = textwrap.wrap(text, _WIDTH - 6)
        self._write(f"   {mark} " + "\n      ".join(lines) + "\n")

    def command(self, text: str) -> None:
        """Shows a command as one would type it."""
        self._write(f"   {self._paint('$ ' + text, 'command')}\n")

    def output(self, lines: Iterable[str], limit: int = 12) -> None:
        """Shows what a command printed; beyond ``limit`` lines, how many more there were."""
        shown = [line.rstrip() for line in lines if line.strip()]
        for line in shown[:limit]:
            self._write(self._paint(f"   | {_shorten(line)}", "faint") + "\n")
        if len(shown) > limit:
            self._write(self._paint(f"   | ... and {len(shown) - limit} more lines", "faint") + "\n")

    def conclude(self, title: str, facts: Iterable[tuple[str, str]]) -> None:
        """Ends with a short table."""
        rows = list(facts)
        width = max(len(name) for name, _ in rows)
        self._write(f"\n{self._paint(title, 'act')}\n")
        for name, fact in rows:
            lines = textwrap.wrap(fact, _WIDTH - width - 5)
            self._write(f"   {name.ljust(width)}  " + f"\n   {'':{width}}  ".join(lines) + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def _paint(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._colour else text


def _shorten(line: str) -> str:
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", line)
    return plain if len(plain) <= _WIDTH + 20 else plain[: _WIDTH + 17] + "..."
