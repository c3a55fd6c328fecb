"""The text of HTML, of coloured terminal output and of highlighted LaTeX, with the way back to the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.fields import MARKED_UP
from nbguard.documents.structure.mapped_text import MappedText, TextMapper
from nbguard.documents.structure.xml_text import ENTITY, character_of
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from nbguard.documents.fields import Field

# A terminal's colour codes, also as escapes that somebody pasted.
_ANSI = r"(?:\x1b|\\x1b|\\033|\\u001b)\[[0-9;?]{0,20}[A-Za-z]"
_TAG = r"<(?P<tag>/?[A-Za-z][A-Za-z0-9]{0,20})(?=[\s/>])[^<>]{0,2000}>|<!--"
_IN_TEXT = lazy_regex(_ANSI)
_IN_HTML = lazy_regex(f"{_ANSI}|{_TAG}|{ENTITY}")
# Tags inside a word leave nothing, cells of a table a bar; all others begin a new line.
_INLINE = "a b bdi big code em font i kbd mark s small span strong sub sup tt u var wbr".split()  # noqa: SIM905
_BREAKS = {"td": "|", "th": "|", "/td": "", "/th": ""} | {mark + tag: "" for tag in _INLINE for mark in ("", "/")}
# What IPython writes in front of the code lines of a traceback.
_LINE_NUMBER = lazy_regex(r"^(?:-{1,8}> ?| {1,12})\d{1,6}(?= |$)", re.MULTILINE)
# Pygments' LaTeX, as nbconvert writes it: \PY{class}{text}, \PYZus{} for a sign.
_IN_LATEX = lazy_regex(r"\\PY\{[\w+]{0,40}\}\{|\\PYZ(?P<sign>[a-z]{2})\{\}|\\(?P<escaped>[{}_#$%&])|(?P<end>\})")
_SIGNS = {
    "us": "_", "dq": '"', "sq": "'", "lb": "[", "rb": "]", "hy": "-", "ob": "{", "cb": "}", "ca": "^", "am": "&",
    "lt": "<", "gt": ">", "sh": "#", "pc": "%", "dl": "$", "bs": "\\", "at": "@", "ti": "~",
}  # fmt: skip


def read_file_markup(path: str, text: str) -> MappedText | None:
    """The text of a file that is HTML or a notebook's export to LaTeX; None for any other."""
    if path.lower().endswith(".tex"):
        return read_latex(text) if "\\PY{" in text else None
    if path.lower().endswith(MARKED_UP) or ("</span>" in text and text[:64].lstrip()[:1] == "<"):
        return read_markup(text, html=True)
    return None


def read_markup(text: str, html: bool = False, traceback: bool = False) -> MappedText:
    """A text without terminal codes; of HTML without tags and entities; of a traceback without line numbers."""
    mapper = TextMapper()
    at = 0
    if html or "\x1b" in text or "x1b" in text or "\\033" in text or "u001b" in text:
        for found in (_IN_HTML if html else _IN_TEXT).finditer(text):
            mapper.add(text[at : found.start()], at)
            groups = found.groupdict()
            if groups.get("entity"):
                mapper.add(character_of(groups["entity"]), found.start(), len(found.group()))
            elif groups.get("tag"):
                mapper.add(_BREAKS.get(groups["tag"].lower(), "\n"), found.start(), len(found.group()))
            at = found.end()
    mapper.add(text[at:], at)
    mapped = mapper.finish()
    if traceback:
        numberless = _LINE_NUMBER.sub(lambda found: " " * len(found.group()), mapped.text)
        return mapped._replace(text=numberless)
    return mapped


def read_latex(text: str) -> MappedText:
    r"""The code in a notebook exported to LaTeX: what stands in ``\PY{…}{…}``, its signs as they are."""
    mapper = TextMapper()
    at = depth = 0
    for found in _IN_LATEX.finditer(text):
        mapper.add(text[at : found.start()], at)
        if found["sign"]:
            mapper.add(_SIGNS.get(found["sign"], " "), found.start(), len(found.group()))
        elif found["escaped"]:
            mapper.add(found["escaped"], found.start() + 1)
        elif found["end"]:
            mapper.add("" if depth else "}", found.start())
            depth = max(0, depth - 1)
        else:
            depth += 1
        at = found.end()
    mapper.add(text[at:], at)
    return mapper.finish()


def whole_text(path: str, field: Field) -> str:
    """A field's text, and behind it the text of marked-up code without the marks that tear its words apart."""
    if field.part.where != "file" or ("<" not in field.text[:64] and not path.lower().endswith(MARKED_UP)):
        return field.text
    marked = read_file_markup(path, field.text)
    return field.text if marked is None else f"{field.text}\n{marked.text}"
