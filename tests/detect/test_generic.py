"""Generic credentials: each kind is found with its exact span, in every form of file, and what only looks so is not."""

import subprocess
import sys

import pytest

from nbguard.detect.finding import SEVERITIES
from nbguard.detect.generic.generic_rules import GENERIC_RULES
from nbguard.detect.triggers import load_triggers
from nbguard.documents.ascii_case import lower_ascii
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from tests.detect.asking import EVERYTHING, GENERIC, asked_by, find_asked
from tests.detect.generic_examples import Example, examples, private_key
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook, stream

SEEDS = (1, 2, 3)


def found(raw: bytes, path: str = "a.py") -> list[tuple[str, str]]:
    """Rule and value of what is found the way a scan finds it: literal, confirmation, field, plugin."""
    document = open_document(path, raw)
    topics = asked_by(raw)
    fields = [field for part in document.parts for field in decode(document, part)]
    findings = [finding for field in fields for finding in find_asked(field, topics)]
    for finding in findings:
        assert finding.field.text[finding.start : finding.end] == finding.value
    return [(finding.rule, finding.value) for finding in findings]


def ids(example: Example) -> str:
    return example.rule


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", range(len(examples())), ids=lambda n: examples()[n].rule)
class TestEveryRule:
    """The same value is found in a script, a cell, an output and metadata."""

    def test_in_a_script(self, number: int, seed: int) -> None:
        example = examples(seed)[number]
        assert (example.rule, example.value) in found(f"import x\n{example.text}\nrest()\n".encode())

    @pytest.mark.parametrize("indent", [None, 1])
    def test_in_a_cell(self, number: int, seed: int, indent: int | None) -> None:
        example = examples(seed)[number]
        raw = as_bytes(notebook(code(f"import x\n{example.text}\nrest()")), indent)
        assert (example.rule, example.value) in found(raw, "a.ipynb")

    def test_in_an_output(self, number: int, seed: int) -> None:
        example = examples(seed)[number]
        raw = as_bytes(notebook(code("show()", stream(f"{example.text}\n"))))
        assert (example.rule, example.value) in found(raw, "a.ipynb")

    def test_in_metadata(self, number: int, seed: int) -> None:
        example = examples(seed)[number]
        raw = as_bytes(notebook(code("1"), note=[{"text": example.text}]))
        assert (example.rule, example.value) in found(raw, "a.ipynb")


def test_every_rule_has_an_example_and_says_what_to_do() -> None:
    assert {example.rule for example in examples()} == set(GENERIC_RULES)
    for rule in GENERIC_RULES.values():
        assert rule.severity in SEVERITIES
        assert rule.name
        assert rule.explanation.endswith(".")
        assert rule.remedy.endswith(".")


def test_only_the_public_prefix_is_said_to_be_public() -> None:
    for example in examples():
        document = open_document("a.py", example.text.encode())
        field = next(decode(document, document.parts[0]))
        finding = next(f for f in find_asked(field, EVERYTHING) if f.value == example.value and f.rule == example.rule)
        assert finding.prefix == example.shown
        assert example.value not in f"{finding.message} {finding.remedy} {finding.cause} {finding!r}"


def test_literals_are_lower_case_and_not_too_short() -> None:
    literals = [trigger.literal for trigger in load_triggers().table.for_detectors(GENERIC)]
    # Capitals of other alphabets aren't made small by the prefilter, so that they are literals of their own.
    assert all(literal == lower_ascii(literal) and len(literal.encode()) >= 3 for literal in literals)


TOKENS = FakeTokens(99)
LONG_BASE64 = TOKENS.of(ALPHANUMERIC + "+/", 400)
HARMLESS = {
    "placeholder AWS key": "AK"
    + 'IAIOSFODNN7EXAMPLE aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
    "AWS key inside an image": LONG_BASE64 + TOKENS.aws_access_key() + LONG_BASE64,
    "AWS key inside a word": "X" + TOKENS.aws_access_key() + "Q",
    "DNA": "CACACCAGACAAAATTTGGTTAATTTGCGCCCAATATTCATTACTTTGACCTA",
    "Asia": "the 12 largest countries of ASIA: CHINA, INDIA",
    "git SHA beside aws": f'aws_region = "us-east-1"\ncommit = "{TOKENS.of(HEX, 40)}"',
    "URL without password": "see https://github.com/x/y and git@github.com:x/y.git, mailto:me@example.com",
    "URL with template": 'f"https://{user}:{password}@host.io" "https://${USER}:${PASS}@h.io" "https://<user>:<pass>@h.io"',
    "URL with stock password": "postgresql://scott:tiger@db.io/x mysql://user:password@db.io/x",
    "URL of this machine": "redis://svc:localcache@localhost:6379 http://me:notebook@127.0.0.1:8888",
    "URL of an example host": "https://alice:f8Kq93nfLw@example.com/x",
    "masked URL": "https://julien:...token...@huggingface.co/x https://a:********@b.io",
    "code about keys": 'if "BEGIN RSA PRIVATE' + ' KEY" in text: raise',
    "empty key": "-----BEGIN PRIVATE" + " KEY-----\n...\n-----END PRIVATE" + " KEY-----",
    "public key": private_key(TOKENS).replace("PRIVATE", "PUBLIC"),
    "base64 that begins like a JWT": "eyJ" + TOKENS.of(ALPHANUMERIC, 60) + "." + TOKENS.of(ALPHANUMERIC, 60),
    "the JWT of jwt.io": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
    ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "special tokens": 'pad_token="<pad>", eos_token = "</s>", tokenizer = "bert-base-uncased-2024-long-name-v2"',
    "model as token name": 'token="meta-llama/Llama-3.1-405B-Instruct-Turbo-2024"',
    "environment": 'token = os.environ["HF_TOKEN"]; password = getpass("Pass: "); api_key=os.getenv("API_KEY_2024_X")',
    "template": 'api_key = "{{ api_key_2024 }}"; password="${DB_PASSWORD_1}"; secret = "<your secret 123>"',
    "placeholders": 'api_key="YOUR_API_KEY_1234567890"; token = "hf_xxxxxxxxxxxxxxxxxxxx1"; password="changeme123"',
    "hash": f'password_hash = "{TOKENS.of(HEX, 64)}"; token_sha256 = "{TOKENS.of(HEX, 64)}"',
    "path and address": 'token="/var/run/secrets/kubernetes.io/serviceaccount/token1"; api_key="https://x.io/v1/k/2024/abcdefgh1"',
    "reference": 'password="vault:secret/data/x1#K9"; secret = "projects/123456789/secrets/My-Secret-9/versions/4"',
    "ordinary password form": 'password = "Password1"; password="passw0rd"; pwd = "test1234"',
    "token-like names": '{"token_type": "bearer", "tokenUri": "https://oauth2.googleapis.com/token"}',
    "page token": f'"next_page_token": "{TOKENS.of(ALPHANUMERIC, 30)}"',
    "long id under another name": f'job_id = "{TOKENS.of(HEX, 24)}"; commit="{TOKENS.of(HEX, 40)}"',
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_only_looks_like_a_credential_is_left_alone(text: str) -> None:
    document = open_document("a.py", text.encode())
    field = next(decode(document, document.parts[0]))
    assert [(finding.rule, finding.value[:8]) for finding in find_asked(field, EVERYTHING)] == []


def test_an_account_number_counts_only_where_twilio_is_named() -> None:
    assert found(f'sid = "AC{TOKENS.of(HEX, 32)}"'.encode()) == []


def test_a_private_key_is_one_finding_over_the_whole_block() -> None:
    for kind in ("RSA ", "EC ", "DSA ", "OPENSSH ", "", "ENCRYPTED ", "ANY ", "X25519 "):
        key = private_key(TOKENS, kind)
        assert found(f"a\n{key}\nb\n{key}\n".encode()) == [("private-key", key)] * 2


@pytest.mark.parametrize("version", [2, 3])
def test_a_key_of_putty_is_found(version: int) -> None:
    lines = "\n".join(TOKENS.of("abcdefghijkmnopqrstuvwxyzABCDEFGH23456789", 64) for _ in range(4))
    key = (
        f"PuTTY-User-Key-File-{version}: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 2\n{lines}\n"
        f"Private-Lines: 4\n{lines}\nPrivate-MAC: {TOKENS.of(HEX, 64)}"
    )
    assert found(f"{key}\n".encode()) == [("private-key", key)]


def test_a_private_key_without_its_end_is_still_found() -> None:
    key = private_key(TOKENS).rpartition("\n")[0]
    assert found(f"k = '''{key}'''\nprint(k)".encode()) == [("private-key", key)]


def test_a_private_key_on_one_line_of_a_string() -> None:
    key = private_key(TOKENS).replace("\n", "\\n")
    assert found(f'{{"private_key": "{key}"}}'.encode(), "sa.json") == [("private-key", key)]


def test_several_credentials_on_one_long_line() -> None:
    tokens = [FakeTokens(seed).github()[:-1] + "7" for seed in range(20)]
    line = " ".join("x" * 300 + f' "{token}"' for token in tokens)
    # Two detectors know this form; the engine keeps one finding of each place.
    assert list(dict.fromkeys(found(line.encode()))) == [("github-token", token) for token in tokens]


def test_a_clean_field_costs_no_import_of_detect_secrets() -> None:
    script = (
        "import sys\n"
        "from tests.detect.asking import EVERYTHING, find_asked\n"
        "from nbguard.documents.fields import Field, Part\n"
        "text = 'token = x; password=getpass(); see https://github.com/a@b; aws s3 ls; Asia; discord' * 50\n"
        "assert not list(find_asked(Field(text, Part('source', None, '', '', 'text', 0, 0)), EVERYTHING))\n"
        "assert not [m for m in sys.modules if m.startswith(('detect_secrets', 'requests'))]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_no_plugin_speaks_to_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for example in examples(7):
        assert found(example.text.encode())


ADVERSARIAL = {
    "quotes": '"' * 400_000,
    "eyJ": "eyJ" * 150_000,
    "eyJ.": "eyJa." * 80_000,
    "urls": "://" * 130_000,
    "users": "://a:" * 80_000,
    "aws": "aws" * 130_000,
    "aws quotes": "aws'" * 100_000,
    "sk-": "sk-" * 130_000,
    "openai": "A0" * 10 + "T3BlbkFJ" * 50_000,
    "npm": "/:_authToken=npm_" * 25_000,
    "slashes": "//" * 200_000 + "/:_authToken=npm_x",
    "keys": ("BEGIN RSA PRIVATE" + " KEY") * 18_000,
    "passwords": "password=" * 45_000,
    "token=": 'token="' * 55_000,
    "token quotes": "token'" * 60_000,
    "underscores": "token" + "_" * 400_000,
    "secret spaces": "secret" + " " * 400_000,
    "cloudant": "cloudant" * 50_000,
    "softlayer": "softlayer_key=" * 28_000,
    "slack": "xoxb-1-" * 55_000,
    "gitlab": "glpat-" * 65_000,
    "api keys": "apikey " * 55_000,
    "ibm": "ibm_cloud_" * 40_000,
    "telegram": "1" * 400_000,
    "discord": "discord M" + "M" * 400_000,
    "dashes": "-us1" * 100_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_time_stays_linear(text: str) -> None:
    """Texts that force a naive search through the rest of the text at every place."""

    def search(size: int) -> None:
        raw = text[:size].encode()
        document = open_document("a.py", raw)
        field = next(decode(document, document.parts[0]))
        list(find_asked(field, EVERYTHING))
        asked_by(raw)

    assert_linear(search, 25_000)
