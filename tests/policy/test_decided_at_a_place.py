"""What is decided at a place: which policy counts there, what can accept a finding, whose day it is."""

import os
from pathlib import Path

import pytest

from nbguard.errors import UsageError
from nbguard.policy.baseline import Baseline, BaselineEntry, check_salt, load_baseline
from nbguard.policy.config import load_config, load_file
from nbguard.policy.covered_paths import covering, is_in_scope, name_in_repository
from nbguard.policy.description import rules_digest
from nbguard.policy.foreign import read_foreign
from nbguard.policy.inventory import marks_in, may_hold_marks
from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
from nbguard.policy.signers import digest_of
from nbguard.policy.verdict import acceptance_of, is_switched_off, judge, judges_sdks
from tests.notebook_builder import as_bytes, code, notebook
from tests.policy.findings import find, text_document

RULE = "ionq-api-key"
ZONE = Zone(("lab/**",), "lab")


def config(zone: Zone = ZONE, **said: object) -> Config:
    return Config("/r", zones=(zone,), **said)


def test_what_can_accept_a_finding_hangs_on_its_class_and_its_place() -> None:
    def accepts(where: Config, path: str, rule: str = "sample-patient", kind: str = "sample-data") -> str:
        return acceptance_of(rule, kind, path, where)

    for use, how in (("approval", "signature"), ("prohibited", "nothing"), ("allowed", "mark")):
        everywhere = config(sample_data={"policy": {"health": use}})
        assert (accepts(everywhere, "a.py"), accepts(everywhere, "lab/a.py")) == (how, how)
        zoned = config(ZONE._replace(sample_data={"policy": {"health": use}}))
        assert (accepts(zoned, "a.py"), accepts(zoned, "lab/a.py")) == ("mark", how)
        assert accepts(zoned, "lab/a.py", RULE, "credential") == "mark"
    strict = config(ZONE._replace(profile="enterprise"))
    assert (accepts(strict, "a.py"), accepts(strict, "lab/a.py")) == ("mark", "signature")
    signed = config(waivers=WaiverPolicy(require_signature=True))
    assert accepts(signed, "a.py") == "signature"


@pytest.mark.parametrize("name", [RULE, "ionq-*", "credential"])
def test_who_switched_a_rule_off_named_it(name: str) -> None:
    """By a list or a severity, in the zone or everywhere; what a profile leaves out, nobody named."""
    finding = find(text_document("t = 'MADE-UP-VALUE'"), "MADE-UP-VALUE", RULE)
    for said in ({"disable": (name,)}, {"severity": {name: "off"}}):
        assert is_switched_off(finding, Config("/r", **said), "a.py")
        zoned = config(ZONE._replace(**said))
        assert is_switched_off(finding, zoned, "lab/a.py")
        assert not is_switched_off(finding, zoned, "a.py")
    assert not is_switched_off(finding, Config("/r"), "a.py")
    low = finding._replace(severity="low")
    assert not is_switched_off(low, Config("/r", profile="relaxed"), "a.py")
    overruled = config(ZONE._replace(severity={RULE: "high"}), disable=(name,))
    assert not is_switched_off(finding, overruled, "lab/a.py")


def test_sdks_are_judged_where_one_of_their_rules_is_reported_anywhere() -> None:
    assert not judges_sdks(Config("/r"))
    assert judges_sdks(Config("/r", profile="enterprise"))
    assert judges_sdks(Config("/r", enable=("unpinned-sdk",)))
    assert judges_sdks(Config("/r", enable=("hygiene",)))
    assert judges_sdks(config(ZONE._replace(severity={"vulnerable-sdk": "high"})))
    assert not judges_sdks(Config("/r", enable=("other-rule",)))
    assert not judges_sdks(Config("/r", profile="enterprise", disable=("*-sdk",)))


def test_an_allow_that_came_with_what_is_judged_does_not_count() -> None:
    """The gate is asked about the rule and the fingerprint of this finding, and says so."""
    document = text_document(f"t = 'MADE-UP-VALUE'  # nbguard: allow {RULE}")
    asked: list[tuple[str, str]] = []

    def judged(stood: bool):
        def stood_before(rule: str, fingerprint: str) -> bool:
            asked.append((rule, fingerprint))
            return stood

        found = find(document, "MADE-UP-VALUE", RULE)
        return judge(found, document, Config("/r"), "2026-11-22", None, "f" * 32, stood_before)

    assert judged(True).waived is not None
    refused = judged(False)
    assert refused.waived is None
    assert refused.note.endswith(" doesn't count here: it came with what is judged.")
    assert asked == [(RULE, "f" * 32)] * 2


@pytest.mark.parametrize(
    ("path", "paths", "inside"),
    [
        ("a/b.py", (), True), ("a/b.py", (".",), True), ("a/b.py", ("a",), True), ("a/b.py", ("a/b.py",), True),
        ("a/b.py", ("a/b",), False), ("ab/c.py", ("a",), False), ("a/b.py", ("c", "a/"), True),
    ],
)  # fmt: skip
def test_what_was_looked_at(
    path: str, paths: tuple[str, ...], inside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_in_scope(path, paths, str(tmp_path)) is inside
    assert is_in_scope(path, [str(tmp_path / given) for given in paths], str(tmp_path)) is inside


def test_names_and_what_covers_them() -> None:
    assert name_in_repository("/r/a/b", "/r") == "a/b"
    assert name_in_repository("/s/b", "/r") == "/s/b"
    assert name_in_repository("/r/..b/c", "/r") == "..b/c"
    names = {"a/b.zip", "c"}
    assert covering("a/b.zip!/x/y", names) == "a/b.zip"
    assert covering("a/b.zip", names) == "a/b.zip"
    assert covering("c/d/e", names) == "c"
    assert covering("x/y", names) == covering("x", names) == ""


def test_two_runs_with_the_same_rules_have_the_same_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    from nbguard.detect import rule_list

    digest, rules = rules_digest(), list(rule_list.all_rules())
    assert len(digest) == 64
    monkeypatch.setattr(rule_list, "all_rules", lambda: rules[::-1])
    assert rules_digest() == digest
    monkeypatch.setattr(rule_list, "all_rules", lambda: rules[1:])
    assert rules_digest() != digest


def test_a_key_s_fingerprint_is_what_ssh_keygen_shows() -> None:
    """All 43 characters, whatever the last one is."""
    assert {len(digest_of(bytes([number]))) for number in range(256)} == {len("SHA256:") + 43}
    assert digest_of(b"") == "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"


def test_a_baseline_of_another_tool_may_begin_with_a_mark_and_space() -> None:
    found = read_foreign("a", '\ufeff \r\n\t{"results": {"a.py": [{"hashed_secret": "' + "a" * 40 + '"}]}}')
    assert [(one.path, one.line) for one in found.known] == [("a.py", 0)]
    commit = "0123456789abcdef" * 2 + "01234567"
    twice = read_foreign("i", f"{commit}:{commit}:rule:7\n{commit}:a.py:rule:8\n# x\n\nno line\na:b:c\n")
    assert [(one.path, one.line) for one in twice.known] == [(commit, 7), ("a.py", 8)]
    assert twice.unusable == (5, 6)


def test_a_baseline_read_elsewhere_is_held_against_the_salt_there(tmp_path: Path) -> None:
    """The files come by one way: a salt in the work tree says nothing about a baseline in a commit."""
    from nbguard.policy.fingerprint import salt_id

    salt = b"a-salt-of-the-commit"
    line = f'{{"path":"a.py","rule":"r","where":"file","fingerprint":"{"f" * 32}","salt":"{salt_id(salt)}"}}\n'
    files = {".nbguard-baseline.jsonl": line.encode(), ".nbguard-salt": salt + b"\n"}
    (tmp_path / ".nbguard-salt").write_bytes(b"another-salt-that-lies-here\n")
    loaded = load_baseline(Config(str(tmp_path)), lambda name, limit: files.get(name))
    assert loaded is not None
    assert [entry.path for entry in loaded.entries.values()] == ["a.py"]
    with pytest.raises(UsageError, match="1 of 1 entries were made under another salt"):
        check_salt(loaded.entries, Config(str(tmp_path)))


def test_an_entry_s_words_are_those_of_its_waiver() -> None:
    document = text_document("t = 'MADE-UP-VALUE'")
    found = find(document, "MADE-UP-VALUE", RULE)
    entry = BaselineEntry("a.py", RULE, found.field.part.where, "f" * 32, "known", "2027-01-01", "alice")
    baseline = Baseline("b.jsonl", {entry.key: entry})
    assert baseline.waiver_for(found, document, "f" * 32)[:5] == (
        "baseline", "entry in b.jsonl", "known", "2027-01-01", "alice",
    )  # fmt: skip
    assert baseline.waiver_for(found, document, "e" * 32) is None


def test_a_file_of_settings_belongs_to_the_repository_around_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ci").mkdir()
    path = tmp_path / "ci" / "mine.toml"
    path.write_text('default_rules = "packs/all.toml"\nrules = ["packs/own.toml"]\n')
    loaded = load_file(str(path))
    assert os.path.realpath(loaded.root) == os.path.realpath(tmp_path)
    assert loaded.source == os.path.join("ci", "mine.toml")
    assert loaded.rules == (os.path.join(loaded.root, "packs", "own.toml"),)
    assert loaded.default_rules == os.path.join(loaded.root, "packs", "all.toml")
    with pytest.raises(UsageError, match="no such configuration file"):
        load_file(str(tmp_path / "none.toml"))


@pytest.mark.parametrize("approved", ['["qiskit>>2"]', '["not a requirement!"]', "3", "[3]"])
def test_what_is_no_requirement_is_a_mistake(tmp_path: Path, approved: str) -> None:
    (tmp_path / "nbguard.toml").write_text(f"[sdk]\napproved = {approved}\n")
    with pytest.raises(UsageError, match="approved"):
        load_config(str(tmp_path))


def test_every_mark_is_listed_with_its_place() -> None:
    """Those in comments in the order of the file, and those of cells; marks of others as the policy hears them."""
    first = code(f'a = 1  # nbguard: allow {RULE} reason="one"\nb = 2  # pragma: allowlist secret')
    second = code("c = 3")
    second["metadata"] = {"nbguard": {"allow": [{"rule": "hygiene", "reason": "two"}]}}
    raw = as_bytes(notebook(first, second))
    from nbguard.documents.reading import open_document

    document = open_document("a.ipynb", raw)
    marks = list(marks_in(document, WaiverPolicy()))
    assert may_hold_marks(raw)
    assert not may_hold_marks(b"x = 1")
    assert {mark.path for mark in marks} == {"a.ipynb"}
    told = [
        (mark.cell.number if mark.cell else -1, mark.where, mark.allow.rules, mark.allow.waiver.reason)
        for mark in marks
    ]
    assert told[0] == (0, "source", (RULE,), "one")
    assert [one[:2] for one in told] == [(0, "source"), (0, "source"), (1, "")]
    assert told[2][3] == "two"
    ours = list(marks_in(document, WaiverPolicy(foreign_markers=False)))
    assert [mark.where for mark in ours] == ["source", ""]
