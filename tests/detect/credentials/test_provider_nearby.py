"""Whose a value is: what stands beside it says, and a value is nobody's where nothing does."""

from __future__ import annotations

import json

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(41)
V, W = TOKENS.of(ALPHANUMERIC, 38) + "a7", TOKENS.of(ALPHANUMERIC, 38) + "b8"
JWT = TOKENS.jwt()


def _providers(path: str, text: str | bytes) -> dict[str, set[str]]:
    """Value -> the providers that findings of it name."""
    raw = text if isinstance(text, bytes) else text.encode()
    named: dict[str, set[str]] = {}
    for finding in ENGINE.detect(open_document(path, raw)):
        named.setdefault(finding.value, set()).add(finding.provider or "")
    return named


BESIDE = [
    (".env", f"# IonQ\nAPI_TOKEN={V}", "ionq"),
    ("a.py", f'# the D-Wave token\ntoken = "{V}"', "dwave"),
    ("a.md", f"## Strangeworks\n\nAPI key: `{V}`", "strangeworks"),
    ("a.sh", f"run --service ionq --token {V}", "ionq"),
    ("a.sh", f'curl "https://api.ionq.co/v0.3/jobs?key={V}"', "ionq"),
    ("a.sh", f'curl -H "x-api-key: {V}" https://api.strangeworks.com/jobs', "strangeworks"),
    ("a.py", f'accounts = {{"IonQ": {{"user": "me", "token": "{V}"}}}}', "ionq"),
    ("a.py", f'box = w.Password(value="{V}", description="IonQ token")', "ionq"),
    ("a.py", f'requests.get("https://api.ionq.co/v0.3/jobs", params={{"api_key": "{V}"}})', "ionq"),
    ("a.py", f'if strangeworks_api_key != "{V}":\n    raise SystemExit', "strangeworks"),
    ("a.py", f'assert os.environ["AQT_TOKEN"] == "{V}"', "aqt"),
    ("a.py", f'pair = {{"IonQ": {{"token": "{V}"}}, "Strangeworks": {{"token": "{W}"}}}}', "ionq"),
    ("a.http", f"GET https://api.ionq.co/v0.3/jobs\nX-Api-Key: {V}\n", "ionq"),
    ("dump.txt", f"POST /jobs HTTP/1.1\nHost: api.cloud.quandela.com\nAuthorization: Bearer {V}\n", "quandela"),
    ("run.yml", f"steps:\n  - uses: lab/run@v1\n    with:\n      api-key: {V}\n      service: ionq\n", "ionq"),
    ("run.yml", f"service: D-Wave\napi_key: {V}\n", "dwave"),
    ("a.py", f'client = StrangeworksClient(api_key="{V}")', "strangeworks"),
    ("a.py", f'client = QuantumInspireClient(api_key="{V}")', "quantum-inspire"),
    ("a.js", f'fetch("https://cloud.strangeworks.com/x", {{ headers: {{ "X-Api-Key": "{V}" }} }});', "strangeworks"),
]


@pytest.mark.parametrize(("path", "text", "provider"), BESIDE, ids=[f"{n}-{p}" for n, (p, _, _) in enumerate(BESIDE)])
def test_what_stands_beside_a_value_says_whose_it_is(path: str, text: str, provider: str) -> None:
    assert _providers(path, text).get(V) == {provider}


NOBODYS = [
    # Its own name says that it is another service's.
    (".env", f"QISKIT_IBM_CHANNEL=ibm_cloud\nGRAFANA_TOKEN={V}"),
    ("a.yaml", f"service: ionq\ndatadog_api_key: {V}\n"),
    ("a.py", f'requests.get("https://lab.example.net/jobs", params={{"api_key": "{V}"}})'),
    # Another paragraph is about something else.
    ("a.py", f'# see https://api.ionq.co/v0.3/jobs\n\n\napi_token = "{V}"'),
    ("a.py", f'# IonQ\n\ntoken = "{V}"'),
    ("a.py", f'# IonQ\nshots = 10\ntoken = "{V}"'),
    # The nearer host is the one that the value goes to.
    ("a.http", f"# like https://api.ionq.co/v0.3/jobs\nGET https://lab.example.net/jobs\nX-Api-Key: {V}\n"),
    # The name of a provider in the line above, in the middle of a sentence, gives nothing to the line below.
    ("run.yml", f"note: as ionq has it\nauth_token: {V}\n"),
    ("run.yml", f"jobs:\n  service: ionq\nauth_token: {V}\n"),
    ("a.sh", f"run --service mailer --token {V}"),
    ("a.sh", f"SF_API_KEY={V}"),
]


@pytest.mark.parametrize(("path", "text"), NOBODYS, ids=[f"{n}-{path}" for n, (path, _) in enumerate(NOBODYS)])
def test_a_value_is_nobodys_where_nothing_beside_it_names_a_provider(path: str, text: str) -> None:
    assert _providers(path, text).get(V) == {""}


def test_a_name_belongs_to_the_first_value_behind_it() -> None:
    named = _providers("a.py", f'a = {{"IonQ": {{"token": "{V}"}}, "Mailer": {{"token": "{W}"}}}}')
    assert named == {V: {"ionq"}, W: {""}}


def test_a_form_that_tells_a_service_beats_the_name_beside_it() -> None:
    github = TOKENS.github()
    assert _providers("a.sh", f"run --service ionq --token {github}") == {github: {"github"}}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.env", f"SF_API_KEY={JWT}"),
        ("a.yaml", f"env:\n  - name: SF_API_KEY\n    value: {JWT}\n"),
        ("a.py", f'import os\nos.environ.setdefault("SF_API_KEY", "{JWT}")'),
        ("a.js", f"const key = process.env.SF_API_KEY || '{JWT}';"),
        ("a.sh", f'echo "{JWT}" | vercel env add SF_API_KEY production'),
        ("a.c", f'#define SF_API_KEY "{JWT}"'),
    ],
)
def test_a_variable_that_services_share_counts_by_the_form_of_its_value(path: str, text: str) -> None:
    assert _providers(path, text) == {JWT: {"xanadu"}}


def test_the_host_of_the_call_beats_an_import_in_another_cell() -> None:
    call = 'requests.get("https://cocos.resonance.meetiqm.com/jobs", headers={"Authorization": "Bearer ' + V + '"})'
    for imports in ("import perceval as pcvl", "import qiskit_aqt_provider", "import strangeworks"):
        raw = build.as_bytes(build.notebook(build.code(imports), build.code(call)))
        assert _providers("a.ipynb", raw)[V] == {"iqm"}, imports


def test_a_printed_variable_is_whose_its_name_says() -> None:
    cell = build.code("print(bluequbit_token)", build.stream(V))
    assert _providers("a.ipynb", build.as_bytes(build.notebook(cell))) == {V: {"bluequbit"}}


def test_a_har_entry_has_the_host_of_its_own_request() -> None:
    def entry(url: str, value: str) -> dict[str, object]:
        return {"request": {"url": url, "headers": [{"name": "X-Api-Key", "value": value}]}}

    entries = [entry("https://api.strangeworks.com/jobs", V), entry("https://lab.example.net/jobs", W)]
    named = _providers("t.har", json.dumps({"log": {"entries": entries}}))
    assert named == {V: {"strangeworks"}, W: {""}}
