"""Protects the judgement of a value under a name that says credential, and the forms in which code gives it one."""

import string

import pytest

from nbguard.detect.credentials.named_pairs import find_named_pairs
from nbguard.detect.generic.assigned_secrets import judge_assigned
from nbguard.documents.fields import Field, Part
from nbguard.documents.reading import open_document
from nbguard.documents.structure.pair_reader import read_pairs
from tests.fake_tokens import ALPHANUMERIC, HEX, URL_SAFE, FakeTokens
from tests.growth import assert_linear

SYMBOLS = ALPHANUMERIC + "$%[{<>!@#^&*é"
SMALL = string.ascii_lowercase + string.digits


def found_in(text):
    part = Part("source", None, "", "text/plain", "string", 0, 0)
    return [finding.value for finding in find_named_pairs(Field(text, part), open_document("a.txt", b""))]


@pytest.mark.parametrize("name", ["password", "api_key", "token", "client_secret", "SECRET_KEY", "dbPassword"])
@pytest.mark.parametrize("alphabet", [ALPHANUMERIC, HEX, URL_SAFE, SMALL])
def test_random_values_of_sixteen_and_more_count_under_every_name(name, alphabet):
    fake = FakeTokens(len(name))
    values = [fake.of(alphabet, 16 + number % 25) for number in range(200)]
    assert sum(judge_assigned(name, value) is not None for value in values) >= 190


@pytest.mark.parametrize("alphabet", [SYMBOLS, ALPHANUMERIC])
def test_random_passwords_of_eight_to_forty_characters_count(alphabet):
    fake = FakeTokens(8)
    values = [fake.of(alphabet, 8 + number % 33) for number in range(330)]
    assert sum(judge_assigned("password", value) is not None for value in values) >= 310


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "Enter your password"), ("password", "form-control"), ("password", "user.password.label"),
        ("password", "dein_passwort"), ("password", "file:///run/secrets/pasqal"), ("password", "${DB_PASSWORD}"),
        ("password", "getpass()"), ("password", "PasswordField"), ("token", "abc_123_token"), ("api_key",
        "YOUR_API_KEY"),
        ("token", "refresh_token"), ("password", "$argon2id$v=19$m=65536,t=3,p=2$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"),
        ("secret", "arn:aws:secretsmanager:eu-west-1:1:secret:x"), ("password", "test1234"), ("token",
        "0123456789abcdef"),
        ("authorization", "Bearer {token}"), ("password", "%60%7B%7D"), ("next_page_token", "q8Zr5TnW2xLk9PbV"),
    ],
)  # fmt: skip
def test_what_only_looks_like_one_doesnt_count(name, value):
    assert judge_assigned(name, value) is None


def test_a_header_gives_what_stands_behind_its_scheme():
    token = FakeTokens(3).of(ALPHANUMERIC, 40)
    judged = judge_assigned("Authorization", f"Bearer {token}")
    assert judged is not None
    assert f"Bearer {token}"[judged.start : judged.end] == token


def test_a_name_in_code_isnt_a_value():
    value = FakeTokens(4).of(ALPHANUMERIC, 24)
    assert judge_assigned("password", value, quoted=False, form="code") is None
    assert judge_assigned("password", value, quoted=False, form="yaml") is not None


@pytest.mark.parametrize(
    "form",
    [
        'password = "@@"', "password='@@'", '"password": "@@"', "password: str = '@@'", "{'db_password': '@@'}",
        'if password == "@@":', 'password => "@@"', '.password("@@")', 'setPassword("@@")',
        'putenv("DB_PASSWORD", "@@")',
        'os.environ["DB_PASSWORD"] = "@@"', 'String password = "@@";', 'password := "@@"', "password = `@@`",
        'password_confirmation: "@@"', 'password = """@@"""', '"{\\"password\\": \\"@@\\"}"', 'pwd="@@"',
        "DB_PASSWORD=@@",
    ],
)  # fmt: skip
def test_code_gives_values_to_names_in_many_ways(form):
    value = FakeTokens(11).of(ALPHANUMERIC, 18) + "7q"
    assert found_in(form.replace("@@", value)) == [value]


def test_what_stands_behind_an_argument_that_ends_in_a_name_isnt_its_value():
    assert found_in('with_values("server.keyPassword=some", "spring.rsocket.Server0.port=Zx81kQ")') == []


@pytest.mark.slow
@pytest.mark.parametrize("piece", ['token="', 'token="""', "password='", "password(", "api_key", "secret: ", 'pwd\\"'])
def test_the_time_is_linear_in_the_text(piece):
    assert_linear(lambda size: found_in(piece * size), 1_000, piece)


@pytest.mark.parametrize(
    "value", ["Password123!", "p4ssw0rd", "P@$$w0rd", "B0bP4ssw0rd", "verYs3cret", "@ESXI_PASSWORD"]
)
def test_what_everybody_writes_in_a_password_isnt_one(value):
    assert judge_assigned("password", value) is None


@pytest.mark.parametrize(
    "form", ["headers:\n  - Bearer @@\n", 'value: "Bearer @@"', "h = {'Authorization': 'Bearer @@'}"]
)
def test_a_value_that_begins_with_bearer_is_a_token(form):
    value = FakeTokens(12).of(HEX, 63) + "7"
    assert {pair.value for pair in read_pairs(form.replace("@@", value)) if pair.scheme} == {value}
    assert not any(pair.scheme for pair in read_pairs("the token bearer " + value))
