"""Finds which of a set of literals stand in raw bytes, and where: the cheap step in front of everything.

Two engines give the same answer. A little input is searched literal by literal; past that, hyperscan's one pass at
over 1 GB/s repays its import (about 14 ms). Its compiled database is kept in the user's cache folder (it holds only
the literals), because compiling costs 20 ms and loading 0.1 ms. Where there is no hyperscan (Windows on Arm) the
first engine does all.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from nbguard.cache_folder import cache_file, keep_file
from nbguard.lazy_regex import kept_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

# Up to here in one process, searching literal by literal is cheaper than importing hyperscan.
_LITTLE = 48_000
# A literal as short as this is in every text: it is searched for with what narrows it.
_SHORT = 2
# Bytes in which what narrows a literal mostly stands.
_WIDEST = 200
# Bytes of the longest literal that hyperscan is given; it takes 16,000 (limitPatternLength of its compiler).
_LONGEST = 8_000


def as_bytes(text: str) -> bytes:
    """A decoded text, or a piece of one, as a file in UTF-8 has it: also what wasn't valid there."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")  # half of a character, which JSON can only write as an escape


class Hit(NamedTuple):
    """The literal with this number ends at this byte offset."""

    literal: int
    end: int


class Prefilter:
    """Searches bytes for literals, ignoring the case of ASCII letters.

    ``cached=False`` is for literals that must not be written to disk. ``stems`` are parts of the literals, one for
    each: where a part is missing, its literals needn't be searched. ``narrow`` has, for literals that are nearly
    everywhere, a regex that begins with the literal: where it costs nothing, places that don't match it are left out.
    ``once_loaded``: hyperscan is taken from the first byte on where another search has imported it.
    """

    def __init__(
        self,
        literals: Sequence[str],
        cached: bool = True,
        stems: Sequence[str] = (),
        narrow: Mapping[str, str] | None = None,
        once_loaded: bool = False,
    ) -> None:
        self.literals = tuple(literals)
        self._narrow = (
            {number: narrow[text] for number, text in enumerate(literals) if text in narrow} if narrow else {}
        )
        self._regexes: dict[tuple[int, bool], re.Pattern[bytes]] = {}
        self._cached, self._once_loaded = cached, once_loaded
        self._needles = _lowered(self.literals)
        self._stems = stems
        self._long = [(number, needle) for number, needle in enumerate(self._needles) if len(needle) > _LONGEST]
        self._searched = 0
        self._database: Any = None
        self._present: Any = None
        self._without_hyperscan = False

    def search(self, raw: bytes) -> list[Hit]:
        """Every place where a literal ends, in no particular order."""
        self._searched += len(raw)
        if self._database is None and not self._without_hyperscan and self._is_worth_it():
            self._database = _load_database(self._short(), self._narrow, self._cached)
            self._without_hyperscan = self._database is None
        if self._database is None:
            return self._search_one_by_one(raw)
        hits: list[Hit] = []
        append = hits.append
        self._database.scan(raw, match_event_handler=lambda number, _, end, __, ___: append(Hit(number, end)))
        return (self._narrowed(hits, raw) if self._narrow else hits) + self._search_long(raw)

    def find_present(self, raw: bytes) -> set[int]:
        """The numbers of the literals that stand somewhere in bytes, which are many: hyperscan is worth its import."""
        if self._present is None and not self._without_hyperscan:
            self._present = _load_database(self._short(), {}, self._cached, once=True)
            self._without_hyperscan = self._present is None
        if self._present is None:
            return {hit.literal for hit in self._search_one_by_one(raw)}
        found = {hit.literal for hit in self._search_long(raw)}
        add = found.add
        self._present.scan(raw, match_event_handler=lambda number, *_: add(number))
        return found

    def _short(self) -> dict[int, bytes]:
        """The literals that hyperscan takes, by their numbers."""
        return {number: needle for number, needle in enumerate(self._needles) if len(needle) <= _LONGEST}

    def _search_long(self, raw: bytes) -> list[Hit]:
        """The places of the others."""
        if not self._long:
            return []
        lowered = raw.lower()
        return [hit for number, needle in self._long for hit in _places(lowered, number, needle)]

    def _is_worth_it(self) -> bool:
        """Whether hyperscan repays its import; once that is done, a database that is kept costs next to nothing."""
        return self._searched > _LITTLE or (self._once_loaded and "hyperscan" in sys.modules)

    def _narrowed(self, hits: list[Hit], raw: bytes) -> list[Hit]:
        """The places of literals for which regexes were searched, in the place of their matches."""
        narrow, at = self._narrow, self._at_literals
        # Of a literal that stands close to itself, to look around each takes longer than to look at everything.
        counts = Counter(hit.literal for hit in hits if hit.literal in narrow) if len(hits) * _WIDEST > len(raw) else {}
        many = {number for number, count in counts.items() if count * _WIDEST > len(raw)}
        found = [hit for number in many for hit in self._starts(number, raw)]
        rest = (hit for hit in hits if hit.literal not in many)
        return found + [place for hit in rest for place in (at(hit, raw) if hit.literal in narrow else (hit,))]

    def _starts(self, number: int, raw: bytes) -> Iterator[Hit]:
        """Every place where a literal's regex matches: one match may begin within another."""
        length = len(self._needles[number])
        return (Hit(number, found.start() + length) for found in self._regex(number, anywhere=True).finditer(raw))

    def _at_literals(self, hit: Hit, raw: bytes) -> list[Hit]:
        """A hit of a regex as those of its literal that may begin it: of several, each may be the one that is meant."""
        needle = self._needles[hit.literal]
        start = max(0, hit.end - _WIDEST)
        window = raw[start : hit.end].lower()
        at = last = window.rfind(needle)
        places = []
        while at >= 0:
            # What follows the literal may hold it once more.
            found = self._regex(hit.literal).match(raw, start + at)
            if found is not None and found.end() == hit.end:
                places.append(Hit(hit.literal, start + at + len(needle)))
            at = window.rfind(needle, 0, at + len(needle) - 1)
        while last < 0 < start:
            start = max(0, start - _WIDEST)
            last = raw[start : hit.end].lower().rfind(needle)
        return places or [Hit(hit.literal, start + last + len(needle))]

    def _regex(self, number: int, anywhere: bool = False) -> re.Pattern[bytes]:
        """A literal's regex; ``anywhere``: one that takes no characters, so that matches may overlap."""
        if (number, anywhere) not in self._regexes:
            narrow = self._narrow[number].encode()
            self._regexes[number, anywhere] = kept_regex(b"(?=%s)" % narrow if anywhere else narrow, re.IGNORECASE)
        return self._regexes[number, anywhere]

    @cached_property
    def _groups(self) -> dict[bytes, list[tuple[int, bytes]]]:
        """The literals by their stems."""
        groups: dict[bytes, list[tuple[int, bytes]]] = {}
        stems = _lowered(self._stems) if self._stems else self._needles
        for number, (stem, needle) in enumerate(zip(stems, self._needles, strict=True)):
            groups.setdefault(stem, []).append((number, needle))
        return groups

    @cached_property
    def _by_four(self) -> dict[int, list[bytes]]:
        """The stems by their first four bytes, as a number; under -1 those that have fewer."""
        stems: dict[int, list[bytes]] = {-1: []}
        for stem in self._groups:
            stems.setdefault(int.from_bytes(stem[:4], sys.byteorder) if len(stem) >= 4 else -1, []).append(stem)
        return stems

    def _possible_stems(self, lowered: bytes) -> Iterable[bytes]:
        """The stems that may stand in a text: most are out by their first four bytes, where these are read once."""
        if len(lowered) > _LITTLE:
            return self._groups
        by_four = self._by_four
        return (stem for four in by_four.keys() & _fours(lowered) for stem in by_four[four])

    def _search_one_by_one(self, raw: bytes) -> list[Hit]:
        lowered = raw.lower()
        hits: list[Hit] = []
        for stem in self._possible_stems(lowered):
            if stem not in lowered:
                continue
            for number, needle in self._groups[stem]:
                if number in self._narrow and len(needle) <= _SHORT:
                    hits += self._starts(number, raw)
                    continue
                hits += _places(lowered, number, needle)
        return hits


def _lowered(texts: Sequence[str]) -> list[bytes]:
    """Texts as bytes in lower case. Letters outside of ASCII stay as they are, as in what is searched."""
    joined = "\0".join(texts)
    if joined.count("\0") == len(texts) - 1:
        try:
            return joined.encode("utf-8", "surrogateescape").lower().split(b"\0")
        except UnicodeEncodeError:
            pass  # half of a character in one of them
    return [as_bytes(text).lower() for text in texts]


@lru_cache(2)
def _fours(text: bytes) -> frozenset[int]:
    """Each four bytes of a text as a number, and -1. Several ask this of one text."""
    view = memoryview(text)
    ends = (start + (len(text) - start) // 4 * 4 for start in range(min(4, len(text))))
    return frozenset(chain([-1], *(view[start:end].cast("I") for start, end in enumerate(ends))))


def _places(lowered: bytes, number: int, needle: bytes) -> Iterator[Hit]:
    at = lowered.find(needle)
    while at >= 0:
        yield Hit(number, at + len(needle))
        at = lowered.find(needle, at + 1)


def _load_database(needles: Mapping[int, bytes], narrow: Mapping[int, str], cached: bool, once: bool = False) -> Any:
    """The hyperscan database of these literals, from the cache where it may be there; None without hyperscan or any.

    ``once``: it says of each literal that it is there, and not where.
    """
    if not needles:
        return None
    if cached:
        kind = repr(narrow).encode() + b" once" * once
        return kept_database(kind, list(needles.values()), lambda: _compile(needles, narrow, once))
    try:
        return _compile(needles, narrow, once)
    except ImportError:  # pragma: no cover - no wheel for this platform
        return None


def kept_database(kind: bytes, expressions: Sequence[bytes], make: Callable[[], Any]) -> Any:
    """A hyperscan database that is kept in the user's cache folder, where ``make`` is the way to make it anew.

    ``kind`` says how it is made of the ``expressions``. None where there is no hyperscan.
    """
    try:
        import hyperscan
    except ImportError:  # pragma: no cover - no wheel for this platform
        return None
    from nbguard.digests import blake2b

    version = str(getattr(hyperscan, "__version__", "")).encode()
    name = blake2b(b"\0".join((version, *expressions, kind)), digest_size=16).hexdigest()
    path = cache_file(f"prefilter-{name}.hs")
    if not path:
        return make()
    try:
        with open(path, "rb") as file:
            database = hyperscan.loadb(file.read(), mode=hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
        return database
    except (OSError, hyperscan.error):
        pass  # not there yet, or made on another processor: compiled anew
    database = make()
    keep_file(path, hyperscan.dumpb(database))
    return database


def _compile(needles: Mapping[int, bytes], narrow: Mapping[int, str], once: bool) -> Any:
    import hyperscan

    expressions = list(needles.values())
    if narrow:
        expressions = [narrow[n].encode() if n in narrow else re.escape(needle) for n, needle in needles.items()]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=expressions,
        ids=list(needles),
        elements=len(needles),
        flags=[hyperscan.HS_FLAG_CASELESS | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)] * len(needles),
        literal=not narrow,
    )
    return database


def ends_in(raw: bytes, stretches: Iterable[tuple[int, int]], values: Sequence[str]) -> Iterator[int]:
    """Where values, or pieces of them, end in stretches of bytes, in no particular order.

    They must not be written to disk, so the database isn't kept.
    """
    search = Prefilter(values, cached=False).search
    return (start + hit.end for start, end in stretches for hit in search(raw[start:end]))
