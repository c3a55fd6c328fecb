"""Protects the way from bytes to findings: what the prefilter passes over is what no detector would have found."""

import json

import pytest

from nbguard.detect import engine as engine_module
from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.catalogue_examples import as_file, iterate_examples
from tests.fake_tokens import FakeTokens
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, error, markdown, notebook, stream

CREDENTIALS = Scope(frozenset(("credential",)))
TOKENS = FakeTokens(11)
COLOUR = "\x1b[0;31m"


@pytest.fixture(scope="module")
def engine():
    return Engine(CREDENTIALS)


def found(engine, raw, path="a.ipynb"):
    """The findings as (rule, place, value), the way every door gets them: by the prefilter first."""
    screening = engine.screen(raw, path)
    if screening is None:
        return []
    return [(f.rule, f.field.part.where, f.value) for f in engine.detect(open_document(path, raw), screening)]


def leak(token):
    return code(f"from dwave.system import DWaveSampler\nsampler = DWaveSampler(token='{token}')\n")


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("place", ["cell", "notebook"])
@pytest.mark.parametrize("value", ["{}", ["{}"]], ids=["string", "list"])
def test_a_key_of_metadata_says_what_its_own_string_is(engine, value, place, indent):
    token = FakeTokens(12).of("0123456789abcdef", 40)
    metadata = json.loads(json.dumps({"tags": [], "api_key": value, "n": 1}).replace("{}", token))
    document = notebook(code("x = 1"))
    (document if place == "notebook" else document["cells"][0])["metadata"] |= metadata
    raw = json.dumps(document, indent=indent).encode()
    assert found(engine, raw) == [("generic-credential", "metadata", token)]


def test_a_clean_notebook_is_not_parsed(engine):
    clean = notebook(
        code(
            "import dwave.system\nfrom qiskit_ibm_runtime import QiskitRuntimeService\nservice = QiskitRuntimeService()"
        ),
        code("import os\ntoken = os.environ['QISKIT_IBM_TOKEN']\ntokenizer.pad_token = '<pad>'"),
        markdown("See https://quantum.cloud.ibm.com/docs and set `IONQ_API_KEY`."),
    )
    assert engine.screen(as_bytes(clean), "a.ipynb") is None


def test_one_value_in_one_place_is_one_finding(engine):
    token = TOKENS.dwave()
    assert found(engine, as_bytes(notebook(leak(token)))) == [("dwave-sapi-token", "source", token)]


@pytest.mark.parametrize("hide", [lambda c: f"\\u{ord(c):04x}", lambda c: f"\\u{ord(c):04X}"], ids=["lower", "upper"])
def test_escaped_letters_hide_nothing(engine, hide):
    """JSON may write any character as an escape; a prefilter on raw bytes must know that it is blind there."""
    token = TOKENS.dwave()
    plain = as_bytes(notebook(leak(token))).decode()
    hidden = plain.replace(token, "".join(map(hide, token))).replace("DWaveSampler", "".join(map(hide, "DWaveSampler")))
    assert token not in hidden
    assert json.loads(hidden) == json.loads(plain)
    assert found(engine, hidden.encode()) == [("dwave-sapi-token", "source", token)]


def test_escaped_slashes_hide_nothing(engine):
    token = "AE/" + TOKENS.of("abcdefghijkmnopqrstuvwxyzABCDEFGH23456789", 32)
    plain = as_bytes(notebook(code(f"client.token = '{token}'"))).decode()
    assert [rule for rule, _, _ in found(engine, plain.replace("/", "\\/").encode())] == ["amplify-ae-token"]


def test_utf16_files_are_read(engine):
    token = TOKENS.dwave()
    raw = f"DWAVE_API_TOKEN={token}\n".encode("utf-16")
    assert [value for _, _, value in found(engine, raw, "settings.env")] == [token]


def test_a_configuration_file_is_known_by_its_path(engine):
    token = TOKENS.of("0123456789abcdef", 48)
    raw = f"[defaults]\ntoken = AB-{token}\n".encode()
    assert found(engine, raw, "conf/dwave.conf") == [("dwave-sapi-token", "file", f"AB-{token}")]


def test_an_echo_says_more_than_a_generic_rule(engine):
    """A JWT in an output is some JWT, until the source says whose it is."""
    token = TOKENS.jwt()
    cell = code(
        f"from qiskit_ionq import IonQProvider\nprovider = IonQProvider('{token}')\n",
        stream(f"using {token}\n"),
        error("E", "v", f"\x1b[31mbad {token}\x1b[0m"),
    )
    rules = [(rule, where) for rule, where, _ in found(engine, as_bytes(notebook(cell)))]
    assert rules == [("ionq-api-key", "output"), ("ionq-api-key", "traceback"), ("ionq-api-key", "source")]


@pytest.mark.parametrize("line", ["%env {name}={value}", "# export {name}={value}", "{name}={value}"])
def test_a_connection_string_is_one_value(engine, line):
    """Its semicolons don't end it, and the key inside of it is no finding of its own."""
    key = TOKENS.of("abcdefghijkmnopqrstuvwxyz23456789", 76) + "AZ" + "QU" + TOKENS.of("abcdefgh2345", 5) + "A"
    value = (
        "SubscriptionId=6d2f1c1e-3b0a-4c55-9f0e-7a54c1f0b2d3;ResourceGroupName=lab;WorkspaceName=w;"
        f"ApiKey={key};QuantumEndpoint=https://eastus.quantum.azure.com/"
    )
    source = line.format(name="AZURE_QUANTUM_CONNECTION_STRING", value=value)
    cell = markdown(source) if line.startswith("{") else code(source)
    assert [(rule, text) for rule, _, text in found(engine, as_bytes(notebook(cell)))] == [
        ("azure-quantum-connection-string", value)
    ]


def test_every_example_passes_the_prefilter(engine):
    """The confirmations on raw bytes are necessary conditions: no example of the catalogue may fail one."""
    missed = []
    for example in iterate_examples(5):
        path, raw = as_file(example)
        if not any(value == example.secret for _, _, value in found(engine, raw, path)):
            missed.append((example.rule_id, example.form))
    assert missed == []


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 1])
def test_the_layout_of_the_json_hides_nothing(engine, ascii_only, indent):
    missed = []
    for example in iterate_examples(6):
        raw = as_bytes(notebook(code("é = 'ü'\n" + example.text)), indent, ascii_only)
        if example.form == "cell" and not any(value == example.secret for _, _, value in found(engine, raw)):
            missed.append((example.rule_id, example.text[:40]))
    assert missed == []


def test_kinds_that_were_not_asked_for_are_not_looked_for():
    raw = as_bytes(notebook(leak(TOKENS.dwave())))
    assert found(Engine(Scope(frozenset(("sample-data",)))), raw) == []


@pytest.mark.slow
@pytest.mark.parametrize("colour", ["\x1b[0;31m", r"\x1b[0;31m", r"\033[1m"])
@pytest.mark.parametrize("path", ["a.ipynb", "a.py"])
def test_codes_of_terminals_in_a_row_take_linear_time(engine, path, colour):
    def screen(size):
        text = "a" + colour * (size // len(colour))
        engine.screen(as_bytes(notebook(code(text))) if path.endswith(".ipynb") else text.encode(), path)

    assert_linear(screen, 12_000)


def test_a_word_behind_many_codes_of_terminals_is_found():
    token = TOKENS.dwave()
    for number in (1, 15, 16, 17, 40):
        text = f"DWaveSampler(token='{token[:9]}{number * COLOUR}{token[9:]}')\n"
        raw = as_bytes(notebook(code("x", stream(text))))
        plain, whole = (found(Engine(Scope(exhaustive=every)), raw) for every in (False, True))
        assert plain == whole, number
        assert [value.replace(COLOUR, "") for _, _, value in plain] == [token], number


def test_once_an_escape_may_hide_anything_no_other_place_is_asked_about(monkeypatch):
    """HTML-safe JSON writes each bracket as an escape: to ask about all of them took 30 s for 10 MB."""
    token = FakeTokens(12).ionq()
    rows = "<tr><td>row</td></tr>\n" * 300
    source = f"from qiskit_ionq import IonQProvider\nIonQProvider(token={token!r})"
    raw = as_bytes(notebook(markdown(rows), code(source))).replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    asked, real = [], engine_module.answer_asks
    monkeypatch.setattr(engine_module, "answer_asks", lambda *given: asked.append(given) or real(*given))
    engine = Engine()
    screening = engine.screen(raw, "a.ipynb")
    assert screening is not None
    assert screening.blind
    assert len(asked) < 20
    (found,) = engine.detect(open_document("a.ipynb", raw), screening)
    assert found.value == token
