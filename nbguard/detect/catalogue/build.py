"""Makes ``catalogue.json`` of the provider files: ``python -m nbguard.detect.catalogue.build [--check]``.

The JSON holds what detection needs in the order of the records in ``nbguard.detect.providers.provider_rules``, and
the literals of the prefilter. Examples and comments stay in the TOML files.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from nbguard.detect.catalogue.provider_file import FOLDER, list_provider_files, reach_of, read_provider_file
from nbguard.detect.catalogue.sink_literals import file_marks, sink_literals
from nbguard.detect.catalogue.trigger_table import build_triggers
from nbguard.detect.detector import Knowledge
from nbguard.detect.providers.provider_rules import CATALOGUE, read_catalogue
from nbguard.detect.triggers import TRIGGERS
from nbguard.documents.generated_files import keep_generated
from nbguard.errors import NbguardError, UsageError


def build_catalogue(folder: str = FOLDER) -> str:
    """The text of ``catalogue.json`` for the provider files in a folder. Raises UsageError where one is wrong."""
    providers = [read_provider_file(path) for path in list_provider_files(folder)]
    _refuse_twins(providers)
    endings, parts = file_marks(providers)
    rules = [rule for provider in providers for rule in provider["credentials"]]
    identifiers = [known for provider in providers for known in provider.get("identifiers", ())]
    # One line a provider, so that a change shows as what it is.
    records = ",\n".join(_dump(_provider_record(provider)) for provider in providers)
    tables = {
        "placeholders": sorted({text.lower() for provider in providers for text in provider.get("placeholders", ())}),
        "shape_literals": _gate(rules),
        "sink_literals": list(sink_literals(providers)),
        "identifier_literals": _gate(identifiers),
        "file_endings": endings,
        "file_parts": parts,
    }
    lines = [f'"providers":[\n{records}]', *(f'"{name}":{_dump(table)}' for name, table in tables.items())]
    return "{" + ",\n".join(lines) + "}\n"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _provider_record(provider: dict[str, Any]) -> list[Any]:
    rotate = provider["rotate"]
    unknown = f"{provider['name']} doesn't say how in public: delete it in your account there, or ask support."
    return [
        provider["id"],
        provider["name"],
        provider["modules"],
        provider.get("packages", []),
        provider.get("hosts", []),
        provider["vault"],
        provider.get("placeholders", []),
        rotate.get("steps", unknown),
        rotate.get("page", ""),
        [_rule_record(provider["id"], credential) for credential in provider["credentials"]],
        [_identifier_record(provider["id"], known) for known in provider.get("identifiers", ())],
        rotate["documented"],
    ]


def _rule_record(provider: str, credential: dict[str, Any]) -> list[Any]:
    shapes = credential.get("shapes", [])
    return [
        credential["id"],
        provider,
        credential["name"],
        credential["severity"],
        credential.get("value", ""),
        credential.get("prefix", ""),
        shapes,
        credential.get("literals", []),
        [_call_record(call) for call in credential.get("calls", ())],
        credential.get("attributes", []),
        credential.get("env", []),
        [
            [header["name"], header.get("scheme", ""), header.get("generic", False)]
            for header in credential.get("headers", ())
        ],
        [[file["glob"], file["keys"]] for file in credential.get("files", ())],
        credential.get("commands", []),
        credential["key"],
        credential.get("generic_attributes", []),
        reach_of(shapes),
        *_rare(credential),
    ]


def _rare(credential: dict[str, Any]) -> list[Any]:
    """What few credentials have, at the end of their records, so that the others' are short."""
    if credential.get("password", False):
        return [credential.get("shared_env", []), True]
    return [credential["shared_env"]] if "shared_env" in credential else []


def _call_record(call: dict[str, Any]) -> list[Any]:
    record = [call["names"], call["keywords"], call.get("position"), call.get("generic", False)]
    return [*record, call["device"]] if "device" in call else record


def _identifier_record(provider: str, known: dict[str, Any]) -> list[Any]:
    return [known["id"], provider, known["name"], known["severity"], known["pattern"], known["literals"]]


def _gate(rules: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Literal -> ids of the rules it gates, both in alphabetical order."""
    table: dict[str, set[str]] = {}
    for rule in rules:
        for literal in rule.get("literals", ()):
            table.setdefault(literal, set()).add(rule["id"])
    return {literal: sorted(table[literal]) for literal in sorted(table)}


def _refuse_twins(providers: list[dict[str, Any]]) -> None:
    seen: dict[str, str] = {}
    for provider in providers:
        for rule in (*provider["credentials"], *provider.get("identifiers", ())):
            other = seen.setdefault(rule["id"], provider["id"])
            if other != provider["id"]:
                raise UsageError(f"{provider['id']}.toml: id: {rule['id']} stands in {other}.toml too")


def name_providers(providers: list[dict[str, Any]]) -> dict[str, str]:
    """Nickname -> provider. Raises UsageError where two providers have the same."""
    named: dict[str, str] = {}
    for provider in providers:
        for name in provider.get("nicknames", ()):
            if named.setdefault(name, provider["id"]) != provider["id"]:
                raise UsageError(f"{provider['id']}.toml: nicknames: {name} stands in {named[name]}.toml too")
    return named


def main(arguments: list[str]) -> int:
    """Writes ``catalogue.json`` and ``triggers.json``, or with ``--check`` says which of them is stale."""
    try:
        catalogue = build_catalogue()
        providers = [read_provider_file(path) for path in list_provider_files(FOLDER)]
        knowledge = Knowledge(read_catalogue(catalogue), sink_literals(providers), name_providers(providers))
        triggers = build_triggers(knowledge)
    except NbguardError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return keep_generated({CATALOGUE: catalogue, TRIGGERS: triggers}, arguments, "nbguard.detect.catalogue.build")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
