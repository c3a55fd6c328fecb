"""A file before it is parsed: its bytes, and what was found out about them for one literal and serves the next."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, AnyStr

from nbguard.documents.binary import is_binary
from nbguard.documents.decode import encoding_of
from nbguard.documents.notebook import looks_like_notebook
from nbguard.documents.reading import is_marked_up
from nbguard.documents.split_lines import is_cut_inside_lines

if TYPE_CHECKING:
    from nbguard.detect.prefilter import Prefilter

# Up to so many words are looked for one by one.
_FEW = 8
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_BYTES = _BASE64.encode()


class RawFile:
    """The bytes of a file and its path.

    ``blind``: the bytes prove nothing about the text (UTF-16, escaped ASCII, a notebook that was cut off). ``binary``:
    it is no text. ``memory`` is for detectors: what they found out about this file.
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
            words = _words_of(needs)
            if len(words) > _FEW:
                search = _prefilter_of(words)
                here = {words[hit.literal] for hit in search.search(self.raw)}
            else:
                text = self._lowered = self._lowered or self.raw.lower()
                here = {word for word in words if word.encode() in text}
            self._met[needs] = any(all(word in here for word in need.split("&")) for need in needs)
        return self._met[needs]


def read_raw(path: str, raw: bytes) -> RawFile:
    """A file for the screening; blind where its raw bytes prove nothing."""
    file = RawFile(path, raw, encoding_of(raw)[0] != "utf-8" or is_marked_up(path, raw), is_binary(path, raw))
    if file.notebook and not file.blind:
        # In one that was cut off, the last word may stand before no mark that ends it.
        file.blind = not raw[-64:].rstrip().endswith(b"}") or is_cut_inside_lines(raw)
    return file


@cache
def _words_of(needs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({word for need in needs for word in need.split("&")}))


@cache
def _prefilter_of(words: tuple[str, ...]) -> Prefilter:
    from nbguard.detect.prefilter import Prefilter

    return Prefilter(words)


def in_long_run(text: AnyStr, start: int, end: int, length: int) -> bool:
    """Whether a place lies in a run of at least so many letters, digits, ``+`` and ``/``, as base64 is written."""
    letters = _BASE64 if isinstance(text, str) else _BASE64_BYTES
    left, right = text[max(0, start - length) : start], text[end : end + length]
    run = len(left) - len(left.rstrip(letters)) + end - start
    return run >= length or run + len(right) - len(right.lstrip(letters)) >= length
