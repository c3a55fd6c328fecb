"""Kinds of text in public repositories that were taken for credentials, and what stands beside them and is one."""

from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(51)
WORD, KEY = TOKENS.of(ALPHANUMERIC, 24), "AKI" + "A" + TOKENS.of("ABCDEFGHJKMNPQRSTUVWXYZ234567", 16)

JWT_IO = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWUsImlhdCI6MTUxNjIzOTAyMn0."
    f"{TOKENS.of(ALPHANUMERIC, 43)}"
)

# Two lines of base64, of which the second looks like a key of Artifactory's.
IMAGE = (TOKENS.of(ALPHANUMERIC, 70) + "/wkCcZ", "AKC" + TOKENS.of(ALPHANUMERIC, 73))
SENTENCE = urlsafe_b64encode(b"Each message says who wrote it, and when it was sent.").decode().rstrip("=")
SILENT = {
    "a translation": ("fi.json", '{"Edit WebAuthn Credential": "Muokkaa WebAuthn-Tunnusta"}'),
    "a sentence of another language": ("nl.po", 'msgstr "Je wachtwoord is gewijzigd."'),
    "a version with its peers": ("pnpm-lock.yaml", "    '@inquirer/password': 4.0.23(@types/node@25.9.5)\n"),
    "a hash with rounds": ("users.yml", f"password: $6$rounds=500000$jgiCMRyGXzoqpxS3$w2pJeZnnH8bwW3{WORD}"),
    "a hash with parameters": ("users.yml", f"password: $argon2id$v=19$m=65536,t=3,p=4$iXZMAhHdjg${WORD}"),
    "the key of TOTP's page": ("a.py", "secret = '" + "JBSWY3DP" + "EHPK3PXP'"),
    "a login without a password": ("a.yml", "Authorization:\n- Basic YWJjOg=="),
    "base64 of words": ("a.go", 'bearerToken := "Zm9vOmJhcg=="'),
    "a token cut short": ("a.yaml", "access_token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdW"),
    "a variable as an index": ("a.go", 'p.zoneIDs[token] = "e74d0d15-f567-4b7b-9069-26ee1f93bae3"'),
    "the name of an algorithm": ("a.ts", "const cbc = await jose.generateSecret('A128CBC-HS256')"),
    "a chain of names": ("a.md", "res.send({ idToken: req.oidc.idToken })"),
    "a struct": ("a.go", "secret: &corev1.Secret{"),
    "a link": ("a.md", "where the\n  pass is performed.\n  [(#8539)](https://github.com/a/b/pull/8539)\n"),
    "a row of digits": ("a.yml", "credential_value: 2222222222-jane"),
    "a menu below a line of words": ("a.md", "    s) Set configuration password\n    q) Quit\n    n/s/q> n\n"),
    "a sentence that goes on": ("a.rst", "      concrete version please pass\n      :data:`socket.AF_INET6` here\n"),
    "names of options below a help text": ("a.txt", f"{30 * ' '}Password (obscured)\n      --ftp-blake3sum string\n"),
    "the hash of nothing": ("a.go", f'apiToken = "{sha256(b"").hexdigest()}"'),
    "a list of headers over a hash": ("a.creq", f"host;x-amz-date;x-amz-security-token\n{TOKENS.of(HEX, 64)}"),
    "the name of a secret": ("a.md", "kafka.auth.tls.existingSecrets[0]=kafka-jks-0\n"),
    "a name that is turned over": ("a.html", '<clr-icon (click)="showNewPwd = !showNewPwd"></clr-icon>'),
    "a secret by its own name": ("a.ts", 'const slackWebhookUrl = config.requireSecret("slackWebhookUrl");'),
    "a resource": ("a.json", '["AWS::SecretsManager::Secret",\n "AWS::SNS::Topic"]'),
    "a package with a number": ("a.toml", 'remote-auth = ["django-auth-ldap", "python3-saml"]'),
    "a statement below a condition": ("a.py", "if url.password:\n    proxy_url = proxy_url.replace(a, b)\n"),
    "a user with a hash": ("a.yaml", f"password: registry_user:$2y$10${WORD}{WORD}"),
    "a hash of PostgreSQL": ("a.go", f'Password: "md5{TOKENS.of(HEX, 32)}"'),
    "a key that shows the form": (
        "a.md",
        "key: -----BEGIN RSA PRIVATE KEY-----\\nMaMbaIXtE\\n-----END RSA PRIVATE",
    ),
    "two stock passwords": ("a.yaml", 'passwords: "pass01;pass02"'),
    "a stock password with a sign for an address": ("a.py", '"http://user:pass%20pass@complex.org/path"'),
    "a short stock password in base64": ("a.md", "password1: c2VjcmV0\nredis-password: cmVkaXMK\n"),
    "the mark of a page": ("a.py", 'token = "eyJib3RvX2VuY29kZWRfa2V5cyI6IFtbImZvbyIsICJiYXIiLCAxXV0sICJmb28i"'),
    "jwt.io's token in a call": ("a.py", f'f("{JWT_IO}")'),
    "jwt.io's token in a header": ("a.md", f"curl -H 'Authorization: Bearer {JWT_IO}' https://x"),
    "jwt.io's token for a provider": ("a.py", f"os.environ['IONQ_API_KEY'] = '{JWT_IO}'"),
    "jwt.io's token in an address": ("a.yaml", f"link: https://x/?access_token={JWT_IO}"),
    "a signed sentence": ("a.ts", f"const jws = 'eyJhbGciOiJFUzI1NiJ9.{SENTENCE}.{TOKENS.of(ALPHANUMERIC, 86)}'"),
    "GitHub's documented token": ("a.py", f'token = "{"gh" + "o_"}16C7e42F292c6912E7710c838347Ae178B4a"'),
    "a masked end": ("a.rb", "access_token: 'v1.1f699f1069f60xxx'"),
    "what a form asks": ("a.php", "'password' => 'required|alpha_dash|string|max:255',"),
    "the name of an object": ("a.py", 'b64encode(\n    b"AppProblem:a7f47ac1-058c-4372-a567-0e02b2c3d479"\n)'),
    "base64 of a name and a line end": ("a.yaml", "secret: b2F1dGgyLXByb3h5LWNsaWVudC1zZWNyZXQK"),
    "base64 of an order without padding": ("a.go", 'secret = "c2VjcmV0dGhpcnR5dHdvYnl0ZXMrYWJjZGVmZ2hpams"'),
    "a login without a user": ("a.go", 'token: "Om5vLXVzZXI=",'),
    "the first part of a token": ("a.go", 'token := "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + body'),
    "the beginning of a token": ("a.md", "`http://example.dev/me?token=eyJhbGciOiJIUzI1NiI...`"),
    "a public key": ("a.yml", f'gitlab_deploy_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{WORD}{WORD} test"'),
    "an item of 1Password": ("a.yml", "var: lookup('community.general.onepassword', 'Tessier-Ashpool', section='W')"),
    "a user and a stock password": ("a.yml", "auth_credential: 'user1:s3cr3t'"),
    "words and a stock password": ("a.yml", "password: different_pa$$w0rd"),
    "a long word for a password": ("a.yml", "password: myreallysecurepassword12!"),
    "a stock password with two letters": ("a.yml", "user_pass: Secr3tPassw00rd"),
    "a stock password with a letter": ("a.json", '{"password": "passwordA3"}'),
    "a stock password with a digit in it": ("a.yml", 'bind_pw: "test1pass!"'),
    "the hash of a stock password": ("a.json", '{"ClientSecret": "K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols="}'),
    "a webhook too short": ("a.py", 'assert url == "https://hooks.slack.com/services/TXX/BYY/ZZZ"'),
    "a password in an address that was escaped": ("a.py", 'u = "sqs://id:secret%2B%2Faccess@sqs.eu-1.aws.com/x"'),
    "the public part of keys": (
        "a.py",
        f'PublicKeys = {{"keys": [{{"kty": "EC", "x": "{WORD}MKBCTNIcKUSDii11yS",\n "n": "{WORD}0vx7agoebGcQ"\n'
        f'  "{WORD}AAtVT86zwu1RK7aP"}}],\n "thumbprints": ["{WORD}cnI1W2Nz"]}}\n',
    ),
    "RFC 9449's token": ("a.adoc", '"access_token": "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"'),
    "the token of an assembly": ("a.resx", "<value>System, Version=4.0.0.0, PublicKeyToken=b77a5c561934e089</value>"),
    "what a client encrypted": (
        "a.cs",
        'string Password = "2.AOs41Hd8OQiCPXjyJKCiDA==|O6OHgt2U2hJGBSNGnimJmg==|iD33s8B69C8JhYYhSa4V1tArjvLr8eEaG="',
    ),
    "the name of a setting": ("a.cs", "//   Non-secret:   UnprotectCertificates:0:Enabled = false\n"),
    "a token that says it is none": ("a.json", '{"password": "npm_FakeSeederPublishToken2026"}'),
    "a token of three digits again and again": ("a.py", f'x = "GR{1348941}{"123" * 7}"'),
    "an image in lines": ("a.html", f'x = "{IMAGE[0]}\\\n{IMAGE[1]}\\\n'),
    "a value that counts up": ("a.yaml", "ACCESS_KEY: 8312341g-5678-abcd-4a2b2c-33bcsd655"),
}
FOUND = {
    "a password in a locale": ("fi.json", f'{{"password": "{WORD}"}}', WORD),
    "a password said": ("a.md", f"Je password is {WORD}.", WORD),
    "a key in the user's place": (
        "a.yml",
        "Authorization:\n- Basic c2stOHhLMnFaN21ONHZMOXdQMzo=",
        "c2stOHhLMnFaN21ONHZMOXdQMzo=",
    ),
    "a name as an index": ("a.php", f"$config['token'] = '{WORD}';", WORD),
    "base64 of a password": ("a.py", "password = 'czNjJFI3bUxxOXpLMnZX'", "czNjJFI3bUxxOXpLMnZX"),
    "whole": ("a.yaml", f"access_token: {TOKENS.jwt()}", "eyJ"),
    "a key's id": ("a.py", f'key = "{KEY}"', KEY),
    "a column with a number in front": ("a.md", f"    password\n0   {WORD}\n", WORD),
    "JSON with a key": ("a.py", "token = 'eyJrZXkiOiAiaFY4eFEybUxwMFp0YWE5ZCIsICJmcm9tIjogMTIzNCw='", "eyJ"),
    "two random passwords": ("a.yaml", f'passwords: "{WORD};{WORD[::-1]}"', WORD),
    "a value with its name in front": ("a.ts", f'const apiToken = "apiToken{WORD}";', WORD),
    "base64 of a password and a line end": ("a.yaml", "password: czNjJFI3bUxxOXpLMnZXCg==", "czNjJFI3bUxxOXpLMnZXCg=="),
    "a token without a user": ("a.yaml", "token: OnM0azlYdjJMcTdabU40cFd3", "OnM0azlYdjJMcTdabU40cFd3"),
    "the private part of keys": ("a.py", f'keys = {{"keys": [{{"kty": "EC", "d": "{WORD}MKBCTNIcKUSD"}}]}}\n', WORD),
    "a key over a list": ("a.py", f'API_KEYS = {{"lab": ["{WORD}x1", "{WORD}y2"]}}\n', WORD),
    "a password behind words": ("a.yml", "password: lab_k9Xv2LqZ", "lab_k9Xv2LqZ"),
    "small letters with digits between, which read like words": (
        "a.py",
        'cloudflareToken = "tq3v704blmu8_7p13kmellronsqlio87weepys2g"',
        "tq3v704blmu8_7p13kmellronsqlio87weepys2g",
    ),
    "keys in lines": ("a.txt", f"{IMAGE[1][:73]}\n{IMAGE[1][:73][::-1][3:]}\n{IMAGE[1][:73]}\n", IMAGE[1][:73]),
    "JSON with a key that is called so": (
        "a.txt",
        "Authorization: Bearer eyJrIjoiWHZiSWd5NzdCYUZnNUtibE9rbUpESmE2bzJYNDRIc1UiLCJuIjoibXlrZXkiLCJpZCI6MX0=",
        "eyJ",
    ),
    "hex": ("a.yml", f"credential_value: {TOKENS.of(HEX, 40)}", ""),
}


@pytest.mark.parametrize("kind", SILENT)
def test_what_is_no_credential(kind: str) -> None:
    path, text = SILENT[kind]
    assert ENGINE.detect(open_document(path, text.encode())) == []


@pytest.mark.parametrize("kind", FOUND)
def test_what_is_one(kind: str) -> None:
    path, text, value = FOUND[kind]
    findings = ENGINE.detect(open_document(path, text.encode()))
    assert any(value in finding.value for finding in findings)


def test_a_list_in_a_string_ends_where_the_next_statement_begins() -> None:
    keys, others = [TOKENS.of(ALPHANUMERIC, 24) for _ in range(2)], [TOKENS.of(ALPHANUMERIC, 24) for _ in range(2)]
    text = (
        f"""A = \\\n  b'{{"keys":[{{"kty":"oct","k":"{keys[0]}' + \\\n  b'"}},{{"kty":"oct","k":"{keys[1]}"}}]}}'\n\n"""
        f"""IV = "{others[0]}"\n\nE = \\\n  "{others[1]}"\n"""
    )
    findings = ENGINE.detect(open_document("a.py", text.encode()))
    assert sorted(text[finding.start : finding.end] for finding in findings) == sorted(keys)
