"""Reads lists of strings out of Go source, as far as they are literals, sums of these, and calls that are known."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)|(?P<raw>`[^`]*`)|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<number>\d[\d.]*)"""
    r"""|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?P<sign>:=|\.\.\.|.)""",
    re.DOTALL,
)


class UnknownValueError(Exception):
    """An expression whose value this reader doesn't know."""


class _Token(NamedTuple):
    kind: str
    text: str


def assigned_values(source: str, name: str, calls: Mapping[str, Callable[..., Any]]) -> Iterator[Any]:
    """The values that are given to a variable of this name, one after the other; ``calls`` are known functions.

    Other variables that are made of the same are known too. What isn't known is left out, in lists by element.
    """
    tokens = [_Token(str(found.lastgroup), found[0]) for found in _TOKEN.finditer(source) if found.lastgroup != "skip"]
    known: dict[str, Any] = {}
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text == "func":
            known = {}
        if token.kind == "name" and at + 1 < len(tokens) and tokens[at + 1].text in (":=", "="):
            reader = _Reader(tokens, at + 2, known, calls)
            try:
                value = reader.expression()
            except UnknownValueError:
                at += 2
                continue
            if token.text == name:
                # What is appended comes once.
                yield value
            else:
                known[token.text] = value
        at += 1


class _Reader:
    """Evaluates one expression."""

    def __init__(
        self, tokens: list[_Token], at: int, known: Mapping[str, Any], calls: Mapping[str, Callable[..., Any]]
    ) -> None:
        self._tokens, self._at, self._known, self._calls = tokens, at, known, calls

    def expression(self) -> Any:
        value = self._operand()
        while self._peek() == "+":
            self._at += 1
            other = self._operand()
            if not isinstance(value, str) or not isinstance(other, str):
                raise UnknownValueError
            value += other
        return value

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _operand(self) -> Any:
        if self._at >= len(self._tokens):
            raise UnknownValueError
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "raw":
            return token.text[1:-1].replace("\r", "")
        if token.kind == "string":
            try:
                return ast.literal_eval(token.text)
            except (ValueError, SyntaxError):
                raise UnknownValueError from None
        if token.kind == "number":
            return token.text
        if token.text == "[" and self._peek() == "]":
            self._at += 2  # ] and the type
            return self._list("{", "}")
        if token.text == "map":
            while self._peek() not in ("{", ""):
                self._at += 1
            return {key: value for key, value in self._pairs() if value is not None}
        if token.kind == "name":
            return self._named(token.text)
        raise UnknownValueError

    def _named(self, name: str) -> Any:
        if self._peek() == "(":
            arguments = self._list("(", ")")
            if name == "append":
                lists = (added if isinstance(added, list) else [added] for added in arguments[1:] if added is not None)
                return [one for added in lists for one in added]
            if name in self._calls and None not in arguments:
                return self._calls[name](*arguments)
            raise UnknownValueError
        if name in self._known:
            return self._known[name]
        if name == "tps":
            return []
        raise UnknownValueError

    def _list(self, opening: str, closing: str) -> list[Any]:
        """The elements between two signs; of calls None in place of what isn't known, of lists nothing."""
        elements = [value for _, value in self._elements(opening, closing)]
        return elements if opening == "(" else [one for one in elements if one is not None]

    def _pairs(self) -> Iterator[tuple[Any, Any]]:
        yield from self._elements("{", "}")

    def _elements(self, opening: str, closing: str) -> Iterator[tuple[Any, Any]]:
        if self._peek() != opening:
            raise UnknownValueError
        self._at += 1
        while self._peek() not in (closing, ""):
            key, value = None, self._one()
            if self._peek() == ":":
                self._at += 1
                key, value = value, self._one()
            if self._peek() == "...":
                self._at += 1
            if self._peek() == ",":
                self._at += 1
            yield key, value
        self._at += 1

    def _one(self) -> Any:
        start = self._at
        try:
            return self.expression()
        except UnknownValueError:
            self._at = start
            self._skip_element()
            return None

    def _skip_element(self) -> None:
        depth = 0
        while (text := self._peek()) and (depth or text not in (",", ":", ")", "}", "]")):
            depth += (text in "([{") - (text in ")]}")
            self._at += 1
