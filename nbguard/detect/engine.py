"""Runs the detectors over a document: what the prefilter lets through is decoded and looked at closely."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from nbguard.detect.confirmations import Question, Questions, answer_asks, near_others
from nbguard.detect.deadline import TookTooLongError, check_deadline, timed
from nbguard.detect.detector import Candidates
from nbguard.detect.detectors import DETECTORS
from nbguard.detect.overlaps import each_once, keep_most_specific
from nbguard.detect.prefilter import Prefilter
from nbguard.detect.raw_file import read_raw
from nbguard.detect.scope import Scope
from nbguard.detect.triggers import load_triggers, words_needed
from nbguard.documents.decode import decode, start_with_key
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbguard.detect.detectors import DetectorEntry
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.screening_memory import ScreeningMemory
    from nbguard.detect.triggers import Ask, TriggerTable
    from nbguard.documents.fields import Document, Field

__all__ = ["Engine", "Scope", "Screening"]

_EXTRA, _SAMPLES = "extra-rules", "sample-data"
_Topics = dict[str, set[str]]


class Screening(NamedTuple):
    """What the prefilter says of a file.

    ``hits``: pairs of byte offset and who asks there, sorted. ``blind``: raw bytes prove nothing here (escaped ASCII,
    UTF-16): every field has to be decoded. ``claims``: the detectors whose file it is by its path; ``evidence``: what
    those with a screening of their own said. ``binary``: no text, names mean nothing. ``everything``: no shortcut.
    """

    hits: tuple[tuple[int, Ask], ...]
    blind: bool
    claims: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = {}
    binary: bool = False
    everything: bool = False


class Engine:
    """The detectors of one scope; each is made when first needed.

    With an ``exhaustive`` scope it has no shortcut: every detector gets every field, decoded. It is what the other one
    is held to, and some hundred times slower on clean files.
    """

    def __init__(self, scope: Scope | None = None) -> None:
        self.scope = scope or Scope()
        self._exhaustive = self.scope.exhaustive
        self._entries = {e.name: e for e in DETECTORS if e.kind in self.scope.kinds and e.wanted(self.scope)}
        self._made: dict[str, Any] = {}
        self._triggers = load_triggers()
        self._memory: ScreeningMemory | None = None
        # Ids of the rules that a user added, None without; a pack that can't be read is an error before the first file.
        self.added_rules: set[str] | None = self._detector(_EXTRA).rule_ids if _EXTRA in self._entries else None

    def _detector(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._entries[name].make(self.scope)
        return self._made[name]

    @cached_property
    def _table(self) -> TriggerTable:
        table = self._triggers.table.for_detectors((*self._entries, ""))
        return table if table.is_for_detectors() else table.for_detectors(())

    @cached_property
    def _questions(self) -> Mapping[int, tuple[Question, ...]]:
        """By literal, what is asked where it stands."""
        return Questions(self._table.asks)

    @cached_property
    def _exact_questions(self) -> Mapping[int, tuple[Question, ...]]:
        """The same for binary files."""
        return Questions(lambda number: [ask for ask in self._table.asks(number) if ask.exact])

    @cached_property
    def _prefilter(self) -> Prefilter:
        narrow = {literal: re.escape(literal) + behind for literal, behind in self._table.narrow.items()}
        return Prefilter(self._table.literals, stems=self._table.stems, narrow=narrow)

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        return words_needed(self._table.all_asks())

    @cached_property
    def _claimants(self) -> tuple[tuple[str, Callable[[str], bool]], ...]:
        """Detectors that know some files by their paths."""

        def remembered(entry: DetectorEntry) -> Callable[[str], bool]:
            return lru_cache(1000)(lambda path: entry.claims is not None and entry.claims(self._triggers.files, path))

        return tuple((e.name, remembered(e)) for e in self._entries.values() if e.claims is not None)

    @cached_property
    def _screeners(self) -> tuple[tuple[str, bytes], ...]:
        return tuple((entry.name, entry.mark) for entry in self._entries.values() if entry.screens)

    def screen(self, raw: bytes, path: str, document: Document | None = None) -> Screening | None:
        """What a file's path and raw bytes say, or None where it can hold no finding and needn't be parsed.

        ``document`` is what is in it, where it was parsed already: what is no text isn't looked at then.
        """
        file = read_raw(path, raw, lambda: self._needed, None if self._exhaustive else document)
        file.edits = self._memory.edits(path, raw) if self._memory is not None else None
        hits = self._confirmed(file) if self._table and not (file.blind or self._exhaustive) else []
        if not all(ask.detector for _, ask in hits):
            file.blind = True
        hits = [hit for hit in hits if hit[1].detector]
        claims = tuple(name for name, claims in self._claimants if claims(path))
        evidence = self._evidence(file)
        if not (hits or file.blind or claims or evidence or self._exhaustive):
            return None
        return Screening(tuple(hits), file.blind, claims, evidence, file.binary, self._exhaustive)

    def _evidence(self, file: RawFile) -> dict[str, Any]:
        everything = file.blind or self._exhaustive
        asked = (name for name, mark in self._screeners if everything or mark in file.raw)
        said = ((name, self._detector(name).screen(file, self._exhaustive)) for name in asked)
        return {name: answer for name, answer in said if answer is not None}

    def _confirmed(self, file: RawFile) -> list[tuple[int, Ask]]:
        """Where a literal fired for somebody of whom the raw bytes say that something may come of it.

        Where one of them may find something, all are asked who know a word near it: what the first finds, another may
        know better, and the raw bytes say more surely where something stands than whose it is.
        """
        literals, detector_of, made = self._table.literals, self._detector, self._made
        if self._memory is not None and file.edits is not None and not file.binary:
            return sorted(self._memory.confirmed(file, file.edits, self._prefilter, self._questions, detector_of, made))
        hits: list[tuple[int, Ask]] = []
        others: list[tuple[int, Ask]] = []
        questions = self._exact_questions if file.binary else self._questions
        for number, end in file.places(self._prefilter):
            start = end - len(literals[number])
            if file.binary and file.has_seam(start):
                hits += [(end, ask) for question in questions[number] for ask in question.asks]
                continue
            for ask, confirmed in answer_asks(file, questions[number], start, end, detector_of, made):
                if confirmed and not (ask.detector or file.binary):
                    return [(end, ask)]  # raw bytes prove nothing: no other place is asked about
                (hits if confirmed else others).append((end, ask))
        hits += near_others(file, hits, others)
        hits.sort()
        return hits

    def expect_edits(self) -> None:
        """Remembers the large file that was screened last: for an editor's, which come again after each edit."""
        from nbguard.detect.screening_memory import ScreeningMemory

        self._memory = ScreeningMemory()

    def detect(
        self, document: Document, screening: Screening | None = None, defects: list[str] | None = None
    ) -> list[Finding]:
        """The findings in a document, in file order, each value in each place once.

        What went wrong in a detector is added to ``defects``, and costs what it would have found; else it raises.
        """
        screening = screening or self.screen(document.raw, document.path, document)
        found = list(each_once(self._find(document, screening, defects))) if screening is not None else []
        if not found:
            return []
        from nbguard.detect.credentials.provider_nearby import name_providers
        from nbguard.detect.finding import RANK_FOREIGN
        from nbguard.detect.further_places import find_further_places
        from nbguard.detect.signed_addresses import leave_out_signed
        from nbguard.detect.whole_values import take_whole

        # What another tool says is reported as it does, whatever else stands in the same place.
        foreign = [finding for finding in found if finding.rank == RANK_FOREIGN]
        own = leave_out_signed(take_whole(finding for finding in found if finding.rank != RANK_FOREIGN))
        findings = name_providers(keep_most_specific(own))
        edits = self._memory.edits(document.path, document.raw) if self._memory is not None else None
        findings = keep_most_specific([*findings, *find_further_places(document, findings, edits)])
        return sorted(
            [*findings, *foreign], key=lambda finding: (finding.field.part.start, finding.start, finding.rule)
        )

    def _find(self, document: Document, screening: Screening, defects: list[str] | None) -> Iterator[Finding]:
        fields: Mapping[str, list[tuple[Field, frozenset[str]]]] = {}
        if screening.binary:
            yield from _holding(self._find_in_binary(document, screening), defects)
        else:
            fields = self._candidates(document, screening)
        for name in self._entries:
            said = screening.evidence.get(name)
            if name in fields or name in screening.claims or said is not None:
                check_deadline()
                candidates = Candidates(document, timed(fields.get(name, ())), name in screening.claims, said)
                yield from _holding(self._detector(name).find(candidates), defects)

    def _find_in_binary(self, document: Document, screening: Screening) -> Iterator[Finding]:
        from nbguard.detect.binary_files import find_everywhere, find_in_binary

        if screening.everything:
            asks = [ask for ask in self._table.all_asks() if ask.exact]
            yield from find_everywhere(document, asks, self._detector)
        elif screening.hits:
            yield from find_in_binary(document, screening.hits, self._detector)

    def _candidates(self, document: Document, screening: Screening) -> Mapping[str, list[tuple[Field, frozenset[str]]]]:
        """For each detector the fields in which one of its literals fired, with the topics."""
        fields: dict[str, list[tuple[Field, frozenset[str]]]] = {}
        for field, topics in self._asked_fields(document, screening):
            for name, asked in topics.items():
                fields.setdefault(name, []).append((field, frozenset(asked)))
        return fields

    def _asked_fields(self, document: Document, screening: Screening) -> Iterator[tuple[Field, _Topics]]:
        claimed: _Topics = {name: set() for name in screening.claims}
        if screening.everything or screening.blind or claimed:
            from nbguard.documents.structure.markup import whole_text

            for part in timed(document.parts):
                for field in decode(document, part):
                    if screening.everything:
                        yield field, self._all_topics
                    elif screening.blind:
                        yield field, claimed | self._topics_in(whole_text(document.path, field))
                    else:
                        yield field, claimed | self._hit_in(screening, start_with_key(document.raw, part), part.end)
            return
        ends = [end for end, _ in screening.hits]
        for part in document.parts:
            first = bisect_right(ends, begin := start_with_key(document.raw, part))
            if first < len(ends) and ends[first] <= part.end:
                topics = self._hit_in(screening, begin, part.end)
                for field in decode(document, part, lambda start, end: bool(_within(screening, start, end))):
                    yield field, topics

    @cached_property
    def _all_topics(self) -> _Topics:
        return {name: set(self._triggers.topics_of(name)) for name, e in self._entries.items() if not e.screens}

    def _topics_in(self, text: str) -> _Topics:
        """Who is asked in a decoded text."""
        numbers = {hit.literal for hit in self._prefilter.search(text.encode("utf-8", "replace"))}
        if "\x1b" in text or "x1b[" in text or "u001b[" in text or "033[" in text:
            from nbguard.documents.structure.markup import read_markup

            seen = read_markup(text).text
            numbers |= {hit.literal for hit in self._prefilter.search(seen.encode("utf-8", "replace"))}
        return _joined(ask for number in numbers for ask in self._table.asks(number) if ask.detector)

    def _hit_in(self, screening: Screening, start: int, end: int) -> _Topics:
        return _joined(ask for _, ask in _within(screening, start, end))

    def find_samples_in_large(
        self, document: Document, size: int, read: Callable[[int, int], bytes], path: str
    ) -> Iterator[Finding]:
        """The sample data in a sample of a file that is too large to be read whole.

        ``document`` is made of its head (``large_files.head_of``), ``read`` gives the bytes between two offsets, and
        ``path`` is where the file can be opened.
        """
        if _SAMPLES in self._entries:
            yield from self._detector(_SAMPLES).find_in_large(document, size, read, path)


def _holding(findings: Iterator[Finding], defects: list[str] | None) -> Iterator[Finding]:
    """The findings up to a defect, which is noted where there is a list for it."""
    try:
        yield from findings
    except TookTooLongError:
        raise
    except Exception as error:
        if defects is None:
            raise
        from nbguard.errors import NbguardError, describe_defect

        defects.append(str(error) if isinstance(error, NbguardError) else describe_defect(error))


def _within(screening: Screening, start: int, end: int) -> tuple[tuple[int, Ask], ...]:
    """The hits that end after one offset and no later than another."""
    hits = screening.hits
    first = bisect_right(hits, start, key=lambda hit: hit[0])
    return hits[first : bisect_right(hits, end, key=lambda hit: hit[0])]


def _joined(asks: Iterator[Ask]) -> _Topics:
    topics: _Topics = {}
    for ask in asks:
        topics.setdefault(ask.detector, set()).update(ask.topics)
    return topics
