"""JSON is read with its places: as Python's own reader reads it, and by one module."""

import ast
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.decode import decode
from nbguard.documents.fields import SHORTEST_NAME, Document, Part
from nbguard.documents.spans import (
    TOKEN,
    MalformedJSONError,
    ObjectReader,
    array_elements,
    end_of_value,
    first_invalid_escape,
    json_text,
    read_object,
    read_value,
)

PACKAGE = Path(__file__).parents[2] / "nbguard"
TEXTS = st.text(st.sampled_from('ab"\\{}[],:é\u2028😀 \n\t\x7f'), max_size=8)
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(-99, 10**6), st.floats(allow_nan=False), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=20,
)
LAYOUTS: list[dict[str, Any]] = [{}, {"indent": 1}, {"separators": (",", ":")}, {"indent": "\t", "ensure_ascii": False}]


def written(value: object, layout: int) -> str:
    """A value as JSON in one of several layouts, as Latin-1 of its UTF-8."""
    return json.dumps(value, **LAYOUTS[layout]).encode().decode("latin-1")


@given(st.dictionaries(TEXTS, VALUES, max_size=5), st.integers(0, 3))
def test_members_stand_where_they_are_said_to_stand(value: dict[str, Any], layout: int) -> None:
    text = written(value, layout)
    members, end = read_object(text, 0)
    assert end == len(text)
    assert [(m.key, json.loads(text[m.start : m.end].encode("latin-1"))) for m in members] == list(value.items())
    assert all(text[m.key_start] == '"' for m in members)


@given(st.lists(VALUES, max_size=5), st.integers(0, 3))
def test_elements_stand_where_they_are_said_to_stand(value: list[Any], layout: int) -> None:
    text = written(value, layout)
    elements, end = array_elements(text, 0)
    assert end == len(text)
    assert [json.loads(text[m.start : m.end].encode("latin-1")) for m in elements] == value


@given(st.dictionaries(st.one_of(TEXTS, st.sampled_from(["id", "kind"])), VALUES, max_size=5), st.integers(0, 3))
def test_only_members_that_hold_little_may_be_passed(value: dict[str, Any], layout: int) -> None:
    text = written(value, layout)
    every, end = read_object(text, 0)
    some, same = ObjectReader("id", "kind").read(text, 0)
    assert same == end
    for member in set(every) - set(some):
        held = json.loads(text[member.start : member.end].encode("latin-1"))
        assert not held or member.key in ("id", "kind")
        assert held not in (0, "", False) or member.key in ("id", "kind")
    assert set(some) <= set(every)


@given(st.dictionaries(TEXTS, VALUES, max_size=4), st.integers(0, 3), st.floats(0, 1), st.sampled_from('"{}[],:\\ 0'))
def test_damage_is_an_error_of_its_own_kind(value: dict[str, Any], layout: int, place: float, mark: str) -> None:
    text = written(value, layout)
    at = int(place * len(text))
    damaged = json_text((text[:at] + mark + text[at + 1 :]).encode("latin-1"))  # as every reader gets it
    try:
        members, end = read_object(damaged, 0)
    except MalformedJSONError:
        return
    if end == len(damaged):
        decoder = json.JSONDecoder(strict=False, object_pairs_hook=lambda pairs: pairs)
        readable = damaged.encode("latin-1").decode("utf-8", "surrogateescape")
        assert [m.key for m in members] == [key for key, _ in decoder.decode(readable)]


@given(VALUES, st.integers(0, 3))
def test_strings_come_with_their_ways(value: object, layout: int) -> None:
    raw = written(value, layout).encode("latin-1")
    part = Part("output", None, "data", "application/json", "json", 0, len(raw))
    document = Document("a.json", raw, "text", "json", (part,))
    fields = list(decode(document, part))
    assert [(field.part.path, field.text) for field in fields] == list(ways(value, "data"))
    assert [json.loads(raw[field.part.start : field.part.end]) for field in fields] == [field.text for field in fields]


def ways(value: object, way: str) -> Any:
    """Every string in a value with the way to it, and every key that is long enough for a token."""
    if isinstance(value, str):
        yield way, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if len(key) >= SHORTEST_NAME:
                yield f"{way} (a key)", key
            yield from ways(inner, f"{way}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from ways(inner, f"{way}[{number}]")


@given(VALUES, st.integers(0, 3))
def test_tokens_are_all_that_json_consists_of(value: object, layout: int) -> None:
    text = json_text(written(value, layout).encode("latin-1"))
    assert TOKEN.sub("", text).strip() == ""
    words = [found["bare"] for found in TOKEN.finditer(text) if found["bare"] is not None]
    assert all(isinstance(json.loads(word), (int, float)) or word == "null" for word in words)


# Who may know what JSON's tokens are, and why.
READERS = {
    "documents/spans.py": "it reads JSON",
    "documents/structure/yaml_text.py": "YAML's flow style has its marks",
    "documents/toml_loading.py": "TOML's lists and inline tables have them",
}


def test_one_module_reads_json_with_its_places() -> None:
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text() for path in PACKAGE.rglob("*.py")}
    assert {name for name, source in sources.items() if tells_json_apart(source)} == set(READERS)
    decoders = re.compile(r"json\.decoder|JSONDecoder|json\.scanner")
    assert {name for name, source in sources.items() if decoders.search(source)} == {"documents/spans.py"}


def tells_json_apart(source: str) -> bool:
    """Whether a string in a module is a pattern with a class of JSON's marks."""
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    classes = [
        set(re.sub(r"\\(.)", r"\1", found))
        for text in texts
        if isinstance(text, str)
        for found in re.findall(r"\[((?:\\.|[^\]\\])+)\]", text)
    ]
    return any(set("{}[]") <= marks <= set('{}[],:"^') for marks in classes)


@pytest.mark.parametrize("pattern", [r'["{}\[\],:]', r"([\[\]{},:])", r'[^"{}\[\]]*+'])
def test_a_pattern_of_json_is_seen(pattern: str) -> None:
    assert tells_json_apart(f"import re\nP = re.compile({pattern!r})")


def search(text: str) -> int:
    """The same, one escape after the other, as RFC 8259 (section 7) has them."""
    at = 0
    while at < len(text) - 1:
        if text[at] != "\\":
            at += 1
        elif text[at + 1] in '"\\/bfnrt':
            at += 2
        elif re.fullmatch("u[0-9a-fA-F]{4}", text[at + 1 : at + 6]):
            at += 6
        else:
            return at
    return -1


@given(st.text(alphabet=st.sampled_from('\\\\\\\\"/bnu0aFgx \n')))
def test_the_quick_way_finds_what_a_search_finds(text: str) -> None:
    assert first_invalid_escape(text) == search(text)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", -1),
        ("plain", -1),
        (r"a\n\u00e9\\x", -1),
        (r"a\x", 1),
        (r"\\\x", 2),
        (r"\u12", 0),
        ("a\\", -1),
        ("\\n\\", -1),
    ],
)
def test_where_an_invalid_escape_is(text: str, offset: int) -> None:
    assert first_invalid_escape(text) == offset


@pytest.mark.parametrize("piece", ["\\\\", "\\n", "\\u0041", "a", "\\"])
def test_it_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    first_invalid_escape(piece * 2_000_000)
    assert time.process_time() - started < 2


def test_deep_nesting_behind_a_long_number_is_said_to_be_deep():
    """A long number has the value read a second time, in another way."""
    text = f"[{'1' * 5000},{'[' * 100_000}{']' * 100_000}]"
    for read in (read_value, end_of_value):
        with pytest.raises(MalformedJSONError, match="nested too deep"):
            read(text, 0)
