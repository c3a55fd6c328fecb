"""The literal at a place of a cell: what the move to Vault replaces."""

import pytest

from nbguard.detect.dataflow.syntax import literal_at, parse_cell, unescape


@pytest.mark.parametrize(
    ("source", "literal", "place"),
    [
        ('p = IonQ("abc")', '"abc"', "code"),
        ('é = "ü" + f("abc")', '"abc"', "code"),
        ("x = rb'abc'", "rb'abc'", "code"),
        ('# p = IonQ("abc", 1)', '"abc"', "comment"),
        ("%env KEY=abc", "KEY=abc"[4:], "magic"),
        ("!curl -H 'X: abc' \\\n  -d '{}'\nx = 1", "'X: abc'", "magic"),
        ('files = !ls\nkey = "abc"', '"abc"', "code"),
        ('%%time\nkey = "abc"', '"abc"', "code"),
        ('%%bash\nexport KEY="abc"', '"abc"', "magic"),
        ('key = """\nabc\n"""', '"""\nabc\n"""', "code"),
    ],
)
def test_literal_around_a_value(source, literal, place):
    at = source.index("abc")
    found = literal_at(parse_cell(source), at, at + 3)
    assert found is not None
    assert (source[found.start : found.end], found.place) == (literal, place)
    assert "abc" in source[found.content : found.content_end]
    assert "abc" not in repr(found)


@pytest.mark.parametrize("source", ["x = abc", "x = (3\n % abc)\n", "abc?"])
def test_code_is_no_literal(source):
    at = source.index("abc")
    found = literal_at(parse_cell(source), at, at + 3)
    assert found is None or found.place == "magic"


@pytest.mark.parametrize("expression", ['"abc" "def"', '"abc" + x', '("abc"\n "def")', '"abc %s" % x'])
def test_part_of_a_larger_expression_is_told(expression):
    source = f"p = f({expression})"
    at = source.index("abc")
    found = literal_at(parse_cell(source), at, at + 3)
    assert found is not None
    assert found.joined
    assert source[found.expression : found.expression_end].strip("()") == expression.strip("()")


def test_f_string_with_holes_is_told():
    source = 'h = f"apiKey {token} abc"'
    found = literal_at(parse_cell(source), source.index("abc"), source.index("abc") + 3)
    assert found is not None
    assert (found.holes, found.prefix, found.value) == (True, "f", "apiKey  abc")


@pytest.mark.parametrize("text", ["a\\x41b", "\\u00e9\\n\\t\\\\", "\\101\\0", "\\N{DIGIT ONE}", "a\\\nb", "\\q"])
def test_escapes_are_undone_as_python_does(text):
    assert unescape(text) == eval(f"'''{text}'''")
