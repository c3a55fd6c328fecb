"""Proves that a regex matches no text without one of its literals: a search for these may stand before it.

The regex becomes an automaton (Thompson's construction), the literals another one (Aho and Corasick's), and both walk
through the same text: where the first can end and the second has seen no literal, there is a text that a prefilter
would leave out. What only narrows a match (assertions, greed, upper bounds) is dropped: a text too many may be found in
this way, never one too few.
"""

from __future__ import annotations

from re import _constants, _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.catalogue.regex_elements import REPEATS, is_negated, takes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WITHOUT_WIDTH = (_constants.AT, _constants.ASSERT_NOT)
# A least count above this counts as this: longer than any literal.
_COPIES = 64
# Any character of no literal.
_OTHER = "\N{WHITE SQUARE}"


class _Automaton(NamedTuple):
    """Edges by state: those that take no character, and those that take one of some."""

    empty: list[list[int]]
    taking: list[list[tuple[frozenset[str], int]]]

    def add_state(self) -> int:
        self.empty.append([])
        self.taking.append([])
        return len(self.empty) - 1


def find_text_without(pattern: str, literals: Sequence[str]) -> str | None:
    """A text that the pattern may match in which none of the literals stands; None where there is no such text.

    Literals are in lower case, and the case of ASCII letters doesn't count: whether the pattern's flags let it count
    narrows the match only. The Kelvin sign and the long s, which a pattern that ignores case takes for k and s, aren't
    looked at. Signs of no literal are drawn as a square.
    Raises re.error for a broken pattern.
    """
    return _find_without(_parser.parse(pattern), literals)


def _find_without(items: Any, literals: Sequence[str]) -> str | None:
    automaton = _Automaton([], [])
    first = automaton.add_state()
    last = _Builder(automaton, literals).add(items, first)
    return _walk(automaton, first, last, literals)


class _Builder:
    """Turns a parsed regex into states."""

    def __init__(self, automaton: _Automaton, literals: Sequence[str]) -> None:
        self._automaton, self._literals = automaton, literals
        # States that something may have been taken before.
        self._begun: set[int] = set()
        self._alphabet = sorted({sign for literal in literals for sign in literal})
        self._everything = frozenset((*self._alphabet, _OTHER))

    def add(self, items: Any, state: int) -> int:
        """Adds a sequence behind a state; the state in which it ends."""
        for operator, argument in items:
            state = self._add_one(operator, argument, state)
        return state

    def _add_one(self, operator: Any, argument: Any, state: int) -> int:
        if operator in _WITHOUT_WIDTH:
            return state
        if operator is _constants.ASSERT:
            return self._look(argument, state)
        if operator is _constants.BRANCH:
            return self._join([self.add(branch, state) for branch in argument[1]])
        if operator is _constants.SUBPATTERN:
            return self.add(argument[-1], state)
        if operator is _constants.ATOMIC_GROUP:
            return self.add(argument, state)
        if operator in REPEATS:
            return self._repeat(argument, state)
        if operator in (_constants.GROUPREF, _constants.GROUPREF_EXISTS):
            self._automaton.taking[state].append((self._everything, state))
            return state
        return self._take(self._signs(operator, argument), state)

    def _look(self, argument: Any, state: int) -> int:
        """A look ahead or behind that must succeed. What stands before the match counts as its beginning."""
        direction, items = argument
        if direction < 0 and state not in self._begun:
            return self.add(items, state)
        # Where a literal is seen, the way ends here: a state that nothing leads to.
        return state if _find_without(items, self._literals) is not None else self._automaton.add_state()

    def _repeat(self, argument: Any, state: int) -> int:
        least, most, items = argument
        for _ in range(min(int(least), _COPIES)):
            state = self.add(items, state)
        if most == least:
            return state
        if most == 1:
            return self._join([state, self.add(items, state)])
        begin = self._join([state])
        self._begun.add(begin)
        self._automaton.empty[self.add(items, begin)].append(begin)
        return begin

    def _join(self, states: list[int]) -> int:
        end = self._automaton.add_state()
        for state in states:
            self._automaton.empty[state].append(end)
        if not self._begun.isdisjoint(states):
            self._begun.add(end)
        return end

    def _take(self, signs: frozenset[str], state: int) -> int:
        end = self._automaton.add_state()
        self._begun.add(end)
        self._automaton.taking[state].append((signs, end))
        return end

    def _signs(self, operator: Any, argument: Any) -> frozenset[str]:
        """Which signs of the literals, in lower case, a single element takes, and whether it takes others."""
        if operator is _constants.ANY:
            return self._everything
        known = {sign for sign in self._alphabet if any(takes(operator, argument, one) for one in (sign, sign.upper()))}
        return frozenset(known | {_OTHER} if self._takes_others(operator, argument) else known)

    def _takes_others(self, operator: Any, argument: Any) -> bool:
        if operator is _constants.LITERAL:
            return chr(argument).lower() not in self._alphabet
        if operator is _constants.RANGE:
            first, last = argument
            return last - first > 200 or any(chr(code).lower() not in self._alphabet for code in range(first, last + 1))
        if operator is _constants.IN and not is_negated(argument):
            return any(self._takes_others(*item) for item in argument)
        return True


def _walk(automaton: _Automaton, first: int, last: int, literals: Sequence[str]) -> str | None:
    """The shortest text from the first state to the last one without a literal."""
    reached = {(first, ""): ""}
    waiting = [(first, "")]
    for state, seen in waiting:
        text = reached[state, seen]
        if state == last:
            return text
        for sign, after in _steps(automaton, state):
            now = _seen(seen + sign, literals)
            if now is not None and (after, now) not in reached:
                reached[after, now] = text + sign
                waiting.append((after, now))
    return None


def _steps(automaton: _Automaton, state: int) -> Iterator[tuple[str, int]]:
    for after in automaton.empty[state]:
        yield "", after
    for signs, after in automaton.taking[state]:
        for sign in sorted(signs):
            yield sign, after


def _seen(text: str, literals: Sequence[str]) -> str | None:
    """The longest end of a text with which a literal begins; None where a literal is complete."""
    if any(text.endswith(literal) for literal in literals):
        return None
    longest = max(map(len, literals), default=0)
    for length in range(min(longest, len(text)), 0, -1):
        if any(literal.startswith(text[-length:]) for literal in literals):
            return text[-length:]
    return ""
