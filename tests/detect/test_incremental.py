"""A notebook that is scanned again after an edit gives what a fresh scan gives, and only what changed is parsed."""

import random

import pytest

from nbguard.detect.dataflow import unit as units
from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.catalogue_examples import iterate_examples
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

CREDENTIALS = Scope(frozenset(("credential",)))
TOKENS = FakeTokens(23)
KEY = TOKENS.of(ALPHANUMERIC, 32)


def found(engine, cells, path="a.ipynb"):
    document = open_document(path, as_bytes(notebook(*cells)))
    return [
        (f.rule, f.value, f.field.part.cell, f.field.part.start, f.start, f.end, f.cause)
        for f in engine.detect(document)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_the_findings_are_those_of_a_fresh_scan(seed):
    """The fresh scan has another path each time, so that nothing is taken over."""
    generator = random.Random(seed)
    pool = [code(e.text.strip("\n")) for e in iterate_examples(seed) if e.form == "cell"]
    pool += [
        code("from qiskit_ionq import IonQProvider\n"),
        code(f"key = '{KEY}'\n"),
        code("key = os.environ['X']\nkey = key + (\n"),
        code("provider = IonQProvider(key)\n# provider = IonQProvider(token=key)\n"),
        code("%env IONQ_API_KEY=" + KEY + "\nx = = 3\nIonQProvider(token=key)"),
        code("Make = IonQProvider\nMake(key)\n"),
        markdown(f"```python\nkey = '{KEY}'\n```\n"),
        code("results = {key: value for key, value in counts.items()}\n"),
    ]
    engine = Engine(CREDENTIALS)
    cells = [dict(cell) for cell in generator.choices(pool, k=12)]
    for step in range(25):
        action = generator.choice(("change", "add", "drop", "swap"))
        at = generator.randrange(len(cells))
        if action == "change":
            cells[at] = dict(generator.choice(pool))
        elif action == "add":
            cells.insert(at, dict(generator.choice(pool)))
        elif action == "swap":
            other = generator.randrange(len(cells))
            cells[at], cells[other] = cells[other], cells[at]
        elif len(cells) > 2:
            del cells[at]
        assert found(engine, cells) == found(engine, cells, f"fresh{step}.ipynb")


def test_only_the_edited_cell_is_parsed_again(monkeypatch):
    parsed = []

    def count(source):
        parsed.append(source)
        return real(source)

    real = units.parse_cell
    monkeypatch.setattr(units, "parse_cell", count)
    cells = [code(f"token = field.token({number})\nkey = {{'token': token}}\n") for number in range(100)]
    cells += [code(f"from qiskit_ionq import IonQProvider\ntoken = '{KEY}'\nIonQProvider(token)")]
    engine = Engine(CREDENTIALS)
    (first,) = found(engine, cells)
    assert len(parsed) > 90
    parsed.clear()
    cells[7] = code("token = field.token(7000)\nkey = {'token': token}\n")
    (second,) = found(engine, cells)
    assert first[:2] == second[:2]
    assert len(parsed) <= 2


def test_a_name_is_again_what_it_was_behind_a_comprehension():
    cells = [
        code(f"from qiskit_ionq import IonQProvider\nkey = '{KEY}'"),
        code("half = {key: value / 2 for key, value in counts.items()}"),
        code("provider = IonQProvider(token=key)"),
    ]
    ((rule, value, *_),) = found(Engine(CREDENTIALS), cells)
    assert (rule, value) == ("ionq-api-key", KEY)
