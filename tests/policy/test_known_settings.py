"""Each setting: what it takes and how that is kept, what it refuses, and what is said then, without the value."""

from typing import Any

import pytest

from nbguard.detect.finding import SEVERITIES
from nbguard.detect.samples.sample_rules import CLASSES
from nbguard.errors import UsageError
from nbguard.policy import known_settings
from nbguard.policy.known_settings import check_table

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43
SIGNER = f"ada@example.org {KEY}"
FINGERPRINT = "SHA256:" + "A" * 43
TABLES = {
    name: getattr(known_settings, name)
    for name in (
        "TOP", "STRIP", "JUPYTER", "VAULT", "CREDENTIALS", "SDK", "SAMPLE_DATA", "ZONE", "WAIVERS", "APPROVERS",
    )
}  # fmt: skip

# Table, key, what is written, what is kept.
GOOD: list[tuple[str, str, Any, Any]] = [
    ("TOP", "profile", "enterprise", "enterprise"),
    ("TOP", "salt", "", ""),
    ("TOP", "exclude", ["a/**", "b"], ("a/**", "b")),
    ("TOP", "exclude", [], ()),
    ("TOP", "allow_unreadable", False, False),
    ("TOP", "severity", {"ionq-*": "off", "hygiene": "critical"}, {"ionq-*": "off", "hygiene": "critical"}),
    ("TOP", "fail_on", "low", "low"),
    ("TOP", "strip", {}, {}),
    ("TOP", "zones", [{"a": 1}], ({"a": 1},)),
    *(
        ("TOP", "max_file_size", written, kept)
        for written, kept in [
            (0, 0), (1, 1), ("0", 0), ("500000", 500_000), ("100MB", 100_000_000), ("100 mb", 100_000_000),
            ("2KiB", 2048), ("3k", 3000), ("1G", 10**9), ("1GiB", 1024**3), ("1T", 10**12), (" 7B ", 7), ("5ki", 5120),
        ]
    ),
    ("STRIP", "extra_keys", "a.b c", ("a.b", "c")),
    ("STRIP", "extra_keys", ["a b"], ("a b",)),
    ("JUPYTER", "save", "strip", "strip"),
    ("JUPYTER", "on_error", "allow", "allow"),
    *(("JUPYTER", "events", name, name) for name in ("events.jsonl", "a/b.jsonl", "..a/c.jsonl")),
    ("VAULT", "style", "hvac", "hvac"),
    ("CREDENTIALS", "rotate_days", 1, 1),
    ("CREDENTIALS", "rotate_days_by_provider", {"ionq": 30}, {"ionq": 30}),
    ("SDK", "approved", ["qiskit>=2,<3", "a"], ("qiskit>=2,<3", "a")),
    ("SAMPLE_DATA", "bulk_bytes", "1MB", 10**6),
    ("SAMPLE_DATA", "classes", ["health"], ["health"]),
    ("SAMPLE_DATA", "severity", "high", dict.fromkeys(CLASSES, "high")),
    ("SAMPLE_DATA", "severity", {"health": "low"}, {"health": "low"}),
    ("SAMPLE_DATA", "policy", "approval", dict.fromkeys(CLASSES, "approval")),
    ("SAMPLE_DATA", "policy", {"payment": "prohibited"}, {"payment": "prohibited"}),
    ("APPROVERS", "security", [SIGNER], (SIGNER,)),
    ("APPROVERS", "revoked", [KEY, FINGERPRINT], (KEY, FINGERPRINT)),
]  # fmt: skip

EVENTS = 'a path below the root of the repository that ends in .jsonl, such as "nbguard-events.jsonl"'
DAYS = "a table of provider = days, by the ids that `nbguard rules` lists"
APPROVED = 'a list of packages with the versions that are approved, such as ["qiskit>=2,<3"]'
SOME = f"a list with some of {', '.join(CLASSES)}"
LEVELS = ", ".join(SEVERITIES)
QUOTED = ", ".join(map(repr, SEVERITIES))
# Table, key, what is written, what is said behind the key.
BAD: list[tuple[str, str, Any, str]] = [
    ("TOP", "profile", "strict", "one of relaxed, standard, enterprise"),
    ("TOP", "profile", 3, "one of relaxed, standard, enterprise, not a number"),
    ("TOP", "salt", 3, "a string, not a number"),
    ("TOP", "salt", ["a"], "a string, not a list"),
    ("TOP", "salt", {}, "a string, not a table"),
    ("TOP", "salt", 1.5, "a string, not a fraction"),
    ("TOP", "exclude", "a", 'a list of strings, not a string: write exclude = ["…"]'),
    ("TOP", "exclude", ["a", 1], "a list of strings"),
    ("TOP", "allow_unreadable", 1, "true or false, not a number"),
    ("TOP", "max_file_size", "many", 'a size such as 500000 or "100MB"'),
    ("TOP", "max_file_size", "1P", 'a size such as 500000 or "100MB"'),
    ("TOP", "max_file_size", -1, 'a size such as 500000 or "100MB"'),
    ("TOP", "max_file_size", False, 'a size such as 500000 or "100MB", not true or false'),
    ("TOP", "severity", {"a": "loud"}, f"a table of rule = {QUOTED} or 'off'"),
    ("TOP", "severity", "low", f"a table of rule = {QUOTED} or 'off', not a string"),
    ("TOP", "fail_on", "off", f"one of {LEVELS}"),
    ("TOP", "strip", [], "a table, not a list"),
    ("TOP", "zones", {}, "a list of tables, not a table"),
    ("TOP", "zones", ["a"], "a list of tables"),
    ("STRIP", "keep_output", "yes", "true or false, not a string"),
    ("STRIP", "extra_keys", 3, "a list of strings, not a number"),
    *(
        ("JUPYTER", "events", name, EVENTS)
        for name in ("a.json", "/a.jsonl", "~/a.jsonl", "a\\b.jsonl", "c:a.jsonl", "a/../b.jsonl", ".git/a.jsonl")
    ),
    ("CREDENTIALS", "rotate_days", 0, "a whole number, 1 or more"),
    ("CREDENTIALS", "rotate_days", True, "a whole number, 1 or more, not true or false"),
    *(
        ("CREDENTIALS", "rotate_days_by_provider", days, DAYS)
        for days in ({"nobody": 3}, {"ionq": 0}, {"ionq": "3"})
    ),
    ("SDK", "approved", ["qiskit >> 2"], APPROVED),
    ("SAMPLE_DATA", "bulk_bytes", 0, 'a size such as 500000 or "100MB"'),
    ("SAMPLE_DATA", "classes", ["healthy"], SOME),
    ("SAMPLE_DATA", "classes", "health", f'{SOME}, not a string: write classes = ["…"]'),
    ("SAMPLE_DATA", "severity", "loud", f"a severity, or a table of class ({', '.join(CLASSES)}) = {QUOTED}"),
    *(
        ("SAMPLE_DATA", "severity", wrong, f"a severity, or a table of class ({', '.join(CLASSES)}) = {QUOTED}")
        for wrong in ({"a": "low"}, {"health": ["low"]})
    ),
    *(
        ("SAMPLE_DATA", "policy", value,
         f"one of allowed, approval, prohibited, or a table of class ({', '.join(CLASSES)}) = one of them")
        for value in ("maybe", {"health": "maybe"}, {"a": "allowed"})
    ),
    *(
        ("APPROVERS", "data", value, 'a list of allowed signers such as "ada@example.org ssh-ed25519 AAAA…"'
         " (no patterns, no cert-authority)")
        for value in (["ada@example.org"], [f"*@example.org {KEY}"])
    ),
    ("APPROVERS", "revoked", ["SHA256:short"], 'a list of public keys or their fingerprints ("SHA256:…")'),
]  # fmt: skip


@pytest.mark.parametrize(("table", "key", "written", "kept"), GOOD)
def test_what_a_setting_takes_is_kept_so(table: str, key: str, written: Any, kept: Any) -> None:
    found = check_table({key: written}, TABLES[table], "x.toml")
    assert found == {key: kept}
    assert type(found[key]) is type(kept)


@pytest.mark.parametrize(("table", "key", "written", "said"), BAD)
def test_what_a_setting_refuses_is_told(table: str, key: str, written: Any, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_table({key: written}, TABLES[table], "x.toml: [a]")
    assert str(caught.value) == f"x.toml: [a]: {key} must be {said}"


@pytest.mark.parametrize(
    ("table", "key", "near"),
    [
        ("TOP", "Exclude", "exclude"), ("TOP", "fail-on", "fail_on"), ("STRIP", "keep_outputs", "keep_output"),
        ("VAULT", "mounts", "mount"),
    ],
)  # fmt: skip
def test_a_setting_that_is_not_known_is_told_with_the_nearest(table: str, key: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_table({key: 1}, TABLES[table], "x.toml")
    assert str(caught.value) == f"x.toml: there is no setting {key!r}; did you mean {near!r}?"


def test_where_none_is_near_all_are_named() -> None:
    with pytest.raises(UsageError, match=r"^x: there is no setting 'zzz'; known are mount, path, prefix, style$"):
        check_table({"zzz": 1}, TABLES["VAULT"], "x")
