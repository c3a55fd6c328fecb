"""Labels in words: what a call, a form or a file is called that is given a value.

``st.text_input("IonQ API key", value="V")``, ``keyring.set_password("IonQ", user, "V")``,
``open("ionq.token", "w").write("V")``, ``<input name="ionq_api_key" value="V">``, and a row of ``%whos``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.said_words import may_say
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRING = r"[bruBRU]?(?:\"(?P<{0}a>[^\"\\\n]{{{1}}}+)\"|'(?P<{0}b>[^'\\\n]{{{1}}}+)')"
_LABEL, _VALUE = _STRING.format("n", "1,120"), _STRING.format("v", "3,4096")
# An argument between the two: no call of its own.
_ARGUMENTS = r"(?:[^()\n]|\n(?!\n)){0,300}?"
_LABELLED = lazy_regex(
    rf"\(\s{{0,20}}(?:label[ \t]?=[ \t]?)?{_LABEL}\s{{0,4}},{_ARGUMENTS}\b(?:value|default)[ \t]?=[ \t]?{_VALUE}"
)
# The label behind the value; or both by their places; or as two members of an object in code.
_LABELLED_BEHIND = lazy_regex(
    rf"\b(?:value|default)[ \t]?=[ \t]?{_VALUE}[ \t]?,{_ARGUMENTS}"
    rf"\b(?:label|description|title|placeholder|name)[ \t]?=[ \t]?{_LABEL}"
)
_PLACED = lazy_regex(
    rf"\b(?:text_?(?:input|area|field|box)|Text|Password|prompt|ask|input_text)\(\s{{0,20}}{_LABEL}\s{{0,4}},\s{{0,20}}{_VALUE}",
    re.IGNORECASE,
)
_MEMBERS = lazy_regex(
    rf"(?<=[{{(,\s])[\"']?(?:name|key|variable)[\"']?[ \t]?(?::|=>|=)[ \t]?{_LABEL}(?:,\s{{0,40}}|\s{{1,40}})"
    rf"[\"']?value[\"']?[ \t]?(?::|=>|=)[ \t]?{_VALUE}",
    re.IGNORECASE,
)
_SET_PASSWORD = lazy_regex(
    rf"\bset_password\(\s{{0,20}}{_LABEL}\s{{0,4}},\s{{0,20}}[^,()\n]{{1,120}},\s{{0,20}}{_VALUE}"
)
_WRITTEN = lazy_regex(
    rf"(?:\b(?:open|Path)\(|\bPath\.home\(\)[ ]?/)[ \t]?{_LABEL}[^()\n]{{0,80}}\)"
    r"(?:\.(?:expanduser|resolve|absolute)\(\))?[ \t]?\.(?:write|write_text|write_bytes)\([ \t]?" + _VALUE
)
_WRITTEN_IN_BLOCK = lazy_regex(
    rf"\bopen\([ \t]?{_LABEL}[^()\n]{{0,80}}\)[ \t]{{1,4}}as[ \t]{{1,4}}(?P<file>\w{{1,40}}):\s{{1,40}}"
    rf"(?P=file)\.write\([ \t]?{_VALUE}"
)
_FOLDERS_AND_ENDING = lazy_regex(r"\A.*[/\\]|\.(?:txt|cfg|conf|dat|text|md)\Z")
_TAG = lazy_regex(r"<(?P<tag>input|meta|textarea|option|param|data)\b(?P<rest>[^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = lazy_regex(
    r"(?P<key>[A-Za-z-]{2,20})[ \t]?=[ \t]?\\?(?:\"(?P<a>[^\"<>\n]{1,2000}?)\\?\"|'(?P<b>[^'<>\n]{1,2000})'"
    r"|(?P<c>[^\s\"'<>=\\]{1,2000}))"
)
# Any other attribute is a name with its value.
_ANY_TAG = lazy_regex(r"<[A-Za-z][\w-]{0,40}(?P<rest>\s[^<>]{6,2000})>")
_OWN_ATTRIBUTE = lazy_regex(
    r"(?<=\s)(?:data-)?(?P<key>[A-Za-z][\w.-]{3,60})=\\?(?:\"(?P<a>[^\"<>\s\\]{6,2000})\\?\"|'(?P<b>[^'<>\s\\]{6,2000})\\?')"
)
# A form's own token, against forgery: hidden, and no credential of anybody's.
_OF_FORM = lazy_regex(r"(?i)(?:verification|forgery|csrf|xsrf|authenticity)[\w-]{0,20}token")
_ROW = lazy_regex(
    r"^(?P<name>[A-Za-z_]\w{2,80})[ \t]{1,80}(?:str|bytes|SecretStr)[ \t]{1,40}"
    r"(?:b?['\"])?(?P<value>[^\s'\"]{6,4096}+)['\"]?[ \t]*\r?$",
    re.MULTILINE,
)


def read_labels(text: str) -> Iterator[Pair]:
    """Yields the values that are labelled in one of these ways."""
    if "(" in text:
        written_to_file = (_WRITTEN, _WRITTEN_IN_BLOCK) if may_say(text, (".write",)) else ()
        for pattern in (_LABELLED, _LABELLED_BEHIND, _PLACED, *written_to_file):
            for found in pattern.finditer(text):
                name = _either(found, "n")
                written = pattern in written_to_file
                label = _FOLDERS_AND_ENDING.sub("", found[name]) if written else found[name].rstrip(" :")
                yield _pair(found, label, found.span(name))
        for found in _SET_PASSWORD.finditer(text) if may_say(text, ("set_password(",)) else ():
            name = _either(found, "n")
            yield _pair(found, "password", (0, 0))._replace(path=(found[name],))
    if "alue" in text or "ALUE" in text:
        for found in _MEMBERS.finditer(text):
            name = _either(found, "n")
            yield _pair(found, found[name], found.span(name))
    if " str " in text or " bytes " in text or " SecretStr " in text:
        for found in _ROW.finditer(text):
            yield Pair(found["name"], found["value"], *found.span("value"), *found.span("name"), form="bare")


def read_fields(text: str) -> Iterator[Pair]:
    """Yields what the fields of an HTML form, its ``meta`` tags and the attributes of any tag hold, by their names."""
    for tag in _TAG.finditer(text):
        at = tag.start("rest")
        found = {one["key"].lower(): (one[_of(one)], one.span(_of(one))) for one in _ATTRIBUTE.finditer(tag["rest"])}
        name, value = found.get("name") or found.get("id"), found.get("value") or found.get("content")
        kind = found.get("type", ("", (0, 0)))
        if kind[0].lower() == "password":
            name = ("password", kind[1])
        elif kind[0].lower() == "hidden" and name is not None and _OF_FORM.search(name[0]) is not None:
            continue
        if name is not None and value is not None:
            start, end = at + value[1][0], at + value[1][1]
            yield Pair(name[0], value[0], start, end, at + name[1][0], at + name[1][1], quoted=True, form="field")

    for tag in _ANY_TAG.finditer(text):
        for one in _OWN_ATTRIBUTE.finditer(text, *tag.span("rest")):
            given, label = one.span(_of(one)), one.span("key")
            yield Pair(one["key"], one[_of(one)], *given, *label, quoted=True, form="field")


def _of(found: re.Match[str]) -> str:
    return next(group for group in ("a", "b", "c") if found[group] is not None)


def _either(found: re.Match[str], group: str) -> str:
    return next(name for name in (f"{group}a", f"{group}b") if found[name] is not None)


def _pair(found: re.Match[str], name: str, span: tuple[int, int]) -> Pair:
    value = _either(found, "v")
    return Pair(name, found[value], *found.span(value), *span, quoted=True, form="labelled")
