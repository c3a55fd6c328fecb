"""Lists and dictionaries of credentials: each member is judged, by the name that all of them have."""

import json

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(59)
A, B = "Q3a8" + TOKENS.of(ALPHANUMERIC, 28), "z7K2" + TOKENS.of(ALPHANUMERIC, 28)
P = "vR5%" + TOKENS.of(ALPHANUMERIC, 8) + "2k"


def found(path, raw):
    return sorted(one.value for one in ENGINE.detect(open_document(path, raw)))


IN_CODE = (
    f'KEYS = ["{A}", "{B}"]\n',
    f'API_KEYS = ["{A}", "{B}"]\n',
    f'API_KEYS = [\n    "{A}",\n    "{B}",\n]\n',
    f"tokens = ('{A}', '{B}')\n",
    f'keys = {{"alice": "{A}", "bob": "{B}"}}\n',
    f'tokens = {{\n    "alice": "{A}",\n    "bob": "{B}",\n}}\n',
    f'api_keys: dict[str, str] = {{"alice": "{A}", "bob": "{B}"}}\n',
    f'API_KEYS = "{A},{B}".split(",")\n',
    f'SECRETS = frozenset(["{A}", "{B}"])\n',
)
FILES = (
    ("a.json", json.dumps({"api_keys": [A, B]})),
    ("a.json", json.dumps({"tokens": {"alice": A, "bob": B}}, indent=2)),
    ("a.yaml", f"api_keys:\n  - {A}\n  - {B}\n"),
    ("a.yaml", f"tokens:\n  alice: {A}\n  bob: {B}\n"),
    ("a.yaml", f"API_KEYS: {A}, {B}\n"),
    (".env", f"API_KEYS={A},{B}\n"),
    ("a.js", f"const apiKeys = ['{A}', '{B}'];\n"),
    ("a.ts", f"const tokens: string[] = ['{A}', '{B}'];\n"),
)


@pytest.mark.parametrize("text", IN_CODE)
def test_each_member_in_code_is_found(text):
    for path, raw in (("a.py", text.encode()), ("a.ipynb", as_bytes(notebook(code(text))))):
        assert found(path, raw) == sorted((A, B))
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize(("path", "text"), FILES)
def test_each_member_in_a_file_is_found(path, text):
    cell = f"%%writefile {path}\n{text}"
    for place, raw in ((path, text.encode()), ("a.ipynb", as_bytes(notebook(code(cell))))):
        assert found(place, raw) == sorted((A, B))
        assert disagreement(place, raw) == (set(), set())


def test_passwords_by_user_are_found():
    for text in (f'passwords = {{"alice": "{P}"}}\n', f"passwords = ['{P}', '{P[::-1]}x']\n"):
        assert P in found("a.py", text.encode())
        assert disagreement("a.py", text.encode()) == (set(), set())


LOOKALIKES = (
    'keys = ["name", "model_v2", "learning_rate", "created_at"]\n',
    'tokens = ["<s>", "</s>", "[PAD]", "##ing", "hello", "Ġworld"]\n',
    'tokens = {"color-primary-500": "#1f77b4", "spacing-16": "16px"}\n',
    'passwords = {"weak": "Too weak!", "reset": "Reset your password"}\n',
    'passwords = ["123456", "password", "qwerty", "letmein"]\n',
    'keys = {"id": "d41d8cd98f00b204e9800998ecf8427e", "etag": "900150983cd24fb0d6963f7d28e17f72"}\n',
    'accounts = {"alice": "alice@example.net", "bob": "0x52908400098527886E0F7030069857D2E4169EE7"}\n',
    'jwks = {"keys": [{"kty": "RSA", "e": "AQAB", "use": "sig"}]}\n',
    'states = "59P,59PO![QPO,59PO!aQPO,59UOOQO,59UUO1G.k1G.kOVQPO"\n',
    'secrets = ["DB_PASSWORD", "API_KEY", "ACME_TOKEN_2"]\n',
    'credentials = {"path": "~/.config/lab/key12.json", "kind": "service_account"}\n',
    'tokens = tokenizer(["a1b2c3d4e5f6", "the quick brown fox"])\n',
    'cache_keys = ["user:1234:profile", "run:abcdef0123456789abcdef:v2"]\n',
)


@pytest.mark.parametrize("text", LOOKALIKES)
def test_other_lists_are_silent(text):
    for path, raw in (("a.py", text.encode()), ("a.ipynb", as_bytes(notebook(code(text))))):
        assert found(path, raw) == []
        assert disagreement(path, raw) == (set(), set())


@pytest.mark.parametrize(
    "says", ["fingerprint", "key_id", "kid", "sha256", "etag", "version", "reference", "signature"]
)
def test_what_is_said_of_a_member_is_none(says):
    """A report, a journal of moves and a set of public keys describe credentials."""
    about = json.dumps({"secrets": [{"rule": "ionq-api-key", says: A}], "tokens": {says: A}})
    assert found("a.json", about.encode()) == []
    assert found("a.py", f'tokens = {{"{says}": "{A}"}}\n'.encode()) == []
    assert found("a.py", f'tokens = {{"{says}": "{A}", "alice": "{B}"}}\n'.encode()) == [B]
