"""Values that go on past what was recognised: on the next line, behind a seam of quotation marks, in the next literal.

Whoever finds a value reads a line; a format may put more of it elsewhere. What is only a part of a value is never
stored as one. Where it can't be told, the value counts as continued: it stays, with the reason.

Sources: java.util.Properties.load, configparser, YAML 1.2.2 (7.3, 8.1), TOML 1.0 (strings), POSIX shell 2.2, XML 1.0
(2.4 to 2.7), HCL's heredoc templates.
"""

from __future__ import annotations

import os
import re

from nbguard.detect.whole_values import is_joined
from nbguard.documents.structure.formats import CODE, format_of
from nbguard.vault.code_literals import is_joined_to_literal
from nbguard.vault.text_changes import CannotRewriteError

_GOES_ON = "the value goes on in another line or literal, so only a part of it would be stored"
_ESCAPED = "the value is written with escapes, or with parts that are filled in, so something else would be stored"
_SECTIONS = {"toml": "toml", "lock": "toml", "properties": "properties", "props": "properties", "envrc": "shell"}
_QUOTES = "\"'`"
_LOOK = 2_000
_MOST_LINES = 40
# Behind or before a value on its line, where it ends there.
_LINE_END = re.compile(r"[\"'`]{0,3}[ \t]*(?:[#;][^\n]*)?\r?(?=\n|\Z)")
_NOTHING = re.compile(r"[ \t]*\r?(?=\n|\Z)")
_BACKSLASH_END = re.compile(r"[ \t\f]*\\\r?(?:\n|\Z)")
_SPACE = re.compile(r"[ \t]*")
# A value that begins what its name is given, without quotes, and what may stand behind it.
_BEGINS = re.compile(r"[ \t]*(?:export[ \t]+|(?:-[ \t]+)+)?[\w.-]+[ \t]*[=:][ \t]*")
_NO_MORE = re.compile(r"[ \t]*(?:[#;,}\]\\]|\r?(?:\n|\Z))")
# What holds two pieces of a shell's word together.
_SHELL_SEAM = re.compile(r"(?:\\\r?\n|\$?[\"'])+")
_SHELL_SEAM_BEFORE = re.compile(r"(?:\\\r?\n|\$?[\"'])+\Z")
_FILLED_IN = re.compile(r"\$[\w{('\"?!@*#$-]|`")
_XML_MARK = r"(?:\]\]>|<!\[CDATA\[|<!--(?:[^-]|-[^-]){0,500}+-->|<\?[^?]{0,200}+\?>)"
_XML_SEAM = re.compile(rf"\s*+(?:{_XML_MARK}\s*+)+", re.DOTALL)
_XML_BEFORE = re.compile(rf"(?P<text>[^<>]*+)(?:{_XML_MARK}\s*+)+\Z", re.DOTALL)
# What may stand above and below a line that holds nothing but a value.
_OPENS = re.compile(r"(?:\"\"\"|'''|`|[>=(\[{,:]|\[CDATA\[|<<[-~]?[\"']?\w+[\"']?)[ \t]*\r?\Z")
_CLOSES = re.compile(r"[ \t]*(?:\"\"\"|'''|`|<|\]\]>|[)\]},;]|[A-Za-z_]\w*[ \t]*\r?\Z)")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?[ \t]*(?:#.*)?\r?\Z")
_YAML_HEAD = re.compile(r"[ \t]*(?P<dashes>(?:-[ \t]+)*)(?P<key>[^\s#][^#]*?:[ \t]+)?")


def form_of_file(path: str) -> str:
    """Which rules hold for values in a file: ``yaml``, ``ini``, ``shell``, ``code``, …; empty where there are none."""
    name = os.path.basename(path).lower()
    kind = format_of(path)
    if kind not in ("sections", "properties"):
        return "code" if kind in CODE else kind
    if name.startswith(".env") or name.endswith(".env") or name == "env":
        return "env"
    return "toml" if name == "pipfile" else _SECTIONS.get(name.rpartition(".")[2], "ini")


def check_ended(text: str, start: int, end: int, form: str) -> None:
    """Raises CannotRewriteError where the value at these characters isn't all that a reader of the format gets."""
    value = text[start:end]
    if not form or "\n" in value or not value:
        return
    if value[0] in _QUOTES or (len(value) - len(value.rstrip("\\"))) % 2:
        raise CannotRewriteError(_GOES_ON)
    if _is_changed_by_reader(text, start, end, form):
        raise CannotRewriteError(_ESCAPED)
    checks = {"shell": _shell, "properties": _backslashes, "ini": _ini, "yaml": _yaml, "xml": _xml}
    if (
        _is_open_literal(text, start, end)
        or (form in ("env", "ini", "properties", "yaml") and _has_more_words(text, start, end))
        or (form in checks and checks[form](text, start, end))
        or (form in ("toml", "hcl", "xml", "env", "code") and _is_line_of_several(text, start, end))
        or (form == "code" and is_joined_to_literal(text, start, end))
    ):
        raise CannotRewriteError(_GOES_ON)


def _is_changed_by_reader(text: str, start: int, end: int, form: str) -> bool:
    """Whether a reader of the format would change something in these characters, or right beside them."""
    value, quote = text[start:end], text[start - 1 : start] if start else ""
    if form == "shell":
        single = quote == "'" and text[end : end + 1] == "'"
        return not single and ("\\" in value or _FILLED_IN.search(value) is not None or _has_mark(value))
    if form in ("properties", "netrc"):
        return _has_backslash(text, start, end)
    if form == "hcl" and re.search(r"[$%]\{", value):
        return True
    if form == "code" and "${" in value and quote == "`":
        return True
    quoted = quote == '"' or (form in ("code", "env") and quote == "'")
    return quoted and form != "ini" and ("\\" in value or text[end : end + 1] == "\\")


def _has_backslash(text: str, start: int, end: int) -> bool:
    """Whether characters are escaped, in a value or right beside it; the end of a line that goes on isn't meant."""
    if "\\" in text[start:end] or text[max(0, start - 2) : start - 1] == "\\":
        return True
    return text[end : end + 1] == "\\" and _BACKSLASH_END.match(text, end) is None


def _has_mark(value: str) -> bool:
    return '"' in value or "'" in value


def _is_open_literal(text: str, start: int, end: int) -> bool:
    """Whether the literal that begins or ends right here has its other end in another line."""
    opens, closes = text[start - 1 : start] if start else "", text[end : end + 1]
    if opens in _QUOTES and opens and _NOTHING.match(text, end):
        return True
    line = text.rfind("\n", 0, start) + 1
    if closes in _QUOTES and closes and not _head(text, line, start).strip():
        above = _line_above(text, line)
        return above is not None and not above.rstrip().endswith(('"""', "'''"))
    return False


def _has_more_words(text: str, start: int, end: int) -> bool:
    head = _head(text, text.rfind("\n", 0, start) + 1, start)
    return _BEGINS.fullmatch(head) is not None and _NO_MORE.match(text, end) is None


def _is_line_of_several(text: str, start: int, end: int) -> bool:
    """Whether a value is a line of a literal, a heredoc or an element's text that has others too."""
    line = text.rfind("\n", 0, start) + 1
    head = _head(text, line, start).strip()
    first, last = not head, _NOTHING.match(text, end) is not None
    if head.endswith((">", "[CDATA[")) and last:
        first = True
    elif first and text.startswith(("<", "]]>", "`", '"""', "'''"), end):
        last = True
    elif head.endswith(("`", '"""', "'''")) and last:
        first = True
    if not first or not last:
        return False
    above, below = _line_above(text, line) if not head else "", _line_below(text, end)
    at_end = _NOTHING.match(text, end) is None
    return not ((head or above is None or _OPENS.search(above)) and (at_end or below is None or _CLOSES.match(below)))


def _backslashes(text: str, start: int, end: int) -> bool:
    """Whether a line of ``.properties`` is continued behind a value, or its own line continues another's value."""
    if _BACKSLASH_END.match(text, end):
        return True
    line = text.rfind("\n", 0, start) + 1
    if line == 0 or _head(text, line, start).strip():
        return False
    above = _head(text, text.rfind("\n", 0, line - 1) + 1, line - 1).rstrip("\r")
    head = above.removesuffix("\\").rstrip()
    return above.endswith("\\") and bool(head) and not head.endswith(("=", ":"))


def _shell(text: str, start: int, end: int) -> bool:
    if text[end : end + 1] == "\\" and not re.match(r"\\[nrt\"'\n\r]", text[end : end + 2]):
        return True
    seam = _SHELL_SEAM.match(text, end)
    if seam is not None:
        behind = text[seam.end() : seam.end() + 2]
        if is_joined(text, start, seam.end())[1] or (behind[:1] == "\\" and seam.group()[-1] in "\"'"):
            return True
    before = _SHELL_SEAM_BEFORE.search(text, max(0, start - 20), start)
    return before is not None and is_joined(text, before.start(), end)[0]


def _ini(text: str, start: int, end: int) -> bool:
    if _backslashes(text, start, end):
        return True
    if _LINE_END.match(text, end) is None:
        return False
    line = text.rfind("\n", 0, start) + 1
    head = _head(text, line, start).strip().strip("\"'")
    own = _indent(text, line)
    if not head and own:
        above = _line_above(text, line)
        if above is not None and not above.rstrip().endswith(("=", ":")):
            return True
        own = _indent(above or "")
    below = _line_below(text, end, "#;")
    return below is not None and _indent(below) > own


def _yaml(text: str, start: int, end: int) -> bool:
    quoted = text[start - 1 : start] in ('"', "'") and start > 0
    if (quoted and text[end : end + 1] == text[start - 1]) or _LINE_END.match(text, end) is None:
        return False
    line = text.rfind("\n", 0, start) + 1
    begins = _head(text, line, start)
    head = _YAML_HEAD.match(begins)
    below = _line_below(text, end, "#") or ""
    if head is not None and (head["key"] or head["dashes"]):
        column = head.start("key") if head["key"] else begins.rindex("-", 0, head.end("dashes"))
        return bool(below) and _indent(below) > column and below.lstrip()[:1] not in ("]", "}", ",")
    if begins.strip().strip("\"'"):
        return False  # a word inside of a longer text
    above = _line_above(text, line)
    if above is None or above.rstrip().endswith(("[", "{", ",")):
        return False
    if _indent(above) >= _indent(text, line) or not (_BLOCK.search(above) or above.rstrip().endswith((":", "-"))):
        return True  # a further line of a scalar
    return bool(below) and _indent(below) > _indent(above)


def _xml(text: str, start: int, end: int) -> bool:
    seam = _XML_SEAM.match(text, end)
    if seam is not None and text[seam.end() : seam.end() + 1] not in ("<", ""):
        return True
    before = _XML_BEFORE.search(text, max(0, start - _LOOK), start)
    return before is not None and bool(before["text"].strip())


def _head(text: str, line: int, start: int) -> str:
    """What stands in front of a value on its line, as far as that is near."""
    return text[max(line, start - _LOOK) : start]


def _indent(text: str, line: int = 0) -> int:
    found = _SPACE.match(text, line)
    return found.end() - line if found is not None else 0


def _line_above(text: str, line: int) -> str | None:
    """The nearest line above that isn't blank."""
    stop = line - 1
    for _ in range(_MOST_LINES):
        if stop < 0:
            return None
        begin = text.rfind("\n", 0, stop) + 1
        if text[begin:stop].strip():
            return text[begin:stop]
        stop = begin - 1
    return None


def _line_below(text: str, at: int, comments: str = "") -> str | None:
    """The nearest line below that is neither blank nor a comment."""
    begin = text.find("\n", at) + 1
    for _ in range(_MOST_LINES):
        if begin == 0:
            return None
        stop = text.find("\n", begin)
        line = text[begin : stop if stop >= 0 else len(text)]
        bare = line.strip()
        if bare and not (comments and bare[0] in comments):
            return line
        begin = stop + 1
    return None
