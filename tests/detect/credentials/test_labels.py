"""Values that a label in words, a call, a form or another language's sign gives to a name."""

from __future__ import annotations

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests import notebook_builder as build
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

SCOPE = Scope(frozenset(("credential",)))
FAST, EXHAUSTIVE = Engine(SCOPE), Engine(SCOPE._replace(exhaustive=True))
V = FakeTokens(43).of(ALPHANUMERIC, 30) + "a7"


def _found(path: str, raw: bytes, engine: Engine) -> set[tuple[str, str]]:
    return {(finding.provider or "", finding.value) for finding in engine.detect(open_document(path, raw))}


OF_IONQ = [
    ("a.py", f'keyring.set_password("IonQ", "me", "{V}")'),
    ("a.py", f'open("IonQ.token", "w").write("{V}")'),
    ("a.py", f"Path('ionq_api_key.txt').write_text('{V}')"),
    ("a.py", f'key = st.text_input("IonQ API key", value="{V}", type="password")'),
    ("a.py", f'key = st.text_input(label="IonQ token",\n    value="{V}")'),
    ("a.py", f'click.prompt("IonQ API key", default="{V}")'),
    ("a.cpp", f'std::string ionq_token{{"{V}"}};'),
    ("a.R", f'ionq_token <<- "{V}"'),
    ("a.ex", f'@ionq_api_key "{V}"'),
    ("A.java", f'@Value("${{ionq.token:{V}}}") String token;'),
    ("a.html", f'<meta name="ionq-api-key" content="{V}">'),
    ("a.html", f"<input type='hidden' name='ionq_token' value='{V}'>"),
    ("a.html", f'<input value="{V}" type="password" id="ionq_token"/>'),
    ("a.tex", f"\\newcommand{{\\token}}{{{V}}} % IonQ token"),
    ("a.sh", f'echo "{V}" | vercel env add IONQ_API_KEY production'),
    ("a.sh", f"printf '{V}' | gh secret set IONQ_API_KEY"),
    ("notes.txt", f"TODO: remove the IonQ token {V} from the demo"),
    ("notes.md", f"We had (IonQ API key `{V}`) in there."),
    ("chat.txt", f"[10:01] ann: here is the IonQ token\n[10:02] ann: {V}\n"),
    ("chat.txt", f"Ann Lee: my IonQ API key for you\nAnn Lee: {V}\n"),
    ("chat.txt", f"2026-03-01, 10:01 - the IonQ API key:\n2026-03-01, 10:02 - Ann: {V}\n"),
]


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
@pytest.mark.parametrize(("path", "text"), OF_IONQ, ids=[f"{n}-{path}" for n, (path, _) in enumerate(OF_IONQ)])
def test_a_label_names_the_value(path: str, text: str, engine: Engine) -> None:
    assert _found(path, text.encode(), engine) == {("ionq", V)}


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
def test_in_a_notebook(engine: Engine) -> None:
    sources = [
        f'keyring.set_password("IonQ", user, "{V}")',
        f'open("ionq.token", "w").write("{V}")',
        f'st.text_input("IonQ API key", value="{V}")',
        f'%%html\n<input type="hidden" name="ionq_api_key" value="{V}">',
        f'mine = "{V}"\nrequests.get("https://api.ionq.co/v0.3", headers={{"Authorization": f"apiKey {{mine}}"}})',
        f'mine = "{V}"\nrequests.get("https://api.ionq.co/v0.3", headers={{"Authorization": "apiKey " + mine}})',
    ]
    for source in sources:
        raw = build.as_bytes(build.notebook(build.code(source)))
        assert _found("a.ipynb", raw, engine) == {("ionq", V)}, source
    rows = f"Variable       Type    Data/Info\n----\nionq_api_key   str     {V}\nshots          int     10\n"
    raw = build.as_bytes(build.notebook(build.code("%whos", build.stream(rows))))
    assert _found("a.ipynb", raw, engine) == {("ionq", V)}


def test_a_password_in_marks_is_found_in_prose() -> None:
    password = "q7!" + V[:10] + "#x2"
    for engine in (FAST, EXHAUSTIVE):
        assert _found("README.md", f"Log in as `svc` with password `{password}`.".encode(), engine) == {("", password)}


SILENT = [
    ("README.md", "Set the token `csrf_token_v2` and the password `password123` in the form."),
    ("README.md", "The secret `secret/data/quantum/ionq2` holds the key `created_at_2`."),
    ("a.py", 'keyring.set_password("IonQ", "me", os.environ["IONQ_API_KEY"])'),
    ("a.py", 'user.set_password("correct horse battery staple")'),
    ("a.py", 'open("tokens_2026_03_01.txt", "w").write("token_2026_03_01.json")'),
    ("a.py", 'st.text_input("IonQ API key", value="", placeholder="your-key-of-32-characters")'),
    ("a.cpp", 'std::string token_name{"csrfmiddlewaretoken2"};'),
    ("a.ex", '@token_type "bearer_token_v2"'),
    ("A.java", '@Value("${ionq.token:}") String token;'),
    ("A.java", '@Value("${ionq.token.url:https://api.ionq.co/v0.3}") String url;'),
    ("a.html", '<meta name="csrf-token" content="">'),
    ("a.html", '<input type="password" name="password" value="Password123" placeholder="Password">'),
    ("a.tex", "\\newcommand{\\token}{\\texttt{token}}"),
    ("notes.txt", "The token expires_in_3600_seconds after login."),
    ("notes.txt", f"job {V} used the token"),
    ("chat.txt", "ann: do you have the token?\nbob: see https://lab.example.net/wiki/page-12345678\n"),
]


@pytest.mark.parametrize("engine", [FAST, EXHAUSTIVE], ids=["fast", "exhaustive"])
@pytest.mark.parametrize(("path", "text"), SILENT, ids=[f"{n}-{path}" for n, (path, _) in enumerate(SILENT)])
def test_what_only_looks_like_a_labelled_value_is_silent(path: str, text: str, engine: Engine) -> None:
    assert _found(path, text.encode(), engine) == set()
