"""A test's parameters are looked at where one of their names may say credential: no name that does is left out."""

import pytest

from nbguard.detect.credentials.login_places import shows_login
from nbguard.detect.generic.credential_names import class_of_name
from nbguard.detect.knowledge.loading import load_knowledge
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

NAMES = load_knowledge("names")
TOKEN = FakeTokens(83).of(ALPHANUMERIC, 40)


def known_names():
    """Each name that is known by itself, and each pair of words that is, in three ways of writing."""
    for group in ("classes", "joined", "variables"):
        for words in NAMES[group].values():
            yield from words.split()
    for word in " ".join(NAMES["pairs"].values()).split():
        yield from (f"{word}_key", f"{word}Key", f"{word.upper()}_KEY", f"{word}_keys")
    for word in ("word", "phrase", "code"):
        yield f"pass_{word}"
    yield from ("vault_secret_id", "github_pat", "githubPat", "GH_PAT", "lab_tok", "labTok")


def test_each_name_that_says_credential_is_seen():
    told = sorted({name for name in known_names() if class_of_name(name) and "-" not in name})
    assert len(told) > 500
    unseen = [
        name
        for name in told
        for before in ("", "number, ")
        if not shows_login("parametrize(", f'parametrize("{before}{name}", ["{TOKEN}"])', 0)
    ]
    assert unseen == []


@pytest.mark.parametrize("names", ['"{}"', '"n, {}"', '["n", "{}"]', "('n', '{}')", 'argnames="{}"', '\n    "{}"'])
@pytest.mark.parametrize("name", ["api_key", "lab_token", "密码", "contraseña", "githubPat", "value", "path"])
def test_both_engines_agree_on_parameters(name, names):
    text = f'@pytest.mark.parametrize({names.format(name)}, ["{TOKEN}", (1, "{TOKEN[::-1]}")])\ndef test(): ...\n'
    for path, raw in (("test_a.py", text.encode()), ("a.ipynb", as_bytes(notebook(code(text))))):
        assert disagreement(path, raw) == (set(), set())
