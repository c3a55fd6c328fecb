"""Protects the line between a credential and what people write in its place."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.values.placeholders import is_placeholder
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens
from tests.growth import assert_linear

PROVIDERS = {provider.id: provider for provider in load_catalogue().providers}


@pytest.mark.parametrize(
    "value",
    """
    YOUR_TOKEN|your-api-key|Your API key here|<token>|<your_token>|[Copy connection string]|{token}|{{ api_key }}
    $TOKEN|${TOKEN}|$(TOKEN)|%TOKEN%|MY_API_TOKEN|my-access-token|INSERT_TOKEN_HERE|paste your token here|token|API_KEY
    apiToken|MyToken|mytoken|yourtoken|accessToken|IonQToken|TOKEN1|api_key_1|changeme|dummy|none|None|null|test|xxxx
    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|AE/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|***|******|...|qf_…|DEV-xxxx|0000000000000000
    00000000-0000-0000-0000-000000000000|123456|1234567890|0123456789abcdef0123456789abcdef|abcdefghijklmnopqrstuvwxyz
    deadbeefdeadbeefdeadbeefdeadbeef|abcabcabcabcabcabc|fedcba9876543210|ABC-123456789123456789123456789
    deleteThisAndPasteYour44CharTokenHere|wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY|env:QUERA_SECRET|vault:quantum/ionq
    API トークンを入力してください|从云平台个人中心取得的 API Key|superseekr!t-token|"token"
    'YOUR_KEY'|enter api key here
    """.replace("\n", "|").split("|"),
)  # fmt: skip
def test_what_stands_for_a_credential_is_none(value):
    assert is_placeholder(value.strip())


@pytest.mark.parametrize(
    "value",
    [
        "hunter2!", "Tr0ub4dor&3", "sunnymonkey", "MyTurkey", "correct-horse-battery-staple", "S3cret!Passw0rd",
        "P@ssw0rd", "kU1k9J!cC7YSto4", "a1b2c3d4e5f6", "q", "_T_abc.def",
    ],
)  # fmt: skip
def test_a_password_is_no_placeholder(value):
    # One character says nothing at all: it is the only one of these that counts as a placeholder.
    assert is_placeholder(value) is (len(value) == 1)


def test_a_providers_own_words_count_for_that_provider_only():
    assert is_placeholder("QISKIT_IONQ_API_TOKEN")
    assert is_placeholder("HUBTOKEN", PROVIDERS["baidu"])
    assert is_placeholder("perceval", PROVIDERS["quandela"])
    assert not is_placeholder("perceval", PROVIDERS["ionq"])
    assert not is_placeholder("perceval")


@settings(deadline=None, max_examples=300)
@given(st.integers(0, 2**32), st.sampled_from([ALPHANUMERIC, HEX, ALPHANUMERIC + "-_", ALPHANUMERIC + "+/"]))
def test_a_random_token_is_none(seed, alphabet):
    assert not is_placeholder(FakeTokens(seed).of(alphabet, 32))


def test_a_random_token_is_none_ten_thousand_times():
    tokens = FakeTokens(9)
    taken = [
        value for _ in range(10_000) if is_placeholder(value := tokens.of(string.ascii_letters + "0123456789-_", 40))
    ]
    assert taken == []


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_an_answer(text):
    assert is_placeholder(text) in (True, False)


@pytest.mark.slow
def test_a_long_value_takes_no_time():
    for unit in ("a", "a ", "token ", "<", "{", "ab1-", "my_", "x" * 5 + "y"):
        assert_linear(lambda size, unit=unit: is_placeholder(unit * (size // len(unit))), 25_000, unit)


@pytest.mark.parametrize(
    "reference",
    [
        "quantum/ionq#api_key",
        "quantum/pasqal/quantum-lab#password",
        "team:quantum/ionq#api_key@3",
        "nbguard:quantum/dwave/lab#sapi_token",
    ],
)
def test_a_reference_to_vault_is_no_credential(reference):
    """What a moved credential leaves behind must pass the hook that refused the credential."""
    assert is_placeholder(reference)


def test_a_value_with_a_slash_and_a_hash_may_be_one():
    assert not is_placeholder("x9/#K2v+Qm7Lr0Zt")
