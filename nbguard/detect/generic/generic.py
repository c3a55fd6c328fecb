"""Generic credentials (AWS, GitHub, private keys, …) through detect-secrets' own plugins.

The plugins run as they are, but for newer forms of private keys, on the few characters around a place where their gate
is met, and never speak to the network. detect-secrets costs 120 ms to import, so it is imported when the first gate is
met, not before.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.generic.generic_findings import make_generic_finding
from nbguard.detect.generic.generic_gates import GATES, PluginGate, compiled
from nbguard.detect.generic.generic_rules import GENERIC_RULES, GenericRule
from nbguard.detect.generic.plugin_spans import acceptable_span
from nbguard.documents.ascii_case import lower_ascii

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Field


# Forms that a plugin doesn't know: keys that are encrypted (RFC 5958) or of other algorithms, and PuTTY's since 0.75.
_NEWER = {"PrivateKeyDetector": (r"BEGIN (?:[A-Z0-9]{1,9} ){1,2}PRIVATE KEY", r"PuTTY-User-Key-File-3")}


class PluginDetector(Detector):
    """What detect-secrets' plugins find behind our gates; a topic is a plugin."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The literals of the gates."""
        exact = {gate.plugin for gate in GATES if gate.needles or (gate.confirm and "(?i" not in gate.place)}
        for gate in GATES:
            for text in gate.literals:
                yield Literal(text, gate.plugin, gate.confirm, exact=gate.plugin in exact)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what the plugins find in fields."""
        for field, plugins in candidates.fields:
            yield from find_generic(field, plugins)


# How much a plugin sees after the place, and the longest stretch it sees at once, in characters.
_RIGHT = 256
_STRETCH = 4096


def find_generic(field: Field, plugins: Collection[str]) -> Iterator[Finding]:
    """Yields what these plugins of detect-secrets find in a field, with the exact span of each value."""
    lowered = lower_ascii(field.text)
    for gate in GATES:
        if gate.plugin in plugins and gate.opens(field.text, lowered):
            yield from _through(gate, field)


def _through(gate: PluginGate, field: Field) -> Iterator[Finding]:
    """What a gate's plugin finds in a field."""
    text = field.text
    for start, end in _stretches(gate, text):
        for rule, value_start, value_end in _ask(gate.plugin, text, start, end):
            span = acceptable_span(rule, text, value_start, value_end)
            if span is not None:
                yield make_generic_finding(rule, field, *span)


def _stretches(gate: PluginGate, text: str) -> Iterator[tuple[int, int]]:
    """The stretches of text around the places where a gate is met, inside one line each; near ones are joined."""
    current: tuple[int, int] | None = None
    for match in compiled(gate.place).finditer(text):
        if match.re.groups and match.lastindex is None:
            continue
        near = max(0, match.start() - gate.left)
        start = max(text.rfind("\n", near, match.start()) + 1, near)
        if gate.beside and gate.beside not in text[start : match.start()].lower():
            continue
        end = text.find("\n", match.end(), match.end() + _RIGHT)
        if end < 0:
            end = min(len(text), match.end() + _RIGHT)
        if current is not None and start <= current[1] and end - current[0] <= _STRETCH:
            current = (current[0], max(end, current[1]))
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current


def _ask(plugin: str, text: str, start: int, end: int) -> Iterator[tuple[GenericRule, int, int]]:
    """The plugin's matches in a stretch, as rule and span.

    Some plugins answer with a part of the credential (GitHub's with ``ghp``), so the span comes from the plugin's
    regex, and the answer only decides whether the match counts.
    """
    detector, rules = _load(plugin)
    stretch = text[start:end]
    answers = set(detector.analyze_string(stretch))
    if not answers:
        return
    for number, regex in enumerate(detector.denylist):
        rule = next((rule for rule in rules if not rule.patterns or number in rule.patterns), None)
        if rule is None:
            continue
        for match in regex.finditer(stretch):
            parts = match.groups() or (match.group(),)
            if answers.isdisjoint(parts):
                continue
            value_start, value_end = _span_of_value(match)
            yield rule, start + value_start, start + value_end


def _span_of_value(match: re.Match[str]) -> tuple[int, int]:
    """The credential in a match: its one group, or its longest group that isn't just a prefix, or all of it."""
    spans = [match.span(number) for number in range(1, match.re.groups + 1) if match.start(number) >= 0]
    if match.re.groups == 1 and match.start() < match.start(1) and match.end(1) < match.end():
        return match.span(1)
    longest = max(spans, key=lambda span: span[1] - span[0], default=match.span())
    return longest if longest[1] - longest[0] >= 16 else match.span()


@cache
def _load(plugin: str) -> tuple[Any, tuple[GenericRule, ...]]:
    """A plugin of detect-secrets, and the rules it stands for."""
    from importlib import import_module

    rules = tuple(rule for rule in GENERIC_RULES.values() if rule.plugin == plugin)
    module = import_module(f"detect_secrets.plugins.{rules[0].module}")
    detector = getattr(module, plugin)()
    if newer := _NEWER.get(plugin):
        detector.denylist = [*detector.denylist, *map(re.compile, newer)]
    return detector, rules
