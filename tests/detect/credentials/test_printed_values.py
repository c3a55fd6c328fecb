"""Protects what is found in the output of a cell that prints a credential, and the hygiene of printing one."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

EVERYTHING = Scope(kinds=frozenset(("credential", "hygiene")))


def scan(source, printed):
    raw = as_bytes(notebook(code(source, stream(printed))))
    engine = Engine(EVERYTHING)
    screening = engine.screen(raw, "a.ipynb")
    return [] if screening is None else engine.detect(open_document("a.ipynb", raw), screening)


@pytest.mark.parametrize(
    "source",
    [
        'import os\nprint(os.environ["QISKIT_IBM_TOKEN"])',
        "print(os.getenv('QISKIT_IBM_TOKEN'))", "!echo $QISKIT_IBM_TOKEN",
        'print(f"{os.environ.get(\'QISKIT_IBM_TOKEN\')}")', 'os.environ["QISKIT_IBM_TOKEN"]', "%env QISKIT_IBM_TOKEN",
    ],
)  # fmt: skip
def test_the_output_of_a_known_variable_is_its_providers(source):
    token = FakeTokens(2).ibm_cloud()
    found = [f for f in scan(source, token + "\n") if f.kind == "credential"]
    assert [(f.provider, f.value, f.field.part.where) for f in found] == [("ibm-quantum", token, "output")]


@pytest.mark.parametrize(
    "source", ["print(lab_token)", "lab_token", "display(client.api_key)", 'print("is", lab_token)']
)
def test_the_output_of_a_variable_that_says_credential_is_one(source):
    token = FakeTokens(3).of(ALPHANUMERIC, 36)
    found = [f for f in scan(source, f"is {token}\n") if f.kind == "credential"]
    assert [(f.rule, f.value) for f in found] == [("generic-credential", token)]


@pytest.mark.parametrize(
    "source",
    ["print(job_id)", "print(len(lab_token))", 'print("token")', "tokens", "print(next_page_token)", "x = lab_token"],
)
def test_other_outputs_say_nothing(source):
    assert scan(source, FakeTokens(4).of(ALPHANUMERIC, 36) + "\n") == []


@pytest.mark.parametrize(
    "source", ["print(api_key[:10])", "logger.info(f'{api_key}')", 'print(os.environ["IONQ_API_KEY"])']
)
def test_showing_a_credential_is_a_habit_worth_a_finding(source):
    found = scan(source, "done\n")
    assert [(f.rule, f.kind) for f in found] == [("prints-credential", "hygiene")]
