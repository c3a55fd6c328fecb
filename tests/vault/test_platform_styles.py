"""Lookups from the secrets of Colab and Databricks: written by a move, and read as what they are."""

import ast
import json
from pathlib import Path

import pytest

from nbguard.cli.main import main
from nbguard.policy.policy_settings import Config
from nbguard.scan.scanner import Scanner
from nbguard.vault.references import parse_reference
from nbguard.vault.style import databricks_names
from tests.command_line import nbguard
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.openbao_server import OpenBao
from tests.vault.test_command import repository  # noqa: F401
from tests.vault.test_rewrite import FORMS, VALUE, rewritten

TOKENS = FakeTokens(91)
# Names of secrets may be anything, a random one too; by position, by keyword, in every call that platforms have.
READS = [
    'userdata.get("{}")', "userdata.get('{}')", 'dbutils.secrets.get("lab", "{}")',
    'dbutils.secrets.get(scope="lab", key="{}")', 'dbutils.secrets.get(key="{}", scope="lab")',
    'mssparkutils.credentials.getSecret("https://v.vault.azure.net/", "{}")', 'UserSecretsClient().get_secret("{}")',
    'keyring.get_password("lab", "{}")',
]  # fmt: skip
PLACES = [
    "from qiskit_ionq import IonQProvider\nIonQProvider({})",
    "from qiskit_ionq import IonQProvider\nk = {}\nIonQProvider(k)",
    "api_key = {}", "token = {}", 'config = {{"password": {}}}', 'import os\nos.environ["IONQ_API_KEY"] = {}',
    "client(api_secret={})",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("read", READS)
def test_the_name_of_a_secret_is_no_finding(read: str, place: str) -> None:
    text = place.format(read.format(TOKENS.ionq()))
    scanner = Scanner(Config("."), frozenset(("credential",)))
    for name, raw in (("a.py", text.encode()), ("a.ipynb", as_bytes(notebook(code(text))))):
        found = scanner.scan_or_raise(name, raw, notebook=name.endswith("ipynb")).findings
        assert [finding.rule for finding in found] == [], text


@pytest.mark.parametrize("call", ["Store.get", "settings.get", "get_key"])
def test_another_function_hides_nothing(call: str) -> None:
    text = f'api_key = {call}("{TOKENS.of(ALPHANUMERIC, 32)}")\n'
    found = Scanner(Config("."), frozenset(("credential",))).scan_or_raise("a.py", text.encode()).findings
    assert [finding.rule for finding in found] == ["generic-credential"]


@pytest.mark.parametrize(
    ("style", "call", "line"),
    [
        ("colab", 'userdata.get("IONQ_API_KEY")', "from google.colab import userdata\n"),
        ("databricks", 'dbutils.secrets.get(scope="quantum-ionq", key="api_key")', ""),
    ],
)
@pytest.mark.parametrize("form", ["positional", "assignment", "dict entry", "default argument", "class attribute"])
def test_what_a_move_writes(form: str, style: str, call: str, line: str) -> None:
    done = rewritten(FORMS[form].replace("V", VALUE), style=style)
    text = "".join(json.loads(done.raw)["cells"][0]["source"])
    assert done.done
    assert call in text
    assert line in text
    assert ("import" in text) == bool(line)
    ast.parse(text)


@pytest.mark.parametrize("style", ["colab", "databricks"])
def test_a_move_says_how_the_platform_gets_the_value(
    repository: Path,  # noqa: F811
    vault_environment: OpenBao,
    style: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = nbguard("vault", "move", "--yes", "--style", style, "a.ipynb", cwd=repository)
    assert run.status == 1, run
    steps = {
        "colab": "IONQ_API_KEY: what `nbguard vault get ",
        "databricks": "databricks secrets create-scope quantum-ionq-lab",
    }
    assert steps[style] in run.out
    assert nbguard("scan", "a.ipynb", cwd=repository).status == 0
    assert "secret(" not in (repository / "a.ipynb").read_text()
    capsys.readouterr()
    assert main(["vault", "check"]) == 0
    assert "no file uses it" not in capsys.readouterr().out


def test_a_shell_can_t_ask_a_platform(repository: Path) -> None:  # noqa: F811
    (repository / "job.sh").write_text(f"export IONQ_API_KEY={TOKENS.ionq()}\n")
    run = nbguard("vault", "move", "--yes", "--style", "databricks", "job.sh", cwd=repository)
    assert "a shell can't ask databricks for a secret" in run.err


def test_names_that_databricks_takes() -> None:
    assert databricks_names(parse_reference("team:quantum/ionq/our lab#api key".replace(" ", "_"))) == (
        "quantum-ionq-our_lab", "api_key",
    )  # fmt: skip
