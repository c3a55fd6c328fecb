"""Protects what damaged code means: no call where the parser left a sign out, and what is half typed is read."""

import json

import pytest

from tests.detect.differential import EXHAUSTIVE, FAST, disagreement, found
from tests.fake_tokens import FakeTokens

# No program has these: a sign between a callee and its bracket, within a subscript, behind the `=`, glued to a name.
NO_CODE = (
    'user.save_account{(token="@@")',
    'user.save_account}("@@")',
    'os.environ["IONQ_API_KEY"None]  =;"@@"',
    'os.environ["IONQ_API_KEY"\\n] = "@@"',
    'from qiskit_aqt_provider.api_client import ArnicaConfig\nc = ArnicaConfig()\nc.client_secret \u2028= "@@"',
    'provider =4IonQProvider("@@"',
)
# What people have typed so far, and escapes in a literal.
HALF_TYPED = (
    'provider = IonQProvider(name other, token="@@")',
    'provider = IonQProvider("@@", name=',
    'os.environ["IONQ_API_KEY"] = "@@"\nfor x in (',
    'from qiskit_ionq import IonQProvider\nprovider = IonQProvider("@@"))',
)
# Tabs between a name and its value: an escape in the raw bytes of a notebook.
TABS = ('token \t= "@@"', 'token\t=\t"@@"', "token\t\t:\t@@", "password\t\t@@")
ESCAPED = 'headers = {"Authorization": "SDK j\\u0041@@"}'


def _forms(text: str) -> list[tuple[str, bytes]]:
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return [("a.py", text.encode()), ("a.ipynb", json.dumps(notebook).encode())]


@pytest.mark.parametrize("text", [*NO_CODE, *HALF_TYPED, *TABS, ESCAPED])
def test_both_engines_say_the_same(text: str) -> None:
    for path, raw in _forms(text.replace("@@", FakeTokens().ionq())):
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize("text", [*HALF_TYPED, ESCAPED])
def test_half_typed_lines_are_read(text: str) -> None:
    for path, raw in _forms(text.replace("@@", FakeTokens().ionq())):
        assert {one.rule for one in found(FAST, path, raw)} & {"ionq-api-key", "bluequbit-api-token"}


@pytest.mark.parametrize("text", TABS[:3])
def test_tabs_stand_between_a_name_and_its_value(text: str) -> None:
    for path, raw in _forms(text.replace("@@", FakeTokens().dwave().removeprefix("DEV-"))):
        assert found(FAST, path, raw)


@pytest.mark.parametrize("text", NO_CODE)
def test_what_no_parser_takes_is_no_call(text: str) -> None:
    token = FakeTokens().of("abcdefghijkmnpqrstuvwxyz", 11)  # nothing that stands out by itself
    for path, raw in _forms(text.replace("@@", token)):
        assert {one.rule for one in found(EXHAUSTIVE, path, raw)} <= {"named-secret", "generic-credential"}
