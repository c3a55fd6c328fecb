"""Loads rule packs in the form of gitleaks v8 (``.gitleaks.toml``).

What a pack says is honoured or refused by name: an unknown key, a regex that isn't RE2. ``extend.useDefault`` asks for
gitleaks' built-in rules, which nbguard doesn't ship: it means the pack that the setting ``default_rules`` names.
Regexes run in google-re2 (extra ``rules``), in linear time, whatever they are.

The schema: https://github.com/gitleaks/gitleaks#configuration. As in gitleaks, names of keys ignore case.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from nbguard.detect.adapters.pack_files import (
    checked_keys,
    compiled,
    read_pack,
    repository_around,
    tables,
    texts,
    typed,
)
from nbguard.documents.named_files import name_inside
from nbguard.errors import UsageError

# How far one pack may extend another. gitleaks itself stops at two.
_DEEPEST = 8
_PACK_KEYS = ("title", "description", "extend", "rules", "allowlist", "allowlists", "minversion")
_EXTEND_KEYS = ("path", "url", "usedefault", "disabledrules")
_ALLOW_KEYS = ("description", "condition", "commits", "paths", "regextarget", "regexes", "stopwords")
_RULE_KEYS = ("id", "description", "path", "regex", "secretgroup", "entropy", "keywords", "tags", "allowlist",
              "allowlists", "required", "skipreport")  # fmt: skip
_REQUIRED_KEYS = ("id", "withinlines", "withincolumns")


class Allowlist(NamedTuple):
    """What is no finding: where any check holds, or with ``every`` where all do. ``target``: secret, match, line."""

    every: bool
    commits: frozenset[str]
    paths: tuple[Any, ...]
    target: str
    regexes: tuple[Any, ...]
    stopwords: tuple[str, ...]


class Required(NamedTuple):
    """Another rule that has to match near by for a rule to count; None: anywhere in the same text."""

    rule: str
    lines: int | None
    columns: int | None


class PackRule(NamedTuple):
    """A rule of a pack. ``regex`` and ``path`` are compiled by google-re2; one of them may be None, not both."""

    id: str
    description: str
    regex: Any
    path: Any
    group: int
    entropy: float
    keywords: tuple[str, ...]
    tags: tuple[str, ...]
    allowlists: tuple[Allowlist, ...]
    required: tuple[Required, ...]
    silent: bool


class RulePack(NamedTuple):
    """The rules of a pack and the packs it extends, by id. ``keywords`` are all keywords, in lower case.

    ``everywhere``: some rules have no keyword, so every text has to be looked at.
    """

    path: str
    title: str
    rules: dict[str, PackRule]
    allowlists: tuple[Allowlist, ...]
    keywords: frozenset[str]
    everywhere: bool


def load_rule_pack(path: str, default: str = "") -> RulePack:
    """The rule pack in a TOML file, with what it extends.

    ``extend.path`` is looked for beside the pack, then from the current directory; ``default`` is the file that
    ``extend.useDefault`` means. Raises UsageError with the file,
    the rule and the key for what can't be read or can't be honoured.
    """
    pack, aimed = _load(path, (), default)
    for rule in pack.rules.values():
        _validate(rule, path)
    rules = dict(pack.rules)
    for target, allowlist in aimed:
        if target not in rules:
            raise UsageError(f"{path}: allowlists.targetRules names {target!r}, which is no rule of this pack")
        rules[target] = rules[target]._replace(allowlists=(*rules[target].allowlists, allowlist))
    for rule in rules.values():
        for required in rule.required:
            if required.rule not in rules:
                raise UsageError(f"{path}: rule {rule.id!r} requires {required.rule!r}, which is no rule of this pack")
    keywords = frozenset(keyword for rule in rules.values() for keyword in rule.keywords)
    everywhere = any(not rule.keywords and rule.regex is not None for rule in rules.values())
    return pack._replace(rules=rules, keywords=keywords, everywhere=everywhere)


def _load(path: str, above: tuple[str, ...], default: str) -> tuple[RulePack, list[tuple[str, Allowlist]]]:
    """A pack merged with what it extends, and the allowlists that are aimed at single rules."""
    data = checked_keys(read_pack(path), _PACK_KEYS, path, "")
    rules: dict[str, PackRule] = {}
    for number, table in enumerate(tables(data, "rules", path)):
        rule = _rule(table, path, number)
        rules[rule.id] = rule
    allowlists: list[Allowlist] = []
    aimed: list[tuple[str, Allowlist]] = []
    for table in _allow_tables(data, path, ""):
        entry = checked_keys(table, (*_ALLOW_KEYS, "targetrules"), path, "allowlists")
        allowlist, targets = _allowlist(entry, path, "allowlists"), texts(entry, "targetrules", path)
        if targets:
            aimed += [(target, allowlist) for target in targets]
        else:
            allowlists.append(allowlist)
    pack = RulePack(path, str(data.get("title", "")), rules, tuple(allowlists), frozenset(), False)
    extend = checked_keys(typed(data, "extend", dict, {}, path), _EXTEND_KEYS, path, "extend")
    place = _extended(extend, path, above, default)
    if not place:
        return pack, aimed
    extended, more = _load(place, (*above, os.path.realpath(path)), default)
    return _merge(pack, extended, frozenset(texts(extend, "disabledrules", path))), aimed + more


def _extended(extend: dict[str, Any], path: str, above: tuple[str, ...], default: str) -> str:
    """The file of the pack that a pack extends; empty where it extends none."""
    if extend.get("url"):
        raise UsageError(f"{path}: extend.url can't be honoured, rule packs aren't fetched; name a file in extend.path")
    base = typed(extend, "path", str, "", path)
    if typed(extend, "usedefault", bool, False, path):
        if base:
            raise UsageError(f"{path}: extend has both path and useDefault, which gitleaks refuses too; keep one")
        if not default:
            raise UsageError(
                f"{path}: extend.useDefault asks for gitleaks' own rules, which nbguard doesn't ship; save them to a "
                "file and name it in the setting default_rules"
            )
        where, place = "useDefault", default
    elif base:
        place = os.path.join(os.path.dirname(path), base)
        where, place = f"path {base!r}", place if os.path.exists(place) else base
    else:
        return ""
    if len(above) >= _DEEPEST or os.path.realpath(place) in (*above, os.path.realpath(path)):
        raise UsageError(f"{path}: extend.{where} leads in a circle, or too deep")
    folder = repository_around(path)
    # The default pack is named by the configuration, which says itself what it may name.
    if base and folder and name_inside(os.path.realpath(folder), os.path.realpath(place)) is None:
        raise UsageError(f"{path}: extend.{where} leads out of the repository")
    return place


def _merge(pack: RulePack, base: RulePack, disabled: frozenset[str]) -> RulePack:
    """A pack over the one that it extends: it adds rules, and changes the base's where the ids are the same."""
    rules = dict(pack.rules)
    for rule in base.rules.values():
        if rule.id in disabled:
            continue
        own = rules.get(rule.id)
        rules[rule.id] = rule if own is None else rule._replace(
            description=own.description or rule.description,
            entropy=own.entropy or rule.entropy,
            group=own.group or rule.group,
            regex=own.regex or rule.regex,
            path=own.path or rule.path,
            tags=rule.tags + own.tags,
            keywords=rule.keywords + own.keywords,
            allowlists=rule.allowlists + own.allowlists,
            required=rule.required + own.required,
            silent=rule.silent or own.silent,
        )  # fmt: skip
    return pack._replace(rules=rules, allowlists=pack.allowlists + base.allowlists)


def _rule(table: dict[str, Any], path: str, number: int) -> PackRule:
    name = table.get("id") or table.get("ID") or ""
    if not isinstance(name, str) or not name.strip():
        raise UsageError(f"{path}: rule number {number + 1} has no id")
    where = f"rule {name!r}"
    data = checked_keys(table, _RULE_KEYS, path, where)
    required = []
    for entry in tables(data, "required", path):
        entry = checked_keys(entry, _REQUIRED_KEYS, path, f"{where}, required")
        if not entry.get("id"):
            raise UsageError(f"{path}: {where}: required has no id")
        lines, columns = entry.get("withinlines"), entry.get("withincolumns")
        required.append(Required(str(entry["id"]), lines, columns))
    return PackRule(
        id=name,
        description=typed(data, "description", str, "", path),
        regex=compiled(typed(data, "regex", str, "", path), path, where),
        path=compiled(typed(data, "path", str, "", path), path, where),
        group=typed(data, "secretgroup", int, 0, path),
        entropy=float(typed(data, "entropy", (int, float), 0.0, path)),
        keywords=tuple(keyword.lower() for keyword in texts(data, "keywords", path)),
        tags=texts(data, "tags", path),
        allowlists=tuple(
            _allowlist(checked_keys(entry, _ALLOW_KEYS, path, where), path, where)
            for entry in _allow_tables(data, path, where)
        ),
        required=tuple(required),
        silent=typed(data, "skipreport", bool, False, path),
    )


def _validate(rule: PackRule, path: str) -> None:
    if rule.regex is None and rule.path is None:
        raise UsageError(f"{path}: rule {rule.id!r} has neither a regex nor a path")
    if rule.regex is not None and not 0 <= rule.group <= rule.regex.groups:
        raise UsageError(f"{path}: rule {rule.id!r}: secretGroup {rule.group}, but {rule.regex.groups} groups")


def _allow_tables(data: dict[str, Any], path: str, where: str) -> list[dict[str, Any]]:
    """The allowlists of a table, written the old way (one) or the new way (several), not both."""
    several = tables(data, "allowlists", path)
    if "allowlist" in data:
        if several:
            raise UsageError(f"{path}: {where or 'the pack'} has both allowlist and allowlists; keep the second")
        return [typed(data, "allowlist", dict, {}, path)]
    return several


def _allowlist(data: dict[str, Any], path: str, where: str) -> Allowlist:
    condition = str(data.get("condition", "")).upper()
    if condition not in ("", "OR", "||", "AND", "&&"):
        raise UsageError(f"{path}: {where}: condition {data['condition']!r} is neither 'and' nor 'or'")
    target = data.get("regextarget") or "secret"
    if target not in ("secret", "match", "line"):
        raise UsageError(f"{path}: {where}: regexTarget {target!r} is none of 'secret', 'match', 'line'")
    if not any(data.get(key) for key in ("commits", "paths", "regexes", "stopwords")):
        raise UsageError(f"{path}: {where}: an allowlist needs commits, paths, regexes or stopwords")
    return Allowlist(
        every=condition in ("AND", "&&"),
        commits=frozenset(commit.strip().lower() for commit in texts(data, "commits", path)),
        paths=tuple(compiled(regex, path, where) for regex in texts(data, "paths", path)),
        target=target,
        regexes=tuple(compiled(regex, path, where) for regex in texts(data, "regexes", path)),
        stopwords=tuple(word.lower() for word in texts(data, "stopwords", path)),
    )
