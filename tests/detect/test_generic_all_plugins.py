"""``--plugins all``: nothing that detect-secrets finds is lost, nothing is added."""

import os
import random
import re
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nbguard.detect.adapters.all_plugins import AllPlugins, find_by_all_plugins
from nbguard.detect.adapters.plugin_conditions import WRITTEN_FOR, conditions_of, digest_of
from nbguard.documents.reading import open_document
from tests.detect.generic_examples import examples
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

ALL = AllPlugins()
PLUGINS: dict[str, Any] = {type(plugin).__name__: plugin for plugin in ALL._plugins}
DENYLISTS = [(name, regex) for name, plugin in PLUGINS.items() for regex in getattr(plugin, "denylist", ())]
# One file name for each way in which KeywordDetector and the transformers treat files.
NAMES = ("a.py", "a.txt", "a.yaml", "a.ini", "a.go", "a.c", "a.cpp", "a.ipynb", "a.js", "noending")
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def theirs(path: str) -> dict[tuple[str, str], int]:
    """What detect-secrets itself reports for a file: type and value, and the first line."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    found: dict[tuple[str, str], int] = {}
    with default_settings():
        for secret in scan_file(path):
            found.setdefault((secret.type, secret.secret_value or ""), secret.line_number)
    return found


def ours(path: str, raw: bytes) -> dict[tuple[str, str], int]:
    return {(secret.type, secret.value): secret.line for secret in ALL.scan(path, raw)}


def asked(line: str, name: str = "a.py") -> set[str]:
    """The plugins that would see this line."""
    numbers = ALL._asked(name, [line]).get(0, set())
    return {type(ALL._plugins[number]).__name__ for number in numbers}


def test_every_plugin_has_conditions_that_were_written_for_it() -> None:
    assert all(map(conditions_of, PLUGINS))
    assert {name: digest_of(plugin) for name, plugin in PLUGINS.items()} == WRITTEN_FOR


@pytest.mark.parametrize(("name", "regex"), DENYLISTS, ids=lambda value: value if isinstance(value, str) else "")
def test_whatever_a_plugin_matches_meets_its_condition(name: str, regex: re.Pattern[str]) -> None:
    """Strings made from the plugin's own regex: each one it finds something in has to reach it."""
    pattern = re.compile(re.sub(r"\.\+", ".{1,9}", regex.pattern), regex.flags)

    @QUICK
    @given(st.from_regex(pattern), st.text(max_size=3))
    def check(text: str, before: str) -> None:
        line = (before + text).replace("\n", " ").rstrip()
        if list(PLUGINS[name].analyze_string(line)):
            assert name in asked(line)

    check()


def keyword_regexes() -> list[tuple[str, re.Pattern[str]]]:
    from detect_secrets.plugins.keyword import REGEX_BY_FILETYPE
    from detect_secrets.util.filetype import determine_file_type

    return [(name, regex) for name in NAMES for regex in REGEX_BY_FILETYPE.get(determine_file_type(name), ())]


@pytest.mark.parametrize(
    ("name", "regex"), keyword_regexes(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_whatever_a_keyword_regex_matches_meets_its_condition(name: str, regex: re.Pattern[str]) -> None:
    @QUICK
    @given(st.from_regex(regex))
    def check(text: str) -> None:
        line = text.replace("\n", " ").replace("\r", " ").rstrip()
        if PLUGINS["KeywordDetector"].analyze_line(filename=name, line=line):
            assert "KeywordDetector" in asked(line, name)

    check()


@QUICK
@given(st.sampled_from("'\""), st.text("abcdefgh0123456789ABCXYZxyz+/=_-\\", min_size=9, max_size=60))
@example("'", "123456789")
@example('"', "abcdefghijklmnopqrstuvw")
def test_whatever_has_entropy_meets_the_condition(quote: str, text: str) -> None:
    line = f"x = {quote}{text}{quote}"
    for name in ("HexHighEntropyString", "Base64HighEntropyString"):
        if PLUGINS[name].analyze_line(filename="a.py", line=line):
            assert name in asked(line)


@pytest.mark.parametrize("name", NAMES)
def test_same_results_on_made_up_files(name: str, tmp_path: Any) -> None:
    """Credentials of every kind, noise, comments that allow, odd line ends and letters that fold to ASCII."""
    tokens = FakeTokens(5)
    lines = [example.text for seed in (1, 2) for example in examples(seed)]
    lines += [
        f'sha = "{tokens.of(HEX, 40)}"',
        f"password: {tokens.of(ALPHANUMERIC, 20)}",
        f'my_id = "{tokens.of(HEX, 32)}"',
        f'api_key = "{tokens.of(ALPHANUMERIC, 30)}"  # pragma: allowlist secret',
        "# pragma: allowlist nextline secret",
        f'api_key = "{tokens.of(ALPHANUMERIC, 30)}"',
        'secret = get_secret("name")',
        f'pa\u017f\u017fword = "{tokens.of(ALPHANUMERIC, 12)}"',
        f'ap\u0131_key = "{tokens.of(ALPHANUMERIC, 12)}"',
        f'contrase\u00f1a = "{tokens.of(ALPHANUMERIC, 12)}"',
        f'password\u00e9 =\u00a0"{tokens.of(ALPHANUMERIC, 12)}"',
        "server = 8.8.4.4:53",
        'password =! "abc1"',
        "if 'abc' == my_password: pass",
        'secret.assign("bar17",17);',
    ]
    chooser = random.Random(name)
    for number, joint in enumerate(("\n", "\r\n", "\r", "\n\n", "\n[section]\n")):
        chooser.shuffle(lines)
        path = tmp_path / f"{number}" / name
        path.parent.mkdir()
        raw = (joint.join(lines[: 6 + 9 * number]) + joint).encode()
        path.write_bytes(raw)
        assert ours(str(path), raw) == theirs(str(path))


def test_same_results_on_small_ini_files(tmp_path: Any) -> None:
    """Files that only the eager reading as INI gets something out of."""
    value = FakeTokens(6).of(ALPHANUMERIC, 40)
    texts = (
        f"key = {value}\n",
        f"[a]\nkey = {value}\n",
        f"# note\nkey: {value}\n  {value[::-1]}\n",
        f"word\nkey = {value}\n",
    )
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.env"
        path.write_text(text)
        assert ours(str(path), text.encode()) == theirs(str(path))
    assert ours("x.env", texts[0].encode())


def test_same_results_on_notebooks(tmp_path: Any) -> None:
    for seed in range(3):
        cells = [code(example.text, stream(example.text + "\n")) for example in examples(seed)]
        raw = as_bytes(notebook(*cells), 1)
        path = tmp_path / f"{seed}.ipynb"
        path.write_bytes(raw)
        assert ours(str(path), raw) == theirs(str(path)) != {}


def test_binary_and_excluded_files_are_no_text_to_detect_secrets() -> None:
    line = f'password = "{FakeTokens(7).of(ALPHANUMERIC, 20)}"\n'.encode()
    assert ALL.scan("a.py", line)
    for path, raw in (("a.py", b"\xff\xfe" + line), ("a.png", line), ("poetry.lock", line), ("swagger-ui.py", line)):
        assert ALL.scan(path, raw) == []


def test_a_plugin_that_changed_is_asked_about_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = AllPlugins()
    plugin = next(plugin for plugin in changed._plugins if type(plugin).__name__ == "StripeDetector")
    monkeypatch.setattr(type(plugin), "denylist", (re.compile("new_[0-9a-f]{8}"),))
    assert [secret.value for secret in changed.scan("a.py", b"x = new_0a1b2c3d\n")] == ["new_0a1b2c3d"]


def test_findings_cover_the_value_in_the_file() -> None:
    tokens = FakeTokens(8)
    github, password = tokens.github(), tokens.of(ALPHANUMERIC, 20)
    text = f'# {github}\r\n\r\npassword = "{password}"\r\n'
    document = open_document("a.py", text.encode())
    findings = list(find_by_all_plugins(document, ALL))
    rules = {finding.rule: finding for finding in findings}
    keyword = rules["detect-secrets:secret-keyword"]
    assert keyword.field.text[keyword.start : keyword.end] == password
    assert rules["detect-secrets:github-token"].severity == "medium"
    assert all(password not in f"{finding!r} {finding.message}" for finding in findings)


@pytest.mark.slow
def test_same_results_on_the_files_of_this_environment() -> None:
    """A few hundred files of installed packages: source, data, configuration, notebooks."""
    files = [
        os.path.join(folder, name)
        for root in (os.path.dirname(os.__file__), *(path for path in sys.path if path.endswith("site-packages")))
        for folder, _, names in os.walk(root)
        for name in names
        if not name.endswith((".pyc", ".so")) and os.path.getsize(os.path.join(folder, name)) < 200_000
    ]
    for path in random.Random(20261122).sample(sorted(files), 400):
        with open(path, "rb") as file:
            raw = file.read()
        assert ours(path, raw) == theirs(path), path
