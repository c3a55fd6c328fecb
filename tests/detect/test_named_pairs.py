"""Values under names in any format: found with provider and exact span, by the fast engine as by the exhaustive one."""

from __future__ import annotations

import json
import random
import string

import pytest

from nbguard.detect.credentials.login_places import LOGIN_WORDS
from nbguard.detect.credentials.named_pairs import find_named_pairs
from nbguard.detect.credentials.pair_places import RARE_WORDS, places_in, shows_value
from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.documents.structure.test_pair_reader import FORMS, V

SCOPE = Scope(frozenset(("credential",)))
FAST, EXHAUSTIVE = Engine(SCOPE), Engine(SCOPE._replace(exhaustive=True))


def _token(seed: int, length: int = 32) -> str:
    chosen = random.Random(seed)
    return "".join(chosen.choice(string.ascii_letters + string.digits) for _ in range(length - 4)) + "a7Bq"


def _found(path: str, text: str, engine: Engine = FAST) -> set[tuple[str, str]]:
    findings = engine.detect(open_document(path, text.encode()))
    return {(finding.provider or "", finding.value) for finding in findings}


FORMS_OF_IONQ = [
    ("d.yaml", 'env:\n  - name: IONQ_API_KEY\n    value: "{}"\n'),
    ("d.yaml", "env:\n  - value: {}\n    name: IONQ_API_KEY\n"),
    ("d.yaml", "ionq:\n  api_key: {}\n"),
    ("d.yaml", "ionq_api_key: >-\n  {}\n"),
    ("d.json", '{{"values": [{{"key": "IONQ_API_KEY", "value": "{}"}}]}}'),
    ("d.json", '{{"variables": {{"ionq_api_key": {{"value": "{}", "type": "String"}}}}}}'),
    ("w.config", '<add key="IONQ_API_KEY" value="{}" />'),
    ("r.sh", "python run.py --ionq-api-key {}\n"),
    ("README.md", 'gh secret set IONQ_API_KEY --body "{}"\n'),
    ("a.csv", "user,ionq_api_key\nana,{}\n"),
    ("a.md", "| user | ionq_api_key |\n|---|---|\n| ana | {} |\n"),
    (
        "a.html",
        '<span>&quot;IONQ_API_KEY&quot;</span><span>]</span> <span class="o">=</span> <span>&quot;{}&quot;</span>',
    ),
    ("a.html", '<pre><span class="n">IonQProvider</span><span>(</span><span>&quot;{}&quot;</span><span>)</span></pre>'),
    ("a.tex", "\\PY{{n}}{{ionq\\PYZus{{}}api\\PYZus{{}}key}} \\PY{{o}}{{=}} \\PY{{l}}{{\\PYZdq{{}}{}\\PYZdq{{}}}}"),
    ("a.rs", 'const IONQ_TOKEN: &str = "{}";'),
    ("a.go", 'var ionqToken string = "{}"'),
    ("a.c", '#define IONQ_TOKEN "{}"'),
    ("a.vb", 'Dim ionqToken As String = "{}"'),
    ("a.clj", '(def ionqToken "{}")'),
    ("a.R", 'ionq_token <- "{}"'),
    ("notes.txt", "IonQ API key for the lab account:\n{}\n"),
]


@pytest.mark.parametrize(("path", "form"), FORMS_OF_IONQ, ids=[f"{p}-{n}" for n, (p, _) in enumerate(FORMS_OF_IONQ)])
@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
def test_a_providers_name_tells_whose_value_it_is(path, form, engine):
    token = _token(3)
    assert ("ionq", token) in _found(path, form.format(token), engine)


@pytest.mark.parametrize(("path", "text", "name"), FORMS, ids=[f"{p}-{n}" for n, (p, _, _) in enumerate(FORMS)])
def test_the_fast_engine_finds_what_the_exhaustive_one_does(path, text, name):
    assert _found(path, text) == _found(path, text, EXHAUSTIVE)


@pytest.mark.parametrize(("path", "text", "name"), FORMS, ids=[f"{p}-{n}" for n, (p, _, _) in enumerate(FORMS)])
def test_what_is_read_is_seen_as_a_place_too(path, text, name):
    """A file that is there to keep credentials is read whatever is in it, so its readers say what there is."""
    document = open_document(path, text.encode())
    fields = [field for part in document.parts for field in decode(document, part)]
    read = [found for field in fields for found in find_named_pairs(field, document, claimed=True)]
    values = {value for _, value in _found(path, text)}
    assert all(any(found.value in value for value in values) for found in read), (
        "pair_patterns don't let what stands between this name and its value through"
    )


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
def test_login_files_are_read(engine):
    password = _token(5, 20)
    assert password in {value for _, value in _found(".pgpass", f"db:5432:lab:ana:{password}\n", engine)}
    assert password in {
        value for _, value in _found(".netrc", f"machine a.acme.io login u password {password}", engine)
    }
    chosen = random.Random(6)
    key = "".join(chosen.choice("0123456789abcdef") for _ in range(32))
    assert key in {v for _, v in _found("kaggle.json", json.dumps({"username": "ana", "key": key}), engine)}


FORMS_OF_TOK = [
    ("a.py", 'tok = "{}"\n'),
    ("a.py", 'pm.execute_notebook("in.ipynb", "out.ipynb", parameters={{"tok": "{}"}})\n'),
    ("a.py", 'run(["papermill", "in.ipynb", "out.ipynb", "-p", "tok", "{}"])\n'),
    ("r.sh", "papermill in.ipynb out.ipynb -p tok {}\n"),
    ("r.sh", "papermill in.ipynb out.ipynb --parameters tok {}\n"),
    ("r.sh", "papermill in.ipynb out.ipynb -y '\ntok: {}\nshots: 5'\n"),
    ("parameters.yaml", "tok: {}\nshots: 5\n"),
]


@pytest.mark.parametrize(("path", "text"), FORMS_OF_TOK)
@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
def test_a_token_that_is_called_tok_is_found(engine, path, text):
    """As parameters of notebooks are, of which nothing else says what they are."""
    token = _token(8)
    assert token in {value for _, value in _found(path, text.format(token), engine)}


SILENT = [
    ("a.py", "for tok in tokens:\n    tok = tok.lower()\n"),
    ("a.py", 'tok = "distilbert-base-uncased-finetuned-sst-2-english"\n'),
    ("a.py", 'bos_tok = "<|beginning_of_text|>"\nout = model(tok="bert-base-uncased")\n'),
    ("a.yaml", "password: ${DB_PASSWORD}\ntoken: {{ .Values.token }}\n"),
    ("a.yaml", "secret: vault:kv/lab#key\napi_key: op://lab/x/key\n"),
    (".env", "IONQ_API_KEY=arn:aws:secretsmanager:eu-west-1:210987654321:secret:ionq-AbCdEf\n"),
    ("a.yaml", "kind: SealedSecret\nspec:\n encryptedData:\n  password: AgBk3f9dKdf93jkdKDJf93kdfj39dkf\n"),
    ("a.properties", "db.password=ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)\n"),
    ("de.json", '{"password": "Passwort", "forgot_password": "Passwort vergessen?", "token_hint": "Token in 3"}'),
    ("form.html", '<label for="pw">password</label><input type="password" name="password" placeholder="min 8 chars">'),
    ("api.yaml", "properties:\n  token:\n    type: string\n    description: A token of 32 letters\n"),
    ("a.css", ".token.keyword { color: #07a; }\n.token.string1 { background: url(a1b2c3.png) }\n"),
    ("a.js", "var t=n.tokenize[n.tokenize.length-1];e.token=o2;isToken(8192);"),
    ("a.py", "token = get_token(x1)\nself.password = config.password1\nnext_page_token = 'q7Zk2LxP9mTb4RwN'\n"),
    ("t.json", '{"bos_token": "<s>1", "pad_token_id": 50256, "tokenizer_class": "GPT2Tokenizer1"}'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), SILENT, ids=[f"{p}-{n}" for n, (p, _) in enumerate(SILENT)])
@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
def test_references_labels_and_code_are_silent(path, text, engine):
    assert _found(path, text, engine) == set()


@pytest.mark.parametrize("path", ["a.ipynb", "a.ipynb.bak", "a.ipynb~", "a.json"])
def test_a_notebook_under_any_name_is_read_as_one(path):
    token = _token(7)
    raw = build.as_bytes(build.notebook(build.code(f'from qiskit_ionq import IonQProvider\nIonQProvider("{token}")')))
    (finding,) = FAST.detect(open_document(path, raw))
    assert (finding.provider, finding.value, finding.field.part.where) == ("ionq", token, "source")


def test_places_in_text_are_places_in_its_bytes():
    for path, text, _ in FORMS:
        raw = text.encode()
        for place in places_in(text, path):
            at = len(text[:place].encode())
            lengths = range(3, 18)
            # Such words are confirmed without a look at what follows, or by a regex of their own.
            alone = text[place:].lower().startswith((*RARE_WORDS, *LOGIN_WORDS))
            assert alone or any(shows_value(raw, at, at + length, path) for length in lengths), (path, text)


def test_a_value_keeps_its_exact_span():
    for path, text, _ in FORMS:
        for finding in FAST.detect(open_document(path, text.encode())):
            if finding.value == V:
                assert finding.field.text[finding.start : finding.end] == V


def test_a_long_file_is_read_around_its_names():
    token = _token(9)
    text = "x = 1\n" * 60_000 + f"ionq_api_key: {token}\n" + "y = 2\n" * 60_000
    assert ("ionq", token) in _found("a.log", text)


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
def test_a_value_without_its_quotes_in_code_counts_where_no_one_calls_a_variable_so(engine):
    token = _token(9, 32)
    assert [value for _, value in _found("a.py", f"api_token = {token}\n", engine)] == [token]
    for text in (
        "api_token = load_token_from_environment_v2\n",
        "token = get_token()\n",
        "token = user2.session_token3\n",
    ):
        assert not _found("a.py", text, engine)
