"""Tells values that say where something is, or that are filled in later: references, templates, paths, addresses."""

from __future__ import annotations

import re
from functools import cache

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.forms import form_of
from nbguard.detect.values.word_likeness import wordy_share
from nbguard.lazy_regex import kept_regex, lazy_regex

# Colab, Databricks, Fabric and Synapse, Kaggle, keyring, R (whose second argument is what stands in); and the
# characters before a name that are looked at.
_STORE_CALL = lazy_regex(
    r"\b(?:userdata\.get|secrets\.get(?:Bytes)?|credentials\.getSecret|get_secret|keyring\.get_password)"
    r"\([^()\n]{0,80}\Z"
    r"|\bSys\.getenv\([^(),\n]{0,20}\Z"
)
# What nbguard's lookup is called in code, and its reference.
_LOOKUP_CALL = lazy_regex(r"\b(?:vault_)?secret\(\s{0,20}[\"']\Z")
_REFERENCE = lazy_regex(r"[\w.~+=:/-]{1,300}#[\w.-]{1,100}(?:@[0-9]{1,9})?[\"']", re.ASCII)
_BESIDE = 120
# What parts the words of a command, and of one that is a list; an option that what follows belongs to.
_TO = r"(?:[\"']?,?[ \t]{1,4}[\"']?)"
_OPTION = lazy_regex(r"(?<![\w-])-{1,2}([A-Za-z][\w-]{0,40})")
_OPTION_BEFORE = lazy_regex(
    r"(?<![\w-])-{1,2}(?P<name>[A-Za-z][\w-]{0,40})(?:=|[\\\"']{0,2},?[ \t]{1,4})[\\\"']{0,4}\Z"
)
_LONGEST_COMMAND = 240
# Less than this beside what is filled in is no credential.
_LITTLE = 8


def is_store_reference(value: str) -> bool:
    """Whether a value points to where a secret is kept: ``vault:…``, ``op://…``, ``arn:aws:secretsmanager:…``."""
    return _stores().match(value) is not None or (" " in value and _is_lookup(value))


def _is_lookup(value: str) -> bool:
    """Whether a value is a command that prints a secret, all of it, with no option that is given one itself."""
    found = _lookup_command().match(value, value.startswith("!"))
    return found is not None and _options().issuperset(_OPTION.findall(value, found.end("command")))


def is_name_in_store(text: str, start: int) -> bool:
    """Whether what begins at ``start`` is the name of a secret that a platform is asked for: ``userdata.get("…``.

    Of Vault it is a reference: ``secret("path#key")``.
    """
    near = max(0, start - _BESIDE)
    if _REFERENCE.match(text, start) is not None and _LOOKUP_CALL.search(text, near, start) is not None:
        return True
    return _STORE_CALL.search(text, near, start) is not None or _is_given_to_lookup(text, start)


def _is_given_to_lookup(text: str, start: int) -> bool:
    """Whether what begins at ``start`` names the secret that a command prints: ``vault kv get -field=key path``."""
    found = _lookup_command().search(text, max(0, start - _LONGEST_COMMAND), start)
    if found is None:
        return False
    option = _OPTION_BEFORE.search(text, found.end("command"), start)
    return option is None or option["name"] in _options()


def is_template(value: str) -> bool:
    """Whether a value, or a piece of it that is a name in brackets, is filled in when the program runs."""
    if form_of("whole-template").fullmatch(value) is not None:
        return True
    if "{" not in value and "$" not in value and "<" not in value and "%" not in value:
        return False
    # Names in brackets in a longer text, where they read like one: a random password has brackets too.
    pieces = form_of("piece-of-template").findall(value)
    if pieces and (len(value) - sum(map(len, pieces)) < _LITTLE or any(wordy_share(piece) >= 0.5 for piece in pieces)):
        return True
    return any(len(found) > 4 and wordy_share(found) >= 0.8 for found in form_of("variable").findall(value))


def is_address(value: str) -> bool:
    """Whether a value is a URL, a host or an e-mail address."""
    if form_of("url").fullmatch(value) is not None or form_of("e-mail").fullmatch(value) is not None:
        return True
    return form_of("host").fullmatch(value) is not None and (wordy_share(value) >= 0.5 or value[0].isdigit())


# Behind a file, as catalogues of translations and compilers write it.
_LINE_NUMBER = lazy_regex(r"(?<=[a-z]):\d{1,6}\Z")


def is_path(value: str) -> bool:
    """Whether a value is a path or the name of a file; base64 has slashes too, but no words between them."""
    value = _LINE_NUMBER.sub("", value)
    if form_of("rooted-path").fullmatch(value) is not None or _file().fullmatch(value) is not None:
        return True
    return (
        ("/" in value or "\\" in value)
        and form_of("segments").fullmatch(value) is not None
        and wordy_share(value) >= 0.5
    )


@cache
def _stores() -> re.Pattern[str]:
    return kept_regex("|".join(load_knowledge("values")["stores"]), re.IGNORECASE)


@cache
def _options() -> frozenset[str]:
    return frozenset(load_knowledge("values")["lookup_options"].split())


@cache
def _lookup_command() -> re.Pattern[str]:
    commands = "|".join(load_knowledge("values")["lookup_commands"]).replace("@TO@", _TO)
    # The rest of a command: no end of it, of a sentence, or of what it is called in.
    return kept_regex(rf"(?<![\w.-])(?P<command>{commands})(?![\w-])(?:[^\n|;&()`:.,]|[:.](?!\s)|(?<=[\"']),)*\Z")


@cache
def _file() -> re.Pattern[str]:
    endings = "|".join(map(re.escape, load_knowledge("values")["file_endings"].split()))
    return kept_regex(rf"[\w./\\ @+-]{{0,200}}\.(?:{endings})", re.IGNORECASE)
