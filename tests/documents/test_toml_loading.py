"""TOML that somebody else wrote is read, or refused with the line, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.toml_loading import load_toml

DEEP = {
    "arrays": b"ours = 1\n\ny = " + b"[" * 100_000,
    "tables": b"ours = 1\n\ny = " + b"{a=" * 100_000,
    "both": b'x = "[[["\n# ]]\ny = ' + b"[{a=" * 50_000,
    "closed": b"ours = 1\n\ny = " + b"[" * 3000 + b"]" * 3000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_what_is_nested_too_deeply_is_said_with_its_line(kind):
    with pytest.raises(ValueError, match=r"^nested too deeply \(at line 3\)$"):
        load_toml(DEEP[kind])


@pytest.mark.parametrize("line", [b"a" + b".a" * 400_000 + b" = 1", b"[" + b'"a" . ' * 100_000 + b"b]"])
def test_a_key_of_very_many_names_is_not_parsed(line):
    """The parser's work grows with the square of them: hours for a megabyte."""
    with pytest.raises(ValueError, match=r"a key of too many names \(at line 2\)"):
        load_toml(b"x = 1\n" + line)


def test_dots_elsewhere_are_no_key():
    text = (
        b'version = "'
        + b"1.2.3, " * 1000
        + b'"\n# '
        + b"." * 1000
        + b"\nurl = 'https://a.b/"
        + b"c/../" * 1000
        + b"'\n"
    )
    assert set(load_toml(text)) == {"version", "url"}
    assert load_toml(b"a" + b".a" * 20 + b" = 1")


def test_a_number_that_is_too_long_is_said_with_its_line():
    with pytest.raises(ValueError, match=r"a number is too long \(at line 2\)"):
        load_toml(b"x = 1\ny = " + b"9" * 5000)


def test_a_message_quotes_nothing():
    with pytest.raises(ValueError, match="not valid TOML") as error:
        load_toml(b'salt = "geheim" geheim\n')
    assert "geheim" not in str(error.value)


@given(st.text(st.sampled_from("[]{}=.,'\"#\n\\ ab1_-"), max_size=200))
def test_it_ends_in_a_table_or_a_value_error(text):
    try:
        assert isinstance(load_toml(text.encode()), dict)
    except ValueError:
        pass


def test_byte_order_mark_and_windows_line_ends():
    assert load_toml(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n") == {"a": 1, "b": 2}
