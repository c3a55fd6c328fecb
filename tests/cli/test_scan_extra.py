"""``nbguard scan --rules`` and ``--plugins``, and the settings of the same names."""

import json

import pytest

from nbguard.errors import UsageError
from nbguard.policy.config import load_config
from tests.command_line import nbguard
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens

TOKENS = FakeTokens(19)
KEY = "lab_" + TOKENS.of(HEX, 32)
WORD = TOKENS.of(ALPHANUMERIC, 40)
PACK = "[[rules]]\nid = 'lab-token'\nregex = '''lab_[0-9a-f]{32}'''\nkeywords = ['lab_']\n"


@pytest.fixture
def repository(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "lab.toml").write_text(PACK)
    (tmp_path / "a.txt").write_text(f"see {KEY}\n")
    (tmp_path / "b.py").write_text(f"password = '{WORD}'\n")
    return tmp_path


def rules_in(run):
    return sorted(finding["rule"] for finding in json.loads(run.out)["findings"])


def test_rules_and_plugins_on_the_command_line(repository):
    def scan(*arguments):
        return nbguard("scan", "--format", "json", "--only", "credentials", *arguments, cwd=repository / "conf")

    assert rules_in(scan("../a.txt", "../b.py")) == ["generic-credential"]
    found = scan("../a.txt", "../b.py", "--rules", "lab.toml", "--plugins", "KeywordDetector,HexHighEntropyString")
    assert rules_in(found) == ["detect-secrets:secret-keyword", "generic-credential", "lab-token"]
    assert found.status == 1
    assert "detect-secrets:base64-high-entropy-string" in rules_in(scan("../b.py", "--plugins", "all"))


def test_rules_and_plugins_as_settings(repository):
    (repository / "nbguard.toml").write_text(
        'rules = ["conf/lab.toml"]\nplugins = ["KeywordDetector"]\ndisable = ["generic-credential"]\n'
        'severity = { "lab-token" = "low", "detect-secrets:secret-keyword" = "high" }\n'
    )
    run = nbguard("scan", "--format", "json", "a.txt", "b.py", cwd=repository)
    levels = {finding["rule"]: finding["severity"] for finding in json.loads(run.out)["findings"]}
    assert levels == {"lab-token": "low", "detect-secrets:secret-keyword": "high"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rules", "none.toml"], "none.toml: the rule pack can't be read"),
        (["--plugins", "Keyword"], "no plugin 'Keyword'"),
        (["--rules", "conf/lab.toml", "--only", "data"], "--only leaves out"),
    ],
)
def test_what_can_not_be_honoured_is_an_error(repository, arguments, message):
    run = nbguard("scan", "a.txt", *arguments, cwd=repository)
    assert run.status == 2
    assert message in run.err


def test_on_a_server_no_rules_come_from_the_repository(repository, tmp_path_factory):
    (repository / "nbguard.toml").write_text('rules = ["conf/lab.toml"]\nplugins = ["all"]\n')
    config = load_config(str(repository), operator=True)
    assert (config.rules, config.plugins) == ((), ())
    own = tmp_path_factory.mktemp("operator")
    (own / "good.toml").write_text(f'rules = ["{own}/pack.toml"]\n')
    assert load_config(str(repository), str(own / "good.toml"), operator=True).rules == (f"{own}/pack.toml",)
    (own / "bad.toml").write_text('rules = ["conf/lab.toml"]\n')
    with pytest.raises(UsageError, match="outside of the repository"):
        load_config(str(repository), str(own / "bad.toml"), operator=True)


def test_a_history_is_asked_of_a_repository(tmp_path):
    run = nbguard("scan", "--history", cwd=tmp_path)
    assert run.status == 2
    assert "is no git repository: there are no commits to look at" in run.err
