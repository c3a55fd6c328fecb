"""Says whether a regex can match one text in very many ways, so that it tries them all where it fails in the end.

A regex is turned into the automaton of its characters (Glushkov 1961). It can take exponential time where two ways
lead from a state back to itself over the same text (Weideman et al. 2016, "exponential degree of ambiguity"). Counts of
eight and more are taken for endless ones: `(?:[^<>]{0,60}[<>;m]){1,12}` has a bound that nobody lives to see. What is
possessive or atomic gives nothing back, so that only its inside counts.
"""

import re
from collections.abc import Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from nbguard.detect.catalogue.regex_elements import REPEATS, takes

# Elements that take one character.
SINGLE = (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY)

_SAMPLE = [chr(code) for code in range(128)] + ["é", "\u2028", "\u0660"]
_MANY = 8


class _Piece(NamedTuple):
    """A part of a regex: whether it may be empty, and at which of its characters it begins and ends."""

    empty: bool
    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()


class _Automaton:
    """The characters of a regex, and which may follow which."""

    def __init__(self, flags: int) -> None:
        self._flags = flags
        self.sets: list[frozenset[str]] = []
        self.follow: list[set[int]] = []
        self.left_when: list[frozenset[str]] = []
        self.apart: list[Any] = []
        self.twice = False

    def read(self, nodes: Any) -> _Piece:
        """The piece that some nodes make, one behind the other."""
        whole = _Piece(True)
        for node in nodes:
            whole = self._joined(whole, self._read(*node))
        return whole

    def _joined(self, left: _Piece, right: _Piece) -> _Piece:
        for end in left.last:
            self.follow[end] |= right.first
        return _Piece(
            left.empty and right.empty,
            left.first | right.first if left.empty else left.first,
            left.last | right.last if right.empty else right.last,
        )

    def _read(self, kind: Any, argument: Any) -> _Piece:
        if kind in REPEATS:
            return self._repeated(kind is op.POSSESSIVE_REPEAT, *argument)
        if kind is op.BRANCH:
            pieces = [self.read(branch) for branch in argument[1]]
            return _Piece(
                any(piece.empty for piece in pieces),
                frozenset().union(*(piece.first for piece in pieces)),
                frozenset().union(*(piece.last for piece in pieces)),
            )
        if kind is op.SUBPATTERN:
            return self.read(argument[-1])
        if kind is op.ATOMIC_GROUP:
            return self.read(argument)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            self.apart.append(argument[1])
            return _Piece(True)
        if kind in SINGLE:
            return self._character(kind, argument)
        return _Piece(True)  # places, and groups that are named again

    def _repeated(self, possessive: bool, least: int, most: int, body: Any) -> _Piece:
        single = len(body) == 1 and body[0][0] in SINGLE
        if possessive and not single:
            # One turn after the other is over for good: it is as if each were a match of its own.
            self.apart.append(body)
            return _Piece(True)
        if int(most) < _MANY and not possessive:
            whole = _Piece(True)
            for turn in reversed(range(int(most))):  # X{1,3} is X(X(X)?)?
                whole = self._joined(self.read(body), whole)
                whole = whole._replace(empty=whole.empty or turn >= int(least))
            return whole
        piece = self.read(body)
        for end in piece.last:
            # Another repeat inside leads there as well: a turn of either is a way of its own.
            again = self.follow[end] & piece.first
            self.twice |= any(self.sets[one] & self.left_when[end] for one in again)
            self.follow[end] |= piece.first
            if possessive and int(most) > _MANY:
                self.left_when[end] = frozenset(_SAMPLE) - self.sets[end]
        return piece._replace(empty=piece.empty or not int(least))

    def _character(self, kind: Any, argument: Any) -> _Piece:
        at = len(self.sets)
        self.sets.append(frozenset(sign for sign in _SAMPLE if self._takes(kind, argument, sign)))
        self.follow.append(set())
        self.left_when.append(frozenset(_SAMPLE))
        return _Piece(False, frozenset((at,)), frozenset((at,)))

    def _takes(self, kind: Any, argument: Any, sign: str) -> bool:
        if kind is op.ANY and self._flags & re.DOTALL:
            return True
        signs = {sign, sign.lower(), sign.upper()} if self._flags & re.IGNORECASE else {sign}
        return any(takes(kind, argument, one) for one in signs)


def is_ambiguous(pattern: str, flags: int = 0) -> bool:
    """Whether a regex, or what it looks for ahead or behind, may take exponential time."""
    parsed = _parser.parse(pattern, flags)
    waiting: list[Any] = [parsed]
    while waiting:
        automaton = _Automaton(parsed.state.flags)
        automaton.read(waiting.pop())
        if automaton.twice or _has_two_ways_back(automaton):
            return True
        waiting += automaton.apart
    return False


def _has_two_ways_back(automaton: _Automaton) -> bool:
    """Whether from some character two ways lead back to it over the same text: in the graph of pairs of characters,
    a pair of one character with itself and a pair of two lie in one circle.
    """
    sets, follow, left_when = automaton.sets, automaton.follow, automaton.left_when

    def behind(one: int) -> dict[int, frozenset[str]]:
        return {then: sets[then] if then == one else sets[then] & left_when[one] for then in follow[one]}

    ways = [behind(one) for one in range(len(sets))]

    def pairs_behind(pair: tuple[int, int]) -> Iterator[tuple[int, int]]:
        for a, first in ways[pair[0]].items():
            for b, second in ways[pair[1]].items():
                if not first.isdisjoint(second):
                    yield min(a, b), max(a, b)

    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    waiting = [(one, one) for one in range(len(sets)) if follow[one]]
    while waiting:
        pair = waiting.pop()
        if pair not in edges:
            edges[pair] = list(dict.fromkeys(pairs_behind(pair)))
            waiting += edges[pair]
    return any(
        len({left == right for left, right in circle}) == 2 for circle in _circles(edges)
    )  # fmt: skip


def _circles(edges: dict[tuple[int, int], list[tuple[int, int]]]) -> Iterator[list[tuple[int, int]]]:
    """The strongly connected parts of a graph (Kosaraju)."""
    order: list[tuple[int, int]] = []
    seen: set[tuple[int, int]] = set()
    for start in edges:
        path = [(start, iter(edges[start]))] if start not in seen else []
        seen.add(start)
        while path:
            then = next((one for one in path[-1][1] if one not in seen), None)
            if then is None:
                order.append(path.pop()[0])
            else:
                seen.add(then)
                path.append((then, iter(edges[then])))
    back: dict[tuple[int, int], list[tuple[int, int]]] = {pair: [] for pair in edges}
    for pair, thens in edges.items():
        for then in thens:
            back[then].append(pair)
    while order:
        part, waiting = [], [order.pop()]
        while waiting:
            pair = waiting.pop()
            if pair in seen:
                seen.discard(pair)
                part.append(pair)
                waiting += back[pair]
        yield part
