"""A value in pieces or with escapes is judged as the one that it is."""

import json

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.documents.structure.joined_text import has_joined_value, read_joined
from tests.detect.differential import disagreement
from tests.detect.joined_forms import ESCAPES, FORMS, LETTERS, with_escape
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(41)
TOKEN, KEY = TOKENS.dwave(), TOKENS.of(ALPHANUMERIC, 40)


def found(path, raw):
    return ENGINE.detect(open_document(path, raw))


def files(path, text):
    """A text as the file it is, and in a notebook, with its source as lines and as one string."""
    yield path, text.encode()
    cell = text if path.endswith(".py") else f"%%writefile {path}\n{text}"
    yield "n.ipynb", as_bytes(notebook(code(cell)))
    one = notebook(code(cell))
    one["cells"][0]["source"] = cell
    yield "n.ipynb", json.dumps(one, indent=1).encode()
    yield "n.ipynb", as_bytes(notebook(markdown(f"As follows:\n\n```\n{text}```\n")))


@pytest.mark.parametrize("cut", [2, 4, 20, 40])
@pytest.mark.parametrize("form", FORMS)
def test_a_providers_token_in_pieces_is_found_with_its_own_rule_everywhere(form, cut):
    path, text = FORMS[form]
    for place, raw in files(path, text.replace("V1", TOKEN[:cut]).replace("V2", TOKEN[cut:])):
        assert [(one.rule, one.value) for one in found(place, raw)] == [("dwave-sapi-token", TOKEN)]
        assert disagreement(place, raw) == (set(), set())


@pytest.mark.parametrize("form", FORMS)
def test_a_finding_spans_the_pieces_and_no_more(form):
    path, text = FORMS[form]
    text = text.replace("V1", TOKEN[:9]).replace("V2", TOKEN[9:])
    (finding,) = found(path, text.encode())
    span = finding.field.text[finding.start : finding.end]
    assert span.startswith(TOKEN[:9])
    assert span.endswith(TOKEN[9:])


@pytest.mark.parametrize("form", ESCAPES)
def test_a_token_with_an_escaped_sign_is_found(form):
    path, escape = ESCAPES[form]
    written = TOKEN.replace("-", escape)
    for place, raw in files(path, with_escape(written)):
        findings = found(place, raw)
        assert [(one.rule, one.value) for one in findings] == [("dwave-sapi-token", TOKEN)]
        assert findings[0].field.text[findings[0].start : findings[0].end] == written
        assert disagreement(place, raw) == (set(), set())


@pytest.mark.parametrize("form", LETTERS)
def test_a_token_whose_first_letter_is_escaped_is_found(form):
    for place, raw in files("a.py", with_escape(f"{LETTERS[form]}{TOKEN[4:]}")):
        assert [(one.rule, one.value) for one in found(place, raw)] == [("dwave-sapi-token", TOKEN)]
        assert disagreement(place, raw) == (set(), set())


def test_mail_in_quoted_printable_is_read():
    head = "Content-Transfer-Encoding: quoted-printable\n\n"
    for body in (TOKEN.replace("-", "=2D"), f"{TOKEN[:20]}=\n{TOKEN[20:]}"):
        assert [one.value for one in found("a.eml", f"{head}{body}\n".encode())] == [TOKEN]
        assert disagreement("a.eml", f"{head}{body}\n".encode()) == (set(), set())


@pytest.mark.parametrize("form", [name for name in FORMS if name not in ("SQL", "PHP")])
def test_what_a_name_says_is_a_key_is_one_in_pieces_too(form):
    path, text = FORMS[form]
    text = text.replace("x =", "api_key =", 1).replace("x=", "api_key=", 1)
    raw = text.replace("V1", KEY[:15]).replace("V2", KEY[15:]).encode()
    assert KEY in [one.value for one in found(path, raw)]


LOOKALIKES = (
    'x = "the first of 12 lines, " "and the second"\n',
    'url = "https://example.com/a1b2c3d4/" "e5f6a7b8"\n',
    'pattern = "[a-z0-9]{8}" + "-[a-f0-9]{12}"\n',
    'x = ["DEV-" , "0123456789abcdef0123456789abcdef01234567"]\n',
    'x = "DEV-" + name + "0123456789abcdef"\n',
    'alphabet = ("abcdefghijklmnopqrstuvwxyz" "ABCDEFGHIJKLMNOPQRSTUVWXYZ" "0123456789")\n',
    'token = "<|im_start|>" + "user1234"\n',
    'digest = "sha256:" + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"\n',
    "x = b'\\x41\\x42\\x43\\x30\\x31\\x32\\x44\\x45\\x46\\x47\\x48\\x49'\n",
    'password = "%s%s" % ("your-", "password1")\n',
    "path = 'C:\\x64\\u0041bc\\104\\release'\n",
    'q = "https://example.com/?q=a%20b%2Dc&page=12345678"\n',
)


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_looks_like_pieces_of_a_value_is_silent(text):
    for place, raw in files("a.py", text):
        assert found(place, raw) == []
        assert disagreement(place, raw) == (set(), set())


@pytest.mark.parametrize("value", ["vR5%42VPMg3v2k", "aB7%2Dkq92%5Fxz41"])
def test_a_percent_sign_in_a_password_is_its_own(value):
    for place, raw in files("a.py", f'password = "{value}"\n'):
        assert [one.value for one in found(place, raw)] == [value]


def test_offsets_lead_back_to_what_is_written():
    text = 'é = "a1b2c3d4" + "e5f6g7h8"  # ' + "x" * 3_000 + '\ny = "k1l2\\u002dm3n4o5p6"\n'
    readings = list(read_joined(text))
    assert len(readings) == 2
    for reading, value, written in zip(
        readings, ("a1b2c3d4e5f6g7h8", "k1l2-m3n4o5p6"), ('a1b2c3d4" + "e5f6g7h8', "k1l2\\u002dm3n4o5p6"), strict=True
    ):
        at = reading.mapped.text.index(value)
        start, end = reading.mapped.origin(at), reading.mapped.origin_of_end(at + len(value))
        assert text[reading.base + start : reading.base + end] == written
    assert not has_joined_value(text.replace("+", ",").replace("\\u002d", "-"))
