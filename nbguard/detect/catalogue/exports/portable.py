"""Our rules as regexes that RE2, Go and Hyperscan take: no look-around, no repetition above 1,000.

A rule becomes contexts: what stands before the value, the value itself, and what stands behind it. What a look-around
says beside the value becomes a part of these; what one says inside of it is left out, so that the exported regex may
match more than ours does, never less. Names, calls and headers lead to a value on the same line or in the same call;
what only an import or a variable in another cell tells isn't a context of a regex.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.providers.provider_rules import Call, Rule

# A quotation mark, in the JSON of a notebook too.
QUOTE = r"\\?[\"']"
NOT_A_WORD = r"[^A-Za-z0-9_]"
# What a value may be of which nothing is known: as secrets are written, and long enough to be one.
_OPAQUE = r"[A-Za-z0-9_.~+/=-]{16,}"
_PASSWORD = r"[^\s\"'\\]{6,}"
_IN_CALL = r"[^()]*?"
_ARGUMENT = r"[^,()]+,\s*"

# What may not follow a value that has no quotation marks.
_BEHIND_BARE = r"(?:[^A-Za-z0-9_.~+/=-]|$)"

_AHEAD = re.compile(r"\(\?[=!](?:[^()\\[]|\\.|\[(?:[^\]\\]|\\.)*\])*\)")
_BEHIND = re.compile(r"^\(\?<!(?P<what>\[(?:[^\]\\]|\\.)*\]|\\?.)\)")
_BEHIND_ANY = re.compile(r"^\(\?:\(\?<=(?P<one>\[(?:[^\]\\]|\\.)*\])\)\|\(\?<=(?P<other>\\\\n)\)\)")
_NOT_AFTER = re.compile(r"\(\?!(?P<what>\[(?:[^\]\\]|\\.)*\]|\\?.)\)$")
# Long repetitions make automata large, and those above 1,000 are refused.
_REPEATED = re.compile(r"(?<!\\)\{(\d+),(\d{3,})\}")
_SECRET = "(?P<secret>"


class Context(NamedTuple):
    """What stands before a value, the value, and what stands behind it, as regexes without a group of their own.

    ``shaped``: the value tells itself. ``words``: of these (in lower case) one stands in every text that matches.
    """

    before: str
    value: str
    behind: str
    shaped: bool
    words: tuple[str, ...]


def contexts_of(rule: Rule) -> list[Context]:
    """The contexts of a rule; none where the rule hangs on what no regex sees."""
    return [*_shapes(rule), *_sinks(rule)]


def regex_of(context: Context) -> str:
    """The whole regex, with the value as its only group."""
    return f"{context.before}({context.value}){context.behind}"


def to_re2(pattern: str) -> str:
    """A pattern without look-around inside, and without repetitions that RE2 refuses. It may match more."""
    return _REPEATED.sub(r"{\1,}", _AHEAD.sub("", pattern)).replace(r"\x27", "'")


def _shapes(rule: Rule) -> Iterator[Context]:
    for shape in rule.shapes:
        before, behind = f"(?:^|{NOT_A_WORD})", f"(?:{NOT_A_WORD}|$)"
        if (found := _BEHIND.match(shape)) is not None:
            before, shape = f"(?:^|{_other_than(found['what'])})", shape[found.end() :]
        elif (found := _BEHIND_ANY.match(shape)) is not None:
            before = f"(?:{found['one']}|{found['other']})".replace(r"\x27", "'")
            shape = shape[found.end() :]
        if (found := _NOT_AFTER.search(shape)) is not None:
            behind, shape = f"(?:{_other_than(found['what'])}|$)", shape[: found.start()]
        if _SECRET in shape:
            start = shape.index(_SECRET)
            end = _end_of_group(shape, start)
            before += shape[:start]
            behind, shape = shape[end + 1 :], shape[start + len(_SECRET) : end]
        yield Context(to_re2(before), to_re2(shape), to_re2(behind), True, rule.literals)


def _other_than(what: str) -> str:
    """A character that isn't one of a class, nor a letter, digit or underscore."""
    inner = what[1:-1] if what.startswith("[") else re.escape(what)
    return f"[^A-Za-z0-9_{inner}]".replace("A-Za-z0-9_A-Za-z0-9_", "A-Za-z0-9_")


def _end_of_group(pattern: str, start: int) -> int:
    """Where the group that begins at ``start`` ends."""
    depth, at, in_class = 0, start, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return at
        at += 1
    raise ValueError("a group has no end")


def _sinks(rule: Rule) -> Iterator[Context]:
    value = _value_of(rule)
    quoted = (QUOTE, QUOTE)
    for call in rule.calls:
        if not call.generic and (names := _names(call)):
            for before in _arguments(call, names):
                yield Context(before + quoted[0], value, quoted[1], False, _words(call.names))
    if rule.attributes:
        names = "|".join(re.escape(name) for name in rule.attributes)
        before = rf"(?:^|[^A-Za-z0-9_.])(?:{names})(?:{QUOTE})?\s{{0,4}}\]?\s{{0,4}}[:=]\s{{0,4}}{QUOTE}"
        yield Context(before, value, quoted[1], False, _words(rule.attributes))
    for names_of, width in ((rule.env, value), (rule.shared_env, value)):
        if names_of:
            names = "|".join(re.escape(name) for name in names_of)
            before = rf"(?:{names})(?:{QUOTE})?\s{{0,4}}[\])]?\s{{0,4}}[:=,]\s{{0,4}}(?:{QUOTE})?"
            yield Context(before, width, _BEHIND_BARE, False, _words(names_of))
    for header in rule.headers:
        if not header.generic:
            scheme = re.escape(header.scheme) + r"\s{1,4}" if header.scheme else ""
            before = rf"{re.escape(header.name)}(?:{QUOTE})?\s{{0,4}}[:=,]\s{{0,4}}f?(?:{QUOTE})?{scheme}"
            yield Context(before, value, _BEHIND_BARE, False, _words((header.name,)))
    for command in rule.commands:
        words = [re.escape(word) for word in command.split()]
        before = r"\b" + r"\b[^\n;|&]*?".join(words) + rf"[ =]{{1,4}}(?:{QUOTE})?"
        yield Context(before, value, _BEHIND_BARE, False, _words((command.split()[0],)))
    yield from _in_files(rule, value)


def _in_files(rule: Rule, value: str) -> Iterator[Context]:
    """Keys with names of their own: those that any file has (token, password) hang on the file's path."""
    keys = {key.rpartition(".")[2] for file in rule.files for key in file.keys}
    named = sorted(key for key in keys if len(key) > 10 and "*" not in key)
    if named:
        names = "|".join(map(re.escape, named))
        before = rf"(?:{names})(?:{QUOTE})?\s{{0,4}}[:=]\s{{0,4}}(?:{QUOTE})?"
        yield Context(before, value, _BEHIND_BARE, False, _words(tuple(named)))


def _names(call: Call) -> str:
    return "|".join(re.escape(name) for name in call.names)


def _arguments(call: Call, names: str) -> Iterator[str]:
    head = rf"(?:^|[^A-Za-z0-9_])(?:{names})\s{{0,4}}\(\s*"
    if call.device:
        head += rf"{QUOTE}{re.escape(call.device)}"
    if call.keywords:
        keywords = "|".join(map(re.escape, call.keywords))
        yield rf"{head}(?:{_IN_CALL}[^A-Za-z0-9_])?(?:{keywords})\s{{0,4}}=\s{{0,4}}"
    if call.position is not None and not call.device:
        yield head + (rf"(?:{_ARGUMENT}){{{call.position}}}" if call.position else "")


def _value_of(rule: Rule) -> str:
    if not rule.value:
        return _PASSWORD if rule.is_password else _OPAQUE
    return f"(?:{to_re2(_without_groups(rule.value))})".replace(r"\S", r"[^\s\"'\\]")


def _without_groups(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def _words(names: tuple[str, ...]) -> tuple[str, ...]:
    """What stands in every match: the names themselves."""
    return tuple(sorted({name.lower() for name in names}))
