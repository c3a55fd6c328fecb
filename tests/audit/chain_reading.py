"""Reads an audit log's chain anew, as whoever checks one without nbguard does."""

import json
from collections.abc import Iterable

from nbguard.audit.event_chain import FIRST, SCHEMA, is_whole


def find_break(lines: Iterable[str], previous: str = FIRST) -> int:
    """The number of the first line, from 1, that isn't what the chain wants there; 0 where all are."""
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            return number
        if not isinstance(fields, dict):
            return number
        if fields.get("schema") != SCHEMA or fields.get("previous") != previous or not is_whole(fields):
            return number
        previous = fields["hash"]
    return 0
