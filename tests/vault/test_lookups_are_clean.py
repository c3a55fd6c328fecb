# ruff: noqa: E501
"""What a move writes is no finding, and what people write in its place isn't either; a second move does nothing."""

import random
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import Config
from nbguard.scan.movable import find_movable
from nbguard.scan.scanner import Scanner
from nbguard.vault.references import Reference
from nbguard.vault.rewrite import RewriteTarget, rewrite
from nbguard.vault.style import STYLES, Lookup, variable_name
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

SCANNER = Scanner(Config("/none"))
CREDENTIALS = Scanner(Config("/none"), frozenset(("credential",)))
NAMES = ("IONQ_API_KEY", "PASSWORD", "client_secret", "token", "AWS_SECRET_ACCESS_KEY")
# @ is the credential.
MOVED = {
    "a.sh": [
        "alias a=\"curl -H 'Authorization: apiKey @' https://api.ionq.co\"", "alias ionq='IONQ_API_KEY=@ run'",
        'export IONQ_API_KEY="@"', 'export IONQ_API_KEY="$(echo @)"', "IONQ_API_KEY=@ python run.py",
        "curl -u user:@ https://api.ionq.co", "curl -H 'Authorization: Bearer @' https://api.ionq.co",
        'curl "https://api.ionq.co/?token=@"', "ionq login --api-key @", "mysql -p@ db", "export DB_PASSWORD='@'",
        "export TOKEN=`echo @`", "curl -d '{\"token\": \"@\"}' https://api.ionq.co", "PGPASSWORD=@ psql",
        "sshpass -p '@' ssh x", "cat <<EOF > .env\nIONQ_API_KEY=@\nEOF", "run --password=@",
    ],
    "a.yaml": [
        "env:\n  IONQ_API_KEY: @", "run: |\n  export IONQ_API_KEY=@", "a:\n  - IONQ_API_KEY=@", 'args: ["--token", "@"]',
        "password: '@'", "run: curl -H 'Authorization: Bearer @' x", 'ionq_token: "@"',
    ],
    "a.json": [
        '{"scripts": {"run": "!export IONQ_API_KEY=@ && x"}}', '{"credential_helper": "!echo password=@"}',
        '{"ionq_api_key": "@"}',
    ],
    ".gitconfig": ['[credential]\n  helper = "!f() { echo password=@; }; f"'],
    "Makefile": ["IONQ_API_KEY := $(shell echo @)", "run:\n\tIONQ_API_KEY=@ python x.py"],
    "Dockerfile": ["FROM a\nENV IONQ_API_KEY=@", "FROM a\nRUN curl -u x:@ https://a.example"],
    ".env": ["IONQ_API_KEY=@", "DB_PASSWORD=@"],
    "a.ini": ["[ionq]\ntoken = @"],
    "a.toml": ['[ionq]\napi_key = "@"'],
    "a.properties": ["spring.datasource.password=@"],
    ".netrc": ["machine api.ionq.co login x password @"],
    "a.md": ["my IonQ token is @.", "```\nexport IONQ_API_KEY=@\n```"],
    "a.xml": ["<ionq><apiKey>@</apiKey></ionq>"],
    "a.tf": ['ionq_api_key = "@"'],
    "a.js": ['const ionqApiKey = "@";'],
    "a.R": ['Sys.setenv(IONQ_API_KEY="@")', 'ionq_api_key <- "@"'],
    "a.jl": ['ENV["IONQ_API_KEY"] = "@"', 'ionq_api_key = "@"'],
    "a.py": [
        'ionq_api_key = "@"', 'p = IonQProvider("@")', 'h = {"Authorization": "apiKey @"}', "# IonQ token: @",
        'import os\nos.environ["IONQ_API_KEY"] = "@"', 'x = f"token={1} @"', 'password = "@"',
        'import subprocess\nsubprocess.run("IONQ_API_KEY=@ x", shell=True)',
    ],
    "a.ipynb": [
        "!export IONQ_API_KEY=@", "%env IONQ_API_KEY=@", "%%bash\nexport IONQ_API_KEY=@", "ionq_api_key = '@'",
        "!curl -H 'Authorization: apiKey @' https://api.ionq.co", "%%writefile .env\nIONQ_API_KEY=@",
        "%alias a IONQ_API_KEY=@ run", '%%bash\nalias a="IONQ_API_KEY=@ run"', "!IONQ_API_KEY=@ python x.py $HOME",
    ],
}  # fmt: skip
# NAME is a credential's, CALL a command that prints one, LOOKUP is `$(CALL)`, INNER the same inside of a literal in
# double quotes, REFERENCE the reference itself.
WRITTEN = {
    "a.sh": [
        'export NAME="LOOKUP"', "NAME=LOOKUP", 'alias a="NAME=LOOKUP run"', "alias NAME='LOOKUP'", 'set -gx NAME "LOOKUP"',
        "cat <<EOF\nNAME=LOOKUP\nEOF", 'run --NAME "LOOKUP"', "run --NAME=LOOKUP", 'curl -H "NAME: LOOKUP" x',
        'curl -u "user:LOOKUP" x', 'curl "https://user:LOOKUP@host/x?NAME=LOOKUP"', 'mysql -p"LOOKUP"', "NAME=`CALL`",
        'read NAME <<< "LOOKUP"', 'NAME=("LOOKUP")', 'docker run -e NAME="LOOKUP" x', 'ssh h "NAME=LOOKUP"',
    ],
    "a.yaml": ['NAME: "LOOKUP"', "NAME: LOOKUP", 'run: |\n  export NAME="LOOKUP"', "- NAME=LOOKUP", "NAME: >-\n  LOOKUP"],
    "a.json": ['{"NAME": "!INNER"}', '{"NAME": "INNER"}', '{"scripts": {"a": "NAME=INNER run"}}'],
    ".gitconfig": ['[a]\n  NAME = "!INNER"', '[credential]\n  helper = "!f() { echo password=INNER; }; f"'],
    "Makefile": ["NAME := $(shell CALL)", 'run:\n\tNAME="LOOKUP" x', "NAME != CALL"],
    "Dockerfile": ['FROM a\nRUN NAME="LOOKUP" x', "FROM a\nARG NAME=LOOKUP"],
    ".env": ["NAME=LOOKUP", 'NAME="LOOKUP"'],
    "a.toml": ['NAME = "INNER"'],
    "a.ini": ["NAME = LOOKUP", "NAME = !CALL"],
    "a.properties": ["NAME=LOOKUP"],
    "a.tf": ['NAME = "INNER"'],
    "a.py": [
        'NAME = subprocess.check_output("CALL", shell=True)', "NAME = !CALL", 'NAME = secret("REFERENCE")',
        'os.environ["NAME"] = os.popen("CALL").read()', 'f(NAME=vault_secret("REFERENCE"))', 'NAME = "nbguard:REFERENCE"',
    ],
    "a.md": ['```\nexport NAME="LOOKUP"\n```', "NAME: `LOOKUP`"],
    "a.R": ['NAME <- system("CALL", intern=TRUE)'],
    "a.ps1": ["$NAME = CALL", '$env:NAME = "LOOKUP"'],
    "a.xml": ["<NAME>nbguard:REFERENCE</NAME>"],
}  # fmt: skip
CALLS = (
    "nbguard vault get '{0}'", 'nbguard vault get "{0}"', "nbguard vault get {0}", "vault kv get -field={1} {2}",
    "vault kv get -field={1} {2}", "bao kv get -mount=lab -field {1} {2}", "vault read -field={1} {2}",
    "aws secretsmanager get-secret-value --secret-id {2} --query SecretString", "pass show {2}", "bw get password {1}",
    "gcloud secrets versions access latest --secret={1}", "gcloud secrets versions access latest --secret {1}",
    "az keyvault secret show --vault-name lab --name {1} --query value", "op item get {1} --fields {1}",
    "aws ssm get-parameter --with-decryption --name /{2}", "secret-tool lookup token {1}", "keyring get token {1}",
)  # fmt: skip


def references(rng: random.Random, random_words: float = 0.3) -> Reference:
    """A reference as policies and people make them; a share of its words looks like a token."""

    def word() -> str:
        if rng.random() < random_words:
            return "".join(rng.choices(ALPHANUMERIC, k=rng.randint(8, 24)))
        return rng.choice(("notebooks", "qc-experiments-2026", "Team.A", "ionq", "api_key", "db_password_2", "token"))

    path = "/".join(["quantum", *(word() for _ in range(rng.randint(1, 3)))])
    return Reference(rng.choice(("secret", "lab-mount")), path, word(), rng.choice((None, None, 3)))


def fill(form: str, words: dict[str, str]) -> str:
    return re.sub("|".join(words), lambda found: words[found[0]], form)


def values(seed: int) -> list[str]:
    tokens = FakeTokens(seed)
    return [tokens.ionq(), tokens.github(), "Xk9#" + tokens.of(string.ascii_letters, 6) + "!7", tokens.of(HEX, 64)]


@pytest.mark.parametrize("path", MOVED)
@settings(max_examples=3)
@given(seed=st.integers(0, 2**32))
def test_a_lookup_is_no_finding_and_a_second_move_does_nothing(path: str, seed: int) -> None:
    rng = random.Random(seed)
    for form in MOVED[path]:
        value = rng.choice(values(seed))
        text = form.replace("@", value) + "\n"
        raw = as_bytes(notebook(code(text, stream(f"using {value}\n")))) if path == "a.ipynb" else text.encode()
        document = open_document(path, raw)
        reference = references(rng)
        # A variable called like a token is a finding: people write os.environ["…"] around the token itself.
        lookup, style = Lookup(reference, variable_name(references(rng, 0))), rng.choice(STYLES)
        (found,) = find_movable([document], CREDENTIALS)
        done = rewrite(document, [RewriteTarget(finding, lookup) for finding in found], style)
        if not done.edits:
            continue
        after = open_document(path, done.raw)
        stays = {left.finding.value for left in done.left}
        again = [f for f in SCANNER.find_in(after) if f.kind == "credential" and f.value not in stays]
        assert [(f.rule, f.value) for f in again] == [], f"{form!r} {style} {reference}"
        (movable,) = find_movable([after], CREDENTIALS)
        second = rewrite(after, [RewriteTarget(finding, lookup) for finding in movable], style)
        assert second.raw == done.raw, f"{form!r} {style} {reference}"


@pytest.mark.parametrize("path", WRITTEN)
@settings(max_examples=3)
@given(seed=st.integers(0, 2**32))
def test_a_lookup_that_people_write_is_no_finding(path: str, seed: int) -> None:
    rng = random.Random(seed)
    for form in WRITTEN[path]:
        for name in NAMES:
            reference = references(rng)
            call = rng.choice(CALLS).format(reference, reference.key, reference.path)
            words = {
                "NAME": name, "CALL": call, "LOOKUP": f"$({call})", "REFERENCE": str(reference),
                "INNER": f"$({call})".replace('"', '\\"'),
            }  # fmt: skip
            if '"CALL"' in form:
                words["CALL"] = call.replace('"', "'")
            text = fill(form, words) + "\n"
            found = [f for f in SCANNER.find_in(open_document(path, text.encode())) if f.kind == "credential"]
            assert [(f.rule, f.value) for f in found] == [], text


@pytest.mark.parametrize(
    "form",
    [
        "export IONQ_API_KEY=\"$(curl -H 'Authorization: apiKey @' https://api.ionq.co)\"",
        "export IONQ_API_KEY=$(curl -u user:@ https://api.ionq.co)",
        'IONQ_API_KEY="$(vault login password=@)"',
        "IONQ_API_KEY=$(login --token @)",
        "IONQ_API_KEY: $(aws --secret-key @ get)",
    ],
)
def test_a_credential_beside_a_lookup_is_found(form: str) -> None:
    value = FakeTokens(9).ionq()
    found = SCANNER.find_in(open_document("a.sh", (form.replace("@", value) + "\n").encode()))
    assert [finding.value for finding in found if finding.kind == "credential"] == [value]
