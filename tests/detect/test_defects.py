"""A defect stays where it is: one string's costs that string, one detector's costs that detector, and each is said."""

import json
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect.engine import Engine
from nbguard.detect.finding import KINDS
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.documents.spans import first_invalid_escape, json_text
from nbguard.policy.policy_settings import Config
from nbguard.scan.scanner import Scanner
from tests.detect.differential import EXHAUSTIVE, FAST, disagreement
from tests.detect.generated_documents import FORMS, texts
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

TOKENS = FakeTokens(77)
GITHUB = TOKENS.github()[:-3] + "7Q2"


def leaking(**metadata: str) -> bytes:
    return as_bytes(
        notebook(code(f'login("{GITHUB}")', stream("PLACE\n"), note="PLACE"), code("x = 'PLACE'"), **metadata)
    )


@pytest.mark.parametrize("escape", [r"\q", r"\u12", r"\x41", r"\ ", r"\'", r"\\\q", r"\N{DEGREE SIGN}"])
@pytest.mark.parametrize("place", range(3))
def test_an_invalid_escape_costs_no_finding_and_is_said(escape: str, place: int) -> None:
    raw = leaking()
    at = [found.start() for found in re.finditer(b"PLACE", raw)][place]
    damaged = raw[:at] + escape.encode() + raw[at + 5 :]
    with pytest.raises(ValueError, match=r"escape"):
        json.loads(damaged)
    scanned = Scanner(Config(root=".")).scan("a.ipynb", damaged)
    assert [(f.rule, f.value) for f in scanned.findings] == [("github-token", GITHUB)]
    assert "invalid \\escape" in scanned.problem
    assert not scanned.defect
    assert disagreement("a.ipynb", damaged) == (set(), set())


def test_a_character_that_has_no_name_is_read_over() -> None:
    raw = (
        b'token="{}\\N{\xf9}"\nlogin("' + GITHUB.encode() + b'")\nfrom qiskit_ibm_runtime import QiskitRuntimeService\n'
    )
    raw += b'QiskitRuntimeService(token="{}\\N{\xf9}")\n'
    scanned = Scanner(Config(root=".")).scan("a.py", raw)
    assert ("github-token", GITHUB) in [(f.rule, f.value) for f in scanned.findings]
    assert not scanned.defect


def test_a_detector_that_raises_costs_what_it_would_have_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from nbguard.detect.generic import generic

    def broken(*_: object) -> None:
        raise RuntimeError(GITHUB)

    monkeypatch.setattr(generic, "find_generic", broken)
    token = TOKENS.dwave()
    text = f"login('{GITHUB}')\nDWaveSampler(token='{token}')\n"
    scanned = Scanner(Config(root=".")).scan("a.py", text.encode())
    assert ("dwave-sapi-token", token) in [(f.rule, f.value) for f in scanned.findings]
    assert "RuntimeError in nbguard.detect" in scanned.defect
    assert GITHUB not in scanned.defect
    with pytest.raises(RuntimeError):
        Engine(Scope(frozenset(("credential",)))).detect(open_document("a.py", text.encode()))


@given(st.text(st.sampled_from('\\\\\\"/bnu0aq{}\n é'), max_size=30))
def test_escapes_are_valid_where_json_says_so(text: str) -> None:
    raw = f'"{text}"'.encode()
    try:
        json.loads(raw, strict=False)
    except json.JSONDecodeError as error:
        expected = "escape" in error.msg
    else:
        expected = False
    if '"' not in re.sub(r"\\.", "", text, flags=re.DOTALL):
        assert (first_invalid_escape(raw.decode("latin-1")) >= 0) == expected or text.endswith("\\")
    assert len(json_text(raw)) == len(raw)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=4)), max_size=5))
def test_nothing_raises_on_half_broken_files(seed: int, damage: list[tuple[int, bytes]]) -> None:
    source = random.Random(seed)
    path, raw = FORMS[source.choice(tuple(FORMS))](source.choice(texts(1)), source)
    for at, new in damage:
        at %= len(raw) + 1
        raw = raw[:at] + new + raw[at + len(new) // 2 :]
    for engine in (FAST, EXHAUSTIVE):
        screening = engine.screen(raw, path)
        if screening is not None:
            engine.detect(open_document(path, raw), screening)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.ipynb", "a.py", "a.json", ".env", "a"]))
def test_nothing_raises_on_any_bytes(raw: bytes, path: str) -> None:
    engine = Engine(Scope(frozenset(KINDS), exhaustive=True))
    engine.detect(open_document(path, raw), engine.screen(raw, path))
