"""Both sides of each limit of the classifier: the last value that is one thing, and the first that is another."""

import pytest

from nbguard.detect.values.classifier import (
    can_be_chosen,
    classify,
    forget_values,
    is_plausible_password,
    is_random_password,
    stands_for_another,
)
from nbguard.detect.values.encodings import is_signed_token, text_in_base64
from nbguard.detect.values.indirect_values import is_address, is_name_in_store, is_path, is_store_reference, is_template
from nbguard.detect.values.placeholders import has_dummy_mark, is_documented, is_placeholder, is_stock_password
from nbguard.detect.values.word_likeness import entropy, pair_score, wordy_share
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens

HEAD, BODY = "eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJ4In0"


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        ("", "empty", "nothing in it"),
        (" \t\n", "empty", "nothing in it"),
        ("k7Qz" * 4096 + "a", "too long", "longer than any credential"),
        ("%20!%22$%3A%3B", "code", "signs and their escapes"),
        ("vault:quantum/ionq", "store reference", "points to where a secret is kept"),
        ("${DB_PASSWORD}", "template", "is filled in later"),
        ("your-token", "placeholder", "says what should stand there"),
        ("k7Qz-example-m2Xv", "placeholder", "says what should stand there"),
        ("hunter2", "stock password", "what documentation writes as a password"),
        ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", "uuid", "five groups of hex digits"),
        ("2026-11-28", "date", "a date or a time"),
        ("8461203957", "number", "a number"),
        ("10.4.1.post2", "version", "a version"),
        (f"{HEAD}.{BODY}.k7Qz2mX9", "signed token", "three parts of base64 with JSON in the first"),
        (f"{HEAD}.{BODY}", "placeholder", "a JSON Web Token without its end"),
        ("https://service.org/a", "address", "an address"),
        ("/etc/ssl/private/key.pem", "path", "a path or the name of a file"),
        ("#8f9494", "number", "a colour"),
        ("CLIENT_SECRET=my-client-7Hq2-x9", "code", "a name with a value of its own"),
        ("os.path.join(a, b)", "code", "a piece of a program"),
        ("Forgot a passphrase today?", "sentence", "words with spaces between them"),
        ("00112233445566778899", "number", "a number"),
        ("abacabadabaca1e2aba", "word", "hex digits with an order"),
        ("eW91ci10b2tlbg==", "placeholder", "base64 of what should stand there"),
        ("cmVmcmVzaC1pbnRlcnZhbA==", "word", "base64 of words"),
        ("a2V5OiA3UXoybVg5", "base64 text", "base64 of a text"),
        ("access_denied", "word", "reads like a word or a name"),
    ],
)
def test_each_kind_has_its_reason(value: str, kind: str, reason: str) -> None:
    judgement = classify(value)
    assert (judgement.kind, judgement.reason) == (kind, reason)


def test_hex_digits_without_an_order_are_a_hash_by_their_length() -> None:
    fake = FakeTokens(4)
    for length in (32, 40, 48, 56, 64, 96, 128):
        assert classify(fake.of(HEX, length)).kind == "hash"
        assert classify(fake.of(HEX, length).upper()).kind == "hash"
        assert classify(fake.of(HEX, length + 2)) == ("token", "hex digits without an order")
    assert classify(fake.of(HEX, 16)).reason == "hex digits without an order"


def test_the_longest_value_is_judged() -> None:
    longest = FakeTokens(3).of(ALPHANUMERIC, 16_384)
    assert classify(longest).kind == "token"
    assert classify(f"  {longest}\n").kind == "token"
    assert classify(longest + "a").kind == "too long"


def test_what_is_written_with_escapes_is_judged_without() -> None:
    """Also where an escape is left, or nothing but space would be: then as it is written."""
    assert classify("%79our-token") == classify("your-token")
    assert classify("hunter%32").kind == "stock password"
    assert classify("k7Qz2mX9%20wYbT4").kind == classify("k7Qz2mX9 wYbT4").kind
    assert classify("100%25").kind != "empty"


@pytest.mark.parametrize(
    ("value", "password"),
    [
        ("kQ7$z", False), ("kQ7$zm", True),  # six characters
        ("kQ7kQ7k", False), ("aB1$aB", False), ("aB1$cB", True),  # five that differ
        ("kQ7$ zm", False),  # no space in it
        ("kqzxvwbn", True), ("interval", False), ("1234567", False), ("12345$7!", False),
        ("Interval7", True), ("interval7", False), ("interval_7", False), ("kqzx7", False), ("kqzxv7", True),
        ("Interval$", False), ("kqzxvw$", True), ("KqzXvw$", True),
    ],
)  # fmt: skip
def test_a_password_is_long_enough_and_of_several_kinds(value: str, password: bool) -> None:
    assert is_plausible_password(value) is password


@pytest.mark.parametrize(
    ("value", "random"),
    [("kqzxvwbn", False), ("kqzxvwb7", True), ("kqzxv7", False), ("Summer!Holiday7", False), ("k7Qz2mX9wYbT4", True)],
)
def test_a_random_password_is_of_a_machine(value: str, random: bool) -> None:
    assert is_random_password(value) is random


def test_what_stands_for_another_value_and_what_can_be_chosen() -> None:
    for value in ("", "vault:quantum/ionq", "${X}", "your-token", "hunter2"):
        assert stands_for_another(value)
        assert not can_be_chosen(value)
    for value in ("https://service.org/a", "/etc/passwd.txt", "os.path.join(a, b)", "two words and more to say"):
        assert not stands_for_another(value)
        assert not can_be_chosen(value)
    for value in ("interval", "8461203", "2026-11-28", "k7Qz2mX9"):
        assert not stands_for_another(value)
        assert can_be_chosen(value)


@pytest.mark.parametrize(
    ("value", "signed"),
    [
        (f"{HEAD}.{BODY}.k7Qz2mX9", True), (f"{HEAD}.{BODY}.", True), (f"{HEAD}.{BODY}", False),
        (f"{HEAD}=.{BODY}.k7", True), (f"x{HEAD}.{BODY}.k7", False),
        ("eyJhbGciOiJIUzI1NiJ9x.e30.k7", False), (f"{HEAD}.{BODY}.k7.k8", False), ("eyJ9.e30.", False),
        ("eyJrIjoxfQx.e30.k7", True),
    ],
)  # fmt: skip
def test_a_signed_token_has_json_in_its_first_part(value: str, signed: bool) -> None:
    assert is_signed_token(value) is signed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a2V5OiA3UXoybVg5", "key: 7Qz2mX9"), ("YWRtaW4=", "admin"), ("YWRtaW4", ""), ("YWRt", ""),
        ("AAECAwQFBgcICQoL", ""), ("w6nDqcOpw6nDqcOp", ""), ("/////////////w==", ""), ("bGluZQpsaW5lCg==", ""),
    ],
)  # fmt: skip
def test_base64_is_of_a_text_that_can_be_printed(value: str, text: str) -> None:
    assert text_in_base64(value) == text


@pytest.mark.parametrize(
    "value",
    [
        "", "  ", "''", '"your-token"', "`none`", "xxxxx", "ababab", "abcabcab", "0123456789abcdef", "fedcba98765432",
        "aabbaabbaabbaabb", "abcdeabcdeabcdea", "abcdeedcbabcdeca", "my-api-key", "IonQToken", "token7", "apiToken12",
    ],
)  # fmt: skip
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value", ["k7Qz2mX9", "interval", "abcdfhjl", "kqzxvwbnkqzxvwbm", "blue-whale", "Kqzxv", "abce"]
)
def test_no_placeholders(value: str) -> None:
    assert not is_placeholder(value)


def test_a_provider_s_own_names_stand_for_its_credential() -> None:
    from nbguard.detect.providers.provider_rules import load_catalogue

    provider, rule = load_catalogue().by_rule["ionq-api-key"]
    names = [provider.id, provider.name, *provider.modules, *rule.env]
    assert all(is_placeholder(name.upper(), provider) and is_placeholder(name, provider) for name in names)
    assert not is_placeholder("qiskit_ionq_kqzx", provider)


@pytest.mark.parametrize(
    ("value", "marked"),
    [
        ("k7Qz-example-m2", True), ("k7QzExampleM2", True), ("k7Qz_EXAMPLE_m2", True), ("k7QzeXaMpLem2", False),
        ("k7Qz00000000m2Xv", True), (f"{FakeTokens(2).of(ALPHANUMERIC, 400)}00000000", False),
        ("YourTokenHere", True), ("k7Qzm2", False),
    ],
)  # fmt: skip
def test_a_mark_for_readers_has_the_case_of_a_word_and_is_no_row_in_much(value: str, marked: bool) -> None:
    assert has_dummy_mark(value) is marked


@pytest.mark.parametrize(
    ("value", "stock"),
    [
        ("Password", True), ("p4ssw0rd", True), ("S3cr3t!", True), ("admin2024!", True), ("MyOwnPassword", True),
        ("my password", False), ("user.password", False), ("k7Qz2mX9", False), ("x" * 25 + "password", False),
        ("x" * 24 + "password", True), ("!!", False), ("te5t", True),
    ],
)  # fmt: skip
def test_a_stock_password_as_people_spell_it(value: str, stock: bool) -> None:
    assert is_stock_password(value) is stock


def test_what_documentation_shows_is_known_by_its_digest_alone() -> None:
    assert is_documented("192b9bdd22ab9ed4d12e236c78afcb9a" + "393ec15f71bbf5dc987d54727823bcbf")
    assert not is_documented("short")
    assert not is_documented("\udcff" * 20)
    assert not is_documented("a" * 601)


@pytest.mark.parametrize(
    ("value", "template"),
    [
        ("{token}", True), ("plain", False), ("k7Qz2mX9wYbT4{kqzx}", False), ("k7Qz2mX{kqzxv}", True),
        ("k7Qz2mX9wYbT4{token}", True), ("k7Qz2mX9wYbT4$TOKEN", True),
    ],
)  # fmt: skip
def test_a_name_in_brackets_is_filled_in_later(value: str, template: bool) -> None:
    assert is_template(value) is template


@pytest.mark.parametrize(
    ("value", "address", "path"),
    [
        ("me@company.org", True, False), ("service.org:8443", True, False),
        ("10.0.0.1:5432", True, False), ("kqzx.vwbn:8443", False, False), ("tokens/default.json", False, True),
        ("src/token.py:12", False, True), ("words/between/slashes", False, True), ("kQ7z/X9wY/m2Tb", False, False),
        ("words\\between\\them", False, True),
    ],
)  # fmt: skip
def test_addresses_and_paths(value: str, address: bool, path: bool) -> None:
    assert (is_address(value), is_path(value)) == (address, path)


@pytest.mark.parametrize(
    ("before", "behind", "asked"),
    [
        ('userdata.get("', 'NAME")', True), ('secret("', 'team/ionq#key")', True), ('secret("', 'NAME")', False),
        ('print("', 'NAME")', False), ('vault_secret(  "', 'a#b@3"', True), ('other("', 'team/ionq#key")', False),
        ('userdata.get("' + " " * 121, 'NAME")', False),
    ],
)  # fmt: skip
def test_the_name_of_a_secret_that_a_platform_is_asked_for(before: str, behind: str, asked: bool) -> None:
    assert is_name_in_store("x = " + before + behind, 4 + len(before)) is asked


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        ("vault kv get -field=api_key ", True), ("vault kv get -field api_key ", True), ("vault kv get -field=", True),
        ("bao kv get -mount=a -field=b ", True), ('["vault", "kv", "get", "-field=token", "', True),
        ("aws secretsmanager get-secret-value --secret-id ", True), ("aws ssm get-parameter --name=", True),
        ("gcloud secrets versions access latest --secret=", True), ("az keyvault secret show -n ", True),
        ("op read ", True), ("pass show ", True), ("/usr/bin/pass show ", True),
        # Others of their options are given credentials, and so are other commands.
        ("op item get lab --session ", False), ("bw get password lab --session=", False), ("vault login token=", False),
        ("vault kv put lab token=", False), ("VAULT_TOKEN=", False), ("vault kv get lab; TOKEN=", False),
        ("pass show lab && run --token ", False), ("$(pass show lab) --token ", False),
        ("pass show lab | f -p ", False),
        ("aws secretsmanager get-secret-value --secret-id a\nTOKEN=", False), ("bypass show ", False),
        ("To see it, pass show lab. The token is ", False), ("vault read said: token ", False),
        ("pass show " + "a" * 300 + " ", False),
    ],
)  # fmt: skip
def test_what_a_command_that_prints_a_secret_is_given(before: str, asked: bool) -> None:
    assert is_name_in_store("x = " + before + "NAME", 4 + len(before)) is asked


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ("bw get password 69cfSU2SOiFOK4", True), ("keyring get token xLhH7UpzgTNkHKJxtw", True),
        ("pass show 69cfSU2SOiFOK4 || echo 69cfSU2SOiFOK4", False), ("bw get password lab --session 69cfSU2SOi", False),
        ("correct horse pass show battery", False), ("bw get", True), ("bw gets 69cfSU2SOiFOK4", False),
    ],
)  # fmt: skip
def test_a_command_that_prints_a_secret_points_to_it(value: str, reference: bool) -> None:
    assert is_store_reference(value) is reference


def test_entropy_and_likeness_by_hand() -> None:
    assert entropy("") == 0.0
    assert entropy("aaaa") == 0.0
    assert entropy("abab") == 1.0
    assert entropy("abcd") == 2.0
    assert pair_score("") == pair_score("a") == 0.0
    assert pair_score("TH") == pair_score("th") > 0 > pair_score("qx")
    assert pair_score("thqx") == pytest.approx((pair_score("th") + pair_score("hq") + pair_score("qx")) / 3)
    assert wordy_share("") == wordy_share("123") == wordy_share("kqzx") == 0.0
    assert wordy_share("interval") == 1.0
    assert wordy_share("interval-kqzxvwbn") == 0.5
    assert wordy_share("the12qz") == 0.6


def test_values_are_let_go_of() -> None:
    classify("k7Qz2mX9-let-go")
    assert classify.cache_info().currsize
    forget_values()
    assert classify.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("value", "stands"),
    [
        ("acbdeabdceadbcea", True), ("acbdeabdceadbce", False), ("acbdeabdceadbcef", False),  # 16 of five characters
        ("kzqkzqkz", True), ("kzqkzqkx", False), ("kzqwkzqw", True),
        ("abcdefghizq", True), ("abcdefghkzq", False),  # eight of ten steps, and seven
        ("xy", True), ("xyx", True), ("xyz", False),
    ],
)  # fmt: skip
def test_what_repeats_itself_or_counts_up_stands_for_another(value: str, stands: bool) -> None:
    assert is_placeholder(value) is stands


def test_signs_inside_do_not_hide_a_stock_password() -> None:
    assert is_stock_password("pass*word")
    assert is_stock_password("p4ss*w0rd!")


def test_letters_alone_are_a_token_where_they_read_like_none() -> None:
    """In one case: without signs from twelve on, with signs between groups from twenty."""
    letters = "kqzxvwbnjhtrmlpdgfcs"
    assert classify(letters[:12]).kind == "token"
    assert classify(letters[:11]).kind == "word"
    assert classify(f"{letters[:10]}-{letters[10:]}").kind == "token"
    assert classify(f"{letters[:9]}-{letters[10:]}").kind == "word"
    assert classify("kQzXvWbNjHtR").kind == "token"


def test_short_pieces_of_words_between_digits_are_a_password() -> None:
    assert is_plausible_password("te1an2re3")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("kqzxvwbnjhtrm7", "word"), ("kqzxvwbnjhtrm7777", "word"), ("kqzxvwbn_jhtrm77", "word"),  # a name with a number
        ("kqz7xvwbnjhtrm7", "token"), ("kqz7xvwbnjhtrm", "word"), ("kqz7xvwbn-jhtrm", "token"),
        ("Kqz7xvwbnjhtrm", "token"),
    ],
)  # fmt: skip
def test_a_name_with_a_number_behind_it_is_no_token(value: str, kind: str) -> None:
    assert classify(value).kind == kind
