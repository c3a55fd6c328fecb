"""Passwords in addresses: found whole whatever signs they have, by the fast engine as by the exhaustive one."""

import random
import string

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build

SCOPE = Scope(frozenset(("credential",)))
ENGINES = {"fast": Engine(SCOPE), "exhaustive": Engine(SCOPE._replace(exhaustive=True))}
_LETTERS = string.ascii_letters + string.digits


def _password(seed: int, signs: str = "") -> str:
    chosen = random.Random(seed)
    return "".join(chosen.choice(_LETTERS) for _ in range(6)) + signs + "".join(chosen.sample("Zq8Kd92LxPw", 8))


def _found(path: str, raw: bytes, engine: str = "fast") -> set[tuple[str, str]]:
    return {(finding.rule, finding.value) for finding in ENGINES[engine].detect(open_document(path, raw))}


ADDRESSES = [
    ("a.py", 'engine = create_engine("postgresql://svc:{}@db.lab.acme.io:5432/runs")'),
    ("a.py", 'client = MongoClient("mongodb+srv://svc:{}@c0.acme.io/runs")'),
    ("a.py", 'REDIS_URL = "redis://:{}@cache:6379/0"'),
    ("a.py", 'BROKER = "amqp://worker:{}@mq.example.net//"'),
    ("a.js", "const url = `https://svc:{}@git.acme.io/lab/repo.git`"),
    (".git-credentials", "https://svc:{}@git.acme.io"),
    ("run.sh", "pip install --index-url https://svc:{}@pypi.acme.io/simple lab"),
    ("run.sh", "git clone https://oauth2:{}@git.acme.io/lab/repo.git"),
    ("run.sh", "psql postgresql://svc:{}@db/lab"),
    ("run.sh", "git clone https://{}:x-oauth-basic@git.acme.io/lab/repo.git"),
    ("a.yaml", "url: jdbc:postgresql://svc:{}@db1/lab"),
    ("notes.txt", "log in at ftp://ann:{}@ftp.acme.io, then copy"),
]


@pytest.mark.parametrize(("path", "form"), ADDRESSES)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_password_in_an_address_is_found(path: str, form: str, engine: str) -> None:
    for seed in range(3):
        password = _password(seed)
        assert ("basic-auth-url", password) in _found(path, form.format(password).encode(), engine)


@pytest.mark.parametrize(
    "signs", ["!", "$", "#", "%40", "~.", "*-", "&", "+=", "(", "@", "@@", ":", "?", ";", ",", "^|"]
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_password_with_signs_is_taken_whole(signs: str, engine: str) -> None:
    password = _password(3, signs)
    text = f'u = "mysql://svc:{password}@db.acme.io:3306/runs?mail=a@acme.io"'
    assert _found("a.py", text.encode(), engine) == {("basic-auth-url", password)}


def test_a_password_in_a_notebook_is_found_in_source_and_output() -> None:
    password = _password(4)
    address = f"postgresql://svc:{password}@db.acme.io/runs"
    for cell in (build.code(f'connect("{address}")'), build.code("show()", build.stream(address))):
        assert ("basic-auth-url", password) in _found("a.ipynb", build.as_bytes(build.notebook(cell)))


@pytest.mark.parametrize("host", ["localhost:6379", "127.0.0.1"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_random_password_for_this_machine_counts(host: str, engine: str) -> None:
    # People use one password on more than one machine.
    password = _password(5)
    assert _found("a.py", f'url = "redis://svc:{password}@{host}/"'.encode(), engine) == {("basic-auth-url", password)}


SILENT = [
    "https://user:password@git.acme.io/x.git",
    "mysql://USERNAME:PASSWORD@HOST/DATABASE",
    "mongodb+srv://<user>:<password>@c0.acme.io/test",
    "postgresql://svc:${DB_PASSWORD}@db.acme.io/runs",
    "postgresql://svc:$DB_PASSWORD@db.acme.io/runs",
    "postgresql://{user}:{password}@{host}/{name}",
    "postgresql://{user}:{quote_plus(password)}@{host}/{name}",
    "postgresql://%s:%s@%s:%d/%s",
    "postgresql://svc:********@db.acme.io/runs",
    "postgresql://scott:tiger@localhost/test",
    "amqp://guest:guest@localhost:5672/",
    "https://user:pass1234@example.com/",
    "https://svc:Welcome2024@db:8080/",
    "postgres://app:localpass@localhost:5432/app",
    "mysql://root:root@127.0.0.1/test",
    "http://unpkg.com:443/@babel/core@7.0.0",
    "redis://cache.acme.io:6379/0?mail=a@acme.io",
    "ssh://git@git.acme.io:22/lab@main",
    "http://a.acme.io:80,ann@acme.io",
    "https://{{ user }}:{{ password }}@db.acme.io",
]


@pytest.mark.parametrize("address", SILENT)
@pytest.mark.parametrize("engine", ENGINES)
def test_what_only_looks_like_a_password_is_silent(address: str, engine: str) -> None:
    for path, text in (("a.py", f'url = "{address}"'), ("a.yaml", f"url: {address}"), ("a.md", f"see {address} there")):
        assert _found(path, text.encode(), engine) == set()
