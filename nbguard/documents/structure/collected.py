"""Lists and dictionaries of credentials: ``API_KEYS = ["V", "V"]``, ``tokens = {"alice": "V"}``, ``API_KEYS=V,V``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.said_words import may_say
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

# A name in the plural, maybe with a type, and what opens a list, set, dictionary or tuple.
_OPENS = lazy_regex(
    r"(?<![\w$.-])(?P<name>[\w$]{0,60}(?i:keys|tokens|secrets|passwords|passwds|credentials|accounts|logins))[\"']?\]?"
    r"(?:[ \t]{0,4}:[^=\n\"']{1,60}(?==))?[ \t]{0,4}(?:=>|:=|[=:])[ \t]{0,4}"
    r"(?:\w{3,12}\(|new [A-Z]\w{2,10}\()?[ \t]{0,4}[\[({]"
)
# A loop over one that has no name.
_LOOPS = lazy_regex(
    r"\bfor[ \t]{1,4}(?:\w{1,40},[ \t]{0,4})?(?P<name>[\w$]{0,60}(?i:key|token|secret|password|passwd))"
    r"[ \t]{1,4}in[ \t]{1,4}(?:enumerate\()?[\[(]"
)
_PLURALS = ("keys", "tokens", "secrets", "passwords", "passwds", "credentials", "accounts", "logins")
_PARTS = lazy_regex(
    r"[rRbBuU]{0,2}(?:\"(?P<a>(?:[^\"\\\n]|\\[^\n]){0,4096}+)\"|'(?P<b>(?:[^'\\\n]|\\[^\n]){0,4096}+)')|[\[({]|[\])}]"
)
# What a key, a token or a password looks like at least, and a word or a sentence doesn't.
_MADE = lazy_regex(r"(?=[^0-9]{0,200}[0-9])(?=[^A-Za-z]{0,200}[A-Za-z])[^\s,;'\"|(){}<>\[\]]{8,4096}")
# Between the pieces of one string, and a statement that shows that no bracket closed.
_GOES_ON = lazy_regex(r"[\s\\+]*")
_STATEMENT = lazy_regex(r"(?m)^[A-Za-z_]\w{0,80}[ \t]{0,8}=(?![=>])")
_IS_KEY = lazy_regex(r"\s{0,8}(?::(?!:)|=>?)")
_LONGEST, _DEEPEST = 6_000, 3
_PIECE = lazy_regex(r"[^\s,;]{12,512}")
_MOST_PIECES = 50


def read_collected(text: str) -> Iterator[Pair]:
    """Yields the strings in lists and dictionaries that have such a name; those of a dictionary with their key above.

    Takes time linear in the text: what a list holds is read once.
    """
    done = -1
    for found in _OPENS.finditer(text) if may_say(text, _PLURALS) else ():
        if found.start() >= done:
            members, done = _members(text, found)
            yield from _if_made(members)
    done = -1
    for found in _LOOPS.finditer(text) if "for" in text else ():
        if found.start() >= done:
            members, done = _members(text, found)
            yield from _if_made(members)


def _if_made(members: list[Pair]) -> list[Pair]:
    """The members; none where they are other things, too: that is no list of credentials."""
    return members if 2 * sum(_MADE.fullmatch(one.value) is not None for one in members) >= len(members) else []


def _members(text: str, found: re.Match[str]) -> tuple[list[Pair], int]:
    """The strings in a list or dictionary that begins, and how far it was read."""
    keys, key, end, before = [""], "", found.end(), -1
    members = []
    for part in _PARTS.finditer(text, found.end(), found.end() + _LONGEST):
        if _STATEMENT.search(text, end, part.start()) is not None:
            break
        goes_on = before == end and _GOES_ON.fullmatch(text, end, part.start()) is not None
        end, sign = part.end(), part.group()
        if sign in "[({":
            keys.append("" if sign == "{" else key)
        elif sign in "])}":
            keys.pop()
        if not keys or len(keys) > _DEEPEST:
            break
        if part["a"] is None and part["b"] is None:
            key = keys[-1]
            continue
        group, before = "a" if part["a"] is not None else "b", end
        if _IS_KEY.match(text, end) is not None:
            key = part[group]
            continue
        if goes_on:
            continue
        name, path = found["name"], (found["name"], key) if key else (found["name"],)
        members.append(
            Pair(name, part[group], *part.span(group), *found.span("name"), path, quoted=True, form="collected")
        )
        key = keys[-1]
    return members, end


def split_several(pairs: Iterable[Pair], text: str) -> Iterator[Pair]:
    """Yields the pairs; where a name in the plural has several values with commas between them, each of these."""
    for pair in pairs:
        plural = "," in pair.value and pair.name[-1:] in ("s", "S") and text[pair.start : pair.end] == pair.value
        pieces = list(_PIECE.finditer(pair.value)) if plural else []
        if not 1 < len(pieces) <= _MOST_PIECES:
            yield pair
            continue
        for piece in pieces:
            start, end = pair.start + piece.start(), pair.start + piece.end()
            yield pair._replace(value=piece.group(), start=start, end=end, form="collected", path=(pair.name,))
