"""Makes the text of ``triggers.json``: the literals of the catalogue and of the generic detectors in one table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbguard.detect.credentials.generic import GENERIC_CONFIRM, GENERIC_LITERALS
from nbguard.detect.triggers import Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbguard.detect.catalogue.literals import Sink
    from nbguard.detect.credentials.rules import Catalogue

# How JSON may write the letters, digits and signs of our literals so that the prefilter doesn't see them. Control
# characters and < > & are escaped by ordinary writers and hide nothing; some writers escape every slash.
ESCAPES = ("\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007", "\\/")


def build_triggers(catalogue: Catalogue, sinks: Mapping[str, Sink]) -> str:
    """The text of ``triggers.json`` for a catalogue and its sink literals."""
    table: dict[str, Trigger] = {}
    for literal, rules in catalogue.shape_literals.items():
        table[literal] = Trigger(literal, shapes=rules)
    for literal, plugins in GENERIC_LITERALS.items():
        known = table.get(literal, Trigger(literal))
        table[literal] = known._replace(plugins=plugins, confirm=GENERIC_CONFIRM.get(literal, ""))
    for literal, sink in sinks.items():
        known = table.get(literal, Trigger(literal))
        table[literal] = known._replace(sinks=tuple(sorted(sink.kinds)), needs=tuple(sorted(sink.needs)))
    for literal in ESCAPES:
        table[literal] = Trigger(literal, escape=True)
    rows = [json.dumps(table[literal], ensure_ascii=False, separators=(",", ":")) for literal in sorted(table)]
    endings, parts = json.dumps(catalogue.file_endings), json.dumps(catalogue.file_parts)
    return '{"triggers":[\n' + ",\n".join(rows) + f'],\n"file_endings":{endings},\n"file_parts":{parts}}}\n'
