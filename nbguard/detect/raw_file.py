"""A file before it is parsed: its bytes, and what was found out about them for one literal and serves the next."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, AnyStr

from nbguard.detect.prefilter import Hit, Prefilter
from nbguard.documents.decode import encoding_of
from nbguard.documents.file_kinds import is_binary
from nbguard.documents.notebook import looks_like_notebook
from nbguard.documents.reading import is_marked_up
from nbguard.documents.split_lines import is_cut_inside_lines
from nbguard.documents.stretches import LARGE, text_stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from nbguard.detect.edit_memory import EditMemory
    from nbguard.documents.fields import Document
    from nbguard.documents.stretches import Stretches

    Words = Callable[[], tuple[str, ...]]

# Up to so many words are looked for one by one, and in a large file none: each takes a pass, and a copy of the file.
_FEW = 8
# A token is hardly longer, in bytes.
_TOKEN = 300
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_BYTES = _BASE64.encode()


class RawFile:
    """The bytes of a file and its path.

    ``blind``: the bytes prove nothing about the text (UTF-16, escaped ASCII, a notebook that was cut off). ``binary``:
    it is no text. ``memory`` is for detectors: what they found out about this file. ``asked`` gives the words that may
    be asked for (see ``meets``): in a large file they are looked for all at once. ``stretches`` are where its text
    stands, as far as that is known: nothing is looked for elsewhere.
    """

    def __init__(
        self,
        path: str,
        raw: bytes,
        blind: bool = False,
        binary: bool = False,
        asked: Words = tuple,
        stretches: Stretches = (),
    ) -> None:
        self.path, self.raw, self.blind, self.binary = path, raw, blind, binary
        self.stretches = stretches or ((0, len(raw)),)
        self.notebook = path.lower().endswith(".ipynb") or looks_like_notebook(raw)
        self.memory: dict[Any, Any] = {}
        # What was said of stretches of it before it was edited; None where no file comes again.
        self.edits: EditMemory | None = None
        self._lowered = b""
        self._seams: list[int] | None = None
        self._met: dict[tuple[str, ...], bool] = {}
        self._give_asked = asked

    def has_seam(self, start: int) -> bool:
        """Whether a database's value may begin or end beside other letters in a token that begins here."""
        if self._seams is None:
            from nbguard.documents.sqlite_records import find_seams

            self._seams = find_seams(self.raw)
        at = bisect_left(self._seams, start)
        return at < len(self._seams) and self._seams[at] <= start + _TOKEN

    def texts(self) -> Iterator[bytes]:
        """The bytes of each stretch."""
        return (self.raw[start:end] for start, end in self.stretches)

    def places(self, prefilter: Prefilter) -> list[Hit]:
        """Every place where one of a prefilter's literals ends, in no particular order."""
        if len(self.stretches) == 1:
            return prefilter.search(self.raw)
        found = zip(self.stretches, map(prefilter.search, self.texts()), strict=True)
        return [Hit(number, start + end) for (start, _), hits in found for number, end in hits]

    def meets(self, needs: tuple[str, ...]) -> bool:
        """Whether one of some needs (see detector.Literal) is met."""
        if needs not in self._met:
            here = self._here(_words_of(needs))
            self._met[needs] = any(all(word in here for word in need.split("&")) for need in needs)
        return self._met[needs]

    def _here(self, words: tuple[str, ...]) -> Collection[str]:
        """The words of these that stand in the file, and maybe others."""
        if (len(self.raw) >= LARGE or self.edits is not None) and _holds(self._asked, words):
            return self._asked_here
        if len(words) > _FEW:
            return {words[hit.literal] for hit in _prefilter_of(words).search(self.raw)}
        text = self._lowered = self._lowered or self.raw.lower()
        return {word for word in words if word.encode() in text}

    @cached_property
    def _asked(self) -> tuple[str, ...]:
        return self._give_asked()

    @cached_property
    def _asked_here(self) -> frozenset[str]:
        prefilter = _prefilter_of(self._asked)
        find = prefilter.find_present
        if self.edits is not None and len(self.stretches) == 1:
            longest = max(map(len, self._asked), default=0)
            said = self.edits.answers(prefilter, longest, lambda raw, start, end: frozenset(find(raw[start:end])))
            return frozenset(self._asked[number] for number in frozenset().union(*(numbers for _, numbers in said)))
        return frozenset(self._asked[number] for text in self.texts() for number in find(text))


def read_raw(path: str, raw: bytes, asked: Words = tuple, document: Document | None = None) -> RawFile:
    """A file for the screening; blind where its raw bytes prove nothing. ``asked``: see ``RawFile``.

    ``document`` is what is in it, where it was opened already.
    """
    stretches = text_stretches(document) if document is not None else ()
    blind = encoding_of(raw)[0] != "utf-8" or is_marked_up(path, raw)
    file = RawFile(path, raw, blind, is_binary(path, raw), asked, stretches)
    if not file.binary and b"\0" in raw:
        file.blind = True  # some of it may be in UTF-16
    if file.notebook and not file.blind:
        # In one that was cut off, the last word may stand before no mark that ends it.
        file.blind = not raw[-64:].rstrip().endswith(b"}") or is_cut_inside_lines(raw, document)
    return file


@cache
def _holds(asked: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return set(asked).issuperset(words)


@cache
def _words_of(needs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({word for need in needs for word in need.split("&")}))


@cache
def _prefilter_of(words: tuple[str, ...]) -> Prefilter:
    return Prefilter(words)


def in_long_run(text: AnyStr, start: int, end: int, length: int) -> bool:
    """Whether a place lies in a run of at least so many letters, digits, ``+`` and ``/``, as base64 is written."""
    letters = _BASE64 if isinstance(text, str) else _BASE64_BYTES
    left, right = text[max(0, start - length) : start], text[end : end + length]
    run = len(left) - len(left.rstrip(letters)) + end - start
    return run >= length or run + len(right) - len(right.lstrip(letters)) >= length
