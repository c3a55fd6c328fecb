"""The engine finds what the exhaustive engine finds: no prefilter, confirmation or gate hides anything."""

import os
import random
import re
import subprocess
import sys

import pytest

from nbguard.detect.hygiene.hygiene_rules import HYGIENE_RULES
from tests.conftest import CHECKOUT
from tests.detect import differential
from tests.detect.differential import FAST, disagreement, found, run
from tests.detect.generated_documents import FORMS, texts

# Documents made from seeds; NBGUARD_DIFFERENTIAL asks for more.
QUICK, SLOW = 400, 10_000


@pytest.mark.parametrize("form", FORMS)
def test_every_example_in_every_form(form: str) -> None:
    source = random.Random(form)
    known = texts(1)
    # The quick tier takes every fourth; all are in the generated ones of the slow tier.
    for text in known[source.randrange(4) :: 4]:
        path, raw = FORMS[form](text, source)
        assert disagreement(path, raw) == (set(), set()), text[:80]


def test_generated_documents() -> None:
    """Examples in every form, joined, mutated and damaged."""
    assert list(run(QUICK, seed=0)) == []


# Regexes that tried every way to tell marks apart; words that one detector confirmed and another didn't; a word with
# a quotation mark, which JSON writes in another way.
_SHOWED_A_FAULT = (
    1_001_484,
    2_000_084,
    2_001_799,
    7_076,
    7_440,
    1_002_668,
    4_004_048,
    10_060_582,
    10_099_139,
    20_000_104,
    300_010_611,
    300_031_813,
    300_061_333,
    300_070_612,
    300_086_966,
    300_144_233,
    300_179_205,
    300_201_017,
    300_229_203,
    100_027_752,
    13_883,
    300_250_471,
    300_256_739,
    300_268_565,
    300_361_848,
)


@pytest.mark.parametrize("seed", _SHOWED_A_FAULT)
def test_documents_that_showed_a_fault_once(seed: int) -> None:
    assert list(run(1, seed)) == []


def test_a_document_that_takes_too_long_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in the middle of a regex."""
    monkeypatch.setattr(differential, "MOST_SECONDS", 0.2)
    monkeypatch.setattr(differential, "disagreement", lambda *_: re.match("(?:a{1,40}){1,40}b", "a" * 400))
    assert [(fault.seed, fault.slow) for fault in run(2, seed=7)] == [(7, True), (8, True)]


@pytest.mark.slow
def test_many_generated_documents() -> None:
    """In processes of their own: under a coverage tracer they would take ten times as long."""
    count = os.environ.get("NBGUARD_DIFFERENTIAL", str(SLOW))
    jobs = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    command = [sys.executable, "-m", "tests.detect.differential", "--count", count, "--seed", "500", "--jobs", jobs]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("form", ["string", "lines", "one line", "ascii", "split", "escapes"])
def test_one_text_says_the_same_as_a_script_and_as_a_cell(form: str) -> None:
    """However a notebook writes a source down, it holds what the same text holds as a file of its own."""
    source = random.Random(form)
    for text in texts(1)[source.randrange(6) :: 6]:
        script = {(f.rule, f.value) for f in found(FAST, *FORMS["py"](text, source))}
        cell = {(f.rule, f.value) for f in found(FAST, *FORMS[form](text, source)) if f.where == "source"}
        # Some habits are a cell's own: a magic, a last line that shows its value.
        assert {said for said in cell ^ script if said[0] not in HYGIENE_RULES} == set(), text[:80]
