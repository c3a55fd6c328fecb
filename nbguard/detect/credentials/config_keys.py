"""The keys and values of the configuration files that the catalogue knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.formats import format_by_look, format_of
from nbguard.documents.structure.pair_reader import read_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.documents.structure.pair import Pair


def read_config(text: str, path: str) -> Iterator[Pair]:
    """Yields the names and values of a configuration file; one of no known format is read as INI is."""
    return read_pairs(text, path if format_of(path) else format_by_look(text) or "ini")


def key_matches(pair: Pair, wanted: Iterable[str]) -> bool:
    """Whether a pair is meant by one of a catalogue's keys: ``token``, ``default.token``, ``*.token``, ``*_APIKEY``."""
    path = ".".join((*pair.path, pair.name)).lower()
    return any(_ends_in(path.split("."), key.lower().split(".")) for key in wanted)


def _ends_in(steps: list[str], parts: list[str]) -> bool:
    return len(parts) <= len(steps) and all(
        step == part or ("*" in part and re.fullmatch(re.escape(part).replace(r"\*", ".*"), step) is not None)
        for step, part in zip(steps[-len(parts) :], parts, strict=True)
    )
