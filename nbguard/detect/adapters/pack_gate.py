"""Says in one pass which rules of a pack can match a text: most texts hold a keyword, hardly any a match.

The regexes are written for RE2. hyperscan reads them as PCRE, all at once, in its mode for prefilters, which matches
wherever the regex does and in more places. Where the two languages might differ the gate says nothing: in a text that
isn't ASCII or holds a vertical tab (one of them counts it as a space), and for a regex that says something in another
way (``_ELSEWHERE``) or that hyperscan can't take.

The languages: https://github.com/google/re2/wiki/Syntax,
https://intel.github.io/hyperscan/dev-reference/compilation.html#pattern-support
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbguard.detect.prefilter import kept_database

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.adapters.rule_packs import PackRule

# Unicode classes, \v (several characters in PCRE), quotes, digits behind a backslash, code points, characters that
# fold with others, and (?m), whose ^ PCRE doesn't match behind the last line feed.
_ELSEWHERE = re.compile(r"\\[pPvQ1-9]|\\x\{|[^\x01-\x7f]|\(\?[A-Za-z-]*m")
# Stands for a regex of which nothing is known: it matches everything.
_ANYTHING = b"(?s).*"
# Characters; up to here trying the keywords is cheaper than loading the database.
_LITTLE = 48_000


class RuleGate:
    """The regexes of some rules in one hyperscan database, loaded when enough text has come to repay it."""

    def __init__(self, rules: Iterable[PackRule]) -> None:
        self._rules = [rule for rule in rules if rule.regex is not None and not rule.silent]
        self._all = frozenset(rule.id for rule in self._rules)
        self._seen = 0
        self._database: Any = None
        self._without_hyperscan = not self._rules

    def may_match(self, text: str) -> frozenset[str]:
        """The ids of the rules that may match in a text; rules that only serve others are never among them."""
        self._seen += len(text)
        if self._without_hyperscan or self._seen <= _LITTLE or not text.isascii() or "\x0b" in text:
            return self._all
        if self._database is None:
            expressions = [_expression(rule.regex.pattern) for rule in self._rules]
            self._database = kept_database(b"rule pack", expressions, lambda: _compile(expressions))
            if self._database is None:
                self._without_hyperscan = True
                return self._all
        numbers: list[int] = []
        append = numbers.append
        self._database.scan(text.encode(), match_event_handler=lambda number, *_: append(number))
        return frozenset(self._rules[number].id for number in numbers)


def _expression(pattern: str) -> bytes:
    return _ANYTHING if _ELSEWHERE.search(pattern) else pattern.encode()


def _compile(expressions: list[bytes]) -> Any:
    """The database of these regexes, where each says once that it matches."""
    import hyperscan

    try:
        return _compiled(expressions)
    except hyperscan.error:
        return _compiled([one if _is_possible(one) else _ANYTHING for one in expressions])


def _is_possible(expression: bytes) -> bool:
    import hyperscan

    try:
        _compiled([expression])
    except hyperscan.error:
        return False
    return True


def _compiled(expressions: list[bytes]) -> Any:
    import hyperscan

    flags = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=expressions,
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[flags] * len(expressions),
    )
    return database
