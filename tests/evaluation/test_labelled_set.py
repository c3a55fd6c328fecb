"""The labelled set: as large as it claims, the same for a seed, and every secret stands in its file."""

import json

import pytest

from evaluation.__main__ import find_losses, score_set
from evaluation.forms import read_forms, read_services
from evaluation.labelled_set import make_set
from nbguard.detect.providers.provider_rules import load_catalogue

# Forms that write the value in pieces or encoded: as source they are the whole, in the file they aren't.
IN_PIECES = (
    "assign-concatenated", "assign-adjacent", "literals-side-by-side", "sum-over-lines", "join-of-halves", "two-marks",
    "k8s-data", "k8s-generic-data",
)  # fmt: skip


def test_it_has_the_forms_and_look_alikes_that_it_claims() -> None:
    forms, lookalikes = read_forms("forms"), read_forms("lookalikes")
    assert len(forms) >= 400
    assert len(lookalikes) >= 250
    for read in (forms, lookalikes):
        names = [(form.family, form.id) for form in read]
        assert len(set(names)) == len(names)
    assert sum(item.secret for item, _ in make_set(1, 8)) >= 4000


def test_a_seed_gives_the_same_files() -> None:
    assert list(make_set(3, 2)) == list(make_set(3, 2))
    assert list(make_set(3, 1)) != list(make_set(4, 1))


def test_every_secret_stands_in_its_file_and_nothing_is_left_to_fill() -> None:
    for item, raw in make_set(5, 2):
        text = raw.decode()
        if item.path.endswith((".ipynb", ".bak", ".orig")):
            text = "".join(_strings(json.loads(text)))
        form = item.filled.form
        if item.secret:
            assert item.filled.secret
            secret = item.filled.secret.replace("\\", "")
            assert secret in text or form.id in IN_PIECES, form
        assert not any(mark in text for mark in ("{V}", "{N}", "{r:", "{P!}", "{callx")), form


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return [value] if isinstance(value, str) else []


def test_services_name_providers_that_there_are() -> None:
    known = [provider.id for provider in load_catalogue().providers]
    for service in read_services():
        assert not service.quantum or any(name.startswith(service.quantum) for name in known), service.label


@pytest.mark.slow
def test_detection_is_no_worse_than_what_is_written_down() -> None:
    assert find_losses(score_set(1, 8)) == []
