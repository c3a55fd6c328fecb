"""A value that is written in pieces or with escapes is moved whole, or left with the reason; never a part of it."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.vault.references import parse_reference
from nbguard.vault.rewrite import RewriteTarget, rewrite
from nbguard.vault.style import Lookup
from tests.detect.joined_forms import ESCAPES, FORMS, LETTERS, with_escape
from tests.fake_tokens import FakeTokens

find = Engine(Scope(frozenset(("credential",)))).detect
TOKEN = FakeTokens(43).dwave()
LOOKUP = Lookup(parse_reference("quantum/dwave#token"), "DWAVE_API_TOKEN")
TEXTS = {
    **{name: (path, text.replace("V1", TOKEN[:17]).replace("V2", TOKEN[17:])) for name, (path, text) in FORMS.items()},
    **{f"{name}.": (path, with_escape(TOKEN.replace("-", sign))) for name, (path, sign) in ESCAPES.items()},
    **{f"{name}, a letter": ("a.py", with_escape(f"{written}{TOKEN[4:]}")) for name, written in LETTERS.items()},
}


@pytest.mark.parametrize("form", TEXTS)
def test_nothing_of_a_joined_value_stays_beside_a_lookup(form):
    path, text = TEXTS[form]
    document = open_document(path, text.encode())
    findings = find(document)
    assert [finding.value for finding in findings] == [TOKEN]
    rewritten = rewrite(document, [RewriteTarget(finding, LOOKUP) for finding in findings])
    if rewritten.left:
        assert rewritten.left[0].reason
        assert rewritten.raw == text.encode()
    else:
        raw = rewritten.raw.decode()
        assert TOKEN[5:16] not in raw
        assert TOKEN[18:] not in raw


# What a program's own language lets us replace.
REFUSED = (
    "join",
    "join over lines",
    "join with prefixes",
    "join of a tuple",
    "percent",
    "format",
    "a raw string beside",
)
MOVED = [name for name, (path, _) in FORMS.items() if path == "a.py" and name not in REFUSED]
MOVED += ["a hex escape.", "hex, a letter"]


@pytest.mark.parametrize("form", MOVED)
def test_python_gives_the_same_value_after_a_move(form):
    path, text = TEXTS[form]
    document = open_document(path, text.encode())
    rewritten = rewrite(document, [RewriteTarget(finding, LOOKUP) for finding in find(document)])
    assert not rewritten.left, rewritten.left[0].reason
    code = rewritten.raw.decode().replace("from nbguard import secret\n", "")
    before, after = {}, {"secret": lambda reference: TOKEN}
    exec(text, before)
    exec(code, after)
    assert before["x"] == after["x"]
