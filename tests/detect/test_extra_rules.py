"""Rule packs and detect-secrets plugins in the engine: found everywhere, refused by name, free where not asked for."""

import base64
import json
import subprocess
import sys

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.errors import UsageError
from tests.fake_tokens import ALPHANUMERIC, HEX, FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream

CREDENTIALS = frozenset(("credential",))
TOKENS = FakeTokens(41)
KEY = "lab_" + TOKENS.of(HEX, 32)
PACK = """
[[rules]]
id = "lab-token"
regex = '''\\blab_[0-9a-f]{32}\\b'''
keywords = ["LAB_"]
"""
PATHS = """
[[rules]]
id = "no-key-files"
path = '''\\.keyfile$'''
"""


def engine_with(tmp_path, *packs, plugins=()):
    paths = []
    for number, text in enumerate(packs):
        path = tmp_path / f"pack{number}.toml"
        path.write_text(text)
        paths.append(str(path))
    return Engine(Scope(CREDENTIALS, plugins=tuple(plugins), rules=tuple(paths)))


def found(engine, raw, path="a.ipynb"):
    screening = engine.screen(raw, path)
    if screening is None:
        return []
    findings = engine.detect(open_document(path, raw), screening)
    for finding in findings:
        span = finding.field.text[finding.start : finding.end]
        assert span in (finding.value, "") or finding.rule.startswith("detect-secrets:")
    return [(f.rule, f.field.part.where, f.value) for f in findings]


def test_a_rule_finds_its_tokens_in_cells_outputs_metadata_and_files(tmp_path):
    engine = engine_with(tmp_path, PACK)
    raw = as_bytes(notebook(code(f"a = '{KEY}'", stream(f"using {KEY}\n")), markdown(KEY), note={"deep": [KEY]}))
    rules = [("lab-token", where, KEY) for where in ("source", "output", "source", "metadata")]
    assert sorted(found(engine, raw)) == sorted(rules)
    assert found(engine, f"x: {KEY}\n".encode(), "a.yaml") == [("lab-token", "file", KEY)]
    assert found(engine, f"x: {KEY}\n".encode("utf-16"), "a.yaml") == [("lab-token", "file", KEY)]


def test_without_a_keyword_a_file_is_not_opened(tmp_path):
    engine = engine_with(tmp_path, PACK)
    assert engine.screen(as_bytes(notebook(code("x = 1"))), "a.ipynb") is None
    assert Engine(Scope(CREDENTIALS)).screen(as_bytes(notebook(code(f"a = '{KEY}'"))), "a.ipynb") is None


def test_a_keyword_that_is_escaped_in_the_file_is_found(tmp_path):
    engine = engine_with(tmp_path, PACK)
    hidden = as_bytes(notebook(code(f"a = '{KEY}'"))).decode().replace("lab_", "\\u006c\\u0061\\u0062_")
    assert json.loads(hidden)
    assert found(engine, hidden.encode()) == [("lab-token", "source", KEY)]
    quoted = PACK.replace('"LAB_"', "'''\"key\": \"'''").replace("\\blab_", '"key": "lab_').replace("\\b'", "'")
    engine = engine_with(tmp_path, quoted)
    ((rule, _, value),) = found(engine, as_bytes(notebook(code(f'{{"key": "{KEY}"}}'))))
    assert (rule, value) == ("lab-token", f'"key": "{KEY}')


def test_a_rule_without_a_keyword_sees_every_field(tmp_path):
    engine = engine_with(tmp_path, PACK.replace('keywords = ["LAB_"]', ""))
    assert found(engine, as_bytes(notebook(code("x"), markdown(f"`{KEY}`")))) == [("lab-token", "source", KEY)]


def test_a_rule_for_paths_is_asked_once_a_file_and_its_path_is_no_credential_to_look_for(tmp_path):
    engine = engine_with(tmp_path, PATHS)
    path = "deploy/production.keyfile"
    assert found(engine, f"see {path} and {path}\n".encode(), path) == [("no-key-files", "file", path)]
    assert found(engine, b"\0\1\2", path) == [("no-key-files", "file", path)]
    assert found(engine, b"x", "a.txt") == []


def test_bytes_that_are_no_utf8_and_halves_of_characters_stop_no_rule(tmp_path):
    engine = engine_with(tmp_path, PACK, PATHS)
    assert found(engine, b"caf\xe9 " + KEY.encode() + b"\n", "caf\udce9.txt") == [("lab-token", "file", KEY)]
    half = as_bytes(notebook(code(f"HALF {KEY}"))).replace(b"HALF", b"\\ud83d")
    assert found(engine, half) == [("lab-token", "source", KEY)]


def test_our_own_rules_go_before_a_generic_rule_of_a_pack(tmp_path):
    pack = "[[rules]]\nid = 'generic-thing'\nregex = '''DEV-[0-9a-f]{40}'''\n"
    token = TOKENS.dwave()
    assert found(engine_with(tmp_path, pack), as_bytes(notebook(code(f"t = '{token}'")))) == [
        ("dwave-sapi-token", "source", token)
    ]


@pytest.mark.slow
def test_a_regex_that_takes_exponential_time_elsewhere_is_linear_here(tmp_path):
    engine = engine_with(tmp_path, "[[rules]]\nid = 'evil'\nregex = '''^(a+)+$'''\n")
    assert found(engine, b"a" * 200_000 + b"!", "a.txt") == []


@pytest.mark.parametrize("regex", ["(a{1000}){1000}", "(?=a)b", "(a)\\\\1", "("])
def test_a_regex_that_could_not_be_linear_is_refused_by_name(tmp_path, regex):
    with pytest.raises(UsageError, match="rule 'evil': a regex isn't RE2"):
        engine_with(tmp_path, f"[[rules]]\nid = 'evil'\nregex = \"{regex}\"\n")


def test_a_pack_that_is_not_there_and_a_plugin_that_is_not_there_are_errors(tmp_path):
    with pytest.raises(UsageError, match="can't be read"):
        Engine(Scope(CREDENTIALS, rules=(str(tmp_path / "none.toml"),)))
    with pytest.raises(UsageError, match="no plugin 'KeywordDetecter'; did you mean 'KeywordDetector'"):
        Engine(Scope(CREDENTIALS, plugins=("KeywordDetecter",)))


def theirs(path):
    """What detect-secrets reports for a file: type and value."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    with default_settings():
        return {(secret.type, secret.secret_value) for secret in scan_file(str(path))}


@pytest.mark.parametrize("name", ["a.py", "a.yaml", "a.ini", "a.ipynb", "a.txt"])
def test_all_plugins_report_what_detect_secrets_does(tmp_path, name):
    """Also what nbguard's own rules find in the same place, so that a baseline keeps its meaning."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    lines = [
        f"password = '{TOKENS.of(ALPHANUMERIC, 20)}'",
        f"github = 'ghp_{TOKENS.of(ALPHANUMERIC, 36)}'",
        f"blob = '{base64.b64encode(TOKENS.of(ALPHANUMERIC, 40).encode()).decode()}'",
        f"api_key = '{TOKENS.of(HEX, 40)}'",
        "x = 1",
    ]
    text = "\n".join(lines) + "\n"
    raw = as_bytes(notebook(code(text), code("print(1)", stream(text)))) if name == "a.ipynb" else text.encode()
    path = tmp_path / name
    path.write_bytes(raw)
    engine = engine_with(tmp_path, plugins=["all"])
    names = {type_.lower().replace(" ", "-"): type_ for type_ in get_mapping_from_secret_type_to_class()}
    ours = {
        (names.get(rule.removeprefix("detect-secrets:"), rule), value)
        for rule, _, value in found(engine, raw, str(path))
        if rule.startswith("detect-secrets:")
    }
    assert ours == theirs(path)
    assert len(ours) >= 4


def test_only_the_plugins_that_are_named_are_asked(tmp_path):
    raw = f"password = '{TOKENS.of(ALPHANUMERIC, 20)}'\nkey = '{TOKENS.of(HEX, 40)}'\n".encode()
    engine = engine_with(tmp_path, plugins=["HexHighEntropyString"])
    rules = {rule for rule, _, _ in found(engine, raw, "a.py") if rule.startswith("detect-secrets:")}
    assert rules == {"detect-secrets:hex-high-entropy-string"}


def test_in_a_notebook_a_plugins_finding_stands_in_its_cell_and_is_no_value_to_look_for(tmp_path):
    word = TOKENS.of(ALPHANUMERIC, 20)
    raw = as_bytes(notebook(code("x = 1"), code(f"password = '{word}'"), markdown(f"see {word}")))
    engine = Engine(Scope(CREDENTIALS, plugins=("KeywordDetector",)))
    findings = [f for f in engine.detect(open_document("a.ipynb", raw)) if f.rule.startswith("detect-secrets:")]
    ((cell, where, start),) = [(f.field.part.cell.number, f.field.part.where, f.start) for f in findings]
    assert (cell, where, start) == (1, "source", len("password = '"))


def test_a_run_without_extra_rules_imports_nothing_of_them():
    script = (
        "import sys; from nbguard.detect.engine import Engine, Scope; from nbguard.documents.reading import"
        " open_document; raw = b\"token = 'DEV-" + "0a1b2c3d4e" * 4 + "'\"; assert Engine(Scope(frozenset("
        "('credential',)))).detect(open_document('a.py', raw)); print([m for m in sys.modules if m in ("
        "'re2', 'detect_secrets', 'tomllib', 'nbguard.detect.adapters.extra_rules', 'nbguard.detect.binary_files')])"
    )
    command = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {script}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"
