"""A name, a sign and a value in any language: ``NAME = "V"``, ``"name": "V"``, ``NAME=V``, ``const N: &str = "V";``.

No parser of a language: half-typed code, logs and other people's dialects read alike. Linear: a name is tried once, and
looks a bounded way ahead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.formats import CODE
from nbguard.documents.structure.mapped_text import undo_escapes
from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.said_words import may_say
from nbguard.documents.structure.word_marks import MARKS
from nbguard.documents.structure.written_literals import WrittenLiteral, read_literal, read_shell_word
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = rf"(?<![\w$.{MARKS}-])(?P<name>-{{0,2}}\$?[^\W\d][\w$.{MARKS}-]{{0,119}}+)"
# Between a name and its sign: what closes a subscript, and the type: `: &'static str`, `As String`, `string`, `[64]`.
_AFTER_NAME = r"(?P<close>\*?\\{0,3}[\"'`]?[*_`]{0,2}[\])]{0,2})[ \t]{0,24}(?:\[\d{0,5}\][ \t]{0,4})?"
_TYPE = (
    r"(?::[ \t]{0,3}(?:&'[a-z]{1,10}[ \t])?[^=\n\"'`:,;(){}/#$]{1,40}:?(?==(?!=))|"
    r":[ \t]{0,3}[A-Za-z_.]{1,30}\[[^\n]{1,120}?\]{1,3}[ \t]{0,3}(?==[ \t]{0,3}[\"'])|"
    r"[Aa]s[ \t]{1,3}[A-Za-z.]{1,30}[ \t]{1,3}(?==)"
    r"|\*?(?:string|String|str|text|char|byte)\b[\[\]?]{0,3}[ \t]{0,3}(?==))?"
)
_SIGN = (
    r"(?P<sign>\{(?=[\"'])|:[ \t]?[\"'],|;s:\d{1,4}:|=>|:{1,3}=|\?\??=|\.=|\|\|=|"
    r"<<?-|[=!]={1,2}(?=[ \t]{0,4}[\"'`])|=(?![=~>])>?|->|"
    r":(?![:/=]|[+?-][^\s}]{0,1024}\})|：|\|(?!\|)|(?P<weak>,|\|\||\?\?|\?:|"
    r"\bor\b|\bis\b|\bto\b))"
)
_WRAP = (
    r"(?:(?:[\[(]|<<)(?=[\"'`]))?(?:new[ \t]|\[\](?=byte\())?(?:[A-Za-z_][\w.:]{0,39}!?\(){0,2}"
    r"(?:(?:default|value|default_factory)[ \t]?=[ \t]?)?(?:lambda(?:[ \t][\w, *]{1,40})?:[ \t]?)?"
    r"(?:(?:[A-Z]\w{0,20}\.)?(?:pack|Just|Some)[ \t](?=\"))?"
    r"(?:(?:[rRbBuUfFL@$]{1,2}|raw|String\.raw|(?:b?r)?#{1,3})(?=[\"'`]))?"
)
# A string; or one inside a string, whose quotes have backslashes.
_QUOTED = (
    r"(?:(?P<quote>\"\"\"|'''|``(?![,;:)}\]])|[\"'`])(?P<text>(?:(?!(?P=quote))(?:[^\\\n]|\\[^\n])){1,4096}+)(?P=quote)"
    r"|\\{1,3}[\"'`](?P<inner>[^\"'`\\\n]{1,4096}+)\\{1,3}[\"'`]"
)
# A semicolon ends it, but not where the value itself begins as Azure's connection strings do.
_BARE = (
    r"|(?P<bare>(?:SubscriptionId|ResourceGroupName|DefaultEndpointsProtocol)=[^\s\"'`<>]{20,1024}+"
    r"|(?![\"'`#<({\[])[^\s\"'`<>;,()\[\]{}&|\\]{3,1024}+)(?P<called>[(\[]?))"
)
_ASSIGNMENT = lazy_regex(
    _NAME
    + r"(?="
    + _AFTER_NAME
    + _TYPE
    + _SIGN
    + r"[ \t]{0,12}(?:\(?[ \t]{0,4}\r?\n[ \t]{0,12}(?=[\"'`]))?"
    + _WRAP
    + _QUOTED
    + _BARE
    + ")"
)
# Words that put a name and its value side by side without a sign. Each alternative begins with a letter or sign of its
# own, and asks what stands before it when it is there: so the engine passes over all other characters at once.
_LEADS = (
    r"#[ \t]{0,4}define", r"E(?<=\bE)NV", r"A(?<=\bA)RG", r"s(?<=\bs)etx", r"s(?<=\bs)etenv",
    r"s(?<=\bs)et[ \t]-[Ux]{1,2}", r"s(?<=\bs)et[ \t]-gx", r"%env", r"%set_env",
    r"\(def(?:ine|var|parameter|const(?:ant)?|custom)?", r"p(?<=\bp)roxy_set_header", r"a(?<=\ba)dd_header",
    r"S(?<=\bS)etEnv", r"f(?<=\bf)astcgi_param",
    r"R(?<=\bR)equestHeader[ \t]set", r"\(setq?f?", r"\(setenv", r"D(?<=\bD)EFINE", r"d(?<=\bd)efine",
    r"s(?<=\bs)et",
)  # fmt: skip
_BESIDE = lazy_regex(
    "(?:"
    + "|".join(
        (
            *(lead + r"[ \t]+\^?[:\"'(*$]{0,2}" for lead in _LEADS),
            *(rf"{sign}(?<![\w:\"'.]{sign})(?=[A-Za-z][\w-]{{0,60}}[ \t]{{1,4}}\")" for sign in ":@"),
        )
    )
    + r")(?P<name>[A-Za-z_](?:[\w.-]|\*(?=\w)){0,119}+)"
    r"[*\")]{0,2}[ \t]+"
    r"(?:@?\"(?P<text>(?:[^\"\\\n]|\\[^\n]){1,4096}+)\"|'(?P<single>[^'\n]{1,4096}+)'|(?P<bare>(?![-$])"
    r"[^\s\"'`()=;]{3,1024}+))"
)
# A call: `setPassword("V")`, `Password(value="V")`; without brackets, as Ruby's and Gradle's are: `storePassword "V"`.
_TELLING = r"(?:(?i:passw(?:ord|d)|passphrase|pwd|secret|token|key)|[Pp]ass)"
_CALLED = lazy_regex(
    rf"(?<![\w\"'.:$])(?P<name>[A-Za-z_]\w{{0,60}}?{_TELLING})[ \t]{{1,4}}"
    r"(?P<mark>[\"'])(?P<value>[^\s\"'\\]{6,1024}+)(?P=mark)"
)
# What a function gives back that is called after it: `def get_token():`, `String getToken() {`, `get token() {`.
_RETURNED = lazy_regex(
    rf"(?<![\w.])(?P<name>(?:[A-Za-z_]\w{{0,60}}?)?{_TELLING})\([^()\n]{{0,120}}\)[^\n{{}};=()]{{0,40}}[{{:]\s{{1,40}}"
    r"(?:return|yield)[ \t(]{1,4}[bru]?(?P<mark>[\"'`])(?P<value>[^\s\"'\\]{6,1024}+)(?P=mark)"
)
# What a function without a name gives back that a name is given: `const getToken = (): string => "V"`.
_ARROW = lazy_regex(
    rf"(?<![\w.])(?P<name>(?:[A-Za-z_]\w{{0,60}}?)?{_TELLING})[ \t]{{0,4}}=[ \t]{{0,4}}(?:async[ \t])?"
    r"\([^()\n]{0,120}\)[^\n{};=()]{0,40}=>\s{0,8}(?:\{\s{1,40}return[ \t]{1,4})?\(?"
    r"(?P<mark>[\"'`])(?P<value>[^\s\"'\\]{6,1024}+)(?P=mark)"
)
# What a variable of the environment is given instead, where that one isn't called for a credential.
_OF_ENVIRONMENT = lazy_regex(
    rf"(?<![\w.-])(?P<name>(?:[A-Za-z_][\w-]{{0,60}}?)?{_TELLING}\w{{0,12}})\\?[\"'`]?[ \t]{{0,4}}(?:<-|:=|[:=]|\(or)"
    r"[^\n\"'`]{0,40}?(?i:env)[\w.()\[:]{0,40},?[ \t]{0,2}(?:\\{0,3}[\"'`][^\"'`\n]{1,60}?\\{0,3}[\"'`])?"
    r"[^\"'`\n]{0,24}(?P<mark>\\{0,3}[\"'`])(?P<value>[^\s\"'`\\]{6,1024}+)(?P=mark)"
)
_ARGUMENTS = r"(?:[a-z_]{1,20}[ \t]?=[ \t]?[^=\n]{0,60}?,\s{0,24}){0,3}(?:default|value)[ \t]?=[ \t]?"
_CALL = lazy_regex(
    rf"(?<![\w$])(?P<name>(?:[A-Za-z_]\w{{0,60}}?)?{_TELLING})\([ \t]{{0,4}}(?:{_ARGUMENTS})?"
    r"[bruBRU]{0,2}(?P<mark>\\?[\"'`])(?P<value>[^\s\"'`\\]{6,1024}+)(?P=mark)"
)
# A word of these, with what stands behind it.
_TOLD = ("password", "passwd", "passphrase", "pwd", "secret", "token", "key", "pass")
_SAID_CALLED = tuple(word + blank for word in _TOLD for blank in " \t")
_SAID_CALL = tuple(f"{word}(" for word in _TOLD)
# What a placeholder stands for where nothing sets it: `${lab.password:V}`; and a macro of TeX.
_FALLBACK = lazy_regex(
    r"(?:(?P<given>[A-Za-z_]\w{0,119}+)=[\"']?)?[$#]\{(?P<name>\w[\w.-]{0,119}?)(?::[-=]?|[-=])"
    r"(?P<value>[^{}\"'`\s]{3,1024}+)\}"
)
# What an expression stands in with where nothing is set: `env::var("TOKEN").unwrap_or("V".to_string())`.
_OTHERWISE = lazy_regex(
    r"[\"'](?P<name>[A-Za-z_][\w.-]{0,119}+)[\"']\){1,2}(?:\.(?:unwrap_or(?:_else)?|orElse|or_else|getOrElse|ifBlank)"
    r"(?:\([ ]?(?:\|_?\|[ ]?)?|[ ]?\{[ ]?)|[ ]{0,2}\?:[ ]{0,2})\"(?P<value>[^\s\"'\\{}]{6,1024}+)\""
)
# Perl's environment.
_OF_PERL = lazy_regex(
    r"\$ENV\{[\"']?(?P<name>[A-Za-z_]\w{0,119}+)[\"']?\}[ \t]{0,4}(?:=|\|\|=?|//=?)[ \t]{0,4}"
    r"(?P<mark>[\"'])(?P<value>[^\s\"'\\]{6,1024}+)(?P=mark)"
)
_MACRO = lazy_regex(
    r"\\(?:re)?newcommand\*?[ \t]?\{?\\(?P<name>[A-Za-z@]{1,60})\}?[ \t]?\{(?P<value>[^{}\\\s]{3,1024}+)\}"
)
# Longer than what programs call things, with a digit: whoever knows values may say that it is one without its quotes.
_NO_EXPRESSION = lazy_regex(r"(?=[^0-9]{0,60}[0-9])[A-Za-z0-9_+/=-]{20,200}")
# `"user:V".split(":")[1]`, behind the text.
_SPLIT = lazy_regex(
    r"\\{0,3}[\"'`]\.split\([ \t]?\\{0,3}(?P<mark>[\"'])(?P<separator>[^\"'\\\n]{1,8})\\{0,3}(?P=mark)(?:,[ ]?\d)?\)"
    r"(?:\[(?P<number>\d{1,2})\])?"
)
_COMMENT = lazy_regex(r"#|//|--|;|/\*|\*[ \t]|<!--|%|!")
_QUOTES = lazy_regex(r"\\.|[\"'`]")
# Calls of two equals: the first is no name.
_COMPARES = lazy_regex(
    r"\b(?:matches|verify\w*|compare\w*|check_?pw|check_\w+|equals|assert\w*|stronger|delux)\([ \t]?[bru]?[\"'`]\Z",
    re.IGNORECASE,
)
# How a line of a Dockerfile or a shell script begins that sets a variable.
_INSTRUCTION = lazy_regex(r"[ \t]{0,40}(?:ENV|ARG|setenv|setx|set[ \t]-(?:[Ux]{1,2}|gx))[ \t]+")
_SUBSCRIPT = lazy_regex(r"\w\[\Z")
_CELL_END = lazy_regex(r"[ \t]*(?:\||[\r\n]|\Z|[\"'`*_])")
_LONGEST_LINE = 2_000


_NEXT_SETTING = lazy_regex(r",(?=[A-Za-z_]{1,40}=)")

# What has a telling name, each with words without which there is none.
_TELLING_NAMES = (
    (_CALLED, _SAID_CALLED), (_CALL, _SAID_CALL), (_RETURNED, ("return", "yield")), (_ARROW, ("=>",)),
    (_OF_ENVIRONMENT, ("env",)),
)  # fmt: skip


def read_assignments(text: str, language: str = "") -> Iterator[Pair]:
    """Yields what is given to names in a text.

    In code an unquoted value is an expression: it counts in comments, strings and lines for the shell only. One that
    may be a value without its quotes has the form ``expression``.
    """
    code = language in CODE
    for found in _ASSIGNMENT.finditer(text):
        pair = _bare(found, code, language) if found["bare"] is not None else _quoted(found, language)
        if pair is None:
            continue
        if pair.quoted or not code or _is_prose(text, _start_of_name(text, found)):
            yield pair
        elif _NO_EXPRESSION.fullmatch(pair.value) is not None:
            yield pair._replace(form="expression")
    for found in _BESIDE.finditer(text):
        group = next(name for name in ("text", "single", "bare") if found[name] is not None)
        raw, (start, end) = found[group], found.span(group)
        if group == "bare" and code and not (_is_prose(text, found.start("name")) or _is_instruction(text, found)):
            continue
        value = undo_escapes(raw) if group == "text" else raw
        yield Pair(found["name"], value, start, end, *found.span("name"), quoted=group != "bare", form="beside")
    yield from _read_beside(text)


def _read_beside(text: str) -> Iterator[Pair]:
    """What stands beside a name in a way of its own: a call without brackets, a fallback."""
    for pattern, said in _TELLING_NAMES:
        for found in pattern.finditer(text) if may_say(text, said) else ():
            value, name = found.span("value"), found.span("name")
            yield Pair(found["name"], found["value"], *value, *name, quoted=True, form="beside")
    for pattern, sign in ((_FALLBACK, "{"), (_OTHERWISE, '")'), (_OF_PERL, "$ENV{"), (_MACRO, "newcommand")):
        for found in pattern.finditer(text) if sign in text else ():
            # Of an argument by its number, and of one that says less, the name it is given to.
            group = "given" if pattern is _FALLBACK and found["given"] else "name"
            yield Pair(found[group], found["value"], *found.span("value"), *found.span(group), form="beside")


def _quoted(found: re.Match[str], language: str) -> Pair | None:
    weak = found["weak"]
    if weak == "," and (
        ")" in found["close"] or _COMPARES.search(found.string, max(0, found.start("name") - 60), found.start("name"))
    ):
        return None  # behind a call, or what a call holds against the other
    defined = found.string.endswith(("define(", "define('", 'define("'), 0, found.start("name"))  # Erlang and PHP
    if weak in (",", "or", "to") and not found["close"] and not defined:
        return None  # an argument that is a name, with the next one behind it; or an expression
    if found["close"].startswith("]") and _SUBSCRIPT.search(
        found.string, max(0, found.start("name") - 2), found.start("name")
    ):
        return None  # `ids[token] = …`: the name is a variable's
    group = "text" if found["text"] is not None else "inner"
    start, end = found.span(group)
    form = "listed" if weak == "," and not defined else "assigned"
    split = _SPLIT.match(found.string, end)
    # `"a,b".split(",")` is all of them.
    if split is not None and (split["number"] or split["separator"].strip() not in ("", ",", ";", "|")):
        start, end = _piece(found[group], start, split)
        return Pair(found["name"], found.string[start:end], start, end, *found.span("name"), quoted=True, form=form)
    value, start, end = _read_value(found, group, language)
    return Pair(found["name"], value, start, end, *found.span("name"), quoted=True, form=form)


def _read_value(found: re.Match[str], group: str, language: str) -> WrittenLiteral:
    """What a value between marks says in its language."""
    text, (start, end) = found.string, found.span(group)
    if group == "inner":
        return WrittenLiteral(undo_escapes(found[group]), start, end)
    if language == "shell" and (word := _word_of_shell(found, start - len(found["quote"]))) is not None:
        return word
    return read_literal(text, start, end, found["quote"], language)


def _word_of_shell(found: re.Match[str], start: int) -> WrittenLiteral | None:
    """The word right behind a sign, as a shell reads it; None where one more setting follows in it."""
    word = read_shell_word(found.string, start) if found.end("sign") == start and found["sign"] == "=" else None
    return word if word and not _NEXT_SETTING.search(found.string, word.start, word.end) else None


def _piece(text: str, start: int, split: re.Match[str]) -> tuple[int, int]:
    """Where the piece stands that is taken of a text which is split; else the last one."""
    pieces = text.split(split["separator"])
    number = min(int(split["number"] or len(pieces)), len(pieces) - 1)
    start += sum(len(piece) + len(split["separator"]) for piece in pieces[:number])
    return start, start + len(pieces[number])


def _bare(found: re.Match[str], code: bool, language: str) -> Pair | None:
    if found["called"] or found["weak"] not in (None, "is"):
        return None
    if code and found["sign"] == ":" and found.end("sign") == found.start("bare"):
        return None
    if found["sign"] == "|" and _CELL_END.match(found.string, found.end("bare")) is None:
        return None  # the first word of a table's cell
    raw = found["bare"].rstrip(".:!?*_") if found["sign"] in (":", "：", "is") else found["bare"]
    before = found.string[max(0, found.start("name") - 1) : found.start("name")]
    if before == ";":
        raw = raw.partition(";")[0]  # a setting of a connection string itself
    elif before == "," and "=" in raw:
        raw = _NEXT_SETTING.split(raw, maxsplit=1)[0]  # one of several: `mount -o user=lab,password=V,vers=3.0`
    start = found.start("bare")
    if language == "shell" and raw == found["bare"] and (word := _word_of_shell(found, start)) is not None:
        return Pair(found["name"], *word, *found.span("name"), form="bare")
    # A sentence, in whatever language.
    form = "prose" if found["weak"] == "is" else "bare"
    return Pair(found["name"], raw, start, start + len(raw), *found.span("name"), form=form) if raw else None


def _is_instruction(text: str, found: re.Match[str]) -> bool:
    """Whether a line in code is an image's instruction or a shell's: no language of programs begins one so."""
    line = text[text.rfind("\n", max(0, found.start() - _LONGEST_LINE), found.start()) + 1 : found.start("name")]
    return _INSTRUCTION.fullmatch(line) is not None


def _start_of_name(text: str, found: re.Match[str]) -> int:
    """Where a name begins, with the mark that opens it: what stands in that mark alone is no text."""
    start = found.start("name")
    return start - 1 if start and text[start - 1] in "\"'`" and found["close"].startswith(text[start - 1]) else start


def _is_prose(text: str, at: int) -> bool:
    """Whether a place in code is in a comment, a string or a line for the shell, as far as its line tells."""
    begin = max(text.rfind("\n", 0, at) + 1, at - _LONGEST_LINE)
    line = text[begin:at]
    if _COMMENT.search(line) is not None:
        return True
    quote = ""
    for found in _QUOTES.finditer(line):
        mark = found.group()
        if len(mark) == 1:
            quote = "" if mark == quote else quote or mark
    return bool(quote)
