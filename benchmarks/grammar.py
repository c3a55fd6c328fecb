"""Texts from the grammar of a regex: one that it matches, such texts cut short, and what it repeats.

Made from the tree of Python's own parser of regexes, the one behind `re.compile`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

# Private names of the standard library, without types of their own.
ops: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
# Characters that stand for a class of them.
_CLASSES = {
    ops.CATEGORY_DIGIT: "0123456789", ops.CATEGORY_NOT_DIGIT: "ab- ", ops.CATEGORY_SPACE: " \n\t",
    ops.CATEGORY_NOT_SPACE: "aZ09-_", ops.CATEGORY_WORD: "abcXYZ019_", ops.CATEGORY_NOT_WORD: " -=\"'",
}  # fmt: skip
_ANY = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/=.:,;\"' "
_MORE = 12


class Grammar:
    """A regex as a maker of texts. Raises ``re.error`` for what is no regex."""

    def __init__(self, pattern: str, chooser: random.Random) -> None:
        self._tree = parser.parse(pattern)
        self._chooser = chooser
        self._groups: dict[int, str] = {}
        self._repeated: list[str] = []

    def pieces(self) -> list[str]:
        """A whole match first, then parts of matches, and what is repeated in them."""
        whole = self._make(self._tree)
        other = self._make(self._tree)
        cuts = [whole[: len(whole) // 2], whole[:-1], other[1:], whole + other[: len(other) // 2]]
        return list(dict.fromkeys(piece for piece in (whole, *cuts, *self._repeated) if piece))

    def make(self) -> str:
        """A text that the regex matches, as far as it says so by its characters (not by what stands beside them)."""
        return self._make(self._tree)

    def _make(self, tree: Any) -> str:
        return "".join(self._make_one(op, argument) for op, argument in tree)

    def _make_one(self, op: Any, argument: Any) -> str:
        if op is ops.LITERAL:
            return chr(argument)
        if op is ops.NOT_LITERAL:
            return self._chooser.choice(_ANY.replace(chr(argument), "") or "a")
        if op is ops.ANY:
            return self._chooser.choice(_ANY)
        if op is ops.IN:
            return self._one_of(argument)
        if op is ops.BRANCH:
            return self._make(self._chooser.choice(argument[1]))
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            return self._repeat(*argument)
        return self._make_group(op, argument)

    def _make_group(self, op: Any, argument: Any) -> str:
        if op is ops.SUBPATTERN:
            self._groups[argument[0]] = text = self._make(argument[3])
            return text
        if op is ops.ATOMIC_GROUP:
            return self._make(argument)
        if op is ops.ASSERT and argument[0] > 0:
            return self._make(argument[1])
        if op is ops.GROUPREF:
            return self._groups.get(argument, "")
        if op is ops.GROUPREF_EXISTS:
            return self._make(argument[1])
        return ""  # positions, and what must not stand there

    def _repeat(self, least: int, most: int, tree: Any) -> str:
        times = min(int(most), int(least) + self._chooser.randint(0, _MORE))
        text = "".join(self._make(tree) for _ in range(min(times, 200)))
        self._repeated.append(text)
        return text

    def _one_of(self, choices: Any) -> str:
        negated = choices[0][0] is ops.NEGATE
        chars: set[str] = set()
        for op, argument in choices:
            if op is ops.LITERAL:
                chars.add(chr(argument))
            elif op is ops.RANGE:
                chars.update(map(chr, range(argument[0], min(argument[1], argument[0] + 300) + 1)))
            elif op is ops.CATEGORY:
                chars.update(_CLASSES.get(argument, ""))
        if negated:
            chars = set(_ANY) - chars or {"\x7f"}
        return self._chooser.choice(sorted(chars))
