"""Finds sinks in any text: variables, headers, commands, addresses and calls, with the value right behind them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.ascii_case import lower_ascii
from nbguard.detect.credentials.provider_nearby import prefer_host
from nbguard.detect.values.attribution import choose_rule, looks_made

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.providers.sink_index import SinkIndex, Use
    from nbguard.detect.values.attribution import Choice

_WORD = re.compile(r"[A-Za-z_]\w*")
# A semicolon ends a bare value, but not inside an Azure connection string.
_CONNECTION_STRING = (
    r";(?=(?:SubscriptionId|ResourceGroupName|WorkspaceName|ApiKey|WorkspaceKey|QuantumEndpoint|AccountName|AccountKey"
    r"|EndpointSuffix|DefaultEndpointsProtocol)=)"
)
# From the end of a name to its value. The name may be quoted or a subscript, the value typed, prefixed or wrapped.
_TO_VALUE = re.compile(
    r"\\?[\"'`]?[ \t]?[\])]?[ \t]{0,4}"
    r"(?P<sign>:[ \t]?[\w.\[\]]{1,30}[ \t]?=|[:?]=|=>|->|[:=,|]| (?:is|to) )[ \t]{0,4}\n?[ \t]{0,4}"
    r"(?:[\w.]{1,30}\()?(?P<prefix>[rRbBuUfF]{1,2}(?=\\?[\"'`]))?\\?(?:(?P<quote>\"\"\"|'''|[\"'`])(?P<quoted>[^\"'`\n\\]{1,8192})\\?[\"'`]"
    r"|(?P<bare>(?!\.)(?:[^\s\"'`<>&;,|()\[\]{}]|" + _CONNECTION_STRING + r"){4,8192})(?P<after>[(\[{]?))"
)
# `%env NAME value`, `ENV NAME value`.
_SPACE_VALUE = re.compile(r"[ \t]+[\"']?(?P<bare>[^\s\"'=]{4,8192})")
_SPACE_BEFORE = re.compile(r"(?:%env|%set_env|\bENV|\bsetx|\bset -x|\bset -gx)[ \t]+$")
_SHELL_BEFORE = re.compile(
    r"(?:^|[\n;&|!]|\b(?:export|ENV|ARG|set|env)[ \t]|%(?:env|set_env)[ \t]|(?<!\w)-e[ \t]|\$env:)[ \t]*$"
)
_TO_HEADER = re.compile(
    r"\\?[\"'`]?[ \t]?[\])]?[ \t]{0,4}(?:[:=,]|=>|\|)[ \t]{0,4}(?:[rRbBuUfF]{1,2}(?=\\?[\"'`]))?\\?[\"'`]?"
    r"(?:(?P<scheme>[A-Za-z][\w-]{1,20})[ \t]+)?(?P<value>[^\s\"'`\\<>,;{}]{4,8192})"
)
_URL_PASSWORD = re.compile(r"://[^\s/@:\"'<>]{0,256}:(?P<value>[^\s/@\"'<>]{4,1024})@(?:[\w-]{1,63}\.){0,4}")
_URL_QUERY = re.compile(r"[?&][\w-]{0,32}(?:token|key|secret)=(?P<value>[^\s&\"'<>#]{8,2048})", re.IGNORECASE)
_COMMAND_VALUE = re.compile(r"(?:=|[ \t]+)[\"']?(?P<secret>[^\s\"']{4,8192})")
# `"NAME", name)` and `["NAME"] = name;`, and in other languages than Python what a name is given.
_GIVEN_ON = r"[\"'`]\s{0,4}(?:,|=>|\]\s{0,4}=)\s{0,4}&?(?P<name>[A-Za-z_$][\w$]{0,60})\s{0,4}[),;\n}]"
_TO_LITERAL = (
    r"\s{0,4}(?::\s{0,3}[^=\n\"']{0,40})?(?::?=|<-)\s{0,4}(?:[\w.:]{1,30}\()?\\?"
    r"(?P<quote>[\"'`])(?P<value>[^\"'`\n\\]{8,4096})\\?(?P=quote)"
)
_MOST_NAMES = 50
_LONGEST_LINE = 4_000
_LONG_RUN = 500
_LONGEST_STEP = 300
_LONGEST_ADDRESS = 1_400
# A key in an output tells a credential only if it says so itself.
_TELLING = re.compile(r"token|secret|passw|pwd|api[_-]?key|access[_-]?key|apikey|refresh_token", re.IGNORECASE)


class Named(NamedTuple):
    """A value at a sink in a text, and the sink in words. ``weak``: a shape tells more of it than this place."""

    choice: Choice
    value: str
    start: int
    end: int
    cause: str
    weak: bool = False


def words_of(text: str) -> set[str]:
    """The words of a text."""
    return set(_WORD.findall(text))


def find_variables(text: str, words: set[str], index: SinkIndex, imported: frozenset[str]) -> Iterator[Named]:
    """Variables and attributes of the catalogue with their value: ``NAME=value``, ``"name": "value"``."""
    yield from find_pairs(text, _variables(words, index, imported))


def find_given_on(text: str, words: set[str], index: SinkIndex, imported: frozenset[str]) -> Iterator[Named]:
    """Values that go to a variable of the catalogue through a name of the text: ``let k = "…"; set_var("NAME", k)``."""
    wanted = _variables(words, index, imported)
    if not wanted:
        return
    pattern = re.compile(r"[\"'`](" + "|".join(map(re.escape, wanted)) + r")\\?" + _GIVEN_ON)
    done: set[tuple[str, str]] = set()
    for found in pattern.finditer(text):
        pair = (found[1], found["name"])
        if pair in done or len(done) >= _MOST_NAMES:
            continue
        done.add(pair)
        for value in re.finditer(rf"(?<![\w.$]){re.escape(found['name'])}{_TO_LITERAL}", text):
            choice = choose_rule(wanted[found[1]], value["value"])
            if choice is not None:
                start = value.start("value") + choice.start
                end = value.start("value") + choice.end
                yield Named(choice, text[start:end], start, end, f"{found[1]} = …")


def _variables(words: set[str], index: SinkIndex, imported: frozenset[str]) -> dict[str, Sequence[Use]]:
    """The variables and attributes of the catalogue among the words of a text."""
    wanted: dict[str, Sequence[Use]] = {}
    for word in words:
        uses = list(index.env_uses(word))
        uses += [
            (use.provider, use.rule)
            for use in index.names.get(word.lower(), ())
            if len(use.name) == 1 and (not use.generic or use.provider.id in imported)
        ]
        if uses:
            wanted[word] = uses
    return wanted


def find_keywords(text: str, words: set[str], index: SinkIndex, named: frozenset[str]) -> Iterator[Named]:
    """Keys that are arguments of a provider's calls, in a text that names the provider: ``'token': '…'``."""
    wanted: dict[str, Sequence[Use]] = {}
    for word in words:
        known = index.keywords.get(word.lower())
        if known and _TELLING.search(word):
            uses = [use for use in known if use[0].id in named]
            if uses:
                wanted[word] = uses
    for found in find_pairs(text, wanted):
        if found.choice.rule.prefix or looks_made(found.value):
            yield found._replace(weak=True)


def find_pairs(text: str, wanted: dict[str, Sequence[Use]]) -> Iterator[Named]:
    """The values behind names: ``wanted`` maps each name to the rules whose value it holds."""
    if not wanted:
        return
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, wanted)) + r")(?!\w)")
    at = 0
    while (found := pattern.search(text, at)) is not None:
        at = found.end()
        before = text[max(0, found.start() - 24) : found.start()]
        value = _TO_VALUE.match(text, found.end())
        if value is None and _SPACE_BEFORE.search(before):
            value = _SPACE_VALUE.match(text, found.end())
        if value is None:
            continue
        groups = value.groupdict()
        group = "quoted" if groups.get("quoted") else "bare"
        span = value.span(group)
        start, end = span[0], span[1]
        if end - start > _LONG_RUN:
            at = end  # names inside so long a run are no names, and looking at each would take too long
        if group == "bare":
            if groups.get("after"):
                continue
            while end > start and text[end - 1] in ".:":
                end -= 1
        elif "f" in (groups.get("prefix") or "").lower() and "{" in value[group]:
            continue
        choice = choose_rule(wanted[found.group()], text[start:end])
        if choice is None:
            continue
        shell = groups.get("sign") in ("=", None) and _SHELL_BEFORE.search(before) is not None
        if group == "bare" and not shell and not looks_made(text[start:end]):
            continue
        start, end = start + choice.start, start + choice.end
        yield Named(choice, text[start:end], start, end, f"{found.group()} = …")


def find_headers(text: str, index: SinkIndex, named: frozenset[str]) -> Iterator[Named]:
    """Header lines and entries with their value: ``-H "X-Auth-Token: …"``, ``"Authorization": "apiKey …"``."""
    lowered = lower_ascii(text)
    for name, uses in index.headers.items():
        at = lowered.find(name)
        while at >= 0:
            end = at + len(name)
            if not lowered[at - 1 : at].isalnum() and (found := _TO_HEADER.match(text, end)) is not None:
                scheme = found.group("scheme") or ""
                known = [use for use in uses if not use.generic or use.provider.id in named]
                end = found.end() if found.end() - end > _LONG_RUN else end
                matching = [use for use in known if use.scheme == scheme] or [
                    use for use in known if use.scheme.lower() == scheme.lower()
                ]
                matching = list(prefer_host(matching, text, *found.span("value")))
                choice = choose_rule([(use.provider, use.rule) for use in matching], found.group("value"))
                if choice is not None:
                    start = found.start("value")
                    first, last = start + choice.start, start + choice.end
                    yield Named(choice, text[first:last], first, last, f"the header {text[at : at + len(name)]}")
            at = lowered.find(name, end)


def find_commands(text: str, words: set[str], index: SinkIndex) -> Iterator[Named]:
    """Command lines of the catalogue with their value: ``ibmcloud login --apikey …``."""
    for word in words:
        commands = index.commands.get(word.lower())
        if not commands:
            continue
        at = text.find(word)
        while at >= 0:
            stop = text.find("\n", at)
            stop = min(len(text) if stop < 0 else stop, at + _LONGEST_LINE)
            for use in commands:
                end = at
                for pattern in use.words:
                    step = pattern.search(text, end, min(stop, end + _LONGEST_STEP)) if end >= 0 else None
                    end = step.end() if step is not None else -1
                found = _COMMAND_VALUE.match(text, end, stop) if end >= 0 else None
                choice = choose_rule([(use.provider, use.rule)], found.group("secret")) if found else None
                if found is not None and choice is not None:
                    start, finish = found.span("secret")
                    yield Named(choice, text[start:finish], start, finish, use.cause)
            at = text.find(word, at + len(word))


def find_addresses(text: str, index: SinkIndex) -> Iterator[Named]:
    """Addresses of a provider's host with a password or token in them."""
    if "://" not in text:
        return
    lowered = lower_ascii(text)
    for host, providers in index.hosts.items():
        uses = [(provider, rule) for provider in providers for rule in provider.rules]
        at = lowered.find(host)
        while at >= 0:
            end = at + len(host)
            found = None
            begin = text.rfind("://", max(0, at - _LONGEST_ADDRESS), at)
            if begin >= 0 and text[at - 1] in "@.":
                found = _URL_PASSWORD.fullmatch(text, begin, at)
            query = text[end : end + _LONGEST_STEP]
            if begin >= 0 and found is None and "?" in query and "=" in query:
                found = _URL_QUERY.search(text, end, end + _LONGEST_ADDRESS)
                if found is not None and re.search(r"\s", text[end : found.start()]):
                    found = None
            choice = choose_rule(uses, found.group("value")) if found is not None else None
            if found is not None and choice is not None:
                start, finish = found.span("value")
                yield Named(choice, text[start:finish], start, finish, f"an address of {host}")
            at = lowered.find(host, end)
