"""Protects the one judgement of what a value is: which are credentials where their place says so, and which never."""

import string
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect.values.classifier import classify, is_plausible_password, is_plausible_token
from tests.fake_tokens import ALPHANUMERIC, HEX, URL_SAFE, FakeTokens
from tests.growth import assert_linear

SYMBOLS = ALPHANUMERIC + "$%[{<>!@#^&*é"
SMALL = string.ascii_lowercase + string.digits


def share_of(judge, alphabet, length, count=300):
    fake = FakeTokens(length)
    return sum(judge(fake.of(alphabet, length)) for _ in range(count)) / count


@pytest.mark.parametrize("length", [16, 20, 32, 40])
@pytest.mark.parametrize("alphabet", [ALPHANUMERIC, URL_SAFE, SYMBOLS, HEX, SMALL, string.ascii_letters])
def test_random_values_are_tokens_and_passwords(alphabet, length):
    assert share_of(is_plausible_token, alphabet, length) >= 0.93
    assert share_of(is_plausible_password, alphabet, length) >= 0.97


@pytest.mark.parametrize(("length", "least"), [(8, 0.6), (10, 0.85), (12, 0.95)])
def test_short_random_values_are_passwords(length, least):
    assert share_of(is_plausible_password, SYMBOLS, length) >= least


def test_tokens_of_three_parts_and_uuids_are_tokens():
    fake = FakeTokens(5)
    assert is_plausible_token(".".join(fake.of(URL_SAFE, length) for length in (20, 40, 30)))
    assert is_plausible_token(str(uuid.UUID(int=0x3F2504E04F8941D39A0C0305E82C3301)))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("placeholder", "dein-passwort|tu_contraseña|tu_contrasena_aqui|votre_mot_de_passe|la_tua_password|your-token"
                        "|YOUR_API_KEY|xxxxxxxx|changeme|example-key|dummy|sua_senha|dummy-password-2|none"),
        ("template", "<password>|${DB_PASSWORD}|{{ token }}|$TOKEN|%TOKEN%|{token}|%(password)s|<%= key %>|@TOKEN@"
                     "|prefix-${name}-suffix|{cfg.password}|Bearer {token}|{secret(|{os.environ["),
        ("store reference", "vault:quantum/ionq|op://team/item/field|arn:aws:secretsmanager:eu-west-1:1:secret:x"
                            "|projects/p/secrets/s/versions/1|file:///run/secrets/pasqal|/run/secrets/db|keyring:ionq"
                            "|keyvault://name/secret|secretsmanager:prod/db|os.environ['A']|ref+vault://x/y#z"),
        ("path", "/etc/ssl/private/key.pem|./secrets/token.txt|~/.config/token|C:\\Users\\me\\token.txt"
                 "|tokens/default.json|server.key|/home/me/token"),
        ("address", "https://example.org/token|me@company.org|auth.service.org:8443|10.0.0.1:5432"),
        ("number", "1234567890123|3.14159265|0xdeadbeef|1e-05|#8f9494"),
        ("date", "2026-11-28|2026-11-28T10:00:00Z|12:30:59"),
        ("version", "1.2.3|v2.0.0rc1|10.4.1.post2"),
        ("code", "get_password()|config.password|settings['token']|self.client.token|a => b|os.path.join(a, b)"
                 "|[ \\t]{1,4}-p"),
        ("sentence", "Enter a passphrase to go on|The value that you gave isn't valid|Forgot it?  Ask for help"),
        ("stock password", "password|hunter2|admin123|letmein|passw0rd"),
        ("word", "access_denied|invalid-grant|PasswordField|form-control|btn btn-primary|refreshToken|TOKEN_LIFETIME"
                 "|correct-horse-battery-staple|user.password.reset|sunnymonkey|input-group"),
    ],
)  # fmt: skip
def test_what_is_no_credential_isnt_one_anywhere(kind, values):
    for value in values.split("|"):
        assert not is_plausible_token(value), value
        assert not is_plausible_password(value), value
        if kind != "word":
            assert classify(value).kind in (kind, "placeholder", "word", "sentence"), value


@pytest.mark.parametrize(
    "value", ["Tr0ub4dor&3", "S3cret!Plan", "kU1k9J!cC7YSto4", "3vkqtLrifrgMxhV8az36a4sM%", "hww_lolbvmex", "Npqsgtxh"]
)
def test_what_people_choose_to_be_hard_to_guess_is_a_password(value):
    assert is_plausible_password(value)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200), st.sampled_from(["", "token", "password"]))
def test_any_text_gets_a_judgement_that_doesnt_repeat_it(text, context):
    judgement = classify(text, context)
    assert judgement.kind
    assert len(text) < 12 or text not in judgement.reason


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["a", "$", "{", "<", "a.", "a/", "((", "a(", "%s", "é", "\\", "'", "A1", ". ", "0", "{a", "a,'"]
)
def test_the_time_is_linear_in_the_value(piece):
    def judge(size):
        classify.__wrapped__((piece * size)[:16_000], "password")

    assert_linear(judge, 2_000, piece)


@pytest.mark.parametrize(
    "value",
    [
        "192b9bdd22ab9ed4d12e236c78afcb9a" + "393ec15f71bbf5dc987d54727823bcbf",  # Flask's documentation
        "ZXhhbXBsZS1jb29raWUtc2VjcmV0",  # "example-cookie-secret" in base64
    ],
)
def test_what_documentation_shows_stands_for_another_value(value):
    assert classify(value, "password").kind == "placeholder"


def test_a_name_with_a_value_of_its_own_is_no_value():
    assert not is_plausible_password("CLIENT_SECRET=my-client-7Hq2-x9")
    assert not is_plausible_token("%20!%22$%3A%3B")


@pytest.mark.parametrize(
    "value",
    [
        "base64-encoded", "storage-pbkdf2,PBKDF2", "sha256-digest", "sign-in-with-oauth2",  # words with digits in them
        "Забравена парола?", "Přístupový kód ověření", "Avez-vous oublié ?", "Kod uwierzytelniania",
        "Unohtuiko salasana?", "Подтверждение", "Přístupový", "Подтверждение нового пароля",
        "pwgen -1s 32", "openssl rand -hex 32", "Rails.app.envs", "!0,image:!0", "1*SAFE", "%M:%SZ",
        "npm:^3.0.0 || ^4.0.0", "//tools.ietf.org/html/rfc7662[OAuth",
        "Q3AM3UQ867SPQQA43P2F/20210315/us-east-1/s3/aws4_request",
        "{SSHA256}25ro4PKC8jhQZ26jVsozhX/xaP0suHgX", "{pbkdf2@SpringSecurity_v5_8}5d923b44a6d129f3ddf3e3c8d2941272",
        "YWRtaW4=", "cGFzc3dvcmQ=",  # stock passwords in base64
    ],
)  # fmt: skip
def test_what_public_code_gives_to_passwords_and_is_none(value):
    assert not is_plausible_token(value)
    assert not is_plausible_password(value)


@pytest.mark.parametrize(
    "value",
    [
        # What lock files say of packages, and what the forum's and the CMS's passwords become.
        "sha512-Fu4hJdvzeylCfQPp9SGWidpzrMs7tTrlu6Vb8XGaRGck8QSNZJJp538Wrb60Lax4fPwR64ViY468OIUTbRlGZg==",
        "$P$Bq81kf0wPvLkN7uwHZqNMu98q3U8RO.", "$S$D4rqk1Xw7vTzL2mQ9cYbNf8hJsE3uGtR6oVpKdWiAxZlMnBy5CeH",
        # Names in camel case with a number in them, and what programs write.
        "revokeOAuth2Token", "usersOauth2AppleAppid", "OAuth2Client", "req.URL.Path)", "time.sleep(0.2)",
        "==void", "----\\nMIIEpQ",
        "{3};Encrypt=True;TrustServerCertificate=False",
        # Short pieces, words and numbers, as tests write them behind a service's prefix.
        "xoxb-1234-1243", "xoxe.xoxp-1-initial", "xapp-A111-222-xyz", "xwfp-123-abc", "23410913-abewfq.123483",
        "ya29.AHES0ZZZZZ0fffff0XXXX0mmmm0wwwww0-LL_l-0bb0b0bbbbbb",
    ],
)  # fmt: skip
def test_what_public_code_gives_to_tokens_and_is_none(value):
    assert not is_plausible_token(value)


@pytest.mark.parametrize(
    "value",
    [
        "Radius-Gheimnis", "Geräte-Markrl", "API-käyttöoikeustunnus", "API ključ (V2)", "API-nøkkel (V2)",
        "Token można uzyskać z {0}.", "Hozzáférési jelszót kaphat {0}-tól/-től", "คุณสามารถรับกุญแจได้จาก {0}.",
    ],
)  # fmt: skip
def test_a_translation_is_no_token_whatever_language_it_is_in(value):
    assert not is_plausible_token(value)


def test_random_letters_of_both_cases_and_pieces_with_digits_in_them_stay_tokens():
    fake = FakeTokens(14)
    letters = [fake.of(ALPHANUMERIC[:52], 24) for _ in range(100)]
    assert all(map(is_plausible_token, letters))
    parts = ["-".join(fake.of(ALPHANUMERIC, 8) for _ in range(3)) for _ in range(100)]
    assert sum(map(is_plausible_token, parts)) >= 98


@pytest.mark.parametrize("words", ["s3", "k8s", "sha256", "oauth2"])
def test_a_random_value_with_such_a_word_beside_it_stays_one(words):
    fake = FakeTokens(3)
    assert all(is_plausible_token(f"{words}-{fake.of(ALPHANUMERIC, 24)}") for _ in range(50))


@pytest.mark.parametrize("value", ["Küche 7#Qz$w", "é8$Lm2 Qx9", "пароль7Q2x"])
def test_a_password_with_letters_of_another_language_and_digits_stays_one(value):
    assert classify(value, "password").kind != "sentence"
