"""Reads one provider's TOML file and says what is wrong with it: file, table and key, in one line."""

from __future__ import annotations

import os
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nbguard.detect.catalogue.linear import explain_danger, widest_match
from nbguard.detect.catalogue.necessary_literals import find_text_without
from nbguard.detect.catalogue.sample import make_sample
from nbguard.detect.finding import SEVERITIES
from nbguard.detect.providers.token_patterns import compile_shape
from nbguard.errors import UsageError

FOLDER = os.path.dirname(os.path.abspath(__file__))

_TEXT, _TEXTS, _TABLES = "a string that isn't empty", "a list of strings", "a list of tables"
_PROVIDER = {
    "id": _TEXT, "name": _TEXT, "vault": _TEXT, "modules": _TEXTS, "packages": _TEXTS, "hosts": _TEXTS,
    "nicknames": _TEXTS, "placeholders": _TEXTS, "rotate": "a table", "credentials": _TABLES, "identifiers": _TABLES,
}  # fmt: skip
_CREDENTIAL = {
    "id": _TEXT, "name": _TEXT, "severity": _TEXT, "key": _TEXT, "value": _TEXT, "shapes": _TEXTS, "literals": _TEXTS,
    "prefix": _TEXT, "sample": _TEXT, "calls": _TABLES, "attributes": _TEXTS, "generic_attributes": _TEXTS,
    "env": _TEXTS, "shared_env": _TEXTS, "headers": _TABLES, "files": _TABLES, "commands": _TEXTS,
    "password": "true or false", "examples": "a list of examples", "lookalikes": "a list of examples",
}  # fmt: skip
_IDENTIFIER = {
    "id": _TEXT, "name": _TEXT, "severity": _TEXT, "pattern": _TEXT, "literals": _TEXTS, "example": _TEXT,
}  # fmt: skip
_ROTATE = {"documented": "true or false", "page": _TEXT, "steps": _TEXT}
_CALL = {"names": _TEXTS, "keywords": _TEXTS, "position": "a number", "generic": "true or false", "device": _TEXT}
_HEADER = {"name": _TEXT, "scheme": _TEXT, "generic": "true or false"}
_FILE = {"glob": _TEXT, "keys": _TEXTS}
_EXAMPLE = {"file": _TEXT, "text": _TEXT}

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NICKNAME = re.compile(r"[a-z0-9][a-z0-9_-]*[a-z0-9]")
_VAULT_KEY = re.compile(r"[a-z][a-z0-9_]*")
# A literal has to be rare: base64 is 68 % of the bytes of notebooks, and three of its characters turn up everywhere.
_RARE_LITERAL = re.compile(r"[^A-Z]{4,}|(?=.{0,2}[_~])[^A-Z]{3}")


def list_provider_files(folder: str = FOLDER) -> list[str]:
    """The paths of all provider files, in the order of their names."""
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".toml"))


def read_provider_file(path: str) -> dict[str, Any]:
    """A provider's tables as they stand in the file, checked. Raises UsageError that names file, table and key."""
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file:
            provider = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: can't be read as TOML: {error}") from error
    for problem in _check_provider(provider, name.removesuffix(".toml")):
        raise UsageError(f"{name}: {problem}")
    return provider


def _check_provider(provider: Mapping[str, Any], stem: str) -> Iterator[str]:
    yield from _check_keys("", provider, _PROVIDER, ("id", "name", "vault", "modules", "rotate", "credentials"))
    if provider["id"] != stem or not _SLUG.fullmatch(stem):
        yield "id: must be the file's name, in lower case with dashes"
    yield from _check_keys("[rotate] ", provider["rotate"], _ROTATE, ("documented",))
    if provider["rotate"]["documented"] and not {"page", "steps"} <= set(provider["rotate"]):
        yield "[rotate]: documented steps need `page` and `steps`"
    for name in provider.get("nicknames", ()):
        if len(name) < 3 or not _NICKNAME.fullmatch(name):
            yield f"nicknames: {name!r}: must have three characters or more, in lower case"
    for credential in provider["credentials"]:
        yield from _check_credential(credential)
    for identifier in provider.get("identifiers", ()):
        yield from _check_identifier(identifier)


def _check_credential(credential: Mapping[str, Any]) -> Iterator[str]:
    where = f"[[credentials]] {credential.get('id', '?')}: "
    required = ("id", "name", "severity", "key", "sample", "examples", "lookalikes")
    yield from _check_keys(where, credential, _CREDENTIAL, required)
    yield from _check_head(where, credential)
    if not _VAULT_KEY.fullmatch(credential["key"]):
        yield f"{where}key: must be lower case letters, digits and underscores"
    for call in credential.get("calls", ()):
        yield from _check_keys(f"{where}calls: ", call, _CALL, ("names", "keywords"))
    for header in credential.get("headers", ()):
        yield from _check_keys(f"{where}headers: ", header, _HEADER, ("name",))
    for file in credential.get("files", ()):
        yield from _check_keys(f"{where}files: ", file, _FILE, ("glob", "keys"))
    for shape in (*credential.get("shapes", ()), *filter(None, [credential.get("value")])):
        yield from _check_pattern(f"{where}{shape}: ", shape)
    if "shared_env" in credential and "value" not in credential:
        yield f"{where}shared_env: counts by the form of `value`, which is missing"
    yield from _check_literals(where, credential)
    yield from _check_samples(where, credential)
    yield from _check_examples(where, credential)
    for shape in credential.get("shapes", ()):
        yield from _check_necessity(where, shape, credential["literals"])


def _check_identifier(identifier: Mapping[str, Any]) -> Iterator[str]:
    where = f"[[identifiers]] {identifier.get('id', '?')}: "
    yield from _check_keys(where, identifier, _IDENTIFIER, tuple(_IDENTIFIER))
    yield from _check_head(where, identifier)
    yield from _check_pattern(f"{where}pattern: ", identifier["pattern"])
    yield from _check_literals(where, identifier)
    example = make_sample(identifier["example"], _random(1))
    if not re.search(identifier["pattern"], example):
        yield f"{where}example: the pattern doesn't match it"
    if not any(literal in example.lower() for literal in identifier["literals"]):
        yield f"{where}literals: none stands in the example"
    yield from _check_necessity(where, identifier["pattern"], identifier["literals"])


def _check_keys(where: str, table: Any, known: Mapping[str, str], required: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(table, Mapping):
        yield f"{where}must be a table"
        return
    for key, value in table.items():
        if key not in known:
            yield f"{where}there is no key `{key}`; known are {', '.join(known)}"
        elif not _is(known[key], value):
            yield f"{where}{key}: must be {known[key]}"
    for key in required:
        if key not in table:
            yield f"{where}the key `{key}` is missing"


def _is(kind: str, value: object) -> bool:
    if kind == _TEXT:
        return isinstance(value, str) and bool(value)
    if kind == "a number":
        return type(value) is int and value >= 0
    if kind == "true or false":
        return isinstance(value, bool)
    if kind == "a table":
        return isinstance(value, Mapping)
    if not isinstance(value, list):
        return False
    if kind == _TEXTS:
        return all(isinstance(item, str) and item for item in value)
    if kind == _TABLES:
        return all(isinstance(item, Mapping) for item in value)
    return all(isinstance(item, str) or (isinstance(item, Mapping) and set(item) == set(_EXAMPLE)) for item in value)


def _check_head(where: str, table: Mapping[str, Any]) -> Iterator[str]:
    if not _SLUG.fullmatch(table["id"]):
        yield f"{where}id: must be lower case letters, digits and dashes"
    if table["severity"] not in SEVERITIES:
        yield f"{where}severity: must be one of {', '.join(SEVERITIES)}"


def _check_pattern(where: str, pattern: str) -> Iterator[str]:
    try:
        danger = explain_danger(pattern)
    except re.error as error:
        danger = f"isn't a regular expression: {error}"
    if danger:
        yield where + danger


def _check_literals(where: str, table: Mapping[str, Any]) -> Iterator[str]:
    if bool(table.get("shapes") or table.get("pattern")) != bool(table.get("literals")):
        yield f"{where}literals: shapes and literals go together"
    for literal in table.get("literals", ()):
        if not _RARE_LITERAL.fullmatch(literal):
            yield f"{where}literals: {literal!r} must be lower case and at least 4 characters (3 with _ or ~ in it)"


def _check_necessity(where: str, pattern: str, literals: Sequence[str]) -> Iterator[str]:
    try:
        text = find_text_without(pattern, literals)
    except re.error:
        return  # said already
    if text is not None:
        yield f"{where}literals: none stands in {text!r}, which {pattern} may match"


def _check_samples(where: str, credential: Mapping[str, Any]) -> Iterator[str]:
    prefix = credential.get("prefix", "")
    for seed in range(8):
        sample = make_sample(credential["sample"], _random(seed))
        if "value" in credential and not re.fullmatch(credential["value"], sample):
            yield f"{where}value: doesn't match what `sample` makes"
        if not sample.startswith(prefix):
            yield f"{where}prefix: what `sample` makes doesn't begin with it"


def _check_examples(where: str, credential: Mapping[str, Any]) -> Iterator[str]:
    if len(credential["examples"]) < 2 or not credential["lookalikes"]:
        yield f"{where}examples: at least two are needed, and one of lookalikes"
    shapes = [compile_shape(shape) for shape in credential.get("shapes", ())]
    for example in credential["examples"]:
        text = example if isinstance(example, str) else example["text"]
        if "{secret}" not in text:
            yield f"{where}examples: {{secret}} stands for the credential, and is missing in one"
        text = text.replace("{secret}", make_sample(credential["sample"], _random(1)))
        if shapes and not any(shape.search(text) for shape in shapes):
            yield f"{where}examples: no shape matches {text.split('=')[0]!r}…"
        if shapes and not any(literal in text.lower() for literal in credential["literals"]):
            yield f"{where}literals: none stands in an example"
    for lookalike in credential["lookalikes"]:
        text = lookalike if isinstance(lookalike, str) else lookalike["text"]
        if any(shape.search(text) for shape in shapes):
            yield f"{where}lookalikes: a shape matches {text!r}"


def _random(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - for fake values only


def reach_of(patterns: list[str]) -> int:
    """The most characters that any of these patterns matches."""
    return max(map(widest_match, patterns), default=0)
