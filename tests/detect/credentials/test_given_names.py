"""What a name brings to an argument that says credential, for services that nobody knows."""

from __future__ import annotations

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

SCOPE = Scope(frozenset(("credential",)))
FAST, EXHAUSTIVE = Engine(SCOPE), Engine(SCOPE._replace(exhaustive=True))
V = FakeTokens(47).of(ALPHANUMERIC, 30) + "a7"

FLOWS = [
    f'k = "{V}"\nclient = mailer.Client(api_key=k)',
    f'k = "{V}"\nclient = mailer.Client(\n    api_key=k,\n    timeout=3,\n)',
    f'c = {{"k": "{V}"}}\nclient = mailer.Client(api_key=c["k"])',
    f'_, k = "me", "{V}"\nwarehouse.connect(token=k)',
    f'a = "{V}"\nwarehouse.connect(token=f"{{a}}")',
    f'def mine():\n    return "{V}"\nwarehouse.connect(auth_token=mine())',
    f'class C:\n    @property\n    def k(self):\n        return "{V}"\nwarehouse.connect(token=C().k)',
    f'from dataclasses import dataclass\n@dataclass\nclass C:\n    k: str = "{V}"\nwarehouse.connect(token=C().k)',
    # Other things than arguments that a name gives something to.
    f'k = "{V}"\nheaders = {{"X-API-Key": k}}',
    f'k = "{V}"\nrequests.get(u, headers={{"Authorization": f"Bearer {{k}}"}})',
    f'k = "{V}"\nos.environ["LAB_API_KEY"] = k',
    f'k = "{V}"\nmonkeypatch.setenv("LAB_TOKEN", k)',
    f'k = "{V}"\napi_token = k',
    # Calls whose value is one of their arguments', or a piece of it.
    f'k = "user:{V}".split(":")[1]\nrun(token=k)',
    f'k = "user:{V}".rsplit(":", 1)[-1]\nrun(token=k)',
    f'k = random.choice(["{V}"])\nrun(token=k)',
    f'k = list(map(lambda one: one.strip(), ["{V}"]))\nrun(token=k[0])',
    f'k = ChainMap({{}}, {{"k": "{V}"}})\nrun(token=k["k"])',
    f'a = "{V[:18]}"\nk = a + "{V[18:]}"\nrun(token=k)',
    f'@click.option("--k", default="{V}")\ndef main(k):\n    warehouse.connect(token=k)',
    # What a name is given by its place alone.
    f'Account = namedtuple("Account", ["name", "api_key"])\nme = Account("ann", "{V}")',
    f'Account = collections.namedtuple("Account", "name token")\nme = Account("ann", "{V}")',
    f'class Account(NamedTuple):\n    name: str\n    password: str\nme = Account("ann", "{V}")',
    f'Account = typing.NamedTuple("Account", [("name", str), ("token", str)])\nme = Account("ann", token="{V}")',
    f'accounts = dict(zip(["name", "token"], ["ann", "{V}"]))',
    f'names = ["name", "api_key"]\nvalues = ["ann", "{V}"]\naccount = dict(zip(names, values))',
]


def test_the_name_says_which_provider_it_is_of() -> None:
    """A variable of the environment that no catalogue has, called after a provider."""
    found = FAST.detect(open_document("a.py", f'k = "{V}"\nos.environ["QCTRL_LAB_TOKEN"] = k'.encode()))
    assert [(finding.provider, finding.value) for finding in found] == [("qctrl", V)]


def _values(path: str, raw: bytes, engine: Engine) -> set[str]:
    return {finding.value for finding in engine.detect(open_document(path, raw))}


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
@pytest.mark.parametrize("code", FLOWS, ids=range(len(FLOWS)))
def test_the_literal_is_found_where_it_stands(code: str, engine: Engine) -> None:
    assert _values("a.py", code.encode(), engine) == {V}
    first, _, last = code.rpartition("\n")
    cells = [build.code(code)] if last.startswith(" ") or last == ")" else [build.code(first), build.code(last)]
    assert _values("a.ipynb", build.as_bytes(build.notebook(*cells)), engine) == {V}


SILENT = [
    'k = os.environ["KEY"]\nclient = mailer.Client(api_key=k)',
    'k = "created_at_descending_2"\nrun(sort_token=k)',
    'k = "bert-base-uncased-finetuned-lab-12"\nrun(pad_token=k)',
    f'k = "{V}"\nrun(name=k)',
    'k = "run:0123456789abcdef0123"\nheaders = {"X-Token-Count": k}',
    'k = "a1b2c3d4"\nheaders = {"Authorization": f"Bearer {k}"}',
    'k = "0123456789abcdef0123456789abcdef01234567"\nrun(next_page_token=k)',
    f'Point = namedtuple("Point", "key value")\np = Point("{V}", "{V}")',
    f'rows = dict(zip(["name", "job_id"], ["ann", "{V}"]))\ntoken = rows["name"]',
    'class Kind(NamedTuple):\n    token: str\n    colour: str\nk = Kind("open_parenthesis_12", "green")',
]


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
@pytest.mark.parametrize("code", SILENT, ids=range(len(SILENT)))
def test_what_is_no_credential_is_silent(code: str, engine: Engine) -> None:
    assert _values("a.py", code.encode(), engine) == set()
