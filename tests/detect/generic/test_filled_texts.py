"""What code puts into a text by a name: addresses, connection strings, headers, lines of magics."""

from __future__ import annotations

import pytest

from nbguard.detect.dataflow.evaluate import Flow
from nbguard.detect.engine import Engine
from nbguard.detect.generic import filled_texts
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

SCOPE = Scope(frozenset(("credential",)))
ENGINES = (Engine(SCOPE), Engine(SCOPE._replace(exhaustive=True)))
TOKENS = FakeTokens(83)
T, P = TOKENS.of(ALPHANUMERIC, 30) + "a7", "kW3!" + TOKENS.of(ALPHANUMERIC, 8) + "-9x"

FILLED = [
    ("k", T, 'r = requests.get(f"{u}?key={k}")'),
    ("k", T, 'u = "https://maps.example.net/v1?api_key=" + k'),
    ("k", T, 'u = "https://maps.example.net/v1?api_key=%s&q=ulm" % k'),
    ("k", T, 'u = "https://maps.example.net/v1?q={}&token={}".format("ulm", k)'),
    ("k", T, 'os.system(f"lab run --token {k}")'),
    ("p", P, 'dsn = "host=db user=%s password=%s dbname=runs" % (u, p)'),
    ("p", P, 'dsn = "user={u};password={w};".format(u="lab", w=p)'),
    ("p", P, 'dsn = f"DRIVER={{ODBC}};SERVER=s;UID=sa;PWD={p}"'),
    ("p", P, 'e = create_engine(f"postgresql://lab:{p}@db.lab.net/runs")'),
    ("p", P, 'e = create_engine("mysql+pymysql://{}:{}@{}/runs".format("lab", p, "db.lab.net"))'),
    ("p", P, 'e = create_engine("postgresql://lab:" + p + "@db.lab.net/runs")'),
]
LINES = [
    ("k", "%env LAB_API_TOKEN=$k"),
    ("k", "%env LAB_API_TOKEN={k}"),
    ("k", "!lab run --token $k"),
]


def _found(path: str, raw: bytes) -> list[set[tuple[str, str | None]]]:
    return [{(one.value, one.provider) for one in engine.detect(open_document(path, raw))} for engine in ENGINES]


def _documents(name: str, value: str, code: str) -> list[tuple[str, bytes]]:
    given = f'{name} = "{value}"'
    return [
        ("a.py", f"{given}\n{code}\n".encode()),
        ("a.ipynb", build.as_bytes(build.notebook(build.code(given), build.code(code)))),
    ]


@pytest.mark.parametrize(("name", "value", "code"), FILLED, ids=range(len(FILLED)))
def test_what_is_put_in_is_found_where_it_is_written(name: str, value: str, code: str) -> None:
    for path, raw in _documents(name, value, code):
        assert _found(path, raw) == [{(value, None)}] * 2
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize(("name", "line"), LINES, ids=range(len(LINES)))
def test_a_line_of_another_language_gets_the_value_of_a_name(name: str, line: str) -> None:
    path, raw = _documents(name, T, line)[1]
    assert _found(path, raw) == [{(T, None)}] * 2
    assert disagreement(path, raw) == (set(), set())


def test_the_text_says_whose_it_is() -> None:
    token = TOKENS.of(ALPHANUMERIC, 43) + "4"
    for line in (
        'r = requests.get(f"https://auth.quantum-computing.ibm.com/api/users/loginWithToken?apiToken={t}")',
        "%env QISKIT_IBM_TOKEN=$t",
    ):
        path, raw = _documents("t", token, line)[1]
        assert _found(path, raw) == [{(token, "ibm-quantum")}] * 2


def test_a_sum_of_many_terms_is_put_together_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its nodes are as deep as there are terms: going up from each hole took 15 s for 800 of them."""
    asked = []
    find = filled_texts._text_around
    monkeypatch.setattr(filled_texts, "_text_around", lambda *where: asked.append(where) or find(*where))
    text = f'k = "{T}"\nu = "https://h.lab.net/x?a=1" + ' + '"&key=" + k + ' * 60 + '"&n=1"\n'
    assert _found("a.py", text.encode())[0] == {(T, None)}
    assert 0 < len(asked) < 10


@pytest.mark.parametrize(
    "line",
    ['x = f"?key={k}&token={k}"', "%env LAB_TOKEN=$k", 'x = "https://h.lab.net/?key=" + k' + ' + "&key=" + k' * 90],
)
def test_what_is_put_together_for_a_document_is_bounded(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    written, asked = [], []
    search, values = filled_texts.DecodedSearch.find, Flow.values
    monkeypatch.setattr(
        filled_texts.DecodedSearch, "find", lambda *args: written.append(len(args[2].text)) or search(*args)
    )
    monkeypatch.setattr(Flow, "values", lambda *args: asked.append(args[2:] == (100,)) or values(*args))
    found = _found("a.ipynb", build.as_bytes(build.notebook(build.code(f'k = "{T}"'), *[build.code(line)] * 500)))
    assert found[0] == {(T, None)}
    assert sum(written) <= 2 * 40_000  # two engines
    assert sum(asked) <= 2 * 200


SILENT = [
    f'i = "{T}"\nr = requests.get(f"{{u}}?id={{i}}")',
    f'c = "{T.lower()}"\nu = "https://git.example.net/commit/{{}}?ref={{}}".format(c, "main")',
    'k = "name"\nr = requests.get(f"{u}?key={k}")',
    'p = os.environ["PW"]\ne = create_engine(f"postgresql://lab:{p}@db.lab.net/runs")',
    'p = "<password>"\ndsn = "user=%s password=%s" % (u, p)',
    'p = getpass()\ndsn = "user={};password={};".format("lab7!xk", p)',
    'd = "/data/runs-2024"\n%env LAB_TOKEN_DIR=$d',
    "k = os.environ['KEY']\n%env LAB_API_TOKEN=$k",
]


@pytest.mark.parametrize("code", SILENT, ids=range(len(SILENT)))
def test_look_alikes_are_silent(code: str) -> None:
    first, _, last = code.partition("\n")
    for path, raw in (
        ("a.py", code.encode()),
        ("a.ipynb", build.as_bytes(build.notebook(build.code(first), build.code(last)))),
    ):
        assert _found(path, raw) == [set()] * 2
        assert disagreement(path, raw) == (set(), set())
