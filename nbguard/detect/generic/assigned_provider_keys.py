"""Values given to a name that holds a provider's: ``IONQ_KEY = "…"``, ``[ibm] token = …``, ``My IonQ key: …``.

No call says where such a value goes, so the name has to say provider and credential (or the provider alone), and the
value has to look random and have the provider's form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.ascii_case import lower_ascii
from nbguard.detect.finding import RANK_SINK
from nbguard.detect.generic.provider_names import may_follow, provider_names
from nbguard.detect.triggers import load_triggers
from nbguard.detect.values.attribution import Choice, make_finding
from nbguard.detect.values.classifier import is_plausible_token
from nbguard.detect.values.indirect_values import is_name_in_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Provider
    from nbguard.documents.fields import Field

_VALUE = r"[A-Za-z0-9_+/-][\w.+/-]{18,4094}={0,2}(?![\w+/=])"
_SIGN = r"(?:[?:]{0,2}=(?!=)>?|->|[:,|]|\bis\b)"
# How much of a file says all about one place: raw bytes before and behind a name.
_BEFORE, _BEHIND = 80, 900

_HEAD = re.compile(r"[\w-]{0,40}\Z", re.ASCII)
_TAIL = re.compile(r"[\w.-]{0,40}", re.ASCII)
_PHRASE = re.compile(
    r"(?:'s)?(?:[ \t]{1,2}[A-Za-z][\w-]{0,14}){1,5}?(?=[ \t]{0,2}[*_`\"']{0,3}[ \t]{0,2}(?:=|:|\||->|\bis\b|$))",
    re.ASCII,
)
_TO_VALUE = re.compile(
    r"[\"'`*_]{0,3}[\])]{0,2}\s{0,4}(?::[ \t]?[\w.\[\]]{1,30}[ \t]?=(?!=)|" + _SIGN + r")[*_]{0,2}\s{0,4}"
    r"(?:(?:type|help|metavar|dest|required|show_default|envvar)[ \t]*=[ \t]*[^()=\n]{0,120},\s{0,40}){0,4}"
    r"(?P<default>default[ \t]{0,2}=[ \t]{0,2})?(?:[A-Za-z_][\w.]{0,30}\()?(?:[rRbBuU]{1,2}(?=[\"'`]))?"
    r"(?P<quote>[\"'`*]{0,3})(?P<value>" + _VALUE + r")",
    re.ASCII,
)
# From a section's heading, or a key with entries below it, to an entry that says credential.
_HEADING = re.compile(r"[\"']?\][ \t]*(?:[#;][^\n]*)?\n|[\"']?[ \t]*:[ \t]*(?:[#][^\n]*)?\n|[\"']?[ \t]*[:=][ \t]*\{")
_ENTRY = re.compile(
    r"(?P<stop>^[ \t]*\[|\})|(?<![\w-])(?P<key>[A-Za-z][\w-]{0,40})[\"']?[ \t]{0,4}[:=][ \t]{0,4}"
    r"(?:[rbu](?=[\"']))?[\"']?(?P<value>" + _VALUE + r")",
    re.MULTILINE | re.ASCII,
)
_SECTION = 500
_LONGEST_KEY = 4_096
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SAY_CREDENTIAL = frozenset(
    """key keys token tokens tok secret secrets password passwd pwd pass apikey apitoken credential credentials cred
    creds accesskey accesstoken secretkey""".split()  # noqa: SIM905
)
# Names in which the rest of a name says something else than a credential.
_SAY_OTHERWISE = frozenset(
    """job jobs id ids hash hashes sha md digest checksum sum backend backends device url uri path file files dir folder
    name names cache cached public pub partition primary foreign sort index order task tasks circuit circuits run runs
    session commit rev revision etag fingerprint next prev page pad eos bos count counts num len length max min limit
    size type instance crn hub region channel model version uuid label user email org host port kernel cell
    result results state env var field column row registry image signature sig integrity encrypted program execution
    reservation workload batch csrf data""".split()  # noqa: SIM905
)
# What may stand beside a provider's name that is alone.
_SAY_LITTLE = frozenset("my our quantum cloud prod dev the api auth access default".split())  # noqa: SIM905
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


_UNICODE_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}")
_ESCAPED_END = re.compile(r'(?:\\+n)?"\s{0,200},\s{0,200}"')


class _Found(NamedTuple):
    """A value that is given to a provider's name. ``alone``: the name doesn't say that it is a credential."""

    name: str
    provider: str
    start: int
    end: int
    alone: bool


def find_named_providers(field: Field) -> Iterator[Finding]:
    """Yields the random values in a field that are given to a name of a provider; see the module for what counts."""
    if field.part.where in ("widget", "attachment"):
        return
    from nbguard.detect.providers.provider_rules import load_catalogue

    providers = {provider.id: provider for provider in load_catalogue().providers}
    seen: set[int] = set()
    for found in _search(field.text):
        value = field.text[found.start : found.end]
        choice = _choose(providers[found.provider], value, found.alone)
        if choice is not None and found.start not in seen and not is_name_in_store(field.text, found.start):
            seen.add(found.start)
            cause = f"{found.name} = …"
            yield make_finding(choice, field, found.start, found.end, value, cause, RANK_SINK - 2)


def find_in_key_file(field: Field, path: str) -> Iterator[Finding]:
    """Yields what a file whose name says provider and key holds, if that is all it holds (``ionq_key.txt``)."""
    from nbguard.detect.providers.provider_rules import load_catalogue

    name = load_triggers().provider_of_key_file(path)
    value = field.text.strip()
    if not name or len(value) > _LONGEST_KEY:
        return
    provider = next(provider for provider in load_catalogue().providers if provider.id == name)
    choice = _choose(provider, value, alone=False)
    if choice is not None:
        start = field.text.index(value)
        yield make_finding(choice, field, start, start + len(value), value, "the file's name", RANK_SINK - 2)


def shows_named_provider(raw: bytes, start: int, end: int) -> bool:
    """Whether raw bytes give the provider's name in them a value that looks random; in JSON or as they are."""
    before = raw[max(0, start - _BEFORE) : start].decode("latin-1")
    behind = raw[start : start + _BEHIND].decode("latin-1")
    for head, rest in ((before, behind), (_undo_json(before), _undo_json(behind))):
        text, at = head + rest, len(head)
        for _, first, last, alone in _at_name(text, at, at + end - start):
            if _looks_random(text[first:last], alone):
                return True
    return False


def _undo_json(text: str) -> str:
    """A piece of a notebook as the text it stands for, as far as our places depend on it."""
    return (
        _UNICODE_ESCAPE.sub(" ", _ESCAPED_END.sub("\n", text))
        .replace("\\n", "\n")
        .replace('\\"', '"')
        .replace("\\t", "\t")
    )


def _search(text: str) -> Iterator[_Found]:
    lowered = lower_ascii(text)
    for name, provider in provider_names().items():
        at = lowered.find(name)
        while at >= 0:
            end = at + len(name)
            asked = _at_name(text, at, end) if may_follow(name, lowered[end : end + 1]) else ()
            for label, start, stop, alone in asked:
                yield _Found(label, provider, start, stop, alone)
            at = lowered.find(name, end)


def _at_name(text: str, start: int, end: int) -> Iterator[tuple[str, int, int, bool]]:
    """What is given to the provider's name at these offsets, if it is a word there."""
    if _begins_word(text, start) and not (text[end : end + 1].isalpha() and _goes_on(text, end)):
        yield from _values_behind(text, start, end)


def _begins_word(text: str, at: int) -> bool:
    before = text[at - 1 : at] if at else ""
    return not before.isalnum() or (before.islower() and text[at].isupper())


def _goes_on(text: str, end: int) -> bool:
    """Whether the word goes on behind a provider's name without a hump, and not as ``ibmkey`` does."""
    following = text[end : end + 12]
    if re.match(r"(?i)(?:api)?(?:key|token|secret|pass|cred)", following):
        return False
    return not (following[0].isupper() and (text[end - 1].islower() or following[1:2].islower()))


def _values_behind(text: str, start: int, end: int) -> Iterator[tuple[str, int, int, bool]]:
    """Label, span, and whether the name is alone, of the values given to the name of a provider."""
    head = _HEAD.search(text, max(0, start - 40), start)
    first = head.start() if head else start
    tail = _TAIL.match(text, end)
    last = tail.end() if tail else end
    beside = _words(text[first:start]) + _words(text[end:last])
    if not _SAY_OTHERWISE.isdisjoint(beside):
        return
    credential = not _SAY_CREDENTIAL.isdisjoint(beside)
    if not credential:
        phrase = _PHRASE.match(text, last, min(len(text), last + 90))
        words = _words(phrase.group()) if phrase is not None else []
        if phrase is not None and _SAY_OTHERWISE.isdisjoint(words) and not _SAY_CREDENTIAL.isdisjoint(words):
            credential, last = True, phrase.end()
        heading = _HEADING.match(text, last)
        if heading is not None and set(beside) <= _SAY_LITTLE:
            yield from _entries_below(text, text[first:last], heading.end())
    alone = not credential
    value = _TO_VALUE.match(text, last, min(len(text), last + 5_000))
    if value is None or (alone and not (set(beside) <= _SAY_LITTLE and value["quote"] in ('"', "'"))):
        return
    if not value["quote"] and _is_read(text, value.end()):
        return
    yield text[first:last].strip(), *value.span("value"), alone


def _entries_below(text: str, label: str, at: int) -> Iterator[tuple[str, int, int, bool]]:
    for entry in _ENTRY.finditer(text, at, min(len(text), at + _SECTION)):
        if entry["stop"]:
            return
        words = _words(entry["key"])
        if not _SAY_CREDENTIAL.isdisjoint(words) and _SAY_OTHERWISE.isdisjoint(words):
            yield f"{label}.{entry['key']}", *entry.span("value"), False


def _is_read(text: str, end: int) -> bool:
    """Whether a value without quotes is a call or a subscript."""
    return text[end : end + 1] in ("(", "[", "{")


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _looks_random(value: str, alone: bool) -> bool:
    """Whether a value is one that only a machine makes. ``alone``: its name doesn't say credential, so no checksum."""
    digits = sum(character.isdigit() for character in value)
    if len(value) < 20 or not digits or not is_plausible_token(value):
        return False
    if not alone:
        return True
    mixed = any(c.isupper() for c in value) and any(c.islower() for c in value)
    hexadecimal = _HEX.fullmatch(value) is not None
    return mixed and not hexadecimal and digits >= 2 and len(value) >= 24 and not value.endswith("=")


def _choose(provider: Provider, value: str, alone: bool) -> Choice | None:
    """The provider's rule whose form the value has, else one for opaque values."""
    from nbguard.detect.values.placeholders import is_placeholder

    if not _looks_random(value, alone) or is_placeholder(value, provider):
        return None
    rules = [rule for rule in provider.rules if not rule.is_password]
    for rule in rules:
        if rule.value and re.fullmatch(rule.value, value):
            return Choice(provider, rule, True, 0, len(value))
    if alone and _UUID.fullmatch(value):
        return None
    return next((Choice(provider, rule, False, 0, len(value)) for rule in rules if not rule.value), None)
