"""A colour code of a terminal anywhere in a line: both engines agree, and no token has a part of the code in it."""

import json
import random
import string

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.finding import KINDS
from nbguard.detect.scope import Scope
from tests.detect.differential import EXHAUSTIVE, FAST, found

_WORD = string.ascii_letters + string.digits
_LINES = (
    'headers = {{"Authorization": "Bearer {}"}}',
    'token = "{}"',
    "IONQ_API_KEY={}",
    "password: {}",
    "https://user:{}@host.example/x",
    'f("{}")',
    "curl -u me:{} https://a.example",
    "x-api-key: {}",
)
_CODES = ("\x1b[31m", "\x1b[0m\x1b[1;32m", "\x1b[38;5;124m", "[32m")


def _notebook(text: str, mime: str) -> bytes:
    output = {"output_type": "display_data", "metadata": {}, "data": {mime: text}}
    if mime == "stream":
        output = {"output_type": "stream", "name": "stdout", "text": text}
    cell = {"cell_type": "code", "id": "a", "execution_count": 1, "metadata": {}, "source": "x", "outputs": [output]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _values(random_: random.Random) -> list[str]:
    def run(length: int, more: str = "") -> str:
        return "".join(random_.choices(_WORD + more, k=length))

    return [
        run(40),
        f"{run(20)}.{run(20)}",
        f"{run(16)}+/{run(22)}==",
        run(32, "._~+/="),
        "ya29." + run(40, "-_"),
        run(26, "!$%&*"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("line", _LINES)
def test_a_code_at_any_place_of_a_line_is_seen_by_both_engines(line: str) -> None:
    random_ = random.Random(line)
    for value in _values(random_):
        text = line.format(value)
        for at in range(len(text) + 1):
            for mime in ("stream", "text/html"):
                raw = _notebook(text[:at] + random_.choice(_CODES) + text[at:], mime)
                assert found(FAST, "a.ipynb", raw) == found(EXHAUSTIVE, "a.ipynb", raw), (line, at, mime)


@pytest.mark.parametrize("code", _CODES)
@pytest.mark.parametrize(
    ("prefix", "length", "rule"), [("ghp_", 36, "github-token"), ("ya29.", 60, "google-oauth-access")]
)
@pytest.mark.parametrize("line", ["{}\x1b[0m\n", "got {} ok", 'print("{}")', 'token = "{}"'])
def test_a_token_begins_behind_the_code(code: str, prefix: str, length: int, rule: str, line: str) -> None:
    token = prefix + "".join(random.Random(code + prefix).choices(_WORD, k=length))
    engine = Engine(Scope(frozenset(KINDS)))
    for mime in ("stream", "text/html"):
        assert {
            (one.rule, one.value) for one in found(engine, "a.ipynb", _notebook(line.format(code + token), mime))
        } == {(rule, token)}
