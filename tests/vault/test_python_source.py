"""Protects what is asked of a syntax tree by a shortcut: it is what the tree itself would answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.vault import python_source as module
from nbguard.vault.python_source import Source, count_errors, walk
from tests.vault.programs import make_program

BROKEN = (
    'f(("a" "b"\n',
    'x = "',
    "a-" * 200,
    'f(x="a", *["b"], **{"c": 1}) ' * 40,
    "%time x = 'a'\n!ls {x}\n",
    "é = 'ü'\n",
)


MADE = [made.text for made in map(make_program, range(40)) if made is not None]


@pytest.mark.parametrize("text", [*BROKEN, *MADE])
def test_a_parent_is_the_one_that_the_tree_tells(text):
    source = Source(text)
    nodes = [*walk(source.tree.root_node), *(source.smallest(at, at + 1) for at in range(len(text)))]
    assert [source.parent(node) for node in nodes] == [node.parent for node in nodes]


PARTS = (
    "x = ", "'a'", "(", ")", "[", "]", "def f", "(a, b)", ":\n", "    return", "\n", "f'{x!r:{'", "'''", "\\",
    "lambda", "if ", "else ", "é", "=", "1", ",", "class ", ";", "@", "*",
)  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_errors_are_counted_as_if_every_node_were_asked(text):
    nodes = list(walk(Source(text).tree.root_node))
    assert count_errors(text) == sum(node.is_error or node.is_missing for node in nodes)


LINES = (
    "%env A=b", "!ls", "a = !ls", "a, b = %time x", "%time f(", "x = 1", '"""', "'''", 'f"""{', "}", '"', "'", "\\",
    "# '''", "x = 'a' + \"b\"",
    "f'{", "}'", '%env B="""', "!a \\", "  %c", "", "x = 'a \\", "if y:", "{x!r}", "r'''\\",
)  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_magics_are_told_as_if_the_text_were_parsed_for_each(text):
    quick = module._mask_magics(text, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_is_closed", lambda *_: False)
        assert quick == module._mask_magics(text, 0)


def test_a_text_with_many_magics_is_parsed_a_few_times(monkeypatch):
    parsed, real = [], module.parse_python
    monkeypatch.setattr(module, "parse_python", lambda text: parsed.append(text) or real(text))
    masked, magics = module._mask_magics('"""About."""\n' + "%env A=b\na = !ls\n" * 500, 0)
    assert len(magics) == 1000
    assert not set("%!") & set(masked)
    assert parsed == []
