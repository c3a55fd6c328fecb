"""The definitions of one name are those that a look at all of a unit gives."""

import pytest

from nbguard.detect.dataflow import definitions as module
from nbguard.detect.dataflow.definitions import define, definitions_of
from nbguard.detect.dataflow.program import Program
from nbguard.documents.reading import open_document
from tests.detect.generated_documents import generated

WRITTEN = """
class Client:
    def __init__(self, token, *rest, key: str = "k", **more):
        self . token = token
        self.settings["a"] = key
        global shared
        shared = token
a = b = c.d = "one"
(first, (second, *third)), [fourth] = f(), g()
for key, (value, x) in table.items(): pass
names = [n for n in names if (m := n)]
table.update({"a": 1}, b=2); table.setdefault("k", value); self.table.update(other)
total += 1; table |= {"z": 3}
données.valeur = "é"
"""


@pytest.fixture(params=[0, 10**6], ids=["from a table of all", "one by one"], autouse=True)
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FEW", request.param)


def definitions(raw: bytes, path: str) -> int:
    """How many names are defined in a file, having compared both ways for each."""
    names = 0
    program = Program(open_document(path, raw))
    for unit in (*program.units, *program.shadows):
        table: dict[str, list[object]] = {}
        for name, definition in define(unit):
            table.setdefault(name, []).append(definition)
        for name, found in table.items():
            assert definitions_of(unit, name) == sorted(found, key=lambda one: one.at)
        assert definitions_of(unit, "nobody.defines.this") == []
        names += len(table)
    return names


def test_in_all_forms() -> None:
    assert definitions(WRITTEN.encode(), "a.py") > 20


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_in_generated_documents(start: int) -> None:
    documents = [generated(seed) for seed in range(start, start + 100)]
    assert sum(definitions(raw, path) for _, path, raw in documents) > 10
