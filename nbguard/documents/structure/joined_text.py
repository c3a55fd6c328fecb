r"""A text as its program reads it: literals that stand side by side are one, and escapes are the characters they mean.

``"DEV-" "c0ffee"``, ``'DEV-' + 'c0ffee'``, ``"".join(["DEV-", "c0ffee"])``, ``DEV\u002dc0ffee``, ``DEV%2Dc0ffee``,
``DEV&#45;c0ffee``. No parser of a language: what joins strings in one is no sign of anything else in another. Linear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.structure.mapped_text import MappedText, TextMapper
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

# Between two literals: an operator that joins them, the end of the line, a comment behind it, the next one's prefix.
_OPERATOR = r"(?:\+{1,2}|\|\||<>|\.{1,2}|&|\.concat\()"
_LINE_END = r"(?:(?:#[ !#-&(-\[\]-~]{0,100}|\\)?\r?\n[ \t]{1,80})"
_PREFIX = r"[bBrRuUfF]{0,2}"
_GAP = rf"[ \t]{{0,8}}(?:{_OPERATOR}[ \t]{{0,8}})?{_LINE_END}?(?:{_OPERATOR}[ \t]{{0,8}})?{_PREFIX}"
_SECOND = r"(?=[^\s\"'`,;:)\]}])"
# Backticks are marks in prose, too: there it takes an operator. Each pattern begins with a set of characters, for
# speed.
_JOINT = lazy_regex(
    rf"[\"'`](?:(?<!`){_GAP}[\"']{_SECOND}|[ \t]{{0,8}}{_OPERATOR}[ \t]{{0,8}}{_LINE_END}?[\"'`]{_SECOND})"
)
# A call that puts its strings together begins; up to its end a comma joins, too.
_OPENER = lazy_regex(
    r"(?P<mark>[\"'])(?:(?P=mark)\.join\(\s{0,8}[\[(]|(?:%s){2,16}(?P=mark)\s{0,4}%\s{0,4}\("
    r"|(?:\{\d?\}){2,16}(?P=mark)\.format\()\s{0,40}(?=[bBrRuU]{0,2}[\"'])"
)
_COMMA = lazy_regex(rf"(?P<mark>[\"'])\s{{0,8}},\s{{0,80}}{_PREFIX}[\"'](?=[^\s\"',;)\]])")
# `['a', 'b'].join('')`: such a list is known by its end.
_LIST_END = lazy_regex(r"[\"'`]\s{0,8},?\s{0,40}\]\.join\((?:\"\"|''|``)\)")
_LONGEST_LIST = 2_000
# An escape of letters, digits and signs that tokens are made of: in strings, in addresses, in HTML and XML.
_ESCAPE = lazy_regex(
    r"[\\%&](?:(?<=\\)\\?(?:x(?P<x>[2-7][0-9a-fA-F])|u(?P<u>00[2-7][0-9a-fA-F])|u\{0{0,6}(?P<braced>[2-7][0-9a-fA-F])\}"
    r"|U000000(?P<long>[2-7][0-9a-fA-F])|(?P<octal>0[4-7][0-7]|1[0-7][0-7]))"
    r"|(?<=%)(?P<percent>2[BDEbde]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff])"
    r"|(?<=&)#(?:(?P<decimal>\d{2,3})|[xX](?P<hex>[2-7][0-9a-fA-F]));)"
)
# What stands in front of a place without a blank, and what makes an address of it.
_WORD = lazy_regex(r"[^\s\"'`<>]*\Z")
_ADDRESS = lazy_regex(r"://|[?&][\w.\[\]-]{1,60}=")
_QUOTED_PRINTABLE = lazy_regex(r"(?i)=(?:(?P<q>[2-7][0-9a-f])|\r?\n)")
# A run of what credentials are made of.
_LONGEST_RUN, _FURTHEST = 64, 300
_RUN = lazy_regex(rf"[^\s\"'`\\<>(){{}}\[\],;=:]{{0,{_LONGEST_RUN}}}")
_SHORTEST, _VARIETY = 12, 6
# Characters around a place in which a value and its name stand.
_AROUND = 700


class JoinedPiece(NamedTuple):
    """A piece of a text with its literals joined: the mapped text, and where the piece begins."""

    mapped: MappedText
    base: int


def has_joined_value(text: str) -> bool:
    """Whether a value that may be a credential is written in pieces, or with escapes, in a text."""
    return next(_places(text), None) is not None


def read_joined(text: str, doubled: bool = False) -> Iterator[JoinedPiece]:
    """Yields the pieces of a text in which a value is written in pieces or with escapes, as they read.

    ``doubled``: a mark that is written twice is one of the text, and joins nothing.
    """
    first = last = -1
    for place in _places(text, doubled):
        if last < len(text) and place > last - _AROUND // 2:
            if last >= 0:
                yield JoinedPiece(_join(text[first:last], doubled)[0], first)
            begin = max(0, place - _AROUND)
            line = text.find("\n", begin, place)
            first = max(last, line + 1 if begin and line >= 0 else begin, 0)
        last = min(len(text), place + _AROUND)
    if last >= 0:
        yield JoinedPiece(_join(text[first:last], doubled)[0], first)


def _places(text: str, doubled: bool = False) -> Iterator[int]:
    """Where in a text a joint or an escape stands in a run that a credential may be, in order."""
    mapped, marks = _join(text, doubled)
    joined = mapped.text
    for mark, joins in marks:
        before = _RUN.match(joined[max(0, mark - _LONGEST_RUN) : mark][::-1])
        behind = _RUN.match(joined, mark)
        left, right = before[0] if before else "", behind[0] if behind else ""
        if (joins and not (left and right)) or len(left) + len(right) < _SHORTEST:
            continue
        run, place = left + right, mapped.origin(min(mark, len(joined) - 1))
        if len(set(run)) < _VARIETY or not any(map(str.isdigit, run)):
            continue
        first, last = mapped.origin(mark - len(left)), mapped.origin_of_end(mark + len(right))
        if place - first <= _FURTHEST and last - place <= _FURTHEST:
            yield place


def _join(text: str, doubled: bool) -> tuple[MappedText, list[tuple[int, bool]]]:
    """A text with its literals joined, and where in it something was joined (True) or an escape undone."""
    mapper, length, at = TextMapper(), 0, 0
    marks: list[tuple[int, bool]] = []
    for start, end, plain in _changes(text, doubled):
        if start < at:
            continue
        mapper.add(text[at:start], at)
        length += start - at
        marks.append((length, not plain))
        mapper.add(plain, start, end - start)
        length += len(plain)
        at = end
    mapper.add(text[at:], at)
    return mapper.finish(), marks


def _changes(text: str, doubled: bool) -> list[tuple[int, int, str]]:
    """What is left out or written in another way: from where to where, and what takes its place; in order."""
    changes = [*_joints(text, doubled)]
    escapes = (one for one in _ESCAPE.finditer(text) if not one["percent"] or _is_in_address(text, one.start()))
    changes += [(*one.span(), _plain(one)) for one in escapes]
    ends = [found.end() for found in _LIST_END.finditer(text)] if "].join(" in text else []
    lists = [(max(0, text.rfind("[", max(0, end - _LONGEST_LIST), end - 1)), end) for end in ends]
    for opener in _OPENER.finditer(text):
        changes.append((*opener.span(), ""))
        lists.append((opener.end(), _closing(text, opener.end())))
    for first, last in lists:
        changes += [(*one.span(), "") for one in _COMMA.finditer(text, first, last)]
    if "quoted-printable" in text.lower():
        changes += [
            (*one.span(), chr(int(one["q"], 16)) if one["q"] else "") for one in _QUOTED_PRINTABLE.finditer(text)
        ]
    return sorted(changes, key=lambda change: (change[0], -change[1]))


def _joints(text: str, doubled: bool) -> Iterator[tuple[int, int, str]]:
    """What stands between two literals; and the mark that ends the last one, as the first one begins."""
    ends: dict[int, str] = {}
    for one in _JOINT.finditer(text):
        if doubled and one[0] in ("''", '""'):
            continue
        yield (*one.span(), "")
        first, last = ends.pop(one.start(), text[one.start()]), text[one.end() - 1]
        if first != last:
            at = text.find(last, one.end(), one.end() + _AROUND)
            if at >= 0:
                ends[at] = first
    yield from ((at, at + 1, mark) for at, mark in ends.items())


def _is_in_address(text: str, at: int) -> bool:
    """Whether a place is in an address, or in its query: elsewhere a percent sign is one of the value."""
    word = _WORD.search(text, max(0, at - _FURTHEST), at)
    return word is not None and _ADDRESS.search(word[0]) is not None


def _closing(text: str, at: int) -> int:
    """Where a list of strings ends that goes on at an offset."""
    ends = [end for end in (text.find(mark, at, at + _LONGEST_LIST) for mark in ")]") if end >= 0]
    return min(ends, default=at)


def _plain(found: re.Match[str]) -> str:
    """The character that an escape stands for; a blank for one that no token has in it."""
    if found["octal"]:
        return chr(int(found["octal"], 8))
    if found["decimal"]:
        number = int(found["decimal"])
        return chr(number) if 0x20 < number < 0x7F else " "
    return chr(int(next(filter(None, found.group("x", "u", "braced", "long", "percent", "hex"))), 16))
