"""Looks through base64, hex and percent encoding, up to two layers deep, where a credential's beginning shows in it.

The beginnings and names of credentials are encoded in every way they can stand in an encoded text (in base64 that
depends on the place modulo 3); these are literals for the prefilter like any other. Only the run of characters
around such a literal is decoded, so an image costs nothing.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.detector import Candidates, Detector, Literal
from nbguard.detect.detectors import DEEPEST
from nbguard.detect.generic.decoded_search import DecodedSearch
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.documents.packed_text import packed_texts, unpack
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nbguard.detect.detector import Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.prefilter import Hit
    from nbguard.documents.fields import Field

# The detectors that look through a decoded layer.
_INSIDE = ("service-keys", "shapes", "detect-secrets", "named-pairs", "address-passwords")  # fmt: skip
_KNOWN = load_knowledge("places")["encoded"]

# Longer runs are data, not a credential: a private key of 4096 bits has 4,400 characters in base64 of its PEM form.
_LONGEST = 6_000
_SHORTEST = 16
# Longer texts are searched for the literals first.
_LITTLE = 2_000
_DEEPEST = 2
_ALPHABETS = {
    "base64": re.compile(r"[A-Za-z0-9+/_-]*"),
    "hex": re.compile(r"[0-9a-fA-F]*"),
    "percent encoding": re.compile(r"[^\s\"'<>]*"),
}
_KINDS = dict(zip(("b", "h", "p"), _ALPHABETS, strict=True))
_ESCAPE = lazy_regex(r"%([0-9A-Fa-f]{2})")
_PLAIN_BASE64 = lazy_regex(r"[A-Za-z0-9+/]*")
_CONTROL = lazy_regex(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Layer(NamedTuple):
    """A run of a text, from ``start`` to ``end``, and what it says when decoded."""

    kind: str
    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        """Shows no text."""
        return f"Layer({self.kind}, {self.start}-{self.end})"


class EncodedLayerDetector(Detector):
    """What other detectors find in decoded layers."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """Every encoded form of what is looked for."""
        return (Literal(text, confirm=confirm) for text, confirm in layer_literals().items())

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what stands in the encoded runs of fields."""
        document, search = candidates.document, DecodedSearch(self.scope, _INSIDE)
        for field, _ in candidates.fields:
            found = find_in_layers(field, lambda decoded: search.find(document, decoded))
            yield from found if self.scope.depth == DEEPEST else _outside_nested_texts(field, found)


def _outside_nested_texts(field: Field, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that aren't in a text of which an engine of its own says what is in it, and where (nested_texts)."""
    spans: list[tuple[int, int]] | None = None
    for finding in findings:
        if spans is None:
            whole = unpack(field.text, "") if field.part.where == "attachment" else None
            packed = [whole] if whole is not None else packed_texts(field.text)
            spans = [(one.start, one.end) for one in packed]
        if not any(start < finding.end and finding.start < end for start, end in spans):
            yield finding


def find_in_layers(field: Field, search: Callable[[Field], Iterable[Finding]], depth: int = 1) -> Iterator[Finding]:
    """Yields what ``search`` finds in the decoded layers of a field.

    A finding covers the encoded run; its value is the decoded one, so it isn't the text of its span.
    """
    for layer in layers_of(field.text):
        decoded = field._replace(text=layer.text)
        inner = list(search(decoded))
        if depth < _DEEPEST:
            inner += find_in_layers(decoded, search, depth + 1)
        for finding in inner:
            yield finding._replace(
                field=field, start=layer.start, end=layer.end, cause=f"{finding.cause}, in {layer.kind}"
            )


def layers_of(text: str) -> Iterator[Layer]:
    """The encoded runs of a text in which a credential may be."""
    done = dict.fromkeys(_ALPHABETS, -1)
    for match in _forms_in(text):
        kind = _KINDS[match.lastgroup or ""]
        if match.start() < done[kind]:
            continue
        start, end = _run_around(text, _ALPHABETS[kind], match.start(), done[kind])
        done[kind] = end
        decoded = _decode(kind, text[start:end])
        if not decoded and kind == "base64":
            # What stands in front may be a name that ends in _ or -, which the URL-safe alphabet has too.
            start, end = _run_around(text, _PLAIN_BASE64, match.start(), start)
            decoded = _decode(kind, text[start:end])
        if decoded:
            yield Layer(kind, start, end, decoded)


def _forms_in(text: str) -> Iterator[re.Match[str]]:
    """The places of encoded beginnings and names in a text."""
    if len(text) < _LITTLE:
        yield from _any_form().finditer(text)
        return
    # A hundred alternatives in one regex read 3 MB a second.
    lengths, search = _literal_search()
    match = _any_form().match
    for start in sorted({hit.end - lengths[hit.literal] for hit in search(text.encode("ascii", "replace"))}):
        found = match(text, start)
        if found is not None:
            yield found


@cache
def _literal_search() -> tuple[list[int], Callable[[bytes], Sequence[Hit]]]:
    from nbguard.detect.prefilter import Prefilter

    base64, hexadecimal = _forms()
    literals = sorted({form.lower() for form in (*base64, *hexadecimal, *_KNOWN["percent"])})
    return [len(literal) for literal in literals], Prefilter(literals).search


def _run_around(text: str, alphabet: re.Pattern[str], at: int, after: int) -> tuple[int, int]:
    """The run of an encoding's characters around a place; no further back than ``after`` or the longest run."""
    before = alphabet.match(text[max(0, after, at - _LONGEST) : at][::-1])
    behind = alphabet.match(text, at)
    return at - (before.end() if before else 0), behind.end() if behind else at


def _decode(kind: str, run: str) -> str:
    """What a run says; empty where it is no text, or too short or too long to be a credential."""
    if not _SHORTEST <= len(run) <= _LONGEST:
        return ""
    try:
        if kind == "percent encoding":
            return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), run)
        if kind == "hex":
            raw = bytes.fromhex(run)
        else:
            raw = b64decode(run.replace("-", "+").replace("_", "/") + "=" * (-len(run) % 4))
        text = raw.decode("utf-8")
    except (Base64Error, ValueError):
        return ""
    return "" if _CONTROL.search(text) else text


def base64_forms(text: str) -> tuple[str, ...]:
    """How a text can show in base64: the characters that it alone decides, for each place modulo 3."""
    forms = []
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + text.encode()).decode().rstrip("=")
        bits = 8 * (shift + len(text))
        forms.append(encoded[-(-8 * shift // 6) : bits // 6])
    return tuple(forms)


@cache
def _forms() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every base64 form, and every hex form, of what is looked for."""
    looked_for = [*_KNOWN["beginnings"], *_KNOWN["names"]]
    base64 = [form for text in looked_for for form in base64_forms(text)]
    hexadecimal = [text.encode().hex() for text in looked_for]
    for text in _KNOWN["twice"]:
        inner = base64_forms(text)
        base64 += [form for layer in (*inner, text.encode().hex()) for form in base64_forms(layer)]
        hexadecimal += [form.encode().hex() for form in inner]
    return tuple(dict.fromkeys(base64)), tuple(dict.fromkeys(hexadecimal))


@cache
def _any_form() -> re.Pattern[str]:
    base64, hexadecimal = _forms()
    groups = ("|".join(map(re.escape, base64)), f"(?i:{'|'.join(hexadecimal)})", f"(?i:{'|'.join(_KNOWN['percent'])})")
    return kept_regex("|".join(f"(?P<{name}>{group})" for name, group in zip(_KINDS, groups, strict=True)))


def layer_literals() -> dict[str, str]:
    """Lower-case literal -> the regex that raw bytes match where it stands, if it is one of the forms."""
    base64, hexadecimal = _forms()
    table: dict[str, list[str]] = {}
    for form in base64:
        # The run ends soon: the base64 of an image doesn't.
        end = f"[A-Za-z0-9+/_-]{{6,{_LONGEST}}}+(?![A-Za-z0-9+/_-])"
        table.setdefault(form.lower(), []).append(re.escape(form) + end)
    for form in hexadecimal:
        table.setdefault(form, []).append(f"(?i:{form})[0-9a-fA-F]{{12}}")
    for form in _KNOWN["percent"]:
        table.setdefault(form, []).append(f"(?i:{form})[^\\s\"'<>]{{8,200}}")
    return {literal: "|".join(regexes) for literal, regexes in table.items()}
