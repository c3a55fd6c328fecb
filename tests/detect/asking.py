"""Asks the generic detectors alone, the way the engine does: literal, confirmation, field, detector."""

from collections.abc import Iterator, Mapping
from itertools import chain

from nbguard.detect.confirmations import answer_asks, questions_of
from nbguard.detect.detector import Candidates
from nbguard.detect.detectors import DETECTORS
from nbguard.detect.finding import Finding
from nbguard.detect.overlaps import each_once
from nbguard.detect.raw_file import RawFile
from nbguard.detect.scope import Scope
from nbguard.detect.triggers import load_triggers
from nbguard.documents.fields import Field
from nbguard.documents.reading import open_document

GENERIC = ("detect-secrets", "named-pairs", "address-passwords", "service-keys",
           "encoded-layers")  # fmt: skip
_MADE = {entry.name: entry.make(Scope()) for entry in DETECTORS if entry.name in GENERIC}

Topics = Mapping[str, frozenset[str]]
EVERYTHING: Topics = {name: load_triggers().topics_of(name) for name in GENERIC}


def asked_by(raw: bytes) -> Topics:
    """Which of the detectors are asked by raw bytes, and about what."""
    file, lowered = RawFile("a.py", raw), raw.lower()
    topics: dict[str, frozenset[str]] = {}
    for trigger in load_triggers().table.for_detectors(GENERIC):
        literal, asks = trigger.literal, trigger.asks
        at = lowered.find(literal.encode())
        while at >= 0:
            for ask, confirmed in answer_asks(file, questions_of(asks), at, at + len(literal), _MADE.__getitem__):
                if confirmed:
                    topics[ask.detector] = topics.get(ask.detector, frozenset()).union(ask.topics)
            at = lowered.find(literal.encode(), at + 1)
    return topics


def find_asked(field: Field, topics: Topics) -> Iterator[Finding]:
    """What the detectors find in a field when they are asked about these topics."""
    document = open_document("a.py", b"")
    found = (_MADE[name].find(Candidates(document, ((field, asked),))) for name, asked in topics.items())
    return each_once(chain.from_iterable(found))
