"""Protects finding credentials by shape: every example in every form, no look-alike, linear time, whole tokens only."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect.catalogue.linear import explain_danger, widest_match
from nbguard.detect.catalogue.sample import make_sample
from nbguard.detect.credentials.shapes import ShapeDetector, find_shapes
from nbguard.detect.finding import RANK_SHAPE
from nbguard.detect.overlaps import keep_most_specific
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.providers.token_patterns import compile_shape
from nbguard.detect.raw_file import RawFile
from nbguard.detect.scope import Scope
from nbguard.documents.decode import decode
from nbguard.documents.fields import Field, Part
from nbguard.documents.reading import open_document
from tests.detect.catalogue_examples import Example, as_file, iterate_examples, iterate_lookalikes, providers
from tests.fake_tokens import HEX, FakeTokens
from tests.growth import assert_linear

CATALOGUE = load_catalogue()
SHAPED = [rule_id for rule_id, (_, rule) in CATALOGUE.by_rule.items() if rule.shapes]
SAMPLES = {
    credential["id"]: credential["sample"]
    for provider in providers()
    for credential in provider["credentials"]
    if credential.get("shapes")
}
STRUCTURAL = [example for example in iterate_examples(7) if example.structural]
LOOKALIKES = [example for example in iterate_lookalikes(7) if example.structural]


def name_of(example: Example) -> str:
    return f"{example.rule_id}-{example.form}"


def find_in(text: str, rules=SHAPED, key: str = "") -> list:
    part = Part("source", None, "", "text/x-python", "lines", 0, len(text))
    return keep_most_specific(find_shapes(Field(text, part, key), rules))


def find_all(text: str, rule_id: str) -> list:
    return list(find_shapes(Field(text, Part("source", None, "", "", "lines", 0, len(text))), [rule_id]))


def find_in_file(example: Example) -> list:
    document = open_document(*as_file(example))
    assert not document.problem
    fields = [field for part in document.parts for field in decode(document, part)]
    return keep_most_specific([found for field in fields for found in find_shapes(field, SHAPED)])


@pytest.mark.parametrize("example", STRUCTURAL, ids=name_of)
def test_every_example_is_found_in_every_form(example):
    (found,) = find_in_file(example)
    provider, rule = CATALOGUE.by_rule[example.rule_id]
    assert (found.rule, found.provider, found.severity) == (example.rule_id, provider.id, rule.severity)
    assert found.value == example.secret
    assert found.field.text[found.start : found.end] == example.secret
    assert (found.kind, found.cause, found.rank) == ("credential", "shape", RANK_SHAPE)
    assert found.message == rule.name
    assert found.remedy == provider.rotation
    where = {"py": "file", "cell": "source", "stream": "output", "metadata": "metadata", "file": "file"}
    assert found.field.part.where == where[example.form]


@pytest.mark.parametrize("example", LOOKALIKES, ids=name_of)
def test_no_lookalike_is_found_in_any_form(example):
    assert find_in_file(example) == []


def test_public_prefixes_are_told_apart_from_the_secret_part():
    (found,) = find_in(f"token = '{FakeTokens(1).dwave()}'")
    assert found.prefix == len("DEV-")
    (found,) = find_in(f"key = '{make_sample(SAMPLES['azure-quantum-api-key'], random.Random(1))}'")
    assert found.prefix == 0


@pytest.mark.parametrize("rule_id", SHAPED)
def test_only_rules_that_are_asked_for_are_looked_for(rule_id):
    text = " ".join(f'"{make_sample(pattern, random.Random(1))}"' for pattern in SAMPLES.values())
    assert {found.rule for found in find_in(text, [rule_id])} <= {rule_id}


@pytest.mark.parametrize(
    "text",
    ["x{}", "x_{}", "{}x", "{}_x", "7{}", "{}Z", "-{}-"],
)
def test_a_token_inside_a_longer_word_is_no_token(text):
    assert find_in("hash = " + text.format("DEV-" + FakeTokens(2).of(HEX, 40))) == []


@pytest.mark.parametrize("around", ["\\n{}\\n", "%3D{}%26", "({})", ">{}<", "token:{};", "`{}`", "é{}é", "{}"])
def test_a_token_is_found_behind_escapes_and_signs(around):
    (found,) = find_in(around.format(FakeTokens(3).dwave()))
    assert found.rule == "dwave-sapi-token"


def test_places_are_right_behind_letters_that_grow_when_lowered():
    token = FakeTokens(4).dwave()
    text = "İİİ DEV- İ " + token
    (found,) = find_in(text)
    assert text[found.start : found.end] == token


def test_one_token_many_times_is_found_each_time():
    tokens = FakeTokens(5)
    values = [tokens.dwave() for _ in range(50)]
    found = find_in("\n".join(f"{value} {value}" for value in values))
    assert sorted(one.value for one in found) == sorted(values * 2)


def test_chance_in_a_long_base64_run_is_no_token():
    """Pictures are base64: in enough of it everything turns up."""
    tokens = FakeTokens(6)
    key = make_sample(SAMPLES["google-api-key"].replace("_-", ""), random.Random(6))
    noise = "".join(tokens.of("ABCabc019+/", 180) for _ in range(2))
    assert find_in(f"data:image/png;base64,{noise}/{key}+{noise}") == []
    assert [found.rule for found in find_in(f"/{key}+")] == ["google-api-key"]


def test_a_placeholder_in_the_right_shape_is_left_alone():
    assert find_in("DWaveSampler(token='DEV-" + "0" * 40 + "')") == []
    assert find_in("token = 'DEV-" + "0123456789" * 4 + "'") == []
    assert find_in("token = 'plqk_" + "x" * 42 + "'") == []
    assert find_in("key = 'AK" + "IAIOSFODNN7EXAMPLE'") == []


def in_context(rule_id: str, value: str) -> str:
    context = {
        "gcp-service-account": '"private_key": "%s"', "azure-quantum-storage-key": "AccountKey=%s;",
        "azure-sas": "https://acct.blob.core.windows.net/c?sv=1&sig=%s&sp=r",
    }  # fmt: skip
    return context.get(rule_id, '"%s"') % value


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(sorted(SAMPLES)), st.integers(0, 10_000))
def test_a_token_between_quotes_is_found_whatever_stands_around(before, after, rule_id, seed):
    value = make_sample(SAMPLES[rule_id], random.Random(seed))
    text = f"{before}\n {in_context(rule_id, value)}\n{after}"
    assert any(found.value == value for found in find_in(text, [rule_id]))


@pytest.mark.parametrize("rule_id", SHAPED)
def test_a_token_is_confirmed_wherever_it_stands(rule_id):
    """Surroundings are searched block by block, which are as wide as the rule's reach."""
    reach, literals = CATALOGUE.by_rule[rule_id][1].reach, CATALOGUE.by_rule[rule_id][1].literals
    token = in_context(rule_id, make_sample(SAMPLES[rule_id], random.Random(3)))
    for before in range(0, 2 * reach, max(1, reach // 12)):
        text = "\n" * before + token + "\n" * 2 * reach
        file = RawFile("a.py", text.encode())
        places = [found for word in literals for found in re.finditer(re.escape(word), text.lower())]
        assert places
        assert all(ShapeDetector(Scope()).confirms(file, [rule_id], *found.span()) for found in places)


class Watched(bytes):
    """Bytes that count how many of them were taken out."""

    taken = 0

    def __getitem__(self, index):
        found = super().__getitem__(index)
        self.taken += len(found) if isinstance(found, bytes) else 1
        return found


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
@pytest.mark.parametrize("rule_id", SHAPED)
def test_surroundings_are_read_a_few_times_however_many_literals_stand_there(rule_id, name):
    word = CATALOGUE.by_rule[rule_id][1].literals[0].encode()
    raw = Watched(word * (20_000 // len(word)))
    file = RawFile(name, raw)
    before = raw.taken
    for place in range(0, len(raw), len(word)):
        assert not ShapeDetector(Scope()).confirms(file, [rule_id], place, place + len(word))
    assert raw.taken - before < 20 * len(raw)


def hostile_texts(length: int, sample: str, literals: tuple[str, ...]) -> list[str]:
    """Texts of a length that make a careless regex look at the same characters again and again."""
    almost = sample[:-1] if len(sample) < 400 else sample[:400]
    units = [almost + "-", almost + ".", sample[: len(sample) // 2], sample[: len(sample) // 2] + "\n", sample[0]]
    units += [text for literal in literals[:3] for text in (literal, literal.upper() + "a", literal + "A1_-./+=;")]
    units += ["aA0", "-", "_", ".", "/", "=", ";", "\\", '"', " ", "\n", "eyJ.", "a.", "<", "https://"]
    return [(unit * (length // len(unit) + 1))[:length] for unit in units]


@pytest.mark.slow
@pytest.mark.parametrize("rule_id", SHAPED)
def test_finding_shapes_takes_time_linear_in_the_text(rule_id):
    rule = CATALOGUE.by_rule[rule_id][1]
    sample = make_sample(SAMPLES[rule_id], random.Random(1))
    for text in hostile_texts(200_000, sample, rule.literals):
        assert_linear(lambda size, text=text: find_all(text[:size], rule_id), 25_000, repr(text[:60]))


IDENTIFIERS = {known.pattern for known in CATALOGUE.identifiers.values()}
VALUES = {rule.value for _, rule in CATALOGUE.by_rule.values() if rule.value}


@pytest.mark.slow
@pytest.mark.parametrize("pattern", sorted(VALUES | IDENTIFIERS))
def test_patterns_of_values_and_identifiers_take_linear_time(pattern):
    compiled = re.compile(pattern)
    sample = "job_id = subscription_id: projects/ab/ arn:aws:braket:us SubscriptionId=a;"
    # A value is matched whole; an identifier is searched for.
    use = compiled.search if pattern in IDENTIFIERS else compiled.fullmatch
    for text in hostile_texts(200_000, sample, ("eyj",)):
        assert_linear(lambda size, text=text: use(text[:size]), 25_000, repr(text[:60]))


@pytest.mark.parametrize(
    ("pattern", "danger"),
    [
        ("a{1,3}", ""), ("(?:ab)?c{2}", ""), ("(?:[0-9a-f]{4}-){2}", ""), ("a+", "bound"), ("[^;]*", "bound"),
        ("(?:a{1,9}){1,9}", "repeat inside"), ("(?:(?:a{0,2})b?){3}", "repeat inside"), ("(?=a{0,20}b)c{1,9}", ""),
        ("(?:a|b{1,4}){1,5}", "repeat inside"), ("a{1,90000}", "bound"),
    ],
)  # fmt: skip
def test_dangerous_patterns_are_told(pattern, danger):
    assert (danger in explain_danger(pattern)) if danger else explain_danger(pattern) == ""


def test_the_reach_of_a_rule_covers_its_longest_match():
    for rule_id in SHAPED:
        rule = CATALOGUE.by_rule[rule_id][1]
        assert rule.reach == max(widest_match(shape) for shape in rule.shapes)
        assert len(make_sample(SAMPLES[rule_id], random.Random(1))) <= rule.reach
        assert all(compile_shape(shape) for shape in rule.shapes)
