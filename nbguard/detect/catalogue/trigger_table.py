"""Makes the text of ``triggers.json``: the literals of every detector in one table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbguard.detect.confirmations import COLOUR_LITERALS
from nbguard.detect.detectors import DETECTORS
from nbguard.detect.generic.known_places import known_places
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.scope import Scope
from nbguard.detect.sdk_names import list_sdks
from nbguard.detect.triggers import SEPARATOR, Ask
from nbguard.documents.ascii_case import lower_ascii
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.detect.detector import Knowledge, Literal
    from nbguard.detect.providers.provider_rules import Catalogue

# How JSON may write the letters, digits and signs of our literals so that the prefilter doesn't see them. Control
# characters hide nothing; some writers escape every slash. And colours, which may stand inside a word.
ESCAPES = ("\\u002", "\\u003", "\\u004", "\\u005", "\\u006", "\\u007", "\\/", *COLOUR_LITERALS)


def build_triggers(knowledge: Knowledge) -> str:
    """The text of ``triggers.json``: the literals of every detector in the table, and what paths and names say."""
    catalogue = knowledge.catalogue
    detectors = {entry.name: entry.make(Scope()) for entry in DETECTORS}
    said = [(name, literal) for name, detector in detectors.items() for literal in detector.literals(knowledge)]
    by_literal: dict[str, list[Ask]] = {literal: [Ask("")] for literal in ESCAPES}
    for name, literal in said:
        _add(by_literal.setdefault(literal.text, []), name, literal)
    literals = sorted(by_literal)
    stems = find_stems(literals) | {literal.text: literal.stem for _, literal in said if literal.stem}
    asks = dict.fromkeys(ask for literal in literals for ask in by_literal[literal])
    numbers = {ask: number for number, ask in enumerate(asks)}
    names = ["", *detectors]
    confirms = list(dict.fromkeys(ask.confirm for ask in asks))
    tables = {
        "detectors": names,
        "confirming": [name for name, detector in detectors.items() if hasattr(detector, "confirms")],
        "files": _files(catalogue),
        "sdks": list_sdks(name for provider in catalogue.providers for name in provider.packages),
        "names": knowledge.names,
        "narrow": _narrow(literal for _, literal in said),
    }
    ask_rows = [
        _row(names.index(a.detector), _listed(a.topics), confirms.index(a.confirm), _listed(a.needs), int(a.exact))
        for a in asks
    ]
    rows = [_row(word, stems[word], " ".join(str(numbers[ask]) for ask in by_literal[word])) for word in literals]
    return _as_text(tables, {"confirms": confirms, "asks": ask_rows, "literals": rows})


def _row(*columns: object) -> str:
    """A row as a text, which is read faster than a list. Raises UsageError where a column has the sign between them."""
    texts = [str(column) for column in columns]
    if any(SEPARATOR in text for text in texts):
        raise UsageError(f"{SEPARATOR!r} may not stand in a literal or a topic: {texts}")
    return SEPARATOR.join(texts)


def _listed(texts: Iterable[str]) -> str:
    """Texts as one. Raises UsageError where the sign that ends each stands in one."""
    texts = list(texts)
    if wrong := [text for text in texts if "," in text]:
        raise UsageError(f"',' may not stand in a topic or a need of a literal: {wrong[0]!r}")
    return "".join(f"{text}," for text in texts)


def _files(catalogue: Catalogue) -> dict[str, Sequence[str]]:
    """The fields of ``FileNames``, but for the providers' names."""
    known = load_knowledge("credential_files")
    keys = known["key"]
    return {
        "endings": catalogue.file_endings,
        "parts": catalogue.file_parts,
        "logins": sorted(name for place in known_places().values() for name in place.files),
        "dotfiles": known["dotfiles"],
        "templates": known["templates"],
        "keys": [*(name + ending for name in keys["names"] for ending in keys["endings"]), *keys["alone"]],
        "other_keys": keys["others"],
    }


def _narrow(literals: Iterable[Literal]) -> dict[str, str]:
    """What has to follow a literal, only where all who ask say the same."""
    wanted: dict[str, set[str]] = {}
    for literal in literals:
        wanted.setdefault(literal.text, set()).add(literal.narrow)
    return {text: agreed for text, several in wanted.items() if (agreed := several.pop()) and not several}


def _as_text(tables: dict[str, Any], long: dict[str, list[Any]]) -> str:
    """The tables as JSON: of the long ones each row is a line, so that a change shows as what it is."""
    lines = [f'"{name}":{_dump(table)}' for name, table in tables.items()]
    lines += [f'"{name}":[\n' + ",\n".join(map(_dump, table)) + "]" for name, table in long.items()]
    return "{" + ",\n".join(lines) + "}\n"


def _add(asks: list[Ask], detector: str, literal: Literal) -> None:
    """Adds a detector's literal to what is asked there: with the others that count under the same conditions."""
    if literal.text != lower_ascii(literal.text):
        raise UsageError(f"{detector}: the literal {literal.text!r} has capitals of ASCII")
    wanted = Ask(detector, (), literal.confirm, literal.needs, literal.exact)
    for number, ask in enumerate(asks):
        if ask._replace(topics=()) == wanted:
            asks[number] = ask._replace(topics=tuple(sorted({*ask.topics, literal.topic})))
            return
    asks.append(wanted._replace(topics=(literal.topic,)))


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


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
