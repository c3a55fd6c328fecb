"""A colour code of a terminal anywhere in a line: both engines agree, and no token has a part of the code in it."""

import json
import random
import string

import pytest
from pygments import highlight
from pygments.formatters import Terminal256Formatter
from pygments.lexers import PythonLexer

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


@pytest.mark.parametrize(
    "line",
    [
        'password = "{}"',
        'connect(host="db", password="{}")',
        'settings = {{"password": "{}"}}',
        'os.environ["IONQ_API_KEY"] = "{}"',
        'aws_secret_access_key = "{}"',
    ],
)
@pytest.mark.parametrize("where", ["traceback", "stream"])
def test_highlighted_code_says_what_the_plain_one_does(line: str, where: str) -> None:
    """As IPython writes the lines of a traceback."""
    length = 40 if "aws" in line else 32
    code = line.format("".join(random.Random(line).choices(_WORD, k=length)))
    shown = f"\x1b[32m----> 1\x1b[39m {highlight(code, PythonLexer(), Terminal256Formatter())}"
    answers = []
    for text in (f"----> 1 {code}\n", shown, f"\x1b[33m{code}\x1b[0m\n"):
        raw = _notebook(text, "stream")
        if where == "traceback":
            notebook = json.loads(raw)
            error = {"output_type": "error", "ename": "E", "evalue": "e", "traceback": [text]}
            notebook["cells"][0]["outputs"] = [error]
            raw = json.dumps(notebook).encode()
        fast = found(FAST, "a.ipynb", raw)
        assert fast == found(EXHAUSTIVE, "a.ipynb", raw)
        answers.append({(one.rule, one.value) for one in fast})
    assert answers[0]
    assert answers[1] == answers[2] == answers[0]
