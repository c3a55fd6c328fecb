"""Every word that says credential is looked for: in whatever language and form its name is written, its value is found.

The words of names and those by which they are found were two lists; `encryptionKey`, `psk` and `pwd_` told something
that nobody looked for.
"""

import pytest

from nbguard.detect.credentials.name_words import NAME_WORDS
from nbguard.detect.engine import Engine
from nbguard.detect.generic.credential_names import class_of_name
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

ENGINE = Engine(Scope(frozenset(("credential",))))
NAMES = load_knowledge("names")
SAID = [
    word
    for body in (NAMES["classes"], NAMES["joined"], NAMES["variables"])
    for words in body.values()
    for word in words.split()
]
# As programs write two words: with a stroke below, and with a hump.
PAIRS = [f"{word}_key" for words in NAMES["pairs"].values() for word in words.split()]
HUMPS = [name.replace("_key", "Key") for name in PAIRS]
FORMS = [
    ("a.py", '{n} = "{v}"\n'), ("a.py", "c = {{'{n}': '{v}'}}\n"), ("a.yaml", "{n}: {v}\n"), ("a.ini", "{n} = {v}\n"),
    ("a.json", '{{"{n}":"{v}"}}'), ("a.js", "const {n} = '{v}';"), ("a.go", '{n} := "{v}"'),
    ("a.c", 'char {n}[] = "{v}";'),
]  # fmt: skip


@pytest.mark.parametrize(("path", "form"), FORMS)
@pytest.mark.parametrize("names", [SAID, PAIRS, HUMPS], ids=["said", "pairs", "humps"])
def test_what_a_name_says_is_found(path, form, names):
    tokens = FakeTokens(83)
    missed = []
    for name in names:
        value = "k7" + tokens.of(ALPHANUMERIC, 26)
        raw = form.format(n=name, v=value).encode()
        if class_of_name(name) and value not in {one.value for one in ENGINE.detect(open_document(path, raw))}:
            missed.append(name)
    assert missed == []


def test_no_word_is_looked_for_twice():
    assert len(set(NAME_WORDS)) == len(NAME_WORDS)


@pytest.mark.parametrize("text", ['sort_key = "k7{0}"', 'compat = "k7{0}"', 'msgpass "k7{0}"', 'cache-key: "k7{0}"'])
def test_names_of_other_things_are_silent(text):
    raw = text.format(FakeTokens(89).of(ALPHANUMERIC, 26)).encode()
    assert ENGINE.detect(open_document("a.yaml", raw)) == []
