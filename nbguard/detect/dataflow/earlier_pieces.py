"""What was read of an earlier version of a document: of an edited one, all parts but one come again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.documents.fields import Part

T = TypeVar("T")


class Change(NamedTuple):
    """The units that came and those that went between two versions of a document."""

    fresh: list[Unit]
    gone: list[Unit]


class KnownPiece(NamedTuple, Generic[T]):
    """A part, of which kind it is, its bytes, and the piece that was read from them."""

    part: Part
    kind: str
    raw: bytes
    piece: T


class EarlierPieces(Generic[T]):
    """The pieces of an earlier version by the numbers of their parts; each is taken once.

    Mostly a part is where it was, which costs next to nothing to see; else its bytes may stand elsewhere.
    """

    def __init__(self, pieces: list[KnownPiece[T] | None]) -> None:
        self._pieces = pieces
        self._places: dict[tuple[bytes, str], list[int]] | None = None

    def take(self, index: int, part: Part, kind: str, raw: bytes) -> KnownPiece[T] | None:
        """What was read from the bytes that a part, the one with this number, has in a new version's ``raw``."""
        known = self._pieces[index] if index < len(self._pieces) else None
        if known is not None and known.part == part and known.kind == kind and raw.startswith(known.raw, part.start):
            self._pieces[index] = None
            return known
        places = self._elsewhere().get((raw[part.start : part.end], kind), []) if self._pieces else []
        while places:
            place = places.pop()
            known, self._pieces[place] = self._pieces[place], None
            if known is not None:
                return known
        return None

    def _elsewhere(self) -> dict[tuple[bytes, str], list[int]]:
        if self._places is None:
            self._places = {}
            for place, left in enumerate(self._pieces):
                if left is not None:
                    self._places.setdefault((left.raw, left.kind), []).append(place)
        return self._places
