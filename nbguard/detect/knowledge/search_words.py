"""Makes the words by which names of credentials are looked for, from what such names may be made of.

``names.toml`` says what names may be made of, so that no name tells something that nobody looks for; ``places.toml``
adds what stands around names, and which short words count in front of a sign only. It is done once, for a file: at each
start it would cost as much as a hundred cells.
"""

from __future__ import annotations

from typing import Any

# Shorter ones are pieces of other words: they are among `ends`.
_SHORTEST = 5


def search_words(places: dict[str, Any], names: dict[str, Any]) -> dict[str, list[str]]:
    """The words of names, in letters of ASCII (``names``) and in others (``foreign``)."""
    said = [
        word
        for body in (names["classes"], names["joined"])
        for words in body.values()
        for word in words.split()
        if word not in places["ends"]
    ]
    ends = [end + sign for end in places["ends"] for sign in places["signs"]]
    joined = [f"{word}key" for words in names["pairs"].values() for word in words.split()]
    written = [*places["passwords"], *places["tokens"]]
    ascii_words = [word for word in said if word.isascii() and len(word) >= _SHORTEST]
    foreign = [word for word in said if not word.isascii()]
    return {
        "names": written + _new([*ends, *joined, *ascii_words], written),
        "foreign": places["foreign"] + _new(foreign, places["foreign"]),
    }


def _new(words: list[str], known: list[str]) -> list[str]:
    """Those of the words that hold none of the known ones, nor one another: these are found already."""
    held, shortest = set(known), min(map(len, known))
    kept = []
    for word in sorted(dict.fromkeys(words), key=len):
        ends = range(shortest, len(word) + 1)
        if held.isdisjoint(word[at:end] for end in ends for at in range(end - shortest + 1)):
            kept.append(word)
            held.add(word)
    return kept
