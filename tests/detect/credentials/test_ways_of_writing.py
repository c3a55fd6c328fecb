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
