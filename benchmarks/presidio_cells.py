"""Runs Presidio's recognisers over cells; in an environment of its own, which `benchmarks/samples.py --peers` names.

Reads JSON lines on standard input, each a list of texts (the cells of a notebook), and answers each with a list of
lists: entity and score of what was found. The last line is the seconds that analysing took. There is no language model:
recognisers that go by one (PERSON, LOCATION) are left out, the others see the words of a blank spaCy model, lowered,
in the place of lemmas, so that words of context still raise a score.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import TYPE_CHECKING, Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MODEL = ("SpacyRecognizer", "StanzaRecognizer", "TransformersRecognizer", "GLiNERRecognizer",
          "HuggingFaceNerRecognizer", "AzureAILanguageRecognizer", "AzureHealthDeidRecognizer",
          "LangExtractRecognizer")  # fmt: skip
_COUNTRIES = ("De", "Es", "Fr", "It", "Uk")


class WordsOnly(NlpEngine):  # type: ignore[misc, unused-ignore]  # its base is known where Presidio is installed
    """Words and their places, without a model."""

    def __init__(self) -> None:
        self._words = spacy.blank("en")
        self._words.max_length = 10_000_000

    def load(self) -> None: ...

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        words = self._words(text)
        return NlpArtifacts(
            [], words, [word.idx for word in words], [word.text.lower() for word in words], self, language
        )

    def process_batch(self, texts: Iterable[str], language: str, **_: Any) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        return bool(self._words.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        return bool(self._words.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]


def main() -> None:
    logging.disable()  # its look-ups of top-level domains complain without a network
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.recognizers = [known for known in registry.recognizers if type(known).__name__ not in _MODEL]
    # Recognisers for other countries are off by default; the people here come from six.
    for name in dir(predefined_recognizers):
        if name.endswith("Recognizer") and name.startswith(_COUNTRIES):
            registry.add_recognizer(getattr(predefined_recognizers, name)(supported_language="en"))
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=WordsOnly(), supported_languages=["en"])
    seconds = 0.0
    for line in sys.stdin:
        found = []
        start = time.process_time()
        for text in json.loads(line):
            hits = analyzer.analyze(text, "en", score_threshold=0.3) if text.strip() else []
            found.append([(hit.entity_type, hit.score) for hit in hits])
        seconds += time.process_time() - start
        print(json.dumps(found), flush=True)
    print(seconds)


if __name__ == "__main__":
    main()
