"""One value in each reader's text: name, value, exact places, path and form, as the text has them."""

from __future__ import annotations

import base64

import pytest

from nbguard.documents.structure.encoded import decode_values
from nbguard.documents.structure.formats import format_by_look, format_of, is_program
from nbguard.documents.structure.http import read_addresses, read_queries, split_scheme
from nbguard.documents.structure.markup import read_file_markup, read_markup
from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.pair_reader import read_pairs

V = "q7Zk2LxP9mTb4RwN"


def found(text: str, hint: str, value: str = V) -> set[tuple[str, str, str]]:
    """Names, forms and paths of the pairs with a value; each pair's places hold what it says."""
    pairs = [pair for pair in read_pairs(text, hint) if pair.value == value]
    for pair in pairs:
        assert text[pair.start : pair.end] == value
        assert not pair.name_end or pair.name in text[pair.name_start : pair.name_end]
    return {(pair.name, pair.form, ".".join(pair.path)) for pair in pairs}


@pytest.mark.parametrize("option", ["pass", "passin", "passout"])
def test_openssl_s_password_in_place_has_no_word_before_it(option: str) -> None:
    assert option in {name for name, _, _ in found(f"openssl rsa -{option} pass:{V} -in a", "a.sh")}
    assert (option, "option", "") not in found(f"tool --other{option} pass:{V}", "a.sh")
    assert ("word", "option", "") in found(f"tool --word pass:{V}", "a.sh", f"pass:{V}")


def test_a_constant_s_definition_may_be_the_first_word() -> None:
    for before in ("", " ", "-", "x\n-"):
        assert ("TOKEN", "assigned", "") in found(f'{before}define(TOKEN, "{V}").', "a.erl")
    assert ("DB_PASSWORD", "assigned", "") in found(f"define('DB_PASSWORD', '{V}');", "a.php")
    assert found(f'f(TOKEN, "{V}").', "a.erl") == set()


def test_the_host_of_a_query_is_that_of_its_address() -> None:
    text = f"https://API.service.org/a?token={V}&b=1"
    ((pair, host), *_) = [one for one in read_queries(text) if one[0].value == V]
    assert (pair.name, text[pair.start : pair.end], host) == ("token", V, "api.service.org")
    ((_, no_host), *_) = [one for one in read_queries(f"x ?token={V}") if one[0].value == V]
    assert no_host == ""
    assert list(read_queries("a=1")) == list(read_queries("a?b")) == []


def test_the_password_of_an_address_has_user_and_host() -> None:
    text = f"see postgres://svc:{V}@DB.lab.net:5432/x"
    (pair,) = read_addresses(text)
    assert (pair.name, pair.value, pair.path, pair.form) == ("svc", V, ("db.lab.net",), "address")
    assert (text[pair.start : pair.end], text[pair.name_start : pair.name_end]) == (V, "svc")


def test_a_scheme_stands_before_its_credential() -> None:
    pair = Pair("Authorization", f"Bearer {V}", 10, 17 + len(V), form="bare")
    split = split_scheme(pair)
    assert (split.value, split.scheme, split.start, split.end, split.form) == (V, "Bearer", 17, 17 + len(V), "header")
    assert split_scheme(pair._replace(name="x")).form == "bare"
    assert split_scheme(pair._replace(end=99)) == pair._replace(end=99)
    assert split_scheme(pair._replace(value="Bearer")) == pair._replace(value="Bearer")


def test_a_cell_that_writes_a_file_is_read_as_that_file() -> None:
    """By the file's name, in quotes or behind an option; and as what the magic says where there is no name."""
    for line in ("%%writefile a.yaml", "%%writefile -a 'deep/a.yaml'", '%%file "a.yaml"'):
        assert ("password", "", "db") in {
            (name, "", path) for name, _, path in found(f"{line}\ndb:\n  password: {V}\n", "python")
        }
    assert "TOKEN" in {name for name, _, _ in found(f"%%bash\nexport TOKEN={V}\n", "python")}


def test_quotes_of_yaml_undo_their_own_escapes_only() -> None:
    single = next(pair for pair in read_pairs("password: 'a\\\\b''c1'\n", "a.yaml") if pair.name == "password")
    assert single.value == "a\\\\b'c1"
    double = next(pair for pair in read_pairs('password: "a\\\\b1"\n', "a.yaml") if pair.name == "password")
    assert double.value == "a\\b1"


@pytest.mark.parametrize(
    ("text", "value", "path"),
    [
        ("a: {password: W}", "W", "a"),
        ("a: {b: 1, password: 'W', c: 2}", "W", "a"),
        ("list:\n  - name: x\n    password: W\n", "W", "list"),
        ("top:\n  deep:\n    password: W # not this\n  other: 1\n", "W", "top.deep"),
        ("password: &anchor W\n", "W", ""),
        ('"password": W\n', "W", ""),
    ],
)
def test_yaml_says_under_what_a_value_stands(text: str, value: str, path: str) -> None:
    text = text.replace("W", V)
    assert ("password", path) in {(name, where) for name, _, where in found(text, "a.yaml")}


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def decoded(pair: Pair, text: str = "") -> Pair:
    (one,) = decode_values([pair], text)
    return one


def test_a_kubernetes_secret_s_data_is_decoded_and_nothing_else_is() -> None:
    pair = Pair("password", encoded(V), 5, 9, path=("data",))
    for kind in ("kind: Secret", '{"kind": "Secret"}', "kind: SealedSecret", "a: 1\nkind: 'Secret'\n"):
        assert decoded(pair, kind) == pair._replace(value=V, form="base64")
    for kind in ("kind: ConfigMap", "kind: Secrets", "a kind: Secret"):
        assert decoded(pair, kind) == pair
    assert decoded(pair._replace(path=("data", "x")), "kind: Secret") != decoded(pair, "kind: Secret")
    assert decoded(pair._replace(path=()), "kind: Secret") == pair._replace(path=())
    damaged = pair._replace(value="no base64!")
    assert decoded(damaged, "kind: Secret") == damaged
    assert decoded(pair._replace(value=encoded("\0\1\2\3")), "kind: Secret").form == ""


def test_user_and_password_in_base64_are_the_password_s() -> None:
    """Of Docker, of npm and of a Basic header; a key in the user's place is a key."""
    login = encoded(f"svc:{V}")
    for pair in (
        Pair("auth", login, 5, 9, path=("auths", "registry.lab.net")),
        Pair("_auth", login, 5, 9),
        Pair("Authorization", login, 5, 9, form="header", scheme="Basic"),
    ):
        expected = pair._replace(name="password", value=V, form="login", path=(*pair.path, "svc"))
        assert decoded(pair) == expected
        key = pair._replace(value=encoded(f"{V}:"))
        assert decoded(key) == key._replace(name="api_key", value=V, form="login", scheme="")
    bare = Pair("_auth", V, 5, 9)
    assert decoded(bare) == bare._replace(name="auth_token", form="login")
    bearer = Pair("Authorization", login, 5, 9, form="header", scheme="Bearer")
    assert decoded(bearer) == bearer
    elsewhere = Pair("x", login, 5, 9, form="bare", scheme="Basic")
    assert decoded(elsewhere) == elsewhere
    unread = Pair("Authorization", V, 5, 9, form="header", scheme="Basic")
    assert decoded(unread) == unread
    assert decoded(Pair("auth", login, 5, 9, path=("x", "auths"))).name == "auth"


def test_url_safe_base64_over_lines_is_base64() -> None:
    raw = f"svc:{V}??>>"
    value = base64.urlsafe_b64encode(raw.encode()).decode()
    assert "-" in value or "_" in value
    assert decoded(Pair("_auth", f"{value[:8]}\n {value[8:]}", 5, 9)).value == f"{V}??>>"


@pytest.mark.parametrize(
    ("hint", "format_"),
    [
        (".env", "sections"), ("a/.env.local", "sections"), ("x\\.env", "sections"), ("Dockerfile", "shell"),
        ("dockerfile.prod", "shell"), ("a.yml", "yaml"), ("a.json~", "json"), ("a.unknown", ""), ("python", "python"),
        ("", ""), ("A.PY", "python"), (".npmrc", "sections"),
    ],
)  # fmt: skip
def test_a_name_says_the_format(hint: str, format_: str) -> None:
    assert format_of(hint) == format_


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ('{"a": 1}', "json"), ("<conf><b>1</b></conf>", "xml"), ("<div class='x'>1</div>", "html"),
        ("a: 1\nb: 2\n", "yaml"), ("a: 1\n", ""), ("words without a form", ""),
    ],
)  # fmt: skip
def test_a_look_says_the_format(text: str, format_: str) -> None:
    assert format_by_look(text) == format_


def test_what_runs_is_a_program() -> None:
    assert is_program("tool", "#!/bin/sh\n")
    assert is_program("a.py", "")
    assert not is_program("a.yaml", "")
    assert not is_program("tool", "x = 1")


def test_markup_is_looked_for_where_there_is_any() -> None:
    """Of a text without a sign of colour nothing is left out; of a file only where its name or its look says HTML."""
    assert read_markup("a [1m b").text == "a [1m b"
    assert read_markup("a \x1b[1mb\x1b[0m").text == "a b"
    assert read_markup("a &amp; b").text == "a &amp; b"
    assert read_markup("a &amp; b", html=True).text == "a & b"
    assert read_file_markup("a.txt", "a &amp; b") is None
    assert read_file_markup("a.tex", "no code") is None
    exported = read_file_markup("a.HTML", "to<b>k</b>en")
    assert exported is not None
    assert exported.text == "token"
    looks = read_file_markup("a.txt", "<p><span>to</span>ken</p>")
    assert looks is not None
    assert "token" in looks.text


@pytest.mark.parametrize(
    ("text", "hint", "name"),
    [
        (f'def get_api_key():\n    return "{V}"\n', "a.py", "get_api_key"),
        (f'public String getToken() {{\n    return "{V}";\n}}', "a.java", "getToken"),
        (f'get_token = lambda: "{V}"', "a.py", "get_token"),
        (f'token: str = field(default_factory=lambda: "{V}")', "a.py", "token"),
        (f'token = ENV["LAB"] || "{V}"', "a.rb", "token"),
        (f'const apiKey = process.env.LAB ?? "{V}";', "a.js", "apiKey"),
        (f'(def api-token (or (System/getenv "LAB") "{V}"))', "a.clj", "api-token"),
        (f'token = "me:{V}".split(":")[1]', "a.py", "token"),
        (f'me, token = "me:{V}".split(":")', "a.py", "token"),
        (f'for token in ["{V}", "x"]:\n    go(token)', "a.py", "token"),
        (f"+-----+------+\n| who | token |\n+=====+======+\n| me | {V} |\n+-----+-----+\n", "", "token"),
        (f"┏━━━━━┳━━━━┓\n┃ who ┃ token ┃\n┡━━━━━╇━━━━┩\n│ me │ {V} │\n└─────┴────┘\n", "", "token"),
    ],
)  # fmt: skip
def test_a_value_has_its_name_however_it_is_given(text: str, hint: str, name: str) -> None:
    assert name in {found_name for found_name, _, _ in found(text, hint)}
