"""Kinds of text in public repositories that were taken for credentials, and what stands beside them and is one."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKENS = FakeTokens(51)
WORD, KEY = TOKENS.of(ALPHANUMERIC, 24), "AKI" + "A" + TOKENS.of("ABCDEFGHJKMNPQRSTUVWXYZ234567", 16)

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
    assert any(value in finding.value or value in text for finding in findings)
    assert findings
