"""Looks at the raw bytes around a literal before anybody parses the file: most hits are settled here.

A confirmation is a necessary condition on raw JSON or text: it may say yes to what is no finding, never no to what is
one. It holds for bytes in which no ASCII letter is written as an escape (see Screening.blind).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from nbguard.lazy_regex import kept_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.triggers import Ask

Place = TypeVar("Place", bound="tuple[Any, ...]")

# An escape that could hide part of a literal: each printable character is in one.
_HIDING = r"(?i)\\(?:/|u00[2-7][0-9a-f])"
# A character that is written as an escape: control characters, and in some writers' files all that isn't ASCII. Without
# those of every text (tabs, line ends, and what begins a colour), which confirmations read.
_ESCAPE = r"(?<!\\)(?:\\\\)*\\(?:[bf]|u(?!001[bB]\[))"
# How each of these begins.
_ESCAPE_SIGNS = (b"\\b", b"\\f", b"\\u")
# Who reads a credential's place closely, or may know whose it is; and the topic that says neither.
_READ_CLOSELY = ("shapes", "sinks", "service-keys", "named-pairs")
_COLOURED = "coloured"
# Of the detectors that look at raw bytes themselves, those that look no further than some thousand bytes around.
_LOOK_AROUND = ("shapes", "sinks", "service-keys", "named-pairs", "nested-texts", "joined-texts")
# And those of them that are asked most look no further than so many.
_LOOK_NEAR = ("named-pairs", "sinks", "widget-values")
NEAR_REACH = 4_800
# Bytes in which a word and what belongs to it stand.
_NEAR = 300
# So far from a literal nothing is looked at that is remembered. Regexes match 6,030 bytes at most, but for blanks.
REACH = 16_384
# So many hold the longest literal, and an escape before it.
_BEFORE = 60
_BLOCK = 4096
_BACKSLASH = ord("\\")
# The codes of terminals, as they are and as JSON and dumps write them, in the middle of a word.
COLOUR_LITERALS = ("\x1b[", "\\u001b[", "\\x1b[", "\\033[")
# The control sign that begins such a code, as a regex for a text and for raw bytes.
COLOUR_SIGN = r"(?:\x1b|\\(?:u001b|x1b|033))"
_COLOUR = rf"{COLOUR_SIGN}\[[0-9;?]{{0,40}}[ -/]?[@-~]"
# As many codes in a row as are looked at from each of them: where there are more, a word may go on behind them. A sign
# of a token may stand on one side; in coloured code it has codes on both.
_SIGNS = "[!#$%&*+./:=?@^~]"
_INSIDE_A_WORD = rf"(?<=[\w!#$%&*+./:=?@^~-])(?:{_COLOUR}){{1,16}}+(?=[\w\x1b\\-]|{_SIGNS}{{1,3}}[\w-])"
_BEHIND_COLOUR = rf"{_COLOUR}{_SIGNS}{{1,3}}\Z"
_LONGEST_COLOUR = 50


class Question(NamedTuple):
    """A regex that raw bytes have to match where a literal begins (empty: none), and all who ask it of this literal.

    ``far`` are those of them who may look further than ``NEAR_REACH``.
    """

    confirm: str
    asks: tuple[Ask, ...]
    far: tuple[Ask, ...]


def questions_of(asks: Iterable[Ask]) -> tuple[Question, ...]:
    """Asks by their regex, so that each regex is tried once at a place."""
    grouped: dict[str, list[Ask]] = {}
    for ask in asks:
        grouped.setdefault(ask.confirm, []).append(ask)
    return tuple(
        Question(confirm, tuple(members), tuple(ask for ask in members if not looks_near(ask)))
        for confirm, members in grouped.items()
    )


def looks_near(ask: Ask) -> bool:
    """Whether who asks looks no further than ``NEAR_REACH`` around a literal."""
    return ask.detector in _LOOK_NEAR


class Questions(dict[int, tuple[Question, ...]]):
    """The questions at each of some literals, by its number; made when first asked for, as most stand in no file."""

    def __init__(self, asks_at: Callable[[int], Iterable[Ask]]) -> None:
        super().__init__()
        self._asks_at = asks_at

    def __missing__(self, number: int) -> tuple[Question, ...]:
        made = self[number] = questions_of(self._asks_at(number))
        return made


def answer_asks(
    file: RawFile,
    questions: Sequence[Question],
    start: int,
    end: int,
    detector_of: Callable[[str], object],
    made: Container[str] = (),
) -> Iterator[tuple[Ask, bool]]:
    """Who asks at a literal (ASCII) that stands at these bytes, and whether something can come of it for them.

    ``made`` are the detectors that were imported already.
    """
    raw, unclear = file.raw, None
    for confirm, asks, _ in questions:
        if confirm and _compile(confirm).match(raw, start) is None:
            if unclear is None:
                unclear = file.notebook and _has_escape(file, end, end + _NEAR)
            for ask in asks:
                yield ask, unclear and has_needs(file, ask)
        else:
            for ask in asks:
                yield ask, answer_ask(file, ask, start, end, detector_of, made)


class Split(NamedTuple):
    """Who asks at a literal, by what the bytes around it say; what they need elsewhere in the file isn't looked at.

    Those of ``elsewhere`` look further than around the literal, so that they have to be asked anew for each version of
    a file. Of the ``unlikely`` only those are kept that read closely.
    """

    likely: tuple[Ask, ...]
    unlikely: tuple[Ask, ...]
    elsewhere: tuple[Ask, ...]


def split_by_bytes(
    file: RawFile,
    questions: Sequence[Question],
    start: int,
    end: int,
    detector_of: Callable[[str], object],
    near: Split | None = None,
) -> Split:
    """The asks at a literal by what the bytes around it say.

    ``near``: what was said before, where the bytes within ``NEAR_REACH`` are still the same.
    """
    likely, unlikely, elsewhere = ([*filter(looks_near, said)] for said in near or ((), (), ()))
    unclear = None
    for confirm, everybody, far in questions:
        asks = everybody if near is None else far
        if not asks:
            continue
        matches = not confirm or _compile(confirm).match(file.raw, start, start + REACH) is not None
        for ask in asks:
            if matches and ask.confirming and ask.detector not in _LOOK_AROUND:
                elsewhere.append(ask)
                continue
            if matches:
                is_likely = _says_yes(file, ask, start, end, detector_of)
            else:
                if unclear is None:
                    unclear = file.notebook and _has_escape(file, end, end + _NEAR)
                is_likely = unclear
            if is_likely:
                likely.append(ask)
            elif reads_closely(ask):
                unlikely.append(ask)
    return Split(tuple(likely), tuple(unlikely), tuple(elsewhere))


def _says_yes(file: RawFile, ask: Ask, start: int, end: int, detector_of: Callable[[str], object]) -> bool:
    """Whether the bytes around a literal say yes, once its regex matched."""
    if not ask.detector:
        return _tears_or_hides(file, start)
    if not ask.confirming or detector_of(ask.detector).confirms(file, ask.topics, start, end):  # type: ignore[attr-defined]
        return True
    return _has_escape_around(file, end)


def answer_ask(
    file: RawFile, ask: Ask, start: int, end: int, detector_of: Callable[[str], object], made: Container[str]
) -> bool:
    """Whether something can come of a literal for the detector that asks, once the regex matched."""
    if not ask.detector:
        return _tears_or_hides(file, start)
    if not ask.confirming:
        return has_needs(file, ask)
    # The two conditions may be tried in any order. A look around the place is cheaper than one through the file, but
    # for the first one the detector has to be imported.
    if ask.detector not in made and not has_needs(file, ask):
        return False
    if not detector_of(ask.detector).confirms(file, ask.topics, start, end):  # type: ignore[attr-defined]
        return _has_escape_around(file, end) and has_needs(file, ask)
    return has_needs(file, ask)


def _tears_or_hides(file: RawFile, start: int) -> bool:
    """Whether what tears words apart, or an escape that hides a letter, begins here."""
    if _compile(_INSIDE_A_WORD).match(file.raw, start) is not None:
        return _compile(_BEHIND_COLOUR).search(file.raw[max(0, start - _LONGEST_COLOUR) : start]) is None
    return file.notebook and _hides_something(file.raw, start)


def has_needs(file: RawFile, ask: Ask) -> bool:
    """Whether what an ask needs elsewhere is in the file."""
    return not ask.needs or file.meets(ask.needs)


def near_others(
    file: RawFile, confirmed: Sequence[tuple[int, Ask]], unconfirmed: Sequence[tuple[int, Ask]]
) -> Iterator[tuple[int, Ask]]:
    """Those of the hits that weren't confirmed which stand near one that was, where what they need is in the file.

    Only of detectors that read such places closely: the others need a word of their own.
    """
    ends = ends_of(confirmed)
    if not ends or file.binary:
        return
    for end, ask in unconfirmed:
        if reads_closely(ask) and is_near(ends, end) and has_needs(file, ask):
            yield end, ask


def reads_closely(ask: Ask) -> bool:
    """Whether who asks reads a credential's place closely, and not only what stands in colours."""
    return ask.detector in _READ_CLOSELY and _COLOURED not in ask.topics


def ends_of(confirmed: Iterable[tuple[int, Ask]]) -> list[int]:
    """Where the literals end at which somebody may find something, sorted."""
    return sorted(end for end, ask in confirmed if ask.detector)


def is_near(ends: Sequence[int], end: int) -> bool:
    """Whether one of some places, which are sorted, is near another."""
    at = bisect_left(ends, end - _NEAR)
    return at < len(ends) and ends[at] <= end + _NEAR


def near_any(ends: Sequence[int], places: list[Place]) -> list[Place]:
    """Those of some places, which begin with where they are, that are near one of others: of many near few."""
    places.sort(key=_first)
    near: list[Place] = []
    seen = 0
    for end in ends:
        seen = max(seen, bisect_left(places, end - _NEAR, key=_first))
        last = bisect_right(places, end + _NEAR, key=_first)
        near += places[seen:last]
        seen = max(seen, last)
    return near


def _first(place: tuple[Any, ...]) -> int:
    at: int = place[0]
    return at


def _has_escape_around(file: RawFile, end: int) -> bool:
    """Whether beside a word a character is written as an escape that no confirmation reads: a form feed, a NUL."""
    return file.notebook and _has_escape(file, max(0, end - _BEFORE), end + _NEAR)


def _has_escape(file: RawFile, start: int, end: int) -> bool:
    """Whether a character is written as an escape between two bytes.

    In a notebook this is asked thousands of times, of places close to each other: a block is searched once.
    """
    find = file.raw.find
    # As in the base64 of images, where most such places are; and where the only ones are ends of lines.
    if find(b"\\", start, end) < 0 or all(find(sign, start, end) < 0 for sign in _ESCAPE_SIGNS):
        return False
    known = file.memory.setdefault(_ESCAPE, {})
    for block in range(start // _BLOCK, (end - 1) // _BLOCK + 1):
        if block not in known:
            first, last = block * _BLOCK, (block + 1) * _BLOCK
            # One may begin in this block and end in the next.
            found = _compile(_ESCAPE).finditer(file.raw, first, last + _NEAR)
            known[block] = [match.span() for match in found if match.start() < last]
        spans = known[block]
        at = bisect_left(spans, (start, 0))
        if at < len(spans) and spans[at][1] <= end:
            return True
    return False


def _hides_something(raw: bytes, start: int) -> bool:
    """Whether an escape begins here that stands for a character of a literal (and isn't itself escaped)."""
    if _compile(_HIDING).match(raw, start) is None:
        return False
    before = start
    while before and raw[before - 1] == _BACKSLASH:
        before -= 1
    return (start - before) % 2 == 0


@cache
def _compile(pattern: str) -> re.Pattern[bytes]:
    return kept_regex(pattern.encode())
