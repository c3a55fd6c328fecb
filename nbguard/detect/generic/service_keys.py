"""Keys of well-known services that tell by their form what they are: ``ghp_…``, ``sk_live_…``, ``hvs.…``.

The forms stand in ``knowledge/service_keys.toml``, each with the vendor's page about it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.finding import RANK_SERVICE_KEY, Finding
from nbguard.detect.generic.generic_findings import make_generic_finding
from nbguard.detect.generic.generic_rules import GENERIC_RULES, GenericRule
from nbguard.detect.generic.plugin_spans import GOES_ON, is_varied
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.token_patterns import BEFORE, is_by_chance
from nbguard.detect.raw_file import in_long_run
from nbguard.detect.values.classifier import is_plausible_token, stands_for_another
from nbguard.detect.values.placeholders import is_documented
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.raw_file import RawFile
    from nbguard.documents.fields import Field

# A longer run of letters and digits is another thing, or the vendor's next form.
_AFTER = r"(?![A-Za-z0-9])"
# What may stand right before a key in a file's bytes (see shapes.BEFORE), and a colour code of a terminal.
_FREE, _FREE_IN_TEXT = re.compile(BEFORE.encode()), re.compile(BEFORE)
_COLOUR = lazy_regex(rb"(?i:\x1b|\\u001b|\\x1b|\\033)\[[0-9;?]{0,40}[ -/]?[@-~]\Z")
_LONGEST_CODE = 60
# Letters and digits in one run: no word is as long, a line of base64 is.
_LONGEST_WORD = 72
# No key is shorter.
SHORTEST_KEY = 20
# The longest that may be without a digit.
_MAY_LACK_DIGITS = 60
# `xoxb-511111111-31111111111-`: numbers that only say whose a key is.
_IDS = lazy_regex(r"(?<![^-])[0-9]{1,16}-")
# How far off a word stands that says what a value is, in characters.
_NEAR = 200
# What a shape begins with, up to the first sign of a pattern.
_BEGINNING = lazy_regex(r"(?:[\w:;/+=~-]|\\[.$])+?(?=[\[({|?]|\\d|\Z)", re.ASCII)


class ServiceKey(NamedTuple):
    """A form of key. ``literals``: one stands in each; ``confirm`` matches raw bytes where a literal begins.

    Of the ``needs`` one stands in the same file. ``near`` is a regex that stands near by, empty where the form says
    enough. ``varied``: every value has many different characters.
    ``narrow`` says what follows a literal that is in every file (see Literal).
    """

    rule: GenericRule
    shape: str
    literals: tuple[str, ...]
    confirm: str
    needs: tuple[str, ...]
    near: str
    varied: bool
    narrow: dict[str, str]


def _read(name: str, entry: dict[str, Any]) -> ServiceKey:
    begun = _BEGINNING.match(entry["shape"])
    beginning = begun[0].replace("\\", "") if begun else ""
    prefixes = tuple(entry.get("prefixes", (beginning,) if beginning else ()))
    rule = GENERIC_RULES.get(name)
    if rule is None:
        explanation = f"Known by its form; see {entry['page']}."
        remedy = f"Revoke it and make a new one; {entry['page']} says how."
        severity = entry.get("severity", "high")
        rule = GenericRule(name, "", "", entry["name"], entry["service"], severity, explanation, remedy)
    return ServiceKey(
        rule._replace(prefixes=prefixes),
        entry["shape"],
        tuple(entry.get("literals", (beginning.lower(),))),
        entry.get("confirm") or entry["shape"].replace("?P<value>", "?:"),
        tuple(entry.get("needs", ())),
        entry.get("near", ""),
        entry.get("varied", True),
        entry.get("narrow", {}),
    )


# Rule id -> form; and the rules that no other detector has.
SERVICE_KEYS = {name: _read(name, entry) for name, entry in load_knowledge("service_keys").items()}
SERVICE_RULES = {name: key.rule for name, key in SERVICE_KEYS.items() if name not in GENERIC_RULES}


class ServiceKeyDetector(Detector):
    """Keys of these forms; a topic is a rule's id."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The literals of every form. Where another word is needed, binary files are none of its places."""
        for name, key in SERVICE_KEYS.items():
            for literal in key.literals:
                narrow = key.narrow.get(literal, "")
                yield Literal(literal, name, key.confirm, key.needs, exact=not key.near, narrow=narrow)

    def confirms(self, file: RawFile, topics: Sequence[str], start: int, end: int, /) -> bool:
        """Whether a key may begin at a literal, or the word stand by itself that says what a key near by is.

        Most short literals are chance in the base64 of an image.
        """
        literal = file.raw[start:end].decode("latin-1").lower()
        return any(_may_stand(SERVICE_KEYS[topic], literal, file.raw, start, end) for topic in topics)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the keys in fields."""
        for field, topics in candidates.fields:
            if field.part.where not in ("widget", "attachment") and len(field.text) >= SHORTEST_KEY:
                for name in sorted(topics):
                    # Most forms are in no text: asked here, they cost no generator.
                    if _compile(SERVICE_KEYS[name].shape).search(field.text) is not None:
                        yield from find_service_keys(field, SERVICE_KEYS[name])


def find_service_keys(field: Field, key: ServiceKey) -> Iterator[Finding]:
    """Yields the keys of one form in a field. Takes time linear in the text."""
    text = field.text
    for found in _standing_free(_compile(key.shape), text):
        start, end = found.span("value" if "value" in found.re.groupindex else 0)
        around = text[max(0, start - _NEAR) : start] + " " + text[end : end + _NEAR]
        if key.near and re.search(key.near, around, re.IGNORECASE) is None:
            continue
        if GOES_ON.match(text, end) is not None:
            continue
        if _is_key(text[start:end], key) and not is_by_chance(text, start, end):
            finding = make_generic_finding(key.rule, field, start, end)
            yield finding._replace(rank=RANK_SERVICE_KEY)


def _standing_free(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches before which no letter or digit stands.

    What stands before is looked at last: a regex that begins with letters is found ten times as fast as one that
    begins with a look back.
    """
    at = 0
    while (found := pattern.search(text, at)) is not None:
        free = _FREE_IN_TEXT.match(text, found.start()) is not None
        if free:
            yield found
        at = found.end() if free else found.start() + 1


def _is_key(value: str, key: ServiceKey) -> bool:
    """Whether what stands behind the public prefix is no word, mask or template."""
    prefix = max((len(prefix) for prefix in key.rule.prefixes if value.startswith(prefix)), default=0)
    # Signs that shapes allow stand for nothing here, nor do the numbers of accounts before what is secret.
    rest = _IDS.sub("", re.sub(r"[$%]", "", value[prefix:]))
    if stands_for_another(rest) or is_documented(value):
        return False
    if not key.varied or is_varied(rest):
        return True
    # Of 20 letters and digits drawn by chance one in thirty has no digit, of 60 one in 27,000.
    return len(rest) <= _MAY_LACK_DIGITS and is_varied(rest, digits=False) and is_plausible_token(rest)


def _may_stand(key: ServiceKey, literal: str, raw: bytes, start: int, end: int) -> bool:
    """Whether a literal of a form at these bytes of a file can belong to a key."""
    if key.near:
        return not in_long_run(raw, start, end, _LONGEST_WORD)
    beginnings = [prefix.lower() for prefix in key.rule.prefixes]
    if not any(beginning.startswith(literal) or literal.startswith(beginning) for beginning in beginnings):
        return True  # it stands in the middle of the key
    return _FREE.match(raw, start) is not None or _COLOUR.search(raw, max(0, start - _LONGEST_CODE), start) is not None


@cache
def _compile(shape: str) -> re.Pattern[str]:
    return kept_regex(f"(?:{shape}){_AFTER}", re.ASCII)
