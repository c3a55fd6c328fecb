"""The detector of named values in any format: a provider's names, and what any credential may be called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.credentials.foreign_words import FOREIGN_WORDS, forms_of
from nbguard.detect.credentials.login_places import LOGIN_WORDS, NARROWED, ORDINARY_WORDS, confirm_of
from nbguard.detect.credentials.name_words import NAME_WORDS, RARE_WORDS
from nbguard.detect.credentials.pair_places import shows_made_value, shows_value
from nbguard.detect.credentials.provider_names import literals_of_names
from nbguard.detect.detector import BEHIND_A_NAME, Detector, Literal
from nbguard.documents.ascii_case import lower_ascii

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile

# Words behind which a value may stand anywhere: members of a key, options of a client.
RARE = "rare"
# What begins the topic of a provider's name.
PROVIDER = "provider "


class NamedPairDetector(Detector):
    """Values under names that say credential, in any format."""

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The words that such names are made of, those with a quotation mark also as JSON writes them.

        And what people call providers by; behind short names with what may follow them.
        """
        for text, name in literals_of_names(knowledge.names).items():
            yield Literal(text, PROVIDER + name, stem=name if text != name else "")
        for word in NAME_WORDS:
            for written in dict.fromkeys((word, word.replace('"', '\\"'))):
                yield Literal(written, RARE if word in RARE_WORDS else "")
        for word in FOREIGN_WORDS:
            for written in forms_of(word):
                yield Literal(lower_ascii(written), RARE)
        for word in LOGIN_WORDS:
            yield Literal(
                word, RARE, confirm_of(word), narrow=BEHIND_A_NAME if word in ORDINARY_WORDS else NARROWED.get(word, "")
            )

    def confirms(self, file: RawFile, topics: Sequence[str], start: int, end: int, /) -> bool:
        """Whether a value may stand beside the name at these offsets."""
        if RARE in topics:
            return True
        if topics[0].startswith(PROVIDER):
            return shows_made_value(file, start, start + len(topics[0]) - len(PROVIDER))
        return shows_value(file.raw, start, end, file.path)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the values in fields."""
        from nbguard.detect.credentials.named_pairs import find_named_pairs

        for field, _ in candidates.fields:
            yield from find_named_pairs(field, candidates.document, candidates.claimed)
