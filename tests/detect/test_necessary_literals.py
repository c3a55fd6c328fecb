"""No regex of ours matches a text in which none of its literals stands: what the prefilter leaves out holds nothing."""

from __future__ import annotations

import random
import re

import pytest

from nbguard.detect.catalogue.necessary_literals import find_text_without
from nbguard.detect.generic.service_keys import SERVICE_KEYS
from nbguard.detect.metadata import METADATA_RULES
from nbguard.detect.providers.provider_rules import load_catalogue


@pytest.mark.parametrize("name", SERVICE_KEYS)
def test_a_key_of_a_service_has_one_of_its_literals_in_it_or_near_by(name: str) -> None:
    key = SERVICE_KEYS[name]
    for words in filter(None, (key.literals, key.needs)):
        missing = find_text_without(key.shape, words)
        if missing is not None and key.near:
            missing = find_text_without(f"(?i:{key.near})", words)
        assert missing is None


@pytest.mark.parametrize("name", METADATA_RULES)
def test_an_identifier_has_one_of_its_literals_in_it(name: str) -> None:
    assert find_text_without(METADATA_RULES[name].pattern, METADATA_RULES[name].literals) is None


def test_a_credential_of_a_provider_has_one_of_its_literals_in_it() -> None:
    for rule in (known for _, known in load_catalogue().by_rule.values() if known.shapes):
        for shape in rule.shapes:
            assert find_text_without(shape, rule.literals) is None, (rule.id, shape)


@pytest.mark.parametrize(
    ("pattern", "literals", "text"),
    [
        ("abc|abd", ["ab"], None),
        ("abc|bcd", ["ab"], "bcd"),
        ("a?bc", ["abc"], "bc"),
        ("(?i:KEY)-[0-9]{3,}", ["key-"], None),
        ("[Kk]ey[-_]x", ["key-", "key_"], None),
        ("key.x", ["key-"], "key□x"),
        ("key[^-]x", ["key-"], "key□x"),
        ("(?:ab){2,9}c", ["bab"], None),
        ("(?:ab){1,9}c", ["bab"], "abc"),
        ("(?<=key=)[a-z]{4}", ["key="], None),
        ("x?(?<=key=)z", ["key="], None),
        ("x?(?<=key=)z", ["=z"], "z"),  # what stands before isn't joined to a match that has begun
        (r"(?=tok_)\w+", ["tok_"], None),
        (r"(?!tok_)\w", ["tok_"], "_"),
        (r"(a)\1x", ["aa"], "ax"),  # a group that is named again counts as anything
        (r"\d\s\w", ["1 "], "□□ "),
    ],
)
def test_what_a_pattern_may_match_without_a_literal(pattern: str, literals: list[str], text: str | None) -> None:
    found = find_text_without(pattern, literals)
    assert (found is None) == (text is None), found
    assert found is None or len(found) == len(text or "")


PIECES = ("a", "b", "ab", "[ab]", "[^a]", ".", "(?:a|bc)", "(?:ab)?", "b{1,3}", "(?:a|b)*", "(?i:AB)", "c")


def test_a_proof_is_never_wrong() -> None:
    """Generated patterns, and every short text: one that a pattern matches without a literal was never denied."""
    choose = random.Random(7)
    texts = [
        "".join(signs)
        for length in range(6)
        for signs in ([choose.choice("abcAB x") for _ in range(length)] for _ in range(120))
    ]
    proven = 0
    for _ in range(2_000):
        pattern = "".join(choose.choices(PIECES, k=choose.randint(1, 5)))
        literals = choose.sample(["a", "b", "ab", "ba", "bb", "abc", "c"], choose.randint(1, 3))
        if find_text_without(pattern, literals) is not None:
            continue
        proven += 1
        for text in texts:
            for match in re.finditer(pattern, text):
                assert any(literal in match[0].lower() for literal in literals), (pattern, literals, text)
    assert proven > 200
