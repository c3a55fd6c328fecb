"""A credential outside Python code: shell lines, other languages, configuration, and prose."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from itertools import islice

from nbguard.vault.continued_values import check_ended
from nbguard.vault.line_marks import may_be_filled_in, open_quote
from nbguard.vault.references import format_reference
from nbguard.vault.style import PLATFORMS, Lookup, expression, foreign_expression, shell_expression
from nbguard.vault.text_changes import CannotRewriteError, TextChange, check_alone

_SHELL_LINE = re.compile(r"[ \t]*(?:\w[\w, ]*=\s*)?!")
_SET_VARIABLE = re.compile(
    r"(?P<indent>[ \t]*)(?:%(?:env|set_env)[ \t]+|(?P<shell>!)\s*export[ \t]+)(?P<name>[A-Za-z_]\w*)"
    r"(?P<sign>[ \t]*=[ \t]*|[ \t]+)"
    r"(?P<quote>[\"']?)(?P<value>.*?)(?P=quote)[ \t]*\Z"
)
# What ends a shell's word, or begins another command.
_WORD_ENDS = re.compile(r"[\s;&|<>()\"'`]")
# What is filled in between double quotes. Sources: the manuals of Julia (Strings) and Ruby (Literals).
_INTERPOLATED = {"julia": re.compile(r"\$"), "ruby": re.compile(r"#[{$@]")}
# What sets an environment variable, in front of the literal and behind it.
_SETS = {
    "julia": (r"(?P<indent>[ \t]*)ENV\[(?P<mark>[\"'])(?P<name>\w+)(?P=mark)\][ \t]*=[ \t]*", ""),
    "r": (r"(?P<indent>[ \t]*)Sys\.setenv\([ \t]*(?P<mark>[\"']?)(?P<name>\w+)(?P=mark)[ \t]*=[ \t]*", r"[ \t]*\)"),
}
_COMMENT = re.compile(r"\s*#")
# How a here-document begins; `<<<` is a string.
_HERE = re.compile(r"(?<!<)<<(?P<dash>-?)[ \t]{0,8}\\?(?P<quote>[\"']?)(?P<word>[A-Za-z_]\w{0,60})(?P=quote)")
_MAY_CLOSE = re.compile(r"^(?P<tabs>\t*)(?P<word>\w+)\r?$", re.MULTILINE)
_UNFINISHED = re.compile(r"[,(\[=+*/|&<>?:-]\Z")
_NO_BRACE = re.compile(r"\b(?:if|else|for|while|repeat|function)\b[^{]*\Z")


def change_in_magic(
    text: str, line: tuple[int, int], at: int, value: str, lookup: Lookup, style: str, name: str
) -> TextChange:
    """The change of an IPython line: ``%env NAME=…`` becomes Python, any other line gets a ``{lookup}``.

    IPython puts the value of an expression in braces into ``!`` and ``%`` lines. Raises CannotRewriteError.
    """
    start, end = line
    found = _setting(text, start, end)
    spot = text.find(value, at if text[at : at + len(value)] == value else start, end)
    if spot < 0:
        raise CannotRewriteError("the value isn't written out in this line")
    if _SHELL_LINE.match(text, start):
        check_ended(text, spot, spot + len(value), "shell")
    if found is not None and value in found["value"]:
        # `%env` takes quotation marks for characters of the value, as no shell does.
        written = found["value"] if found["shell"] else found[0][found.start("quote") :].rstrip()
        before, _, after = written.partition(value)
        if value not in after and not re.search(r"\s", value):
            code = expression(lookup, style, '"', name)
            if before or after:
                # The change takes the line, so what stands behind the value isn't behind the change. What stands in
                # front of it was told apart by whoever found it: `apiKey-VALUE`.
                check_alone(text, [TextChange(spot, spot + len(value), " {}")])
                outer, inner = ('"', "'") if '"' not in before + after else ("'", '"')
                if outer in before + after:
                    raise CannotRewriteError("there are quotation marks around the value in this line")
                code = f"f{outer}{before}{{{expression(lookup, style, inner, name)}}}{after}{outer}"
            return TextChange(start, end, f'{found["indent"]}os.environ["{found["name"]}"] = {code}')
    if not may_be_filled_in(text, start, spot) and not may_be_filled_in(text, spot + len(value), end):
        has_mark = text.find('"', start, spot) >= 0 or text.find('"', spot + len(value), end) >= 0
        code = expression(lookup, style, "'" if has_mark else '"', name)
        return TextChange(spot, spot + len(value), f"{{{code}}}")
    # One expression that IPython can't fill in keeps it from filling in any.
    if not _SHELL_LINE.match(text, start):
        raise CannotRewriteError("the line has a $ or braces of its own, which IPython would fill in as well")
    return change_in_shell(text, spot, value, lookup, style)


@lru_cache(maxsize=1)
def _setting(text: str, start: int, end: int) -> re.Match[str] | None:
    """A line that does nothing but set a variable to one value. Remembered for the next value in the line."""
    found = _SET_VARIABLE.match(text[start:end])
    return found if found is not None and _is_one_value(found) else None


def _is_one_value(found: re.Match[str]) -> bool:
    """Whether the rest of a line that sets a variable is its value: ``%env`` takes all of it, a shell one word.

    What IPython refuses (a blank behind the name, and an equals sign later on) stays as it is, and so does what a shell
    takes for a name alone.
    """
    value, quote = found["value"], found["quote"]
    if re.search(r"[${}\\]", value):
        return False
    if not found["shell"]:
        return "=" in found["sign"] or "=" not in value
    if found["sign"] != "=":
        return False
    return "`" not in value and quote not in value if quote else _WORD_ENDS.search(value) is None


def change_in_shell(text: str, start: int, value: str, lookup: Lookup, style: str) -> TextChange:
    """A shell script's value becomes a ``$(…)`` that prints it, in double quotes. Raises CannotRewriteError."""
    if style in PLATFORMS:
        raise CannotRewriteError(f"a shell can't ask {style} for a secret: say another --style for it")
    begin, end, call = start, start + len(value), shell_expression(lookup, style)
    line = text.rfind("\n", 0, begin) + 1
    if _COMMENT.match(text, line, begin):
        return TextChange(begin, end, format_reference(lookup.reference, marked=True))
    if _is_in_here_document(text, line):
        raise CannotRewriteError("it stands in a here-document, which would write the lookup instead of the value")
    quote = open_quote(text, begin)
    if quote == "'" and text.endswith("$", line, text.rfind("'", line, begin)):
        raise CannotRewriteError("it stands between $' and ', where escapes count")
    if quote != "'":
        return TextChange(begin, end, call if quote else f'"{call}"')
    # Nothing is filled in between single quotes: they end before the call and go on after it.
    opens, closes = text[begin - 1] == "'", text[end : end + 1] == "'"
    return TextChange(begin - opens, end + closes, "'" * (not opens) + f'"{call}"' + "'" * (not closes))


def _is_in_here_document(text: str, at: int) -> bool:
    """Whether a line's beginning is inside of a here-document (POSIX shell, 2.7.4)."""
    documents = _here_documents(text)
    number = bisect_left(documents, (at,)) - 1
    return number >= 0 and at <= documents[number][1] and text.find("\n", documents[number][0], at) >= 0


@lru_cache(maxsize=1)
def _here_documents(text: str) -> list[tuple[int, int]]:
    """Where each here-document is opened, and where the line that closes it ends."""
    found: list[tuple[int, int]] = []
    lines: dict[str, list[re.Match[str]]] = {}
    for line in _MAY_CLOSE.finditer(text) if "<<" in text else ():
        lines.setdefault(line["word"], []).append(line)
    for opened in _HERE.finditer(text):
        if found and opened.start() < found[-1][1]:
            continue
        closing = lines.get(opened["word"], [])
        first = bisect_left(closing, opened.end(), key=re.Match.start)
        ends = (line.end() for line in islice(closing, first, None) if opened["dash"] or not line["tabs"])
        found.append((opened.end(), next(ends, len(text))))
    return found


def change_in_foreign_code(text: str, start: int, value: str, lookup: Lookup, language: str) -> TextChange:
    """A quoted literal of another kernel's language becomes the reading of an environment variable.

    A line that only sets this very variable becomes a comment.
    """
    code = foreign_expression(lookup, language)
    end = start + len(value)
    line = text.rfind("\n", 0, start) + 1
    comment = text.rfind("#", line, start)
    if comment >= 0 and not open_quote(text, comment):
        return TextChange(start, end, format_reference(lookup.reference, marked=True))
    if code is None:
        raise CannotRewriteError(f"there is no lookup for {language or 'this language'} yet")
    mark = text[start - 1 : start]
    if mark not in ('"', "'") or text[end : end + 1] != mark:
        raise CannotRewriteError("the value is only a part of a literal")
    if mark in (text[start - 2 : start - 1], text[end + 1 : end + 2]):
        raise CannotRewriteError("the literal has three quotation marks, and only one of them would go")
    filled_in = _INTERPOLATED.get(language)
    if mark == '"' and filled_in is not None and filled_in.search(value):
        raise CannotRewriteError("parts of the literal are filled in when it runs, so something else would be stored")
    return _drop_assignment(text, start - 1, end + 1, lookup, language) or TextChange(start - 1, end + 1, code)


def _drop_assignment(text: str, start: int, end: int, lookup: Lookup, language: str) -> TextChange | None:
    """The change of a line that sets the lookup's variable to the literal and does nothing else; None for others."""
    if language not in _SETS:
        return None
    line = text.rfind("\n", 0, start) + 1
    before, after = _SETS[language]
    head = re.compile(before).fullmatch(text, line, start)
    closing = re.compile(rf"{after}[ \t;]*(?=#|\r?(?:\n|\Z))").match(text, end)
    if head is None or head["name"] != lookup.variable or closing is None or _goes_on(text, line, language):
        return None
    note = f"# {lookup.variable}: {format_reference(lookup.reference, marked=True)}"
    return TextChange(head.end("indent"), end + len(closing[0].rstrip()), note)


def _goes_on(text: str, line: int, language: str) -> bool:
    """Whether the code above a line needs it, so that it can't be a mere comment."""
    end = line
    while end and text[end - 1].isspace():
        end -= 1
    last = text[text.rfind("\n", 0, end) + 1 : end]
    return _UNFINISHED.search(last) is not None or (language == "r" and _NO_BRACE.search(last) is not None)


def change_to_reference(start: int, value: str, lookup: Lookup) -> TextChange:
    """Anywhere else the value becomes ``nbguard:path#key``, which ``nbguard run`` resolves in configuration.

    A reference has no ``": "`` and no ``" #"``, so it needs no quotes in YAML, ``.env`` or INI.
    """
    return TextChange(start, start + len(value), format_reference(lookup.reference, marked=True))
