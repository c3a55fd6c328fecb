"""Every form of key in ``service_keys.toml`` is found, under its own name, and what only begins like it is not."""

import random
import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from benchmarks.grammar import Grammar
from nbguard.detect.catalogue.linear import explain_danger
from nbguard.detect.catalogue.sample import make_sample
from nbguard.detect.engine import Engine
from nbguard.detect.finding import SEVERITIES, Finding
from nbguard.detect.generic.service_keys import SERVICE_KEYS, SHORTEST_KEY
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.notebook_builder import as_bytes, code, notebook, stream

ENTRIES: dict[str, dict[str, Any]] = load_knowledge("service_keys")
ENGINE = Engine(Scope(frozenset(("credential",))))
SEEDS = range(4)


def sample(name: str, pattern: str, seed: int) -> str:
    return make_sample(pattern, random.Random(f"{name} {seed}"))


def value_of(name: str, text: str) -> str:
    found = re.search(SERVICE_KEYS[name].shape, text, re.ASCII)
    assert found is not None
    return found["value"] if "value" in found.re.groupindex else found[0]


def find(path: str, raw: bytes) -> list[Finding]:
    return ENGINE.detect(open_document(path, raw))


def files(name: str, text: str) -> Iterator[tuple[str, bytes]]:
    """The text in a script, a longer line, a cell, an output, a .env and YAML."""
    word = ENTRIES[name].get("context", "value")
    yield "a.py", f'{word} = f("{text}")\n'.encode()
    yield "b.py", f"# {word}: use {text} for now\n".encode()
    yield "a.ipynb", as_bytes(notebook(code(f'{word} = f("{text}")')))
    yield "b.ipynb", as_bytes(notebook(code("show()", stream(f"{word} {text}\n"))))
    yield ".env", f"{word.upper()}={text}\n".encode()
    yield "a.yaml", f"service:\n  {word.lower()}: {text}\n".encode()


@pytest.mark.parametrize("name", ENTRIES)
def test_a_key_is_found_whole_under_its_own_name(name: str) -> None:
    for seed in SEEDS:
        text = sample(name, ENTRIES[name]["sample"], seed)
        value = value_of(name, text)
        for path, raw in files(name, text):
            found = {(finding.rule, finding.value) for finding in find(path, raw)}
            assert (name, value) in found, f"{path}, seed {seed}: {sorted(rule for rule, _ in found)}"


@pytest.mark.parametrize("name", ENTRIES)
def test_what_only_begins_like_a_key_is_left_alone(name: str) -> None:
    assert ENTRIES[name]["lookalikes"]
    for seed in SEEDS:
        for pattern in ENTRIES[name]["lookalikes"]:
            for path, raw in files(name, sample(name, pattern, seed)):
                assert not [finding.rule for finding in find(path, raw) if finding.rule in ENTRIES], path


@pytest.mark.parametrize("name", ENTRIES)
def test_a_literal_and_its_confirmation_stand_in_every_key(name: str) -> None:
    """Or the prefilter would leave out what the detector finds."""
    key = SERVICE_KEYS[name]
    assert all(literal == literal.lower() and len(literal) >= 3 and literal.isascii() for literal in key.literals)
    for seed in range(50):
        text = f"{ENTRIES[name].get('context', '')} {sample(name, ENTRIES[name]['sample'], seed)} "
        lowered = text.lower()
        places = [at for literal in key.literals for at in range(len(text)) if lowered.startswith(literal, at)]
        assert any(re.compile(key.confirm).match(text, at) for at in places)
        assert not key.needs or any(word in lowered for word in key.needs)


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_complete(name: str) -> None:
    entry = ENTRIES[name]
    assert entry["page"].startswith("https://")
    assert entry.get("severity", "high") in SEVERITIES
    assert not explain_danger(entry["shape"])
    assert bool(entry.get("near")) == bool(entry.get("context"))
    rule = SERVICE_KEYS[name].rule
    assert rule.remedy.endswith(".")
    assert rule.explanation.endswith(".")
    for prefix in rule.prefixes:
        assert len(prefix) < len(value_of(name, sample(name, entry["sample"], 1))) / 2 or "://" in prefix


def test_masked_keys_and_words_behind_a_prefix_are_no_keys() -> None:
    for text in (
        "ghp_" + "x" * 36,
        "npm_" + "a" * 36,
        "hf_" + "YourTokenGoesHere" * 2,
        "sk-proj-" + "your-api-key-" * 4,
    ):
        assert not find("a.py", f'f("{text}")\n'.encode())


def test_numbers_of_accounts_in_front_say_nothing_of_a_key() -> None:
    source = random.Random(7)
    last = "".join(source.choice("0123456789abcdef") for _ in range(18))
    ids = "xox" + "a-2-511111111-31111111111-3111111111111-"
    assert find("a.py", f'x = "{ids}{last}"\n'.encode())
    assert not find("a.py", f'x = "{ids}{"x" * 18}"\n'.encode())
    assert not find("a.py", f'x = "{ids}511111111111111"\n'.encode())


def test_a_piece_of_an_image_is_no_key() -> None:
    chance = random.Random(4)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    noise = "".join(chance.choice(alphabet + "+/") for _ in range(400))
    for name in ("crates-io-token", "alibaba-access-key", "databricks-token", "facebook-token"):
        text = f"{noise}/{sample(name, ENTRIES[name]['sample'], 1)}/{noise}"
        assert not [f.rule for f in find("a.py", f'image = "{text}"\n'.encode()) if f.rule == name]


@pytest.mark.parametrize("name", SERVICE_KEYS)
def test_no_form_is_shorter_than_a_text_that_is_looked_at(name: str) -> None:
    least, _ = _parser.parse(SERVICE_KEYS[name].shape).getwidth()
    assert least >= SHORTEST_KEY


@pytest.mark.parametrize("name", ENTRIES)
def test_whatever_a_form_matches_has_a_literal_and_its_confirmation(name: str) -> None:
    """In every branch of the form: of one that no literal stands in, nothing is ever found."""
    key = SERVICE_KEYS[name]
    form = Grammar(key.shape, random.Random(name))
    for text in [form.make() for _ in range(60 if not key.near else 0)]:
        if re.fullmatch(key.shape, text) is not None:
            places = [found.start() for one in key.literals for found in re.finditer(re.escape(one), text.lower())]
            assert any(re.compile(key.confirm).match(text, at) for at in places), text[:12]


def test_a_literal_that_goes_on_behind_a_prefix_begins_a_key_too() -> None:
    """``YCM`` in the middle of base64 is chance, though the prefix is ``YC``: no such picture is worth parsing."""
    key = sample("yandex-cloud-key", r"YCM[A-Za-z0-9_-]{37}", 3)
    assert ENGINE.screen(f'"image/png": "iVBORw0KGgoAAAANSUhEUgAA{key}AAAA"'.encode(), "a.json") is None
    screening = ENGINE.screen(f"key: {key}\n".encode(), "a.yaml")
    assert screening is not None
    assert {ask.topics for _, ask in screening.hits if ask.detector == "service-keys"} == {("yandex-cloud-key",)}
