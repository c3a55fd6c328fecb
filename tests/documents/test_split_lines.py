"""A list of lines that is cut inside a line is told from one of whole lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.split_lines import is_cut_inside_lines
from tests.notebook_builder import as_bytes, code, error, notebook, stream


def in_cell(*lines: str) -> bytes:
    return json.dumps(notebook(code("x") | {"source": list(lines)}), indent=1).encode()


@pytest.mark.parametrize(
    "lines", [("a = 1 + \\\n", "2\n", "x"), ("\\\\\n", "b"), ("one",), (), ("\n", "\n"), ("é\n", "")]
)
def test_whole_lines(lines: tuple[str, ...]) -> None:
    assert not is_cut_inside_lines(in_cell(*lines))


@pytest.mark.parametrize("lines", [("a", "b"), ("a\\n", "b"), ("tok", "en\n"), ("", "b"), ("a\n", "b", "c\n")])
def test_cuts(lines: tuple[str, ...]) -> None:
    assert is_cut_inside_lines(in_cell(*lines))


def test_other_lists_of_strings_say_nothing() -> None:
    raw = as_bytes(notebook(code("x", stream("1\n"), error("E", "e", "a", "b"), tags=["p", "q"]), authors=["a", "b"]))
    assert not is_cut_inside_lines(raw)
    assert not is_cut_inside_lines(b'["a", "b"]')


@given(st.lists(st.text(st.sampled_from('a\\n\n"é'), max_size=6), max_size=5))
def test_every_cut_is_seen(lines: list[str]) -> None:
    cut = any(not line.endswith("\n") for line in lines[:-1])
    assert is_cut_inside_lines(in_cell(*lines)) == cut
