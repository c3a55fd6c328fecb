"""Which rule a value at a sink belongs to, and whether it can be a credential at all; with rules made for it."""

import pytest

from nbguard.detect.finding import RANK_SINK, RANK_SINK_WITH_SHAPE
from nbguard.detect.providers.provider_rules import Provider, Rule, load_catalogue
from nbguard.detect.values.attribution import Choice, choose_rule, looks_made, make_finding
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens

PROVIDER, TAKEN = load_catalogue().by_rule["ionq-api-key"]
PLAIN = TAKEN._replace(id="plain", value="", prefix="", shapes=(), is_password=False)
HEXES = PLAIN._replace(id="hexes", value="[0-9a-f]{32}")
PREFIXED = PLAIN._replace(id="prefixed", value="pre_[a-z]{8}", prefix="pre_")
SHAPED = PLAIN._replace(id="shaped", shapes=("key=(?P<secret>[0-9a-zA-Z]{12})",))
WHOLE_SHAPE = PLAIN._replace(id="whole-shape", value="never", shapes=("zz[0-9a-zA-Z]{12}",))
PASSWORD = PLAIN._replace(id="password", is_password=True)

HEX_VALUE = FakeTokens(7).of(HEX, 32)
RANDOM_VALUE = FakeTokens(8).of(ALPHANUMERIC, 12)
OPAQUE = FakeTokens(9).of(ALPHANUMERIC, 24)


def provider(*rules: Rule, name: str = "made-up") -> Provider:
    return PROVIDER._replace(id=name, name=name, modules=(), placeholders=(), rules=rules)


def uses(*rules: Rule) -> list[tuple[Provider, Rule]]:
    return [(provider(*rules), rule) for rule in rules]


def chosen(value: str, *rules: Rule) -> tuple[str, bool, str] | None:
    choice = choose_rule(uses(*rules), value)
    return None if choice is None else (choice.rule.id, choice.shaped, value[choice.start : choice.end])


def test_a_rule_whose_pattern_matches_whole_goes_before_all() -> None:
    assert chosen(HEX_VALUE, PLAIN, SHAPED, HEXES) == ("hexes", True, HEX_VALUE)
    assert chosen(HEX_VALUE, HEXES, PLAIN) == ("hexes", True, HEX_VALUE)


def test_a_pattern_with_a_prefix_needs_nothing_more_and_one_without_an_opaque_value() -> None:
    assert chosen("pre_aabbccdd", PREFIXED) == ("prefixed", True, "pre_aabbccdd")
    words = PLAIN._replace(id="words", value="[a-z_]{8,20}")
    assert chosen("refresh_interval", words) is None


def test_a_shape_tells_where_in_the_value_the_credential_stands() -> None:
    assert chosen(f"url;key={RANDOM_VALUE};x", PLAIN, SHAPED) == ("shaped", True, RANDOM_VALUE)
    assert chosen(f"url zz{RANDOM_VALUE}", PLAIN, WHOLE_SHAPE) == ("whole-shape", True, f"zz{RANDOM_VALUE}")
    assert chosen("url of a host;key=xxxxxxxxxxxx;x", SHAPED) is None


def test_a_rule_without_a_pattern_takes_what_is_opaque_and_the_first_of_two_does() -> None:
    other = PLAIN._replace(id="other")
    assert chosen(RANDOM_VALUE, PREFIXED, PLAIN, other) == ("plain", False, RANDOM_VALUE)
    assert chosen(RANDOM_VALUE, other, PLAIN) == ("other", False, RANDOM_VALUE)


def test_what_looks_made_goes_to_the_first_rule_where_no_pattern_fits() -> None:
    """To that sibling of the same provider, rather, whose pattern it fits."""
    assert chosen(OPAQUE, PREFIXED, HEXES) == ("prefixed", False, OPAQUE)
    assert chosen(RANDOM_VALUE, PREFIXED, HEXES) is None
    fitting = PLAIN._replace(id="fitting", value="[0-9A-Za-z]{24}")
    choice = choose_rule([(provider(PREFIXED, fitting), PREFIXED)], OPAQUE)
    assert choice is not None
    assert (choice.rule.id, choice.shaped, choice.start, choice.end) == ("fitting", False, 0, len(OPAQUE))


@pytest.mark.parametrize("value", ["", "your-token", "xxxxxxxxxxxxxxxx", "made-up", "None", "short1", "a" * 16_385])
def test_what_can_not_be_a_credential_goes_nowhere(value: str) -> None:
    assert chosen(value, PLAIN, HEXES, PREFIXED) is None


def test_no_rule_takes_nothing_and_the_longest_value_is_still_one() -> None:
    assert choose_rule([], OPAQUE) is None
    longest = FakeTokens(3).of(ALPHANUMERIC, 16_384)
    assert chosen(longest, PLAIN) == ("plain", False, longest)
    assert chosen(longest + "a", PLAIN) is None


@pytest.mark.parametrize(
    ("value", "token", "password"),
    [
        ("k7Qz2", False, False),
        ("k7Qz2m", False, True),
        ("k7Qz2mX", False, True),
        ("k7Qz2mX9", True, True),
        ("aabb1122", False, True),  # four different characters
        ("aab11ba1", False, False),  # three
        ("summer2024", False, True),  # four of five letters read like a word
        ("kqzxvwbn7", True, True),
        ("kqzxvwbnjh", False, True),  # a token without a digit is longer
        ("a/path/to/file7.json", False, False),
        ("two words and 7 more", False, False),
        ("{token7}", False, False),
    ],
)
def test_a_token_is_more_than_a_password_may_be(value: str, token: bool, password: bool) -> None:
    assert (chosen(value, PLAIN) is not None) is token
    assert (chosen(value, PASSWORD) is not None) is password


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (FakeTokens(5).of(ALPHANUMERIC, 16) + "7", True),
        ("kQzXvWbNjHtRmLpYs", False),
        ("k7QzXvWbNjHtRmL", False),
        ("k7QzXvWbNjHtRmLp", True),
        ("a_long_name_of_version_7", False),
    ],
)
def test_a_value_that_looks_made_is_long_and_has_a_digit(value: str, made: bool) -> None:
    assert looks_made(value) is made


def test_a_finding_says_all_that_the_choice_does() -> None:
    document = open_document("a.py", f"x = 'pre_aabbccdd{OPAQUE}'".encode())
    field = next(iter(decode(document, document.parts[0])))
    value = f"pre_aabbccdd{OPAQUE}"
    made = provider(PREFIXED)
    found = make_finding(Choice(made, PREFIXED, True, 0, len(value)), field, 5, 5 + len(value), value, "Cause(x=…)")
    assert (found.rule, found.kind, found.provider, found.severity) == (
        "prefixed", "credential", "made-up", PREFIXED.severity,
    )  # fmt: skip
    assert (found.field, found.start, found.end, found.value) == (field, 5, 5 + len(value), value)
    assert (found.cause, found.rank) == ("Cause(x=…)", RANK_SINK_WITH_SHAPE)
    assert (found.message, found.remedy, found.prefix) == (PREFIXED.name, made.rotation, len("pre_"))
    opaque = make_finding(Choice(made, PLAIN, False, 0, 3), field, 0, 3, "abc", "Cause(x=…)")
    assert (opaque.rank, opaque.prefix) == (RANK_SINK, 0)
    assert make_finding(Choice(made, PLAIN, False, 0, 3), field, 0, 3, "abc", "Cause(x=…)", 2).rank == 2
    other = make_finding(Choice(made, PREFIXED, True, 0, 3), field, 0, 3, "abc", "Cause(x=…)")
    assert other.prefix == 0
