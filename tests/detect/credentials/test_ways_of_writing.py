"""Ways in which people write a credential beside its name, each with what looks like it."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

ENGINE = Engine(Scope(frozenset(("credential",))))
TOKEN = "k7" + FakeTokens(97).of(ALPHANUMERIC, 30)

# File, text, and what is found; {T} is a token.
WRITTEN = [
    # PHP's constants, and a call that gets a name and a password as people choose them
    ("a.php", "<?php\ndefine('DB_PASSWORD', 'Lantern!58');", "Lantern!58"),
    ("a.php", "<?php\ndefine('AUTH_KEY', '{T}');", TOKEN),
    ("a.py", 'reader.option("password", "Lantern1984!")', "Lantern1984!"),
    ("a.java", 'props.put("mail.smtp.password", "Lantern#1984");', "Lantern#1984"),
    # digits and letters that take turns are no word, however many of them may be read
    ("a.py", 'connect(password="9xpey0suw3", host="db")', "9xpey0suw3"),
    ("a.sh", "export BORG_PASSPHRASE='56j27b4eck'", "56j27b4eck"),
    # the colon of Chinese and Japanese
    ("a.md", "密码：{T}", TOKEN),
    ("a.py", "# 密码：Lantern!58\n", "Lantern!58"),
    ("a.md", "API_TOKEN：{T}", TOKEN),
    # what a fixture hands out
    ("a.py", '@pytest.fixture\ndef auth_token():\n    yield "{T}"\n', TOKEN),
    # a property of a program of Java's
    ("a.sh", "sonar-scanner -Dsonar.login={T}", TOKEN),
    ("a.sh", "mvn deploy -Dsonar.login={T} -X", TOKEN),
    # files in the home folder
    ("a.py", 'Path("~/.labtoken").expanduser().write_text("{T}")', TOKEN),
    ("a.py", '(Path.home() / ".lab_token").write_text("{T}")', TOKEN),
    # short names in front of a sign of any language
    ("a.ino", 'char pass[] = "{T}";', TOKEN),
    ("a.el", '(setq smtpmail-smtp-pass "Lantern!58")', "Lantern!58"),
    ("a.nix", '{{ networking.wireless.networks.lab.psk = "Lantern!58"; }}', "Lantern!58"),
    ("wg0.conf", "[Peer]\nPresharedKey = {T}\n", TOKEN),
    ("a.js", "const encryptionKey = '{T}';", TOKEN),
    ("a.cs", 'var signingKey = "{T}";', TOKEN),
    # what a message says right before a value, and one that wasn't taken
    ("app.log", "INFO auth: using token {T} for the lab\n", TOKEN),
    ("app.log", "Logged in with token {T}\n", TOKEN),
    ("app.log", "ValueError: Invalid API key: {T}\n", TOKEN),
    # a sign of Markdown inside a password
    ("notes.txt", "The password for the lab is 7*Lantern!58cau", "7*Lantern!58cau"),
    # a name that says only that somebody logs in, or whose key it is
    ("a.py", 'client = connect(host, {{"auth": "{T}"}})', TOKEN),
    ("main.tf", 'provider "lab" {{\n  auth = "{T}"\n}}\n', TOKEN),
    ("a.py", 'my_key = "{T}"', TOKEN),
    (
        "a.py",
        'keys = {{"shodan": "0f6e1c9b7a3d5e2840c1b6f97d3e5a8214c0b9d7", "n": 3}}',
        "0f6e1c9b7a3d5e2840c1b6f97d3e5a8214c0b9d7",
    ),
    # options of command lines
    ("a.sh", 'gh secret set LAB_TOKEN -b"{T}"', TOKEN),
    ("a.sh", "htpasswd -b -c users.db svc {T}", TOKEN),
    ("a.sh", "curl --oauth2-bearer {T} https://lab.example.net/me", TOKEN),
    ("a.pbtxt", 'params {{ key: "auth_token" value: "{T}" }}', TOKEN),
    ("a.gradle", 'field("String", "API_KEY", "\\"{T}\\"")', TOKEN),
]
OTHERS = [
    ("a.php", "<?php\ndefine('PASSWORD_FIELD', 'login_pw_2');"),
    ("a.py", 'reader.option("password", "enter-password-2")'),
    ("a.py", 'labels.set("password", "Password2 (min. 8)")'),
    ("a.py", 'connect(password="base64url", host="db")'),
    ("a.md", "密码：请输入您的密码"),
    ("a.py", '@pytest.fixture\ndef auth_token():\n    yield "test-token"\n'),
    ("a.sh", "mvn deploy -Dmaven.test.skip=true -Dtoken.file=run_2024.txt"),
    ("a.py", 'Path("~/.labrc").expanduser().write_text("k7run-2024-05-17-b")'),
    ("app.log", "INFO looking up the key 0f6e1c9b7a3d5e2840c1b6f97d3e5a82\n"),
    ("app.log", "INFO token count 128000 of the page\n"),
    ("app.log", "Invalid token: open_parenthesis_12\n"),
    ("a.py", 'settings = {{"auth": "oauth2-client-1", "proxy_auth": "basic-auth-v2"}}'),
    ("a.py", 'my_key = "user_profile_1"'),
    ("a.py", 'keys = {{"grafana": "dashboard-2024-05"}}'),
    ("a.js", 'const token = "0x6B175474E89094C44Da98b954EedeAC495271d0F";'),
]


@pytest.mark.parametrize(("path", "text", "value"), WRITTEN)
def test_it_is_found_in_a_file_and_in_a_cell(path, text, value):
    text = text.format(T=TOKEN)
    assert value in [one.value for one in ENGINE.detect(open_document(path, text.encode()))]
    assert disagreement(path, text.encode()) == (set(), set())
    if path.endswith((".py", ".md", ".sh")):
        cell = as_bytes(notebook(code(text)))
        assert disagreement("a.ipynb", cell) == (set(), set())


@pytest.mark.parametrize(("path", "text"), OTHERS)
def test_what_looks_like_it_is_silent(path, text):
    assert ENGINE.detect(open_document(path, text.encode())) == []
    assert disagreement(path, text.encode()) == (set(), set())
