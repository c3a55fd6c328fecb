"""The detector of credentials that are known by where they go: calls, names, headers, files of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.detector import Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.catalogue.literals import Sink
    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.scope import Scope

# What a value behind a header's scheme looks like at least.
_OPAQUE = r" ?[A-Za-z0-9_\-.+/=]{8}"
# A call with an argument, a name given on to another call, an import under another name.
CALLED = r"(?:\s{0,4}\(\s{0,99}[^)\s]|\s{0,4},|\s{1,4}as\s)"
# A name to which something is given: NAME=, "NAME": , ["NAME"] =, setdefault("NAME", …), NAME value, get("NAME") or.
_GIVEN = r"""(?:\\{0,3}["'`])?[\])]{0,2}(?:\s{0,4}(?:\??=(?!=)|:|,|\|)|\s{1,4}or\b|[ \t]{1,8}[^\s\\"']{8}|<|&)"""
# The rest of an address with a credential in its query.
_QUERY = r"[^\s\"'<>\\]{0,400}?[?&][\w.-]{0,40}(?i:token|key|secret|auth|password)[\w.-]{0,40}="
_FOLLOWED = {"any": "", "call": CALLED, "keywords": CALLED, "name": _GIVEN, "host": _QUERY}
# Sinks that count only with another word in the same file.
_BY_NEED = ("import", "host", "device")


class SinkDetector:
    """Values that go to a provider. A topic is the kind of sink (see catalogue.literals)."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The sinks' literals, each under the conditions of its kinds."""
        for text, sink in knowledge.sinks.items():
            yield from _conditions(text, sink)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what text and the document's Python give to a sink."""
        from nbguard.detect.credentials.provider_rules import load_catalogue
        from nbguard.detect.credentials.text_contexts import find_contexts

        document, catalogue = candidates.document, load_catalogue()
        for field, _ in candidates.fields:
            yield from find_contexts(field, document, catalogue)
        code = any(field.part.where in ("source", "file") for field, _ in candidates.fields)
        if code and document.language == "python":
            from nbguard.detect.credentials.python_sinks import find_sinks

            yield from find_sinks(document, catalogue)


def _conditions(text: str, sink: Sink) -> Iterator[Literal]:
    needs = tuple(sorted(sink.needs))
    alone = stands_alone(text)
    for kind in sorted(sink.kinds):
        if kind == "scheme":
            yield Literal(text, kind, f".{{{len(text)}}}{_OPAQUE}")
        elif kind == "keywords":
            yield Literal(text, kind, alone + CALLED, needs)
        elif kind in _FOLLOWED:
            yield Literal(text, kind, alone + _FOLLOWED[kind])
        if kind in _BY_NEED and needs:
            yield Literal(text, kind, alone, needs)


def stands_alone(literal: str) -> str:
    """A regex that matches at a literal that is no part of a longer word."""
    # The n of an escaped line end is no letter of the word behind it.
    before = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrtbf]))" if literal[0].isalnum() else ""
    after = r"(?!\w)" if literal[-1].isalnum() or literal[-1] == "_" else ""
    return f"{before}.{{{len(literal)}}}{after}"
