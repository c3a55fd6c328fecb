"""Where in a text or a file's raw bytes a value may stand under the name of a credential: cheap, and never too few.

Words such as ``token`` are everywhere in source code. A place counts where a run follows that can be a value: with a
letter in it and a digit or sign, behind a sign, a type, a word such as ``value``, on the next line, or at the end of a
sentence. Raw bytes and decoded text are asked the same, so that no text has what its bytes wouldn't have shown.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import AnyStr, Generic

from nbguard.detect.confirmations import COLOUR_SIGN
from nbguard.detect.credentials.column_places import OF_BYTES, OF_TEXTS, ColumnReading, heads_column
from nbguard.detect.credentials.foreign_words import foreign_places
from nbguard.detect.credentials.login_places import LOGIN_WORDS, shows_login
from nbguard.detect.credentials.long_runs import LONG, is_long_run_near
from nbguard.detect.credentials.provider_names import may_follow, provider_names
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.raw_file import RawFile, in_long_run
from nbguard.detect.word_search import WordSearch
from nbguard.documents.structure.formats import CODE, format_of
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

# What the names of credentials have in them.
_KNOWN = load_knowledge("places")["names"]
PASSWORD_WORDS, TOKEN_WORDS = tuple(_KNOWN["passwords"]), tuple(_KNOWN["tokens"])
# Of these those that nothing else has: wherever one stands, its text is read.
RARE_WORDS = tuple(_KNOWN["rare"])
# All that is looked for in a text: the words of names, and behind them those of calls.
_WORDS = (*PASSWORD_WORDS, *TOKEN_WORDS, *LOGIN_WORDS)
_NAMES = len(PASSWORD_WORDS) + len(TOKEN_WORDS)
# A value's characters, as far as they are no signs around it.
_OF_VALUE = r"[^\s\"'`(){}\[\],;\\<>]"
# A digit or sign with a letter; or two letters side by side that no word has so.
_VALUE = (
    rf"(?:(?={_OF_VALUE}{{0,60}}?[0-9!@#^*~]|{_OF_VALUE}{{0,60}}?@RARE@)(?={_OF_VALUE}{{0,60}}?[A-Za-z])"
    rf"[^\s\"'`(){{}}\[\],;\\<>=]{_OF_VALUE}{{5}}"
    # Between quotation marks any sign is one of the value.
    r"|(?<=[\"'])(?=[^\s\"']{0,60}?[^\s\"'\\A-Za-z_./-])(?=[^\s\"']{0,60}?[A-Za-z])[^\s\"'\\]{6})"
)
# What is given to a provider's name, which is in every notebook of its users: as long as a credential, with a digit.
_MADE = rf"(?=[A-Za-z_+/.-]{{0,300}}[0-9])[\w+/-][\w.+/-]{{{LONG - 1}}}"
_NAME = r"[\w.\-/%]{0,40}+"
_CLOSE = r"[\"'`*\])\\]{0,6}"
# Marks before a value: quotes and brackets, a YAML anchor or tag, tags of XML and HTML, the end of a shell's line, a
# colour's code. No two of them begin alike, so that a text is one row of them only.
_OPEN = (
    r"(?:[\"'`*(\[\]\\ \t{<]|@(?=\\{0,3}[\"'])|&#?\w{2,5};|[&!]!?[\w:-]{1,30}[ \t]|/?[a-z]{1,10}>|!\[CDATA\["
    rf"|\r?\n[ \t]{{1,40}}+|{COLOUR_SIGN}\[[0-9;]{{0,20}}m){{0,16}}"
)
# The sign right behind the name; in code a comma and the like lead to a string only.
_STRONG = (
    r":[ \t]?\\?[\"'],|!={1,2}|\((?=[ \t]{0,4}[bruBRU]{0,2}\\{0,3}[\"'`])|;s:\d{1,4}:|\|\|=|\?{1,2}=|\.="
    r"|\{(?=\\{0,3}[\"'])|[=:>]|<?<-|\}\{|-?=?>|&#?\w{2,5};|\\u00[0-9a-f]{2}|is "
)
_GAP = r"(?:[ \t]|\\t)"  # raw bytes of a notebook have a tab as an escape
_SIGN = rf"{_GAP}{{0,24}}(?:{_STRONG}|[|,?<]|as |to |or ){{1,4}}{_GAP}{{0,12}}"
_SIGN_IN_CODE = (
    rf"{_GAP}{{0,24}}(?:(?:{_STRONG}){{1,4}}|(?:[|,?]|or |to ){{1,3}}(?={_GAP}{{0,12}}\[?\\{{0,3}}[\"'`])"
    rf"){_GAP}{{0,12}}"
)
# A type between name and sign: `: &'a str`, `As String`, `string`, `[64]`.
_TYPE = (
    r"(?::[^=\n\"`;,(){}]{1,40}(?==)|"
    r":[ \t]{0,3}[A-Za-z_.]{1,30}\[[^\n]{1,120}?\]{1,3}[ \t]{0,3}(?==[ \t]{0,3}\\{0,3}[\"'])|"
    r"[ \t]{1,3}[A-Za-z.*]{1,12}(?:[ \t]{1,3}[\w.]{1,20})?[ \t]{1,3}(?==)|\[\d{0,5}\])?"
)
_WRAP = (
    r"(?:(?:[A-Z]\w{0,20}\.)?(?:pack|Just|Some)[ \t]\\{0,3}[\"']"
    r"|[A-Za-z_$@][\w.!:#]{0,40}\\{0,3}[(\"'][\"'\\]{0,3})?(?:(?i:bearer|basic|token|apikey|key)[ \t]{1,3})?"
)
_BEHIND_SIGN = rf"{_CLOSE}{_TYPE}{_SIGN}{_OPEN}{_WRAP}{_VALUE}"
_SIGN_THEN_VALUE = rf"{_CLOSE}{_TYPE}{_SIGN_IN_CODE}{_OPEN}{_WRAP}{_VALUE}"
_SCHEME = r"(?:[A-Za-z][\w-]{1,15}[ \t])?"
# `--token V`, `#define NAME "V"`, `ENV NAME V`, `password V` of a .netrc.
_BEHIND_SPACE = rf"{_CLOSE}{_GAP}{{1,12}}(?:--?[a-z][\w-]{{0,20}}[ =])?{_OPEN}{_SCHEME}{_VALUE}"
# A line end may be written as an escape, once more in raw bytes, where a quotation mark is one too.
_TO_LINE_END = r"(?:[^\n\\]|\\{1,3}\"){0,40}(?:\r?\n|\\{1,2}r|\\{1,2}n)"
_NEXT_LINE = rf"{_TO_LINE_END}[^A-Za-z0-9]{{0,60}}{_SCHEME}{_VALUE}"
_SENTENCE = (
    rf"(?:[ \t][A-Za-z'(][\w'@./)-]{{0,40}}){{1,8}}[*_`\"']{{0,3}}[ \t]{{0,3}}(?::|=|->|-|\||\bis\b)"
    rf"[^A-Za-z0-9]{{0,40}}{_VALUE}"
)
# `set_password("IonQ", user, "V")`, `open("ionq.token", "w").write("V")`.
_ARGUMENT = r"(?:\\{0,3}[\"'][^\"'\n]{0,80}[\"']|[\w.\[\]]{1,60})"
_IN_CALL = (
    rf"(?:\([ \t]{{0,4}}{_ARGUMENT},[ \t]{{0,4}}{_ARGUMENT},[ \t]{{0,4}}"
    r"|[^\n]{0,60}?\.write(?:_text|_bytes)?\([ \t]?"
    r"|[^\n]{0,60}?\bas[ \t]\w{1,40}:(?:\s|\\n|[\",]){1,60}\w{1,40}\.write\([ \t]?)"
    rf"[bru]?\\{{0,3}}[\"']{_VALUE}"
)
# A row of `%whos`, and a chat in which somebody says the next line.
_WHOS = rf"[ \t]{{1,80}}(?:str|bytes|SecretStr)[ \t]{{1,40}}[b\"'\\]{{0,4}}{_VALUE}"
_SPEAKER = (
    r"(?:[\[(]?\d[\d/.:, T-]{2,24}(?:[AaPp][Mm])?[\])]?[ \t-]{0,4})?"
    r"(?:<[A-Za-z][\w.' -]{0,30}>|[A-Za-z][\w.' -]{0,30}:)[ \t]{1,2}"
)
_SAID = rf"{_TO_LINE_END}[\"', \t]{{0,40}}{_SPEAKER}{_VALUE}"
# What marks in coloured code begin with, behind a name; and a run of characters that may be a value, from its first on.
_MARK = rf"{_NAME}{_CLOSE}(?:<|&\w{{2,5}};|[ \t]{{0,4}}{COLOUR_SIGN}|\}}[ \t]{{0,4}}\\PY)"
_RUN = rf"(?<!{_OF_VALUE})(?={_OF_VALUE}*?[0-9!@#^*~]|{_OF_VALUE}*?@RARE@)(?={_OF_VALUE}*?[A-Za-z]){_OF_VALUE}{{6}}"
# So far behind the first mark a value may begin; in raw bytes, where a character may be written as six of them.
_MARKED, _MARKED_IN_BYTES = 400, 2_400
# A heading or a key with entries below it, and one of these that says no more than `key`.
_BELOW = (
    r"\\{0,3}[\"']?[ \t]{0,4}(?:\]|[:=][ \t]{0,4}(?:\{|\r?\n|\\[rn]))[\s\S]{0,500}?"
    rf"(?i:key)s?\\{{0,3}}[\"']?[ \t]{{0,4}}[:=][ \t]{{0,4}}\\{{0,3}}[\"']?{_MADE}"
)
# `x = a if b else "V"`; `user, token = "svc", "V"`; `INSERT INTO users (name, password) VALUES ('ann', 'V')`.
_LAST = rf"[^\n]{{0,120}}?(?:\b(?:else|or)|=[^\n=]{{1,80}},)[ \t]{{1,4}}[rbu]?\\{{0,3}}[\"']{_VALUE}"
_INSERTED = rf"[^()\n]{{0,200}}\)(?:\s|\\n){{1,8}}(?i:values)(?:\s|\\n){{0,8}}\([^\n]{{0,200}}?['\"]{_VALUE}"
# `${NAME:-V}`; `"NAME") ?: "V"`, `"NAME").unwrap_or("V"`; `$ENV{NAME} = "V"`.
_STANDS_IN = (
    rf"\w{{0,40}}?(?::?[-=](?={_OF_VALUE}{{6,300}}\}})"
    r"|\\{0,3}[\"']\){1,2}(?:[ ]{0,2}\?:[ ]{0,2}|\.(?:unwrap_or|or|getO|ifB)\w{0,9}[ ]?[({][^\n\"']{0,8})\\{0,3}\""
    r"|\\{0,3}[\"']?\}[ \t]{0,4}(?:=|\|\|=?|//=?)[ \t]{0,4}\\{0,3}[\"'])"
    rf"{_VALUE}"
)
_COMMENT = rf"{_NAME}{_SENTENCE}"
_IN_CODE = rf"(?:{_NAME}(?:{_SIGN_THEN_VALUE}|{_BEHIND_SPACE}|{_IN_CALL}|{_LAST}|{_INSERTED})|{_STANDS_IN})"
_IN_LINES = rf"{_NEXT_LINE}|{_SENTENCE}|{_WHOS}|{_SAID}"
_IN_TEXT = rf"(?:{_NAME}(?:{_BEHIND_SIGN}|{_BEHIND_SPACE}|{_IN_LINES}|{_IN_CALL}|{_LAST}|{_INSERTED})|{_STANDS_IN})"
# A value under a name of its own, as a sibling of the credential's name has it, on either side of that.
_VALUE_NAMES = ("alue", "efault", "VALUE", "tring", "ontent")
_MOST_IN_CODE = 3
# Letters and digits in one run: no name is as long, base64 is. In raw bytes the letters of escapes may belong to it.
_LONGEST_NAME, _ESCAPE = 64, 8
_NAMED_VALUE = rf"[^A-Za-z0-9]{{1,20}}{_SCHEME}{_VALUE}"
_NEAR = 300
# How far from a provider's name a value is at most, in bytes.
_REACH = 4_000
# What raw bytes have in front of a word where a text has a sign.
_ESCAPED_SIGN = lazy_regex(r"\\(?:[nrt]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})\Z")
# How far in front of a name the sign of its comment is looked for.
_LEAD = 120
_TABLE = (".csv", ".tsv", ".psv")


@lru_cache(64)
def is_code(path: str) -> bool:
    """Whether a file is a program's source, in which no value stands on the line below its name, nor in a sentence."""
    return format_of(path) in CODE


class _Reading(NamedTuple, Generic[AnyStr]):
    """What is looked for beside a name, in texts or in bytes: these mustn't say no where the text says yes."""

    code: bool
    shown: re.Pattern[AnyStr]
    comment: re.Pattern[AnyStr]
    mark: re.Pattern[AnyStr]
    run: re.Pattern[AnyStr]
    marked: int
    named: re.Pattern[AnyStr]
    names: tuple[AnyStr, ...]
    columns: ColumnReading[AnyStr] | None
    # What a name's sign is written with; and `#`, `//` and a line's end.
    sign: AnyStr
    signs: tuple[AnyStr, AnyStr, AnyStr]


@cache
def _of_texts(code: bool, made: bool = False) -> _Reading[str]:
    def pattern(text: str) -> re.Pattern[str]:
        return lazy_regex((text.replace(_VALUE, _MADE) if made else text).replace("@RARE@", _rare_pairs()), re.ASCII)

    shown, run = _IN_CODE if code else _IN_TEXT, _RUN
    if made:  # and no column is called after a provider alone
        shown, run = f"(?:{shown}|{_NAME}{_BELOW})", rf"(?<!{_OF_VALUE}){_MADE}"
    return _Reading(
        code, pattern(shown), pattern(_COMMENT), pattern(_MARK), pattern(run), _MARKED, pattern(_NAMED_VALUE),
        _VALUE_NAMES[:_MOST_IN_CODE] if code else _VALUE_NAMES, None if made else OF_TEXTS, "=:",
        ("#", "//", "\n"),
    )  # fmt: skip


@cache
def _of_bytes(code: bool, made: bool = False) -> _Reading[bytes]:
    def pattern(found: re.Pattern[str]) -> re.Pattern[bytes]:
        return lazy_regex(found.pattern.encode())

    texts = _of_texts(code, made)
    return _Reading(
        code, pattern(texts.shown), pattern(texts.comment), pattern(texts.mark), pattern(texts.run), _MARKED_IN_BYTES,
        pattern(texts.named), tuple(name.encode() for name in texts.names), None if made else OF_BYTES,
        b"=:", (b"#", b"//", b"\n"),
    )  # fmt: skip


def shows_made_value(file: RawFile, start: int, end: int) -> bool:
    """Whether a random value may stand beside the name that holds a provider's at these bytes of a file."""
    if not is_long_run_near(file, max(0, start - _NEAR), _REACH):
        return False
    before, name = file.raw[max(0, start - 6) : start].decode("latin-1"), file.raw[start : end + 1].decode("latin-1")
    reading = _of_bytes(is_code(file.path), made=True)
    return _begins_name(before, name) and _shows_value(file.raw, start, end, reading, table=False)


def shows_value(raw: bytes, start: int, end: int, path: str) -> bool:
    """Whether a value may stand beside the name that holds these bytes of a file."""
    if in_long_run(raw, start, start + len(raw[start:end].rstrip(b"=:")), _LONGEST_NAME + _ESCAPE):
        return False
    return _shows_value(raw, start, end, _of_bytes(is_code(path)), table=path.lower().endswith(_TABLE))


def places_in(text: str, path: str) -> list[int]:
    """The offsets of the names in a text beside which a value may stand, in order."""
    reading, table = _of_texts(is_code(path)), path.lower().endswith(_TABLE)
    places = []
    for start, end, number in _search().places_in(text):
        if number >= len(_WORDS):
            if _shows_made(text, start, end, path):
                places.append(start)
        elif number >= _NAMES:
            if shows_login(_WORDS[number], text, start):
                places.append(start)
        # The sign behind a name is a part of some words; what is behind it is no part of the name.
        elif not in_long_run(text, start, start + len(text[start:end].rstrip("=:")), _LONGEST_NAME) and (
            _WORDS[number] in RARE_WORDS or _shows_value(text, start, end, reading, table=table)
        ):
            places.append(start)
    foreign = foreign_places(text)
    places = sorted([*places, *foreign]) if foreign else places
    return list(dict.fromkeys(places))


@cache
def _search() -> WordSearch:
    return WordSearch((*_WORDS, *provider_names()))


def _shows_made(text: str, start: int, end: int, path: str) -> bool:
    return (
        may_follow(text[start:end].lower(), text[end : end + 1].lower())
        and _begins_name(text[max(0, start - 6) : start], text[start : end + 1])
        and _shows_value(text, start, end, _of_texts(is_code(path), made=True), table=False)
    )


def _begins_name(before: str, name: str) -> bool:
    """Whether a provider's name begins a word: behind a sign, a hump or the escape of a sign."""
    last = before[-1:]
    if not last.isalnum() or (last.islower() and name[:1].isupper()):
        return True
    return _ESCAPED_SIGN.search(before) is not None


def _shows_value(text: AnyStr, start: int, end: int, reading: _Reading[AnyStr], *, table: bool) -> bool:
    hash_sign, slashes, line_end = reading.signs
    word = text[start:end].rstrip()
    if word.rstrip(reading.sign) != word:  # the sign behind a name is a part of some words
        end = start + len(word.rstrip(reading.sign))
    if reading.shown.match(text, end) is not None:
        return True
    if reading.code:
        # What stands before the name on its line may begin a comment; an address has slashes too.
        line = text[max(0, start - _LEAD) : start].rpartition(line_end)[2]
        if (hash_sign in line or slashes in line) and reading.comment.match(text, end) is not None:
            return True
    elif _is_marked(text, end, reading):
        return True
    if _has_named_value(text, start, end, reading):
        return True
    return reading.columns is not None and heads_column(
        text, start, end, reading.columns, table=table, code=reading.code
    )


def _is_marked(text: AnyStr, end: int, reading: _Reading[AnyStr]) -> bool:
    """Whether marks of coloured code stand behind a name, and behind the first of them what may be a value.

    Two searches, one behind the other: one regex that counts marks would try every way to tell them apart.
    """
    found = reading.mark.match(text, end)
    return found is not None and reading.run.search(text, found.end(), found.end() + reading.marked) is not None


def _has_named_value(text: AnyStr, start: int, end: int, reading: _Reading[AnyStr]) -> bool:
    first, last = max(0, start - _NEAR), end + _NEAR
    for name in reading.names:
        at = text.find(name, first, last)
        while at >= 0:
            if reading.named.match(text, at + len(name)) is not None:
                return True
            at = text.find(name, at + len(name), last)
    return False


@cache
def _rare_pairs() -> str:
    """A regex for two letters of which words hardly ever have the second behind the first.

    Not of a small one and a capital: side by side they are where a word of a name ends and the next one begins.
    """
    rows = {"abcdefghijklmnopqrstuvwxyz"[a]: row for a, row in enumerate(load_knowledge("values")["letters"]["pairs"])}
    seconds = {a: "".join(chr(97 + b) for b, rank in enumerate(row) if rank in "01") for a, row in rows.items()}
    pairs = [f"{a}[{found}]|{a.upper()}[{found}{found.upper()}]" for a, found in seconds.items() if found]
    return f"(?:{'|'.join(pairs)})"
