"""The engine finds what the exhaustive engine finds: no prefilter, confirmation or gate hides anything."""

import os
import random
import subprocess
import sys

import pytest

from tests.conftest import CHECKOUT
from tests.detect.differential import FAST, FORMS, disagreement, found, run, texts

# Documents made from seeds; NBGUARD_DIFFERENTIAL asks for more.
QUICK, SLOW = 400, 2_000


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
    assert [where for where in run(QUICK, seed=0) if where[1]] == []


@pytest.mark.slow
def test_many_generated_documents() -> None:
    """In processes of their own: under a coverage tracer they would take ten times as long."""
    count, share = int(os.environ.get("NBGUARD_DIFFERENTIAL", SLOW)), 2
    command = [sys.executable, "-m", "tests.detect.differential", "--count", str(count // share)]
    runs = [
        subprocess.Popen(
            [*command, "--seed", str(500 + part * (count // share))], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
        )
        for part in range(share)
    ]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0] * share, "\n".join(said)


@pytest.mark.parametrize("form", ["string", "lines", "one line", "ascii", "split", "escapes"])
def test_one_text_says_the_same_as_a_script_and_as_a_cell(form: str) -> None:
    """However a notebook writes a source down, it holds what the same text holds as a file of its own."""
    source = random.Random(form)
    for text in texts(1)[source.randrange(6) :: 6]:
        script = {(f.rule, f.value) for f in found(FAST, *FORMS["py"](text, source))}
        cell = {(f.rule, f.value) for f in found(FAST, *FORMS[form](text, source)) if f.where == "source"}
        assert cell == script, text[:80]
