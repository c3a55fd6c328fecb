"""What a detector is: the literals without which it finds nothing, and the search in the fields where one fired.

The engine knows nothing else of a detector. A new one is a module with a class of this and a line in
``detectors``; ``python -m nbguard.detect.catalogue.build`` then puts its literals into the table that the prefilter
searches for. The module is imported when one of its literals has fired, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Catalogue
    from nbguard.detect.providers.sink import Sink
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Document, Field

# What follows a word of a name to which something is given (see Literal.narrow): the rest of the name, and its end.
BEHIND_A_NAME = r"[A-Za-z0-9_-]{0,34}[^A-Za-z0-9_-]"


class Knowledge(NamedTuple):
    """What literals are made of: the catalogue, its sinks by their literals, and the providers' names with ids."""

    catalogue: Catalogue
    sinks: Mapping[str, Sink]
    names: Mapping[str, str]


class Literal(NamedTuple):
    """A text (lower case, ASCII) that stands in every field in which a detector finds something.

    ``topic`` is handed back to the detector where the literal fired, so that it needn't try everything. ``confirm`` is
    a regex that the raw bytes match where the literal begins, in JSON too; empty where nothing more is known there.
    Of the ``needs`` one stands somewhere in the file: a word in lower case, or several joined by ``&``. ``exact``: what
    is found has a shape of its own, so that it counts in binary files. ``stem`` is a part of the literal that many
    others share, if it has a natural one. ``narrow`` is for literals that stand nearly everywhere: a regex, for
    hyperscan too, that whatever follows the literal matches. It has one end.
    """

    text: str
    topic: str = ""
    confirm: str = ""
    needs: tuple[str, ...] = ()
    exact: bool = False
    stem: str = ""
    narrow: str = ""


class Candidates(NamedTuple):
    """Where a detector has to look: fields, each with the topics of the literals that fired there.

    Topics may be too many, never too few. ``claimed``: the document is the detector's by its path. ``evidence`` is
    what the detector's own ``screen`` said.
    """

    document: Document
    fields: Sequence[tuple[Field, frozenset[str]]] = ()
    claimed: bool = False
    evidence: Any = None


class Detector:
    """Finds one kind of thing, made for one scope.

    One that looks at the raw bytes itself before a file is parsed has ``confirms(file, topics, start, end) -> bool``:
    whether something may come of a literal at these offsets, yes too often, never no for what is found. It is asked
    after the literal's regex and needs, so about few, and what it says holds in JSON without escaped ASCII.

    One with a screening of its own instead of literals has ``screen(file, exhaustive)``: what ``find`` gets as
    evidence, None where the file can hold nothing; with ``exhaustive`` never None.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def literals(self, _: Knowledge, /) -> Iterable[Literal]:
        """The literals without one of which this detector finds nothing. Called when the table is built."""
        return ()

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what there is in some fields, in any order. What it finds in a field hangs on no topic."""
        raise NotImplementedError
