"""What a literal says in its language: raw strings, marks that are doubled, words of a shell put together of pieces.

The same value has one fingerprint, however it is written. Sources: the languages' own references on string literals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import undo_escapes
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    import re

_LONGEST = 4_096
# What stands in front of a mark: Python's and Rust's `r`, C#'s `@`, Swift's `#`, a tag of JavaScript's.
_PREFIX = lazy_regex(r"(?:String\.raw|raw|(?<![A-Za-z])[bBuUfFLrR]{0,3}(?P<fence>#{0,8})|[@$]{1,2})\Z")
# A string between `R"x(` and `)x"`, of C++ and R.
_BRACKETED = lazy_regex(r"(?P<delimiter>[^\s()\\\[\]{}]{0,16})(?P<open>[(\[{])")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_MARK_OR_BACKSLASH = lazy_regex(r"\\([\\'])")
# PowerShell writes with a backquote what others write with a backslash.
_BACKQUOTED = lazy_regex(r"`(.)")
_OF_POWERSHELL = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_LONGER = lazy_regex(r"\"(?P<text>(?:[^\"`\n]|`[^\n]|\"\"){1,4096}+)\"")
# Between single marks a backslash stands for itself, but in front of a mark or another one.
_MARKS_ALONE = frozenset(("php", "ruby", "perl"))
# The marks that are written twice in a text between two of them.
_DOUBLED = {"powershell": "'\"", "sql": "'\"", "vb": '"', "yaml": "'", "table": '"'}
# What stands between three marks, or two backquotes, as it is.
_AS_WRITTEN = {
    "go": ("`",), "kotlin": ('"""',), "scala": ('"""',), "csharp": ('"""',), "sections": ("'", "'''"), "shell": ("'",),
}  # fmt: skip
# A word of a shell's: as it is, escaped, between marks of three kinds.
_PIECE = lazy_regex(
    r"(?P<plain>[^\s;|&()<>\"'\\`$]{1,4096}+|\$(?!'))|\\(?P<escaped>.)"
    r"|(?P<ansi>\$)?'(?P<single>(?(ansi)(?:[^'\\\n]|\\.){0,4096}+|[^'\n]{0,4096}+))'"
    r"|\"(?P<double>(?:[^\"\\`\n]|\\.){0,4096}+)\""
)
_WORD_END = lazy_regex(r"[\s;|&()<>]|\Z")
_IN_DOUBLE = lazy_regex(r"\\([$`\"\\])")


class WrittenLiteral(NamedTuple):
    """What a literal says, and where that is written, without the marks."""

    value: str
    start: int
    end: int

    def __repr__(self) -> str:
        """Shows the place only."""
        return f"WrittenLiteral({self.start}-{self.end})"


def doubles_marks(language: str) -> bool:
    """Whether two literals side by side are one with a mark in it, and no language's sum of two."""
    return language in _DOUBLED or language == "csharp"


def read_literal(text: str, start: int, end: int, mark: str, language: str) -> WrittenLiteral:
    """What a literal says that stands between two marks, from ``start`` to ``end`` by the rules of most languages."""
    raw = text[start:end]
    prefix = _PREFIX.search(text, max(0, start - len(mark) - 12), start - len(mark))
    letters = prefix[0] if prefix is not None else ""
    if mark in _DOUBLED.get(language, "") or (letters[:2] in ("@", "$@", "@$") and language == "csharp"):
        return _doubled(text, start, mark, language)
    if mark in _AS_WRITTEN.get(language, ()):
        return _until(text, start, end, mark)
    if "r" in letters.lower() or "#" in letters:
        return _raw(text, start, end, mark + (prefix["fence"] or "" if prefix else ""), language)
    if mark == "'" and language in _MARKS_ALONE:
        return WrittenLiteral(_MARK_OR_BACKSLASH.sub(r"\1", raw), start, end)
    return WrittenLiteral(undo_escapes(raw), start, end)


def _raw(text: str, start: int, end: int, mark: str, language: str) -> WrittenLiteral:
    if language in ("c", "cpp", "r") and (bracket := _BRACKETED.match(text, start)) is not None:
        behind = f"{_CLOSING[bracket['open']]}{bracket['delimiter']}{mark}"
        return _until(text, bracket.end(), end, behind)
    if language == "julia":
        return WrittenLiteral(text[start:end].replace(f"\\{mark}", mark), start, end)
    # In Python a backslash keeps the mark behind it, and stays itself.
    return _until(text, start, end, mark) if language in ("rust", "dart", "swift") else _as_is(text, start, end)


def _as_is(text: str, start: int, end: int) -> WrittenLiteral:
    return WrittenLiteral(text[start:end], start, end)


def _until(text: str, start: int, end: int, behind: str) -> WrittenLiteral:
    """What stands in front of the nearest such mark, as it is written; what was read where none is near."""
    found = text.find(behind, start, start + _LONGEST)
    return _as_is(text, start, found if found >= 0 and "\n" not in text[end:found] else end)


def _doubled(text: str, start: int, mark: str, language: str) -> WrittenLiteral:
    """A literal in which its own mark is written twice."""
    if language == "powershell" and mark == '"' and (longer := _LONGER.match(text, start - 1)) is not None:
        value = longer["text"].replace('""', '"')
        value = _BACKQUOTED.sub(lambda found: _OF_POWERSHELL.get(found[1], found[1]), value)
        return WrittenLiteral(value, *longer.span("text"))
    at = text.find(mark, start, start + _LONGEST)
    while at >= 0 and text[at + 1 : at + 2] == mark:
        at = text.find(mark, at + 2, start + _LONGEST)
    end = at if at >= 0 else start
    return WrittenLiteral(text[start:end].replace(mark * 2, mark), start, end)


def read_shell_word(text: str, at: int) -> WrittenLiteral | None:
    """The word that a shell reads at an offset: pieces between marks and without, put together.

    A piece that is all of the word stands without its marks. None where the word can't be read to its end.
    """
    pieces: list[re.Match[str]] = []
    end = at
    while end - at < _LONGEST and (piece := _PIECE.match(text, end)) is not None:
        pieces.append(piece)
        end = piece.end()
    if not pieces or _WORD_END.match(text, end) is None:
        return None
    value = "".join(map(_of_piece, pieces))
    group = pieces[0].lastgroup or ""
    alone = len(pieces) == 1 and group in ("single", "double")
    return WrittenLiteral(value, *(pieces[0].span(group) if alone else (at, end)))


def _of_piece(piece: re.Match[str]) -> str:
    if piece["double"] is not None:
        return _IN_DOUBLE.sub(r"\1", piece["double"])
    if piece["single"] is not None:
        return undo_escapes(piece["single"]) if piece["ansi"] else piece["single"]
    return piece["escaped"] or piece["plain"]
