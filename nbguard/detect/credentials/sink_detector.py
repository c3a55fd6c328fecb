"""The detector of credentials that are known by where they go: calls, names, headers, files of the catalogue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.detector import BEHIND_A_NAME, Detector, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Catalogue
    from nbguard.detect.providers.sink import Sink
    from nbguard.detect.providers.sink_index import SinkIndex
    from nbguard.detect.raw_file import RawFile

# What is behind a name in coloured code is hidden by what colours it, and so is what is behind a sign.
_COLOURED = r"\\{0,3}[\"'`]?[\])]?(?:[ \t]{0,4}(?:[:=,]|=>)[ \t]{0,4})?(?:<|&|\x1b|\\(?:u001b|x1b|033))"
_BEFORE_COLOUR = r"[\"'`\]) ]{0,2}[<& \x1b\\]"
# What a value behind a header's scheme looks like at least; with a word or two before it, it has to look made.
_SIGNS = r"[^\s\"'`\\<>{}]"
_GAP = r"(?:[ \t]|\\t)"
# One sign of a value in a literal, which may be any, and code may write any as an escape.
_VALUE = r"[^\s\"]"
_OPAQUE = (
    rf"{_GAP}{{0,8}}(?:{_VALUE}{{8}}|(?:{_SIGNS}{{1,20}}{_GAP}{{1,8}}){{1,2}}(?={_SIGNS}{{0,99}}?[0-9]){_SIGNS}{{16}})"
)
# A call with an argument, a name given on to another call, an import under another name. What is called
# may stand in brackets: `(Provider)("…")`.
CALLED = r"(?:[)\]]{0,2}(?:\\{1,2}\w{0,10})?\s{0,4}\(\s{0,99}[^)\s]|\s{0,4},|\s{1,4}as\s)"
# A name to which something is given: NAME=, "NAME": , ["NAME"] =, setdefault("NAME", …), NAME value, get("NAME") or.
# Text that isn't valid code may have something more there.
_GIVEN = (
    r"""(?:(?:\\{0,3}["'`])?(?:[ \t]{0,4}\#[^\n"]{0,80}?(?:\n|\\n(?:",\s{0,200}")?)\s{0,20})?[\])]{0,2}"""
    r"""(?:(?:\s|\\t){0,4}(?:\??=(?!=)|:|,|\|)|\s{1,4}or\b|[ \t]{1,8}[^\s\\"']{8}|<|&|\x1b)"""
    r"""|[\\"'`\])\s]{0,6}\w{0,3}\s{0,4}=|[\s\S]{0,60}?=[\s\\"'`A-Za-z]{0,8}?(?=[^\s"'`<>]{0,99}?[0-9])[^\s"'`<>]{16})"""
)
# The rest of an address with a credential in its query.
_QUERY = r"[^\s\"'<>\\]{0,400}?[?&][\w.-]{0,40}(?i:token|key|secret|auth|password)[\w.-]{0,40}="
_FOLLOWED = {"any": "", "call": CALLED, "keywords": CALLED, "name": _GIVEN, "host": _QUERY}
# What begins the topic of a command, and bytes between two words of one: 600 characters, and what colours them.
_COMMAND = "$ "
_LINE = 1_500
# Words that stand nearly everywhere.
_ORDINARY = ("token", "secret", "pwd", "pass")
# Sinks that count only with another word in the same file.
_BY_NEED = ("import", "host", "device")
# A name instead of a value: `f"Bearer {key}"`, `"Bearer " + key`, `"apikey": key}`.
_NAME_GIVEN = r"(?:\{[A-Za-z_]|\\{0,3}[\"'][ \t]{0,2}[+%]|[A-Za-z_][\w.]{0,60}[ \t]{0,2}[,)}])"
_GIVEN_A_HEADER = (
    rf"(?:{_COLOURED}|\\{{0,3}}[\"'`]?{_GAP}?[\])]?{_GAP}{{0,4}}(?:=>|[:=,|]){_GAP}{{0,4}}"
    rf"[rRbBuUfF]{{0,2}}\\{{0,3}}[\"'`]?(?:[A-Za-z][\w-]{{1,20}}{_GAP}{{1,9}})?"
    rf"(?:[^\s\"'`<>,;{{}}]{{8}}|{_NAME_GIVEN}))"
)


class SinkDetector(Detector):
    """Values that go to a provider; a topic is the kind of sink (see providers.sink) or a command."""

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The sinks' literals, each under the conditions of its kinds."""
        for text, sink in knowledge.sinks.items():
            yield from _conditions(text, sink)
        yield from _headers(knowledge.catalogue)
        yield from _commands(knowledge.catalogue)

    def confirms(self, file: RawFile, topics: Sequence[str], start: int, end: int) -> bool:
        """Whether all words of a command stand on its line. Everything else was confirmed by its regex."""
        if not topics[0].startswith(_COMMAND):
            return True
        line = file.raw[max(0, start - _LINE) : end + _LINE].lower()
        commands = (topic.removeprefix(_COMMAND) for topic in topics)
        return any(all(word.encode() in line for word in _words_of(command)) for command in commands)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what text and the document's Python give to a sink."""
        from nbguard.detect.credentials.text_contexts import find_contexts

        document = candidates.document
        for field, _ in candidates.fields:
            yield from find_contexts(field, document)
        code = any(field.part.where in ("source", "file") for field, _ in candidates.fields)
        if code and document.language == "python":
            from nbguard.detect.credentials.python_sinks import find_sinks

            yield from find_sinks(document, self.scope.exhaustive)


def _conditions(text: str, sink: Sink) -> Iterator[Literal]:
    needs = tuple(sorted(sink.needs))
    alone = stands_alone(text)
    for kind in sorted(sink.kinds):
        if kind == "scheme":
            yield Literal(text, kind, f".{{{len(text)}}}(?:{_OPAQUE}|{_COLOURED}|[ \t]{{0,8}}{_NAME_GIVEN})")
        elif kind == "keywords":
            yield Literal(text, kind, f"{alone}(?:{CALLED}|{_COLOURED})", needs)
        elif kind in _FOLLOWED:
            followed = f"(?:{_FOLLOWED[kind]}|{_COLOURED})" if _FOLLOWED[kind] else ""
            yield Literal(text, kind, alone + followed)
        if kind in _BY_NEED and needs:
            yield Literal(text, kind, alone, needs)
    yield from _in_colours(text, sink)


def _in_colours(text: str, sink: Sink) -> Iterator[Literal]:
    """What shows of a literal of several words in coloured code: one word, and the others somewhere in the file."""
    words = re.findall(r"[a-z0-9_]+", text)
    if words == [text]:
        return
    longest = max((word for word in words if word not in ("import", "from")), key=len)
    narrow = BEHIND_A_NAME if longest in _ORDINARY else _BEFORE_COLOUR
    yield Literal(longest, "coloured", stands_alone(longest) + _COLOURED, ("&".join(words),), narrow=narrow)
    if "scheme" in sink.kinds:
        confirm = f"(?:(?<=&quot;)|(?<=&#39;)|(?<=&#x27;)).{{{len(longest)}}}{_OPAQUE}"
        yield Literal(longest, "coloured", confirm, narrow=_BEFORE_COLOUR)


def _headers(catalogue: Catalogue) -> Iterator[Literal]:
    """The headers that many services have, which count wherever a text names the provider."""
    from nbguard.detect.providers.sink_index import index_sinks

    index = index_sinks(catalogue)
    for name, uses in sorted(index.headers.items()):
        if any(use.generic for use in uses):
            yield Literal(name, "header", f".{{{len(name)}}}{_GIVEN_A_HEADER}", _naming(index))


def _naming(index: SinkIndex) -> tuple[str, ...]:
    """What names a provider, as needs: a word, a host, an import. Without those that hold another one."""
    modules = {module.lower().replace(".", "&") for known in index.modules.values() for module, _ in known}
    words = {*index.words, *index.hosts, *modules}
    return tuple(sorted(word for word in words if not any(other != word and other in word for other in words)))


def _commands(catalogue: Catalogue) -> Iterator[Literal]:
    """The commands that take a credential, by the longest of their words; the file has the others, near it."""
    for command in sorted({command for p in catalogue.providers for rule in p.rules for command in rule.commands}):
        words = _words_of(command)
        yield Literal(max(words, key=len), _COMMAND + command.lower(), needs=("&".join(words),))


def _words_of(command: str) -> list[str]:
    return sorted(set(re.findall(r"[a-z0-9_]+", command.lower())))


def stands_alone(literal: str) -> str:
    """A regex that matches at a literal that is no part of a longer word."""
    # The n of an escaped line end is no letter of the word behind it, nor is the end of another escape or of a colour.
    before = (
        r"(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<=\\x[0-9a-fA-F]{2})|(?<=[0-9;\[]m))"
        if literal[0].isalnum()
        else ""
    )
    after = r"(?!\w)" if literal[-1].isalnum() or literal[-1] == "_" else ""
    return f"{before}.{{{len(literal)}}}{after}"
