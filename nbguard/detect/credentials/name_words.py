"""The words by which names of credentials are looked for in a text (see ``knowledge.search_words``)."""

from __future__ import annotations

from nbguard.detect.knowledge.loading import load_knowledge

_WORDS = load_knowledge("search_words")
# In letters of ASCII; those of other alphabets stand in texts in several forms.
NAME_WORDS: tuple[str, ...] = tuple(_WORDS["names"])
FOREIGN_NAMES: tuple[str, ...] = tuple(_WORDS["foreign"])
# Of these those that nothing else has: wherever one stands, its text is read.
RARE_WORDS: tuple[str, ...] = tuple(load_knowledge("places")["names"]["rare"])
