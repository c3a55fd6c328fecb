"""Leaving a heuristic out: the names there are, and that it makes a difference."""

import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.ablation import leave_out, list_names
from evaluation.worth import WorthSet
from tests.conftest import CHECKOUT


def recall(*options: str) -> float:
    command = [sys.executable, "-m", "evaluation", "--each", "1", *options]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1].split()[2])


def test_detectors_and_knowledge_have_names() -> None:
    names = list_names()
    assert {"sinks", "shapes", "values.stores"} <= set(names)
    assert "values.thresholds" not in names  # numbers can't be left out


def test_a_name_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        leave_out("nonsense")
    with pytest.raises(KeyError):
        leave_out("values.nonsense")


@pytest.mark.slow
def test_without_a_detector_less_is_found() -> None:
    assert recall("--without", "sinks") < recall()


@pytest.mark.slow
def test_a_heuristic_is_worth_what_a_run_of_the_whole_set_says(tmp_path: Path) -> None:
    """What is left out of a run changes nothing: few files ask a detector, none has a shape."""
    held_out = WorthSet(tmp_path / "set", seed=3, each=1, held_out=True)
    for name in ("known-places", "service-keys", "service_keys.openai-key"):
        less = held_out.measure(name)
        whole = held_out.measure(name, whole=True)
        assert less._replace(scanned=0) == whole._replace(scanned=0)
        assert (less.scanned or 0) < (whole.scanned or 0)
    assert held_out.measure("known-places").missed > 0
