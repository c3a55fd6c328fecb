"""The settings there are, by table, and the check of what a configuration file says against them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nbguard.detect.finding import SEVERITIES
from nbguard.detect.samples.sample_rules import CLASSES
from nbguard.errors import UsageError
from nbguard.lazy_regex import lazy_regex

PROFILES = ("relaxed", "standard", "enterprise")
STYLES = ("nbguard", "env", "hvac", "colab", "databricks")
SAVE_MODES = ("off", "warn", "strip", "block")
# What a policy says of a class of data, from the weakest to the strictest.
USES = ("allowed", "approval", "prohibited")

_SIZE = lazy_regex(r"([0-9]{1,15})\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}

# What is wanted, the check, and the types that are right in kind. The check takes a value and gives it back as it is
# kept, or None where the value is wrong.
Check = tuple[str, Callable[[Any], Any], tuple[type, ...]]


def _switch(value: Any) -> Any:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None


def _text(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def _words(value: Any) -> Any:
    return tuple(value.split()) if isinstance(value, str) else _texts(value)


def _size(value: Any) -> Any:
    if isinstance(value, str) and (found := _SIZE.fullmatch(value.strip())):
        number, unit, binary = found.groups()
        return int(number) * (1024 if binary else 1000) ** _UNITS[unit.lower()]
    return 0 if value == 0 and value is not False else _number(value)


def _severities(value: Any) -> Any:
    fine = isinstance(value, dict) and all(level in (*SEVERITIES, "off") for level in value.values())
    return dict(value) if fine else None


def _by_class(value: Any, choices: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        value = dict.fromkeys(CLASSES, value)
    # A value may be a list, which no set takes.
    fine = isinstance(value, dict) and set(value) <= set(CLASSES) and all(word in choices for word in value.values())
    return dict(value) if fine else None


def _classes(value: Any) -> Any:
    return list(value) if isinstance(value, list) and all(name in CLASSES for name in value) else None


def _days_by_provider(value: Any) -> Any:
    from nbguard.detect.providers.provider_rules import load_catalogue

    known = {provider.id for provider in load_catalogue().providers}
    fine = isinstance(value, dict) and set(value) <= known and all(_number(days) for days in value.values())
    return dict(value) if fine else None


def _signers(value: Any) -> Any:
    from nbguard.policy.signers import read_signer

    lines = _texts(value)
    return lines if lines is not None and all(read_signer(line) is not None for line in lines) else None


def _revoked(value: Any) -> Any:
    from nbguard.policy.signers import revoked_digest

    keys = _texts(value)
    return keys if keys is not None and all(map(revoked_digest, keys)) else None


def _requirements(value: Any) -> Any:
    from packaging.requirements import InvalidRequirement, Requirement

    texts = _texts(value)
    try:
        return texts if texts is not None and all(map(Requirement, texts)) else None
    except InvalidRequirement:
        return None


def _event_file(value: Any) -> Any:
    """A file the server appends to: a repository may not name one that lies elsewhere, or that is something else."""
    if not isinstance(value, str) or not value.endswith(".jsonl") or value.startswith(("/", "~")) or "\\" in value:
        return None
    return None if ":" in value or ".." in value.split("/") or ".git" in value.split("/") else value


def _one_of(choices: tuple[str, ...]) -> Check:
    return "one of " + ", ".join(choices), lambda value: value if value in choices else None, (str,)


SWITCH: Check = ("true or false", _switch, (bool,))
NUMBER: Check = ("a whole number, 1 or more", _number, (int,))
TEXT: Check = ("a string", _text, (str,))
TEXTS: Check = ("a list of strings", _texts, (list,))
# In [tool.nbguard.strip] a list may be written as on a command line: one string with spaces between.
WORDS: Check = ("a list of strings", _words, (list, str))
SIZE: Check = ('a size such as 500000 or "100MB"', _size, (int, str))
# A threshold of zero would make a data set of everything.
THRESHOLD: Check = (SIZE[0], lambda value: _size(value) or None, SIZE[2])
SEVERITY: Check = _one_of(SEVERITIES)
BY_RULE: Check = (f"a table of rule = {', '.join(map(repr, SEVERITIES))} or 'off'", _severities, (dict,))
BY_CLASS: Check = (
    f"a severity, or a table of class ({', '.join(CLASSES)}) = {', '.join(map(repr, SEVERITIES))}",
    lambda value: _by_class(value, SEVERITIES),
    (dict, str),
)
USE_BY_CLASS: Check = (
    f"one of {', '.join(USES)}, or a table of class ({', '.join(CLASSES)}) = one of them",
    lambda value: _by_class(value, USES),
    (dict, str),
)
DATA_CLASSES: Check = (f"a list with some of {', '.join(CLASSES)}", _classes, (list,))
EVENT_FILE: Check = (
    'a path below the root of the repository that ends in .jsonl, such as "nbguard-events.jsonl"',
    _event_file,
    (str,),
)
DAYS_BY_PROVIDER: Check = (
    "a table of provider = days, by the ids that `nbguard rules` lists",
    _days_by_provider,
    (dict,),
)
SIGNERS: Check = (
    'a list of allowed signers such as "ada@example.org ssh-ed25519 AAAA…" (no patterns, no cert-authority)',
    _signers,
    (list,),
)
REVOKED: Check = ('a list of public keys or their fingerprints ("SHA256:…")', _revoked, (list,))
REQUIREMENTS: Check = (
    'a list of packages with the versions that are approved, such as ["qiskit>=2,<3"]',
    _requirements,
    (list,),
)
TABLE: Check = ("a table", lambda value: value if isinstance(value, dict) else None, (dict,))
TABLES: Check = (
    "a list of tables",
    lambda value: tuple(value) if isinstance(value, list) and all(isinstance(v, dict) for v in value) else None,
    (list,),
)

TOP: Mapping[str, Check] = {
    "profile": _one_of(PROFILES),
    "salt": TEXT,
    "exclude": TEXTS,
    "max_file_size": SIZE,
    "allow_unreadable": SWITCH,
    "enable": TEXTS,
    "disable": TEXTS,
    "severity": BY_RULE,
    "fail_on": SEVERITY,
    "baseline": TEXT,
    "plugins": TEXTS,
    "rules": TEXTS,
    "default_rules": TEXT,
    "strip": TABLE,
    "vault": TABLE,
    "sample_data": TABLE,
    "jupyter": TABLE,
    "credentials": TABLE,
    "sdk": TABLE,
    "zones": TABLES,
    "waivers": TABLE,
    "approvers": TABLE,
}
STRIP: Mapping[str, Check] = {
    "keep_output": SWITCH,
    "keep_count": SWITCH,
    "keep_id": SWITCH,
    "extra_keys": WORDS,
    "keep_metadata_keys": WORDS,
    "drop_empty_cells": SWITCH,
    "drop_tagged_cells": WORDS,
    "strip_init_cells": SWITCH,
    "max_size": SIZE,
    "drop_output_types": WORDS,
    "keep_output_types": WORDS,
    "strip_regex": TEXT,
    "normalize": SWITCH,
    "volatile_keys": WORDS,
    "blank_cells": SWITCH,
    "markers": SWITCH,
}
JUPYTER: Mapping[str, Check] = {
    "save": _one_of(SAVE_MODES),
    "on_error": _one_of(("block", "allow")),
    "also_guard": TEXTS,
    "events": EVENT_FILE,
    "secrets_connector": SWITCH,
}
VAULT: Mapping[str, Check] = {"mount": TEXT, "prefix": TEXT, "path": TEXT, "style": _one_of(STYLES)}
CREDENTIALS: Mapping[str, Check] = {"rotate_days": NUMBER, "rotate_days_by_provider": DAYS_BY_PROVIDER}
SDK: Mapping[str, Check] = {"approved": REQUIREMENTS, "osv": TEXT, "index": TEXT}
SAMPLE_DATA: Mapping[str, Check] = {
    "rows": NUMBER,
    "emails": NUMBER,
    "bulk_bytes": THRESHOLD,
    "classes": DATA_CLASSES,
    "severity": BY_CLASS,
    "policy": USE_BY_CLASS,
}
ZONE: Mapping[str, Check] = {
    "name": TEXT,
    "paths": TEXTS,
    "profile": _one_of(PROFILES),
    "severity": BY_RULE,
    "enable": TEXTS,
    "disable": TEXTS,
    "sample_data": TABLE,
    "save": _one_of(SAVE_MODES),
}
WAIVERS: Mapping[str, Check] = {
    "require_reason": SWITCH,
    "require_approver": SWITCH,
    "require_expiry": SWITCH,
    "inline": SWITCH,
    "foreign_markers": SWITCH,
    "require_signature": SWITCH,
    "longest_days": NUMBER,
    "repository": TEXT,
}
APPROVERS: Mapping[str, Check] = {"security": SIGNERS, "data": SIGNERS, "revoked": REVOKED}


def check_table(table: Mapping[str, Any], known: Mapping[str, Check], place: str) -> dict[str, Any]:
    """The settings of one table as they are kept: lists as tuples, sizes as bytes.

    ``place`` says which file and table this is. Raises UsageError for an unknown key (naming the nearest known one)
    and for a value of the wrong type; the value itself is never repeated, it might be a salt.
    """
    kept: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise UsageError(f"{place}: there is no setting {key!r}{_nearest(key, known)}")
        wanted, check, types = known[key]
        kept[key] = check(value)
        if kept[key] is None:
            other = "" if type(value) in types else f", not {_kind(value)}"
            if isinstance(value, str) and types == (list,):
                other += f': write {key} = ["…"]'
            raise UsageError(f"{place}: {key} must be {wanted}{other}")
    return kept


def _nearest(key: str, known: Mapping[str, Check]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.replace("-", "_").lower(), known, 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a fraction", str: "a string", list: "a list"}
    return names.get(type(value), "a table" if isinstance(value, dict) else "a date or time")
