"""Makes the text of ``triggers.json``: the literals of the catalogue and of the generic detectors in one table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbguard.detect.generic.generic import ask_for
from nbguard.detect.generic.provider_names import literals_of_names
from nbguard.detect.hygiene.installs import INSTALL_LITERALS
from nbguard.detect.hygiene.rules import SAVE_ACCOUNT, UNPINNED_SDK
from nbguard.detect.hygiene.saving import saving_literals
from nbguard.detect.metadata import METADATA_RULES
from nbguard.detect.sdk_names import list_sdks
from nbguard.detect.triggers import Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbguard.detect.catalogue.literals import Sink
    from nbguard.detect.credentials.provider_rules import Catalogue

# How JSON may write the letters, digits and signs of our literals so that the prefilter doesn't see them. Control
# characters and < > & are escaped by ordinary writers and hide nothing; some writers escape every slash.
ESCAPES = ("\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007", "\\/")


def build_triggers(catalogue: Catalogue, sinks: Mapping[str, Sink], names: Mapping[str, str]) -> str:
    """The text of ``triggers.json`` for a catalogue, its sink literals, and the providers' ``names`` with their ids."""
    name_literals = literals_of_names(names)
    generic = ask_for(name_literals)
    table: dict[str, Trigger] = {}
    for literal, rules in catalogue.shape_literals.items():
        table[literal] = Trigger(literal, shapes=rules)
    for literal, plugins in generic.literals.items():
        known = table.get(literal, Trigger(literal))
        table[literal] = known._replace(plugins=plugins, confirm=generic.confirm.get(literal, ""))
    for literal, sink in sinks.items():
        known = table.get(literal, Trigger(literal))
        table[literal] = known._replace(sinks=tuple(sorted(sink.kinds)), needs=tuple(sorted(sink.needs)))
    for literal, identifiers in identifier_literals(catalogue).items():
        table[literal] = table.get(literal, Trigger(literal))._replace(identifiers=identifiers)
    for literal, rules in hygiene_literals(catalogue).items():
        table[literal] = table.get(literal, Trigger(literal))._replace(hygiene=rules)
    for literal in ESCAPES:
        table[literal] = Trigger(literal, escape=True)
    stems = find_stems(sorted(table)) | {literal: name for literal, name in name_literals.items() if literal != name}
    rows = [_dump(_without_tail(table[literal]._replace(stem=stems[literal]))) for literal in sorted(table)]
    endings, parts = json.dumps(catalogue.file_endings), json.dumps(catalogue.file_parts)
    sdks = json.dumps(list_sdks(name for provider in catalogue.providers for name in provider.packages))
    head = '{"triggers":[\n' + ",\n".join(rows) + "],\n"
    return head + f'"file_endings":{endings},\n"file_parts":{parts},\n"sdks":{sdks},\n"names":{_dump(names)}}}\n'


def identifier_literals(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Literal -> rules for quantum metadata that it gates."""
    table = dict(catalogue.identifier_literals)
    for rule in METADATA_RULES:
        for literal in rule.literals:
            table[literal] = (*table.get(literal, ()), rule.id)
    return table


def hygiene_literals(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Literal -> hygiene rules that it gates."""
    gates = ((UNPINNED_SDK.id, INSTALL_LITERALS), (SAVE_ACCOUNT.id, saving_literals(catalogue)))
    return {literal.lower(): (rule,) for rule, literals in gates for literal in literals}


def find_stems(literals: Sequence[str]) -> dict[str, str]:
    """For each literal a part of it, so that few different parts cover all: greedily, the most common part first.

    A part has four to six characters, or is the literal itself where fewer than three share one.
    """
    homes: dict[str, set[str]] = {}
    for literal in literals:
        for length in (4, 5, 6):
            for start in range(len(literal) - length + 1):
                homes.setdefault(literal[start : start + length], set()).add(literal)
    stems = {literal: literal for literal in literals}
    left = set(literals)
    while True:
        best = max(sorted(homes), key=lambda part: (len(homes[part] & left), len(part)))
        covered = homes[best] & left
        if len(covered) < 3:
            return stems
        stems.update(dict.fromkeys(covered, best))
        left -= covered


def _without_tail(trigger: Trigger) -> list[object]:
    """A trigger's values without the default ones at the end."""
    values: list[object] = list(trigger)
    while values[-1] in ((), "", False):
        values.pop()
    return values


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
