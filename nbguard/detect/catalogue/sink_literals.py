"""Which literals tell the prefilter that a value may go to a provider.

They have to be rare in clean notebooks: a call such as ``Client(…)`` counts only with an import of its provider's
module, so the module is the literal there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.sink import Sink
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORTEST = 4

_PLAIN = {kind: frozenset(names) for kind, names in load_knowledge("sinks").items()}

_NONE = Sink(frozenset(), frozenset())


def sink_literals(providers: Iterable[dict[str, Any]]) -> dict[str, Sink]:
    """The literals (lower case, in alphabetical order) without those in which a like one stands as a word anyway."""
    found: dict[str, Sink] = {}
    for provider in providers:
        for kind, text, needs in _of_provider(provider):
            known = found.get(text.lower(), _NONE)
            found[text.lower()] = Sink(known.kinds | {kind}, known.needs | set(needs))
    kept: dict[str, Sink] = {}
    for one in sorted(found, key=lambda literal: (len(literal), literal)):
        if not any(_covers(kept[other], found[one]) and _stands_in(other, one) for other in kept):
            kept[one] = found[one]
    return dict(sorted(kept.items()))


def _covers(other: Sink, one: Sink) -> bool:
    """Whether the one counts only where the other does: nothing is asked of what follows the other."""
    return "any" in other.kinds or (other.kinds == one.kinds == {"import"} and one.needs <= other.needs)


def _needs(provider: dict[str, Any]) -> Iterator[str]:
    """What stands in every file with a generic sink of this provider, in lower case."""
    for credential in provider["credentials"]:
        for call in credential.get("calls", ()):
            names = [f"{name.rpartition('.')[2].lower()}(" for name in call["names"] if call.get("generic", False)]
            for name in names:
                yield from (f"{name}&{keyword.lower()}" for keyword in call["keywords"])
            yield from names if "position" in call else ()
        yield from (header["name"].lower() for header in credential.get("headers", ()) if header.get("generic", False))
        yield from (name.rpartition(".")[2].lower() for name in credential.get("generic_attributes", ()))


def file_marks(providers: Iterable[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The ends of the configuration files' paths, and for those with a ``*`` at the end a part of their paths."""
    globs = {
        file["glob"].lower().removeprefix("**")
        for provider in providers
        for credential in provider["credentials"]
        for file in credential.get("files", ())
    }
    parts = {max(glob.split("*")[:-1], key=len) for glob in globs if "*" in glob}
    return sorted(glob for glob in globs if "*" not in glob), sorted(parts)


def _stands_in(word: str, text: str) -> bool:
    """Whether a word stands alone in a text, as confirmations of sinks ask for."""
    return word in text and re.search(rf"(?<![^\W_]){re.escape(word)}(?!\w)", text) is not None


def _of_provider(provider: dict[str, Any]) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Kind, literal and needs of each sink."""
    needs = tuple(_needs(provider))
    yield from (("host", host, needs) for host in provider.get("hosts", ()))
    for credential in provider["credentials"]:
        for call in credential.get("calls", ()):
            yield from _of_calls(call, provider["id"])
        for header in credential.get("headers", ()):
            if not header.get("generic", False):
                yield from ((*sink, ()) for sink in _of_header(header))
        yield from (("name", name, ()) for name in (*credential.get("attributes", ()), *credential.get("env", ())))
        yield from (("any", " ".join(command.split()[:2]), ()) for command in credential.get("commands", ()))
        yield from (("any", end, ()) for file in credential.get("files", ()) if (end := _of_file(file["glob"])))
    if any(_is_generic(credential) for credential in provider["credentials"]):
        for module in provider["modules"]:
            yield from (("import", literal, needs) for literal in _of_module(module))


def _of_calls(call: dict[str, Any], provider: str) -> Iterator[tuple[str, str, Iterable[str]]]:
    keywords = [keyword.lower() for keyword in call["keywords"]]
    if "device" in call:
        yield from (("device", quote + call["device"], keywords) for quote in "\"'")
    elif not call.get("generic", False):
        kind, wanted = ("call", []) if "position" in call else ("keywords", keywords)
        yield from ((kind, _of_call(name, provider), wanted) for name in call["names"])


def _is_generic(credential: dict[str, Any]) -> bool:
    """Whether something of a credential counts only with an import of its provider's module."""
    sinks = (*credential.get("calls", ()), *credential.get("headers", ()))
    return bool(credential.get("generic_attributes")) or any(sink.get("generic", False) for sink in sinks)


def _of_call(name: str, provider: str) -> str:
    last = name.rpartition(".")[2]
    literal = name if last.lower() in _PLAIN["calls"] or len(last) < _SHORTEST else last
    if literal.lower() in _PLAIN["calls"] or len(literal) < _SHORTEST:
        raise UsageError(f"{provider}.toml: calls: {name} is too common a name; set `generic = true`")
    return literal


def _of_header(header: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if header["name"].lower() != "authorization":
        yield "name", header["name"]
    elif header["scheme"].endswith("="):
        yield "scheme", header["scheme"]
    else:
        yield from (("scheme", f"{before}{header['scheme']} ") for before in ('"', "'", ": "))


def _of_module(module: str) -> Iterator[str]:
    if module in _PLAIN["modules"] or len(module) < _SHORTEST:
        yield from (f"import {module}", f"from {module}")
    else:
        yield module


def _of_file(glob: str) -> str:
    """The fixed end of a glob; empty where it is too common, or where nothing is fixed."""
    *folders, name = glob.split("/")
    if "*" in name or name == ".env":
        return ""
    if name not in _PLAIN["files"]:
        return name
    return f"{folders[-1]}/{name}" if folders and "*" not in folders[-1] else ""
