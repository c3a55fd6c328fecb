"""A file before it is parsed: its bytes, and what was found out about them for one literal and serves the next."""

from __future__ import annotations

from typing import Any

from nbguard.documents.notebook import looks_like_notebook


class RawFile:
    """The bytes of a file and its path.

    ``blind``: the bytes prove nothing about the text (UTF-16, escaped ASCII). ``binary``: it is no text. ``memory`` is
    for detectors: what they found out about this file.
    """

    def __init__(self, path: str, raw: bytes, blind: bool = False, binary: bool = False) -> None:
        self.path, self.raw, self.blind, self.binary = path, raw, blind, binary
        self.notebook = path.lower().endswith(".ipynb") or looks_like_notebook(raw)
        self.memory: dict[Any, Any] = {}
        self._lowered = b""
        self._met: dict[tuple[str, ...], bool] = {}

    def meets(self, needs: tuple[str, ...]) -> bool:
        """Whether one of some needs (see detector.Literal) is met."""
        if needs not in self._met:
            text = self._lowered = self._lowered or self.raw.lower()
            self._met[needs] = any(all(word.encode() in text for word in need.split("&")) for need in needs)
        return self._met[needs]
