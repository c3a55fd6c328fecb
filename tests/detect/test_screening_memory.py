"""A large file that is screened again after an edit gets the answers of one that is screened for the first time."""

import random
from re import _parser  # type: ignore[attr-defined]

import pytest

from nbguard.detect.confirmations import NEAR_REACH, REACH, is_near, looks_near, near_any
from nbguard.detect.engine import Engine
from nbguard.detect.finding import KINDS
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.scope import Scope
from nbguard.detect.text_memory import forget_answers
from nbguard.detect.triggers import load_triggers
from nbguard.documents.reading import open_document
from tests.detect.catalogue_examples import iterate_examples
from tests.detect.generic_examples import examples
from tests.notebook_builder import as_bytes, code, notebook

EVERYTHING = Scope(frozenset(KINDS))
FILLER = "counts = {'00': 512, '11': 512}\nfor key, value in counts.items():\n    print(key, token_of(value))\n" * 40


def edited() -> Engine:
    engine = Engine(EVERYTHING)
    engine.expect_edits()
    return engine


def hits_of(engine: Engine, raw: bytes, path: str = "a.ipynb") -> set[tuple[int, object]]:
    screening = engine.screen(raw, path)
    return set() if screening is None else set(screening.hits)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edit_the_hits_are_those_of_a_first_screening(seed: int) -> None:
    generator = random.Random(seed)
    pool = [code(example.text) for example in iterate_examples(seed) if example.form == "cell"]
    pool += [code(example.text) for example in examples(seed)]
    cells = [code(FILLER + str(number)) for number in range(26)]
    engine, fresh = edited(), Engine(EVERYTHING)
    for step in range(21):
        at = generator.randrange(len(cells))
        if step % 3 == 2:
            del cells[at]
        else:
            cells.insert(at, dict(generator.choice(pool)))
        raw = as_bytes(notebook(*cells))
        assert hits_of(engine, raw) == hits_of(fresh, raw, f"fresh{step}.ipynb"), step
    assert len(raw) > 4 * REACH
    assert engine._memory is not None
    assert engine._memory._raw == raw


def test_only_places_near_an_edit_are_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import nbguard.detect.screening_memory as module

    asked: list[int] = []
    real = module.split_by_bytes
    monkeypatch.setattr(module, "split_by_bytes", lambda *given: asked.append(given[2]) or real(*given))
    cells = [code(FILLER + str(number)) for number in range(80)]
    engine = edited()
    engine.screen(as_bytes(notebook(*cells)), "a.ipynb")
    whole = len(asked)
    asked.clear()
    cells[40] = code(FILLER + "x = 1")
    engine.screen(as_bytes(notebook(*cells)), "a.ipynb")
    assert 0 < len(asked) < whole / 3


def test_the_file_is_forgotten_with_all_other_texts() -> None:
    raw = as_bytes(notebook(*[code(FILLER) for _ in range(80)]))
    engine = edited()
    engine.screen(raw, "a.ipynb")
    assert engine._memory is not None
    assert engine._memory._raw == raw
    forget_answers()
    assert engine._memory._raw == b""


def test_no_condition_looks_further_than_the_memory_takes_for_near() -> None:
    confirms = {ask.confirm for trigger in load_triggers().table for ask in trigger.asks}
    assert max(_width(_parser.parse(confirm)) for confirm in confirms) < REACH
    assert max(3 * rule.reach + 100 for _, rule in load_catalogue().by_rule.values()) < REACH
    asks = [ask for trigger in load_triggers().table for ask in trigger.asks if looks_near(ask)]
    assert {ask.detector for ask in asks} == {"named-pairs", "sinks", "widget-values"}
    assert max(_width(_parser.parse(ask.confirm)) for ask in asks) < NEAR_REACH


def _width(pattern: object) -> int:
    """The most characters that a regex reads, runs without a bound (of blanks) apart."""
    width = ahead = 0
    for operation, given in pattern:  # type: ignore[attr-defined]
        kind = str(operation)
        if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            width += int(given[1]) * _width(given[2]) if int(given[1]) < 100_000 else 0
        elif kind == "SUBPATTERN":
            width += _width(given[3])
        elif kind == "ATOMIC_GROUP":
            width += _width(given)
        elif kind == "BRANCH":
            width += max(map(_width, given[1]))
        elif kind in ("ASSERT", "ASSERT_NOT"):
            ahead = max(ahead, width + _width(given[1]))
        elif kind != "AT":
            width += 1
    return max(width, ahead)


def test_places_near_any_of_some_are_those_that_are_near_one_after_the_other() -> None:
    generator = random.Random(5)
    for _ in range(200):
        ends = sorted(generator.choices(range(5_000), k=generator.randrange(6)))
        places = [(generator.randrange(5_000), number) for number in range(generator.randrange(40))]
        expected = sorted(place for place in places if is_near(ends, place[0]))
        assert sorted(near_any(ends, list(places))) == expected


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edit_the_signals_of_sample_data_are_those_of_a_first_screening(seed: int) -> None:
    generator = random.Random(seed)
    people = [f"{name}@gmx.de, IBAN DE89 3704 0044 0532 0130 {number:02}" for number, name in enumerate(("ann", "bo"))]
    cells = [code(FILLER + str(number)) for number in range(26)]
    engine, fresh = edited(), Engine(EVERYTHING)
    for step in range(15):
        cells[generator.randrange(len(cells))] = code(generator.choice([*people, "x = 1", FILLER]) * (step % 3 + 1))
        raw = as_bytes(notebook(*cells))
        known, new = engine.screen(raw, "a.ipynb"), fresh.screen(raw, f"fresh{step}.ipynb")
        assert known is not None
        assert new is not None
        seen, expected = (one.evidence.get("sample-data") for one in (known, new))
        for part in open_document("a.ipynb", raw).parts:
            asked = [said is not None and said.between(part.start, part.end) for said in (seen, expected)]
            assert asked[0] == asked[1], (step, part)
