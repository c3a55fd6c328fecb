"""Whose credential a value is that only its own name or form told: by the host and the provider's name beside it.

``requests.get("https://api.ionq.co/…", params={"api_key": V})``, ``--service ionq --token V``,
``accounts = {"IonQ": {"token": V}}``, ``assert os.environ["IONQ_API_KEY"] == V``. Nothing is found here: findings that
name nobody get their provider.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.credentials.provider_of_name import nicknames, provider_of_words
from nbguard.detect.generic.credential_names import names_service
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.detect.values.attribution import choose_rule, looks_made, make_finding
from nbguard.documents.ascii_case import lower_ascii
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Provider
    from nbguard.detect.providers.sink_index import HeaderUse as Header
    from nbguard.detect.providers.sink_index import Use

# What is anybody's. Other rules know whose their values are.
_IN_ADDRESS = "basic-auth-url"
_ANYBODYS = frozenset(("generic-credential", "jwt", _IN_ADDRESS))
# How far off a host may stand, in characters, as long as no blank line lies between.
_BEFORE, _BEHIND = 700, 500
_LINE = 400
_PARAGRAPH = lazy_regex(r"\n[ \t]*\r?\n")
# Names in a line: a word, a variable, an option. Slashes and dots end them.
_NAME = lazy_regex(r"[A-Za-z][\w-]{2,80}")
# A host as a URL, a request and a header have it; its last two labels say whose it is.
_HOST = lazy_regex(
    r"(?:://|host['\"]?[ \t]{0,2}[:=][ \t]{0,2}['\"]?)(?:[^\s/@]{1,400}@)?(?P<host>(?:[\w-]{1,63}\.){1,8}[a-z]{2,12})"
)
_HOST_BEHIND = lazy_regex(r"@(?P<host>(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,12})")
_SHORTEST_LABEL = 4
# `service: ionq`: a line beside the value's whose value is a provider's name and nothing else.
_SIBLING = lazy_regex(
    r"[ \t]*(?:-[ \t]+)?[\"']?[A-Za-z][\w-]{1,30}[\"']?[ \t]*[:=][ \t]*[\"']?(?P<name>[A-Za-z][\w -]{2,30}?)[\"']?,?\s*"
)
_SIBLINGS_AROUND = 4
# `"ionq": {`, `ionq:`, `ionq = dict(`: what stands below it is the provider's.
_OPENED = lazy_regex(
    r"[ \t]*[\"']?(?P<name>[A-Za-z][\w -]{1,40})[\"']?[ \t]*(?:[:=]|=>)[ \t]*(?:[\w.]{0,30}[{(\[])?\s*"
)
# A comment right above; a heading, with empty lines below it or none.
_REMARK = lazy_regex(r"[ \t]*(?:#{1,6}|//|--|;|<!--|\*\*)[ \t]*[A-Za-z][^\n]{0,100}")
_REMARK_HEADING = lazy_regex(r"#{2,6}[ \t]+[A-Za-z][^\n]{0,100}")
_REMARK_ABOVE = 3
_LETTERS = lazy_regex("[a-z0-9]+")
_HUMP = lazy_regex(r"[_-]+|(?<=[a-z0-9])(?=[A-Z])")
_PASSWORD = lazy_regex(r"pass(?:w|phrase)|pwd", re.IGNORECASE)


class _Line(NamedTuple):
    """How far a line is indented, and the provider that is its whole value, with its name."""

    indent: int
    named: tuple[str, Provider] | None


class _Reading(NamedTuple):
    """Reads lines and names, each once: beside many values stand the same ones."""

    line: Callable[[str], _Line | None]
    name: Callable[[str], tuple[str, Provider] | None]


def name_providers(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, with the provider of those that are anybody's where something beside them names one."""
    findings = list(findings)
    unnamed = [number for number, finding in enumerate(findings) if finding.rule in _ANYBODYS]
    if not unnamed:
        return findings
    borders: dict[int, tuple[list[int], list[int]]] = {}
    for finding in findings:
        if finding.kind == "credential":
            starts, ends = borders.setdefault(finding.field.part.start, ([], []))
            starts.append(finding.start)
            ends.append(finding.end)
    for starts, ends in borders.values():
        starts.sort()
        ends.sort()
    reading = _Reading(cache(_read_line), cache(_provider_of_name))
    for number in unnamed:
        finding = findings[number]
        findings[number] = _named(finding, *borders[finding.field.part.start], reading)
    return findings


def _named(finding: Finding, starts: list[int], ends: list[int], reading: _Reading) -> Finding:
    """The finding with its provider; ``starts`` and ``ends`` are those of the credentials in its field, sorted."""
    text, start, end = finding.field.text, finding.start, finding.end
    before, behind = bisect_right(ends, start), bisect_left(starts, end)
    first = ends[before - 1] if before else 0
    last = starts[behind] if behind < len(starts) else len(text)
    if _names_somebody_else(text, start, first):
        return finding
    password = _PASSWORD.search(text, max(first, start - 40), start) is not None
    if finding.rule == _IN_ADDRESS:
        near = _at_own_host(text, end)
    else:
        near = _candidates(text, start, end, first, last, reading)
    for provider, cause in near:
        uses: list[Use] = [(provider, rule) for rule in provider.rules if rule.is_password == password]
        if not uses and looks_made(finding.value):
            uses = [(provider, rule) for rule in provider.rules]  # a field of a form that hides what it shows
        choice = choose_rule(uses, finding.value)
        if choice is not None and (choice.start, choice.end) == (0, len(finding.value)):
            return make_finding(choice, finding.field, start, end, finding.value, cause, finding.rank)
    return finding


def _names_somebody_else(text: str, start: int, first: int) -> bool:
    """Whether a value's own name says which other service it is of: ``SLACK_TOKEN`` below ``CHANNEL=ibm_cloud``."""
    begin = max(first, text.rfind("\n", 0, start) + 1, start - _LINE)
    names = list(_NAME.finditer(text, begin, start))
    return bool(names) and names_service(names[-1].group())


def _at_own_host(text: str, end: int) -> Iterator[tuple[Provider, str]]:
    """The provider of the host right behind a password in an address."""
    found = _HOST_BEHIND.match(text, end)
    provider = _provider_of_host(found["host"].lower()) if found is not None else None
    if found is not None and provider is not None:
        yield provider, f"an address of {found['host']}"


def _candidates(
    text: str, start: int, end: int, first: int, last: int, reading: _Reading
) -> Iterator[tuple[Provider, str]]:
    """The providers that may be meant, the likeliest first, each with what names it."""
    for host, provider in hosts_near(text, start, end):
        yield provider, f"sent to {host}"
    for name, provider in _names_in_line(text, start, end, max(first, start - _LINE), min(last, end + _LINE), reading):
        yield provider, f"beside {name}"
    for name, provider in _siblings(text, start, end, reading):
        yield provider, f"beside {name}"
    for name, provider in _heading(text, start, first):
        yield provider, f"below {name}"
    for name, provider in _remark(text, start, end, first, reading):
        yield provider, f"below {name}"


def hosts_near(text: str, start: int, end: int) -> list[tuple[str, Provider]]:
    """The hosts of providers in the paragraph around a span of a text, the nearest first."""
    first, last = max(0, start - _BEFORE), min(len(text), end + _BEHIND)
    around = lower_ascii(text[first:last])
    if "://" not in around and "host" not in around:
        return []
    for gap in _PARAGRAPH.finditer(text, first, start):
        first = gap.end()
    ends = _PARAGRAPH.search(text, end, last)
    last = ends.start() if ends is not None else last
    lowered = lower_ascii(text[first:last])
    found = []
    for match in _HOST.finditer(lowered):
        provider = _provider_of_host(match["host"])
        at = first + match.start("host")
        found.append((start - at if at < start else at - end, match["host"], provider))
    # A host of somebody else that is nearer says that the value goes there.
    found.sort(key=lambda entry: entry[0])
    near = []
    for _, host, provider in found:
        if provider is None:
            break
        near.append((host, provider))
    return near


def prefer_host(uses: Sequence[Header], text: str, start: int, end: int) -> Sequence[Header]:
    """Of the headers that a value may be in, those of the service that it is sent to, where that is written beside it.

    An import elsewhere in the document says less.
    """
    if len({use.provider.id for use in uses}) < 2:
        return uses
    for _, provider in hosts_near(text, start, end):
        meant = [use for use in uses if use.provider.id == provider.id]
        if meant:
            return meant
    return uses


def _provider_of_host(host: str) -> Provider | None:
    for known, providers in known_sinks().hosts.items():
        if host == known or host.endswith("." + known):
            return providers[0]
    label = host.split(".")[-2].replace("-", "")
    return nicknames().get(label) if len(label) >= _SHORTEST_LABEL else None


def _names_in_line(
    text: str, start: int, end: int, first: int, last: int, reading: _Reading
) -> list[tuple[str, Provider]]:
    """The names of providers in the line of a value, as far as the next value: those before it, then those behind."""
    begin = max(first, text.rfind("\n", first, start) + 1)
    stop = text.find("\n", end, last)
    value, stop = text[start:end], last if stop < 0 else stop
    before = [*_named_by(_NAME.finditer(text, begin, start), value, reading)]
    return [*reversed(before), *_named_by(_NAME.finditer(text, end, stop), value, reading)]


def _named_by(names: Iterable[re.Match[str]], value: str, reading: _Reading) -> Iterator[tuple[str, Provider]]:
    """Those of the names that are a provider's; some tell only beside a value of its form."""
    index = known_sinks()
    for match in names:
        name = match.group()
        variable = name.replace("-", "_")
        shared = index.uses_of_shared(variable, value)
        named = (name, shared[0][0]) if shared and not index.env_uses(variable) else reading.name(name)
        if named is not None:
            yield named


def _provider_of_name(name: str) -> tuple[str, Provider] | None:
    uses = known_sinks().env_uses(name.replace("-", "_"))
    if uses:
        return name, uses[0][0]
    provider = provider_of_words(_HUMP.split(name)) or provider_of_words([name])
    return (name, provider) if provider is not None else None


def _read_line(line: str) -> _Line | None:
    """What a line is; None where it is empty."""
    if not line.strip():
        return None
    found = _SIBLING.fullmatch(line)
    provider = nicknames().get("".join(_LETTERS.findall(found["name"].lower()))) if found is not None else None
    return _Line(_indent(line), (found["name"], provider) if found is not None and provider is not None else None)


def _siblings(text: str, start: int, end: int, reading: _Reading) -> Iterator[tuple[str, Provider]]:
    """Providers that lines beside a value's, with the same indentation, give as their whole value."""
    line = text.rfind("\n", 0, start) + 1
    above = text[max(0, line - _LINE) : line].split("\n")[:-1][-_SIBLINGS_AROUND:]
    stop = text.find("\n", end)
    below = text[stop + 1 : stop + 1 + _LINE].split("\n")[:_SIBLINGS_AROUND] if stop >= 0 else []
    indent = _indent(text[line:start])
    for lines in (reversed(above), below):
        for other in map(reading.line, lines):
            if other is None or other.indent != indent:
                break
            if other.named is not None:
                yield other.named


def _heading(text: str, start: int, first: int) -> Iterator[tuple[str, Provider]]:
    """The provider whose name a value's block has: the nearest line above with less in front, that opens something."""
    line = text.rfind("\n", 0, start) + 1
    indent = _indent(text[line:start])
    if not indent:
        return
    for other in reversed(text[max(first, line - _BEFORE) : line].split("\n")[:-1]):
        if other.strip() and _indent(other) < indent:
            opened = _OPENED.fullmatch(other)
            provider = (
                nicknames().get("".join(_LETTERS.findall(opened["name"].lower()))) if opened is not None else None
            )
            if opened is not None and provider is not None:
                yield opened["name"], provider
            return


def _remark(text: str, start: int, end: int, first: int, reading: _Reading) -> Iterator[tuple[str, Provider]]:
    """The providers that the comment or heading right above a value's line names."""
    last = text.rfind("\n", 0, start)
    remark = _REMARK
    for _ in range(_REMARK_ABOVE):
        begin = max(first, text.rfind("\n", max(first, last - _LINE), max(first, last)) + 1)
        above = text[begin:last]
        if above.strip() or begin <= first:
            break
        last, remark = begin - 1, _REMARK_HEADING
    if last > first and remark.fullmatch(text[begin:last]) is not None:
        yield from _named_by(_NAME.finditer(text, begin, last), text[start:end], reading)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t-"))
