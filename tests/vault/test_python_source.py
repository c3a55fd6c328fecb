"""Protects what is asked of a syntax tree by a shortcut: it is what the tree itself would answer."""

import pytest

from nbguard.vault.python_source import Source, walk
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
