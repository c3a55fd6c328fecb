"""Loads rule packs in the form of gitleaks v8 (``.gitleaks.toml``).

What a pack says is honoured or refused by name: an unknown key, a regex that isn't RE2, gitleaks' built-in rules
(``extend.useDefault``), which nbguard doesn't ship. Regexes run in google-re2 (extra ``rules``), in linear time,
whatever they are.

The schema: https://github.com/gitleaks/gitleaks#configuration. As in gitleaks, names of keys ignore case.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.documents.named_files import name_inside, read_given, read_inside
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

# How far one pack may extend another. gitleaks itself stops at two.
_DEEPEST = 8
# Bytes of a pack; gitleaks' own has 0.2 million.
_LARGEST = 10_000_000
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


def load_rule_pack(path: str) -> RulePack:
    """The rule pack in a TOML file, with what it extends.

    ``extend.path`` is looked for beside the pack, then from the current directory. Raises UsageError with the file,
    the rule and the key for what can't be read or can't be honoured.
    """
    pack, aimed = _load(path, ())
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


def _load(path: str, above: tuple[str, ...]) -> tuple[RulePack, list[tuple[str, Allowlist]]]:
    """A pack merged with what it extends, and the allowlists that are aimed at single rules."""
    data = _keys(_read_toml(path), _PACK_KEYS, path, "")
    rules: dict[str, PackRule] = {}
    for number, table in enumerate(_tables(data, "rules", path)):
        rule = _rule(table, path, number)
        rules[rule.id] = rule
    allowlists: list[Allowlist] = []
    aimed: list[tuple[str, Allowlist]] = []
    for table in _allow_tables(data, path, ""):
        entry = _keys(table, (*_ALLOW_KEYS, "targetrules"), path, "allowlists")
        allowlist, targets = _allowlist(entry, path, "allowlists"), _texts(entry, "targetrules", path)
        if targets:
            aimed += [(target, allowlist) for target in targets]
        else:
            allowlists.append(allowlist)
    pack = RulePack(path, str(data.get("title", "")), rules, tuple(allowlists), frozenset(), False)
    extend = _keys(_typed(data, "extend", dict, {}, path), _EXTEND_KEYS, path, "extend")
    if extend.get("usedefault"):
        raise UsageError(
            f"{path}: extend.useDefault asks for gitleaks' own rules, which nbguard doesn't ship; "
            "save them to a file and name it in extend.path"
        )
    if extend.get("url"):
        raise UsageError(f"{path}: extend.url can't be honoured, rule packs aren't fetched; name a file in extend.path")
    base = _typed(extend, "path", str, "", path)
    if not base:
        return pack, aimed
    place = os.path.join(os.path.dirname(path), base)
    place = place if os.path.exists(place) else base
    if len(above) >= _DEEPEST or os.path.realpath(place) in (*above, os.path.realpath(path)):
        raise UsageError(f"{path}: extend.path {base!r} leads in a circle, or too deep")
    folder = _repository_around(path)
    if folder and name_inside(os.path.realpath(folder), os.path.realpath(place)) is None:
        raise UsageError(f"{path}: extend.path {base!r} leads out of the repository")
    extended, more = _load(place, (*above, os.path.realpath(path)))
    return _merge(pack, extended, frozenset(_texts(extend, "disabledrules", path))), aimed + more


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
    data = _keys(table, _RULE_KEYS, path, where)
    required = []
    for entry in _tables(data, "required", path):
        entry = _keys(entry, _REQUIRED_KEYS, path, f"{where}, required")
        if not entry.get("id"):
            raise UsageError(f"{path}: {where}: required has no id")
        lines, columns = entry.get("withinlines"), entry.get("withincolumns")
        required.append(Required(str(entry["id"]), lines, columns))
    return PackRule(
        id=name,
        description=_typed(data, "description", str, "", path),
        regex=_compiled(_typed(data, "regex", str, "", path), path, where),
        path=_compiled(_typed(data, "path", str, "", path), path, where),
        group=_typed(data, "secretgroup", int, 0, path),
        entropy=float(_typed(data, "entropy", (int, float), 0.0, path)),
        keywords=tuple(keyword.lower() for keyword in _texts(data, "keywords", path)),
        tags=_texts(data, "tags", path),
        allowlists=tuple(
            _allowlist(_keys(entry, _ALLOW_KEYS, path, where), path, where)
            for entry in _allow_tables(data, path, where)
        ),
        required=tuple(required),
        silent=_typed(data, "skipreport", bool, False, path),
    )


def _validate(rule: PackRule, path: str) -> None:
    if rule.regex is None and rule.path is None:
        raise UsageError(f"{path}: rule {rule.id!r} has neither a regex nor a path")
    if rule.regex is not None and not 0 <= rule.group <= rule.regex.groups:
        raise UsageError(f"{path}: rule {rule.id!r}: secretGroup {rule.group}, but {rule.regex.groups} groups")


def _allow_tables(data: dict[str, Any], path: str, where: str) -> list[dict[str, Any]]:
    """The allowlists of a table, written the old way (one) or the new way (several), not both."""
    tables = _tables(data, "allowlists", path)
    if "allowlist" in data:
        if tables:
            raise UsageError(f"{path}: {where or 'the pack'} has both allowlist and allowlists; keep the second")
        return [_typed(data, "allowlist", dict, {}, path)]
    return tables


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
        commits=frozenset(commit.strip().lower() for commit in _texts(data, "commits", path)),
        paths=tuple(_compiled(regex, path, where) for regex in _texts(data, "paths", path)),
        target=target,
        regexes=tuple(_compiled(regex, path, where) for regex in _texts(data, "regexes", path)),
        stopwords=tuple(word.lower() for word in _texts(data, "stopwords", path)),
    )


def _repository_around(path: str) -> str:
    """The nearest folder above a file that holds ``.git``; empty where there is none."""
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.exists(os.path.join(folder, ".git")):
        if folder == os.path.dirname(folder):
            return ""
        folder = os.path.dirname(folder)
    return folder


def _read_toml(path: str) -> dict[str, Any]:
    import tomllib

    folder = _repository_around(path)
    try:
        # A pack, and what it extends, belongs to the repository it lies in; elsewhere a person named it.
        if folder:
            raw = read_inside(folder, os.path.relpath(os.path.abspath(path), folder), _LARGEST)
        else:
            raw = read_given(path, _LARGEST)
    except UnreadableError as error:
        raise UsageError(f"{path}: the rule pack can't be read: {error}") from None
    if raw is None:
        raise UsageError(f"{path}: the rule pack can't be read: no such file")
    try:
        return tomllib.loads(raw.decode("utf-8").replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the rule pack isn't TOML: {error}") from None


def _compiled(pattern: str, path: str, where: str) -> Any:
    if not pattern:
        return None
    try:
        import re2  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise UsageError("rule packs need google-re2; install it with `pip install 'nbguard[rules]'`") from None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise UsageError(f"{path}: {where}: a regex isn't RE2: {reason}") from None


def _keys(table: dict[str, Any], known: Iterable[str], path: str, where: str) -> dict[str, Any]:
    """A table with its keys in lower case; a key that isn't known is an error."""
    lowered = {key.lower(): value for key, value in table.items()}
    known = tuple(known)
    for key in lowered:
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise UsageError(f"{path}: {where + ': ' if where else ''}{key!r} is no key of gitleaks v8{hint}")
    return lowered


def _tables(data: dict[str, Any], key: str, path: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = _typed(data, key, list, [], path)
    if not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{path}: {key} must be tables, as in [[{key}]]")
    return tables


def _texts(data: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
    values = _typed(data, key, list, [], path)
    if not all(isinstance(value, str) for value in values):
        raise UsageError(f"{path}: {key} must be a list of strings")
    return tuple(values)


def _typed(data: dict[str, Any], key: str, kind: type | tuple[type, ...], default: object, path: str) -> Any:
    value = data.get(key, default)
    if not isinstance(value, kind):
        raise UsageError(f"{path}: {key} has a value of the wrong type ({type(value).__name__})")
    return value
