"""The words by which names of credentials are looked for in a text.

They come from what names may be made of (``knowledge/names.toml``), so that no name tells something that nobody looks
for; ``knowledge/places.toml`` adds what stands around names, and which short words count in front of a sign only.
"""

from __future__ import annotations

from nbguard.detect.knowledge.loading import load_knowledge

_KNOWN, _NAMES = load_knowledge("places")["names"], load_knowledge("names")
# Shorter ones are pieces of other words: they are among `ends`.
_SHORTEST = 5


def _new(words: list[str], known: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the words that hold none of the known ones, nor one another: these are found already."""
    held, shortest = set(known), min(map(len, known))
    kept = []
    for word in sorted(dict.fromkeys(words), key=len):
        # A word has fewer pieces than there are words, and this is done at each start.
        ends = range(shortest, len(word) + 1)
        if held.isdisjoint(word[at:end] for end in ends for at in range(end - shortest + 1)):
            kept.append(word)
            held.add(word)
    return tuple(kept)


_SAID = [
    word
    for body in (_NAMES["classes"], _NAMES["joined"])
    for words in body.values()
    for word in words.split()
    if word not in _KNOWN["ends"]
]
_ENDS = [end + sign for end in _KNOWN["ends"] for sign in _KNOWN["signs"]]
_JOINED = [f"{word}key" for words in _NAMES["pairs"].values() for word in words.split()]
_WRITTEN = (*_KNOWN["passwords"], *_KNOWN["tokens"])

# In letters of ASCII; those of other alphabets stand in texts in several forms.
NAME_WORDS: tuple[str, ...] = (
    *_WRITTEN,
    *_new([*_ENDS, *_JOINED, *(word for word in _SAID if word.isascii() and len(word) >= _SHORTEST)], _WRITTEN),
)
FOREIGN_NAMES: tuple[str, ...] = (
    *_KNOWN["foreign"],
    *_new([word for word in _SAID if not word.isascii()], tuple(_KNOWN["foreign"])),
)
# Of these those that nothing else has: wherever one stands, its text is read.
RARE_WORDS: tuple[str, ...] = tuple(_KNOWN["rare"])
