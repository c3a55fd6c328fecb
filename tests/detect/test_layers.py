"""Encoded credentials are found through two layers, and nothing that isn't one."""

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.generic.encoded_layers import base64_forms, layers_of
from nbguard.detect.triggers import load_triggers
from nbguard.documents.fields import Field, Part
from tests.detect.asking import asked_by, find_asked
from tests.detect.generic_examples import examples, private_key
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens
from tests.growth import assert_linear

LAYERED = {"encoded-layers": frozenset(("",))}
TOKENS = FakeTokens(11)
GITHUB = TOKENS.github()[:-3] + "7Q2"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def b64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def hexed(text: str) -> str:
    return text.encode().hex()


def percent(text: str) -> str:
    return "".join(c if c.isalnum() else f"%{ord(c):02X}" for c in text)


def found(text: str) -> list[tuple[str, str]]:
    """Rule and value of what a scan finds: only if the literal and its confirmation are in the raw text."""
    field = Field(text, Part("source", None, "", "", "text", 0, 0))
    findings = list(find_asked(field, asked_by(json.dumps(text).encode())))
    for finding in findings:
        if " in " in finding.cause:
            assert finding.field.text == text
            assert 0 <= finding.start < finding.end <= len(text)
            assert " " not in text[finding.start : finding.end]
    return [(finding.rule, finding.value) for finding in findings if ", in " in finding.cause]


URL = "postgresql://svc_ingest:k3yQ9zLm2w@db7.corp.net/calib"
CONFIG = f'{{"auths": {{"x.io": {{"client_secret": "{TOKENS.of(ALPHANUMERIC, 30)}7Q2"}}}}}}'


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize(
    "layers", [(b64,), (b64url,), (hexed,), (b64, b64), (b64, percent), (hexed, b64), (b64, hexed)]
)
def test_a_token_is_found_in_its_layers(layers: tuple[Callable[[str], str], ...], before: str) -> None:
    encoded = f"{before} {GITHUB}\n"
    for layer in layers:
        encoded = layer(encoded)
    assert ("github-token", GITHUB) in found(f'data = "{encoded}"')


def test_the_span_is_the_encoded_run() -> None:
    encoded = b64(f"token {GITHUB} end")
    text = f'x = "{encoded}" + y'
    field = Field(text, Part("source", None, "", "", "text", 0, 0))
    finding = next(f for f in find_asked(field, LAYERED) if f.rule == "github-token")
    assert text[finding.start : finding.end] == encoded.rstrip("=")
    assert finding.value == GITHUB
    assert finding.cause.endswith("in base64")
    assert GITHUB not in f"{finding!r} {finding.cause} {finding.message}"


def test_a_password_in_a_percent_encoded_address() -> None:
    assert ("basic-auth-url", "k3yQ9zLm2w") in found(f"https://x.io/go?to={percent(URL)}&x=1")


def test_a_configuration_in_base64() -> None:
    assert [rule for rule, _ in found(f"DOCKER_CONFIG={b64(CONFIG)}")] == ["generic-credential"]


def test_a_private_key_in_base64() -> None:
    key = private_key(TOKENS)
    assert ("private-key", key) in found(f"tls.key: {b64(key)}")


def test_a_jwt_in_base64() -> None:
    jwt = TOKENS.jwt()
    assert ("jwt", jwt) in found(f"x: {b64(jwt)}")


def test_a_quantum_token_beside_its_name_in_base64() -> None:
    token = TOKENS.dwave()
    assert token in [value for _, value in found(f"x: {b64(f'token = {token}')}")]


def test_behind_a_name_that_ends_in_an_underscore() -> None:
    assert ("github-token", GITHUB) in found(f"SEED_{b64(GITHUB)}")


HARMLESS = {
    "image": b64(TOKENS.of(ALPHANUMERIC, 60_000)),
    "text without credential": b64("the token and the password are asked for at run time"),
    "placeholder": b64('{"token": "YOUR_TOKEN", "password": "<password>"}'),
    "hash": TOKENS.of(HEX, 128),
    "address": percent("https://example.com/callback?x=1&y=2"),
    "not text": base64.b64encode(b"token" + bytes(range(128, 200))).decode(),
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_holds_no_credential_is_left_alone(text: str) -> None:
    assert found(f'x = "{text}"') == []


def test_three_layers_are_one_too_many() -> None:
    assert found(b64(b64(b64(f"{GITHUB}")))) == []


@given(st.text("ab xyz", max_size=7), st.sampled_from(["ghp_", "token", "PRIVATE KEY"]), st.text("ab =", max_size=7))
def test_one_form_shows_wherever_the_text_stands(before: str, text: str, after: str) -> None:
    """The three forms cover every place: the right one is a part of the encoded whole."""
    assert base64_forms(text)[len(before) % 3] in b64(before + text + after)


@given(st.binary(max_size=200))
def test_any_bytes_are_taken(data: bytes) -> None:
    text = "dG9rZW" + data.decode("latin-1")
    for layer in layers_of(text):
        assert 0 <= layer.start < layer.end <= len(text)


def test_encoded_literals_are_literals_of_the_prefilter() -> None:
    asks = next(trigger.asks for trigger in load_triggers().table if trigger.literal == "dg9rzw")
    assert {ask.detector for ask in asks} == {"encoded-layers"}


@pytest.mark.slow
@pytest.mark.parametrize("text", ["dG9rZW" * 60_000, "dG9rZW " * 60_000, "%3a%2f%2f" * 50_000, "746f6b656e" * 40_000,
                                  "dG9rZW=" * 60_000, "dG9rZW4xMjM0NTY3OA== " * 20_000])  # fmt: skip
def test_time_stays_linear(text: str) -> None:
    part = Part("source", None, "", "", "text", 0, 0)
    assert_linear(lambda size: list(find_asked(Field(text[:size], part), LAYERED)), len(text) // 8)


def test_credentials_with_a_beginning_of_their_own_are_found_in_base64() -> None:
    named = {"aws-access-key", "azure-storage-key", "github-token", "gitlab-token", "jwt", "openai-key", "private-key",
             "pypi-token", "slack-token"}  # fmt: skip
    encoded = {e.rule for e in examples(4) if (e.rule, e.value) in found(f"d: {b64(e.text)}")}
    assert named <= encoded


def test_a_long_text_is_searched_as_a_short_one_is():
    """Long texts are searched for the literals first: what is found may not hang on the length."""
    import base64

    from nbguard.detect.generic.encoded_layers import layers_of

    run = base64.b64encode(b'password = "Tr0ub4dor&3x"').decode()
    hexed = ("tok" + "en: 1234567890abcdef").encode().hex()
    text = f'a = "{run}" é {hexed} %3A%2F%2Fuser:pw@host'
    short = [(layer.kind, layer.text) for layer in layers_of(text)]
    long = [(layer.kind, layer.text) for layer in layers_of("é\n" * 40_000 + text + " x" * 40_000)]
    assert len(short) == 3
    assert long == short
