"""What clients have sent of their notebooks, so that only changed cells and changed outputs have to travel.

A scan that says ``base`` is remembered, and its answer names what the next one may build on. There, ``[from, to]`` in
place of cells means those that were numbered so before, and ``[cell, from, to]`` in place of outputs those of a cell.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeVar

import msgspec

from nbguard.editing.request_errors import RequestError, malformed
from nbguard.editing.request_records import NotebookRequest, RequestCell, explain_invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Notebooks of which everything is kept, and the bytes of all of them at most.
_KEPT, _MOST_BYTES = 16, 256_000_000
# How many numbers name a run of cells, and one of outputs.
_OF_CELLS, _OF_OUTPUTS = 2, 3
_RUN = b"["
Item = TypeVar("Item")
Kind = TypeVar("Kind")


class ScanRequest(NotebookRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A notebook of which cells may be left out that were sent before.

    ``base`` is what it builds on: what the answer to another scan said, or empty, to be told that the next time.
    ``with_outputs``: false to look at the sources only; outputs are kept all the same.
    """

    base: Annotated[str, msgspec.Meta(max_length=64)] | msgspec.UnsetType = msgspec.UNSET
    with_outputs: bool = True


class _Cell(NamedTuple):
    """A cell's JSON, and the same without its outputs."""

    full: msgspec.Raw
    bare: msgspec.Raw


class _Sent(NamedTuple):
    """The cells of a notebook at a path, and how many bytes they are."""

    path: str
    cells: tuple[_Cell, ...]
    size: int


class _Before:
    """The cells that a request builds on. A few bytes can name the same ones over and over: ``most`` bytes in all."""

    def __init__(self, cells: Sequence[_Cell], most: int) -> None:
        self._cells = cells
        self._most = self._left = most
        # Those that a cell of the request named: each is read once, however often it is named.
        self._outputs: dict[int, list[msgspec.Raw]] = {}

    def cells_between(self, first: int, last: int) -> Sequence[_Cell]:
        """Raises RequestError where there aren't so many, or they are too large."""
        named = _slice(self._cells, first, last)
        self._count(cell.full for cell in named)
        return named

    def outputs_between(self, number: int, first: int, last: int) -> Sequence[msgspec.Raw]:
        """Outputs of a cell. Raises RequestError as ``cells_between`` does."""
        if number not in self._outputs:
            (named,) = _slice(self._cells, number, number + 1)
            known = msgspec.json.decode(named.full, type=RequestCell).outputs
            self._outputs[number] = msgspec.json.decode(known, type=list[msgspec.Raw]) if bytes(known) else []
        listed = _slice(self._outputs[number], first, last)
        self._count(listed)
        return listed

    def _count(self, named: Iterable[msgspec.Raw]) -> None:
        self._left -= sum(len(bytes(piece)) for piece in named)
        if self._left < 0:
            limit = self._most / 1_000_000
            raise RequestError(413, f"the whole notebook is larger than {limit:g} MB; clear outputs", "size")


class SentNotebooks:
    """What was sent, by the name that an answer gave it. Used on one thread."""

    def __init__(self, largest: int = _MOST_BYTES) -> None:
        """``largest``: bytes of a whole notebook that need not be sent."""
        self._sent: dict[str, _Sent] = {}
        self._largest = largest

    def complete(self, request: ScanRequest) -> tuple[NotebookRequest, str]:
        """The request with all its cells, and what the next one may build on (empty: nothing).

        Raises RequestError: 409 where that which it builds on isn't known any more or hasn't so many cells, and 413
        where all of them are too large.
        """
        cells = self._read(request)
        if cells is None:
            return request, ""
        if request.base is not msgspec.UNSET:
            self._sent.pop(request.base, None)
        return _whole(request, cells), self._remember(request.path, tuple(cells))

    def look(self, request: ScanRequest) -> NotebookRequest:
        """The request with all its cells; what is remembered stays. Raises RequestError as ``complete`` does."""
        cells = self._read(request)
        return request if cells is None else _whole(request, cells)

    def _read(self, request: ScanRequest) -> list[_Cell] | None:
        """All cells of a request; None for one that leaves none out."""
        if request.text is not None:
            return None
        if request.base is msgspec.UNSET:
            if any(bytes(given).startswith(_RUN) for given in request.cells):
                raise _unknown()
            return None
        before = _Before(self._find(request.base, request.path).cells if request.base else (), self._largest)
        cells: list[_Cell] = []
        for number, given in enumerate(request.cells):
            piece = bytes(given)
            if piece.startswith(_RUN):
                first, last = _numbers(piece, _OF_CELLS, f"cells[{number}]")
                cells += before.cells_between(first, last)
            else:
                cells.append(_make_cell(piece, before, f"cells[{number}]"))
        return cells

    def forget(self) -> None:
        """Lets everything go."""
        self._sent.clear()

    def _find(self, base: str, path: str) -> _Sent:
        sent = self._sent.get(base)
        if sent is None or sent.path != path:
            raise _unknown()
        return sent

    def _remember(self, path: str, cells: tuple[_Cell, ...]) -> str:
        size = sum(len(bytes(cell.full)) for cell in cells)
        if size > _MOST_BYTES:
            return ""
        name = secrets.token_hex(16)
        self._sent[name] = _Sent(path, cells, size)
        while len(self._sent) > _KEPT or sum(sent.size for sent in self._sent.values()) > _MOST_BYTES:
            del self._sent[next(iter(self._sent))]
        return name


def _whole(request: ScanRequest, cells: Sequence[_Cell]) -> NotebookRequest:
    wanted = [cell.full if request.with_outputs else cell.bare for cell in cells]
    return NotebookRequest(request.path, wanted, request.language, request.metadata)


def _make_cell(piece: bytes, before: _Before, place: str) -> _Cell:
    """A cell that was sent, with those of its outputs that it names by their numbers."""
    cell = _read(piece, RequestCell, place)
    if not bytes(cell.outputs):
        whole = msgspec.Raw(piece)
        return _Cell(whole, whole)
    outputs: list[msgspec.Raw] = []
    for given in _read(bytes(cell.outputs), list[msgspec.Raw], f"{place}.outputs"):
        if bytes(given).startswith(_RUN):
            outputs += before.outputs_between(*_numbers(bytes(given), _OF_OUTPUTS, f"{place}.outputs"))
        else:
            outputs.append(given)
    return _Cell(_encode(cell, outputs), _encode(cell, None))


def _encode(cell: RequestCell, outputs: list[msgspec.Raw] | None) -> msgspec.Raw:
    fields = ("id", "cell_type", "source", "metadata", "attachments")
    given = {name: getattr(cell, name) for name in fields}
    kept = {name: value for name, value in given.items() if not isinstance(value, msgspec.Raw) or bytes(value)}
    return msgspec.Raw(msgspec.json.encode(kept | ({} if outputs is None else {"outputs": outputs})))


def _slice(items: Sequence[Item], first: int, last: int) -> Sequence[Item]:
    if not first <= last <= len(items):
        raise _unknown()
    return items[first:last]


def _unknown() -> RequestError:
    return RequestError(409, "what this builds on isn't known any more; send all cells", "base")


def _numbers(piece: bytes, count: int, place: str) -> list[int]:
    numbers = _read(piece, list[int], place)
    if len(numbers) != count or min(numbers) < 0:
        raise malformed(f"Expected {count} numbers, at {place}")
    return numbers


def _read(piece: bytes, kind: type[Kind], place: str) -> Kind:
    try:
        return msgspec.json.decode(piece, type=kind)
    except msgspec.ValidationError as error:
        raise malformed(explain_invalid(error, place)) from None
    except RecursionError:
        raise malformed(f"{place} is nested too deep") from None
