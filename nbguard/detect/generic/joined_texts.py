r"""Credentials that a text writes in pieces or with escapes: ``"DEV-" "c0ffee…"``, ``'a' + 'b'``, ``DEV\u002dc0ffee…``.

The text is read once more with its literals joined and its escapes undone, and other detectors look at that. A finding
spans what is written, from the first piece to the last; its value is the joined one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.generic.decoded_search import DecodedSearch
from nbguard.documents.structure.formats import format_of
from nbguard.documents.structure.joined_text import has_joined_value, read_joined
from nbguard.documents.structure.written_literals import doubles_marks
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile

# The detectors that look at a joined text.
_INSIDE = ("shapes", "service-keys", "detect-secrets", "named-pairs", "address-passwords")
# What may stand in front of the mark that ends the first piece, and behind the mark that opens the second: a value.
_BEFORE = r"[^\s,:;=+(\[{\\\"'`]"
_FIRST = r"[^\s\"'`,;:)\]}]"
# A joint in raw bytes, from the mark that ends the first piece to the second's first character: in JSON a mark has
# backslashes, a tab is an escape, and a line of a cell may end between the two.
_BLANKS = r"(?:[ \t]|\\t){0,8}"
_OPERATOR = rf"(?:(?:\+{{1,2}}|\|\||<>|\.{{1,2}}|&|\.concat\(){_BLANKS})?"
_LINE_END = (
    r"(?:(?:#[ !#-&(-\[\]-~]{0,100}|\\\\|\\)?(?:\r?\n|(?:\\r)?\\n(?:\",\s{1,60}\")?|\",\s{1,60}\")(?:[ \t]|\\t){1,80})?"
)
_JOINT = rf"{_BLANKS}{_OPERATOR}{_LINE_END}{_OPERATOR}[bBrRuUfF]{{0,2}}\\{{0,3}}[\"'`]{_FIRST}"
# Backticks are marks in prose, too: there it takes an operator.
_JOINT_OF_BACKTICKS = rf"{_BLANKS}[+|<.&](?:[+|>.]|concat\()?{_BLANKS}{_LINE_END}\\{{0,3}}[\"'`]{_FIRST}"
_AFTER_VALUE = rf"(?:(?<={_BEFORE})|(?<={_BEFORE}\\)|(?<={_BEFORE}\\\\\\))"
# The beginning of an escape -> what follows where it is one of letters, digits and signs of tokens.
_ESCAPES = {
    "\\x": "[2-7][0-9a-f]",
    "\\u{": r"0{0,6}[2-7][0-9a-f]\}",
    "\\u000000": "[2-7][0-9a-f]",
    "\\0": "[4-7][0-7]",
    "\\1": "[0-7][0-7]",
    "%": "(?:2[bde]|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)",
    "&#": "(?:4[3-9]|5[0-8]|6[1-9]|[79][0-9]|8[0-9]|1[0-2][0-9]|x(?:2[b-f]|3[0-9ad]|[46][1-9a-f]|[57][0-9af]));",
}
# Those that the prefilter searches for anyway.
_SHARED = ("\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007")
# What begins a list of strings that a call puts together, or ends one -> what follows.
_WHITE = r"(?:\s|\\[nrt]|\",){0,40}"
_STRING = rf"{_WHITE}[bBrRuU]{{0,2}}\\{{0,3}}[\"']"
_LISTS = {
    '"".join(': rf"{_WHITE}[\[(]{_STRING}",
    "''.join(": rf"{_WHITE}[\[(]{_STRING}",
    "%s%s": rf"(?:%s){{0,14}}\\{{0,3}}[\"']\s{{0,4}}%\s{{0,4}}\({_STRING}",
    "{}{}": rf"(?:{{\d?}}){{0,14}}\\{{0,3}}[\"']\.format\({_STRING}",
    "{0}{1}": rf"(?:{{\d?}}){{0,14}}\\{{0,3}}[\"']\.format\({_STRING}",
    '].join("")': "",
    "].join('')": "",
    "].join(``)": "",
}
_MAIL = "quoted-printable"
# Bytes on either side of a joint in which the value stands: more than it may have characters.
_WINDOW = 900
_BLOCK = 4096
_DIGIT = lazy_regex(rb"[0-9]")
_LINE_OF_LIST = lazy_regex(r'(?:(?:\\r)?\\n)?",\s{1,60}"')
_JSON_ESCAPE = lazy_regex(r"\\([\"\\/nrt])")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


class JoinedTextDetector(Detector):
    """What other detectors find in a text whose literals are joined and whose escapes are undone."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The marks between two literals, the beginnings of escapes, and the calls that join a list."""
        for mark, joint in (('"', _JOINT), ("'", _JOINT), ("`", _JOINT_OF_BACKTICKS)):
            yield Literal(mark, confirm=f"{_AFTER_VALUE}{mark}{joint}", narrow=joint)
        for beginning, rest in _ESCAPES.items():
            yield Literal(beginning, confirm=f"(?i:{re.escape(beginning)}{rest})", narrow=rest)
        for text, rest in _LISTS.items():
            for written in dict.fromkeys((text, text.replace('"', '\\"'))):
                yield Literal(written, confirm=re.escape(written) + rest if rest else "")
        for text in (*_SHARED, _MAIL):
            yield Literal(text)

    def confirms(self, file: RawFile, _: Sequence[str], start: int, end: int, /) -> bool:
        """Whether a value that is long enough stands in pieces around a place."""
        if file.raw[start:end].lower() == _MAIL.encode():
            return True
        # Places may stand by the thousand: each block is looked at once.
        answers = file.memory.setdefault(JoinedTextDetector, {})
        block = start // _BLOCK
        if block not in answers:
            answers[block] = _holds_value(file, block * _BLOCK - _WINDOW, (block + 1) * _BLOCK + _WINDOW)
        held: bool = answers[block]
        return held

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what stands in the joined pieces of fields."""
        search = DecodedSearch(self.scope, _INSIDE)
        document = candidates.document
        for field, _ in candidates.fields:
            if field.part.where not in ("widget", "attachment"):
                doubled = field.part.where == "file" and doubles_marks(format_of(document.path))
                for reading in read_joined(field.text, doubled):
                    joined = field._replace(text=reading.mapped.text)
                    for finding in search.find(document, joined):
                        start = reading.base + reading.mapped.origin(finding.start)
                        end = reading.base + reading.mapped.origin_of_end(finding.end)
                        if field.text[start:end] != finding.value:
                            yield finding._replace(field=field, start=start, end=end)


def _holds_value(file: RawFile, start: int, end: int) -> bool:
    around = file.raw[max(0, start) : end]
    if _DIGIT.search(around) is None:
        return False
    text = around.decode("utf-8", "replace")
    return has_joined_value(text) or (file.notebook and has_joined_value(_from_json(text)))


def _from_json(text: str) -> str:
    """What raw bytes of a notebook say, with the lines of a cell joined."""
    return _JSON_ESCAPE.sub(lambda found: _PLAIN.get(found[1], found[1]), _LINE_OF_LIST.sub("\n", text))
