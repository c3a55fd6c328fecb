"""Which literals tell the prefilter that a value may go to a provider.

They have to be rare in clean notebooks: a call such as ``Client(…)`` counts only with an import of its provider's
module, so the module is the literal there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORTEST = 4

# Last parts of call names that say nothing by themselves; the dotted name is the literal.
_PLAIN_CALLS = frozenset(
    """api authenticate ce client config connect connection create_job device enable_account from_config from_url init
    initialize login overwrite platform resource restore save save_account save_api_key save_token sdk service session
    set_api set_api_key set_token set_tokens settings user worker register""".split()  # noqa: SIM905
)
# Modules whose names are words of other trades: only an import statement counts.
_PLAIN_MODULES = frozenset(
    "amplify boto3 covalent dwave iqm kaiwu perceval qbit qbraid quantag qhub quao qly qm roro tergite xcc".split()  # noqa: SIM905
)
# File names that many programs use: the folder above belongs to the literal.
_PLAIN_FILES = frozenset(
    """.env accounts.json api api_key apikey.json cfg.toml config.env config.ini config.json config.toml config.yaml
    config.yml credentials credentials.json qirc secrets.toml token_cache.json tokens.json""".split()  # noqa: SIM905
)


def sink_literals(providers: Iterable[dict[str, Any]]) -> list[str]:
    """The literals (lower case, in alphabetical order) without those in which another one stands as a word anyway."""
    found = {literal.lower() for provider in providers for literal in _of_provider(provider)}
    return sorted(one for one in found if not any(_stands_in(other, one) for other in found if other != one))


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


def _of_provider(provider: dict[str, Any]) -> Iterator[str]:
    yield from provider.get("hosts", ())
    generic = False
    for credential in provider["credentials"]:
        for call in credential.get("calls", ()):
            if "device" in call:
                yield from (f'"{call["device"]}', f"'{call['device']}")
            elif call.get("generic", False):
                generic = True
            else:
                yield from (_of_call(name, provider["id"]) for name in call["names"])
        for header in credential.get("headers", ()):
            if header.get("generic", False):
                generic = True
            else:
                yield from _of_header(header)
        generic = generic or bool(credential.get("generic_attributes"))
        yield from credential.get("attributes", ())
        yield from credential.get("env", ())
        yield from (" ".join(command.split()[:2]) for command in credential.get("commands", ()))
        yield from filter(None, (_of_file(file["glob"]) for file in credential.get("files", ())))
    if generic:
        for module in provider["modules"]:
            yield from _of_module(module)


def _of_call(name: str, provider: str) -> str:
    last = name.rpartition(".")[2]
    literal = name if last.lower() in _PLAIN_CALLS or len(last) < _SHORTEST else last
    if literal.lower() in _PLAIN_CALLS or len(literal) < _SHORTEST:
        raise UsageError(f"{provider}.toml: calls: {name} is too common a name; set `generic = true`")
    return literal


def _of_header(header: dict[str, Any]) -> Iterator[str]:
    if header["name"].lower() != "authorization":
        yield header["name"]
    elif header["scheme"].endswith("="):
        yield header["scheme"]
    else:
        yield from (f"{before}{header['scheme']} " for before in ('"', "'", ": "))


def _of_module(module: str) -> Iterator[str]:
    if module in _PLAIN_MODULES or len(module) < _SHORTEST:
        yield from (f"import {module}", f"from {module}")
    else:
        yield module


def _of_file(glob: str) -> str:
    """The fixed end of a glob; empty where it is too common, or where nothing is fixed."""
    *folders, name = glob.split("/")
    if "*" in name or name == ".env":
        return ""
    if name not in _PLAIN_FILES:
        return name
    return f"{folders[-1]}/{name}" if folders and "*" not in folders[-1] else ""
