"""Scores the sample data detector on Presidio's public set of made-up sentences, each one as the cell of a notebook.

    python -m evaluation.presidio PATH/synth_dataset_v2.json [--missed KIND]

The file is ``data/synth_dataset_v2.json`` of https://github.com/microsoft/presidio-research. It is read, nothing of it
is kept. Printed are, for each kind of value, how many there are and how many are found, and how many of the sentences
without personal data are flagged. E-mail addresses and phone numbers count with context only: one that stands alone
in a sentence that doesn't speak of it is left out of the second figure.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from typing import Any

from nbguard.detect.samples.document_search import find_samples
from nbguard.documents.reading import open_document

KINDS = {
    "US_SSN": "sample-national-id",
    "IBAN_CODE": "sample-iban",
    "IP_ADDRESS": "sample-ip",
    "CREDIT_CARD": "sample-card",
    "EMAIL_ADDRESS": "sample-email",
    "PHONE_NUMBER": "sample-phone",
}
# What says what it is by the words around it only.
IN_CONTEXT = ("EMAIL_ADDRESS", "PHONE_NUMBER")
# What is no personal data by itself.
HARMLESS = frozenset(("GPE", "ORGANIZATION", "DATE_TIME", "TITLE", "NRP", "DOMAIN_NAME", "AGE"))
# Words that say of a number or an address what it is.
_CONTEXT = re.compile(
    r"(?i)\b(?:phone|mobile|cell|desk|fax|office|tel|call(?:ing|ed)?|answering|messages?|registered|reach|contact|"
    r"e-?mail|hackers?'?)\b"
)


def as_notebook(sentence: str) -> bytes:
    """A notebook with a sentence as its only cell."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "a",
        "metadata": {},
        "outputs": [],
        "source": sentence,
    }
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    document = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def findings_of(sentence: str) -> list[tuple[str, int, int]]:
    """Rule and characters of each finding."""
    found = find_samples(open_document("a.ipynb", as_notebook(sentence)))
    return [(finding.rule, finding.start, finding.end) for finding in found]


def score(sentences: list[dict[str, Any]], missed: str = "") -> int:
    """Prints the table. Returns how many harmless sentences are flagged."""
    there: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    context: Counter[str] = Counter()
    hit_in_context: Counter[str] = Counter()
    clean = flagged = 0
    for sentence in sentences:
        text, spans = sentence["full_text"], sentence["spans"]
        found = findings_of(text)
        if {span["entity_type"] for span in spans} <= HARMLESS:
            clean += 1
            flagged += bool(found)
            if found and missed == "clean":
                print(f"  flagged: {sentence['masked'][:100]!r} {[rule for rule, _, _ in found]}")
        for span in spans:
            kind = span["entity_type"]
            if kind not in KINDS:
                continue
            start, end = span["start_position"], span["end_position"]
            is_found = any(first < end and start < last for _, first, last in found)
            there[kind] += 1
            hit[kind] += is_found
            if _CONTEXT.search(sentence["masked"].replace("{{", "").replace("}}", "").replace("_", "-")):
                context[kind] += 1
                hit_in_context[kind] += is_found
            if not is_found and missed == kind:
                print(f"  missed: {span['entity_value']!r} in {sentence['masked'][:90]!r}")
    for kind in KINDS:
        near = (
            f"   with context {hit_in_context[kind]}/{context[kind]}"
            if kind in ("EMAIL_ADDRESS", "PHONE_NUMBER")
            else ""
        )
        print(f"{kind:14} {hit[kind]:4}/{there[kind]:<4} {hit[kind] / max(there[kind], 1):.3f}{near}")
    print(f"clean sentences flagged: {flagged} of {clean}")
    return flagged


def main(arguments: list[str]) -> int:
    """Runs the command. Returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.presidio", allow_abbrev=False)
    parser.add_argument("path", help="synth_dataset_v2.json")
    parser.add_argument("--missed", default="", help="print what of this kind isn't found, or the flagged: clean")
    options = parser.parse_args(arguments)
    with open(options.path, encoding="utf-8") as file:
        sentences = json.load(file)
    return int(score(sentences, options.missed) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
