"""Where the configuration is, and what it says. Only data is read: no code of a repository is ever loaded."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from nbguard.detect.finding import KINDS
from nbguard.documents.named_files import name_by_any_way, read_inside, read_needed
from nbguard.errors import UnreadableError, UsageError
from nbguard.policy.policy_settings import (
    BASELINE_NAME,
    BUNDLE_NAME,
    BUNDLE_VARIABLE,
    CONFIG_NAMES,
    REPORTED,
    SALT_NAME,
    Config,
    WaiverPolicy,
    Zone,
    read_policy_file,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbguard.policy.bundle import Bundle
    from nbguard.policy.config_tables import Tables
    from nbguard.policy.policy_settings import Read

# What shows, outside of git, which folder a policy is for; and pyproject.toml where it configures us.
_MARKS = ("nbguard.toml", BUNDLE_NAME, BASELINE_NAME, SALT_NAME)
# Bytes of a configuration: what is larger is an error, for half of a policy would be another one.
_LARGEST = 1_000_000
_FAIL_ON = {"relaxed": "high", "standard": "low", "enterprise": "low"}
_OUR_TABLE = (
    rb"""^(?:\xef\xbb\xbf)?[ \t]*"""
    rb"""(?:\[{1,2}[ \t]*["']?tool["']?[ \t]*(?:\]|\.[ \t]*["']?nbguard)"""
    rb"""|["']?tool["']?[ \t]*[.=]|["']?nbguard["']?[ \t]*(?:\.|=[ \t]*\{))"""
)


def find_root(start: str) -> str:
    """The nearest folder at or above ``start`` that holds ``.git``; without one, the nearest with a policy in it.

    Where there is neither, the folder ``start`` itself. Above it, a policy counts outside of git only if it is the
    user's own, root's, or belongs to whom ``start`` does: anybody may put a file into a folder such as ``/tmp``.
    """
    start = os.path.abspath(start or ".")
    if not os.path.isdir(start):
        # The folder of a device or a pipe (/dev/null, /dev/fd/63) says nothing about what comes out of it.
        is_file = os.path.isfile(start) or not os.path.exists(start)
        start = os.path.dirname(start) if is_file else os.getcwd()
    folder = start
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return _find_policy_above(start) or start
        folder = above
    return folder


def _find_policy_above(start: str) -> str:
    """The nearest folder, from ``start`` on, with a policy of somebody who is trusted; empty without one."""
    folder = start
    # A bare repository is a root by itself, and what lies around it is the server's.
    while not (os.path.isdir(os.path.join(folder, "objects")) and os.path.isfile(os.path.join(folder, "HEAD"))):
        for name in (*_MARKS, "pyproject.toml"):
            if _is_policy(os.path.join(folder, name), name, start):
                return folder
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above
    return ""


def _is_policy(path: str, name: str, start: str) -> bool:
    try:
        owner = os.lstat(path).st_uid
        if os.path.dirname(path) != start and not _is_trusted(owner, start):
            return False
        return name in _MARKS or _has_our_table(read_inside(os.path.dirname(path), name, _LARGEST) or b"")
    except (OSError, UnreadableError):
        return False


def _is_trusted(owner: int, start: str) -> bool:
    if sys.platform == "win32":  # pragma: no cover - owners aren't numbers there
        return True
    return owner in (os.getuid(), 0, os.stat(start).st_uid)


def load_config(
    start: str,
    explicit: str | None = None,
    *,
    operator: bool = False,
    read: Read | None = None,
) -> Config:
    """The configuration that holds for the repository around ``start``.

    Read from ``explicit`` where given, else from ``nbguard.toml`` or ``[tool.nbguard]`` of ``pyproject.toml`` in the
    repository's root (the first that exists); else the defaults. With ``operator`` (a server that looks at what
    others push) nothing is read from the repository: ``explicit`` or the defaults, no salt file, and a baseline only
    where ``explicit`` names it by an absolute path; so must it name rule packs. ``read`` gives the repository's files
    by name, with a limit in bytes (None where there is no such file), as they stand elsewhere than in the work tree.
    Raises UsageError for a file that can't be read, is no TOML, or says something there is no setting for.
    """
    if operator:
        config = _of_operator(start, explicit)
        if any(path.startswith(config.root + os.sep) for path in (*config.rules, config.default_rules)):
            raise UsageError(f"{config.source}: on a server, rules must be absolute paths outside of the repository")
        baseline = config.baseline if os.path.isabs(config.baseline) else ""
        return config._replace(trusted=False, baseline=baseline)
    root = find_root(start)
    found = _find(root, explicit, read)
    bundle = _bundle(root, read)
    if bundle is None:
        return _parse(root, *found) if found is not None else Config(root)
    return _under(bundle, root, found)


def load_file(path: str, raw: bytes | None = None) -> Config:
    """The configuration that one file holds by itself, bundle or not; ``raw``: that it is going to hold.

    Raises UsageError.
    """
    return _parse(find_root(os.path.dirname(os.path.abspath(path))), path, raw or _read_explicit(path))


def _find(root: str, explicit: str | None, read: Read | None) -> tuple[str, bytes] | None:
    """The path and the bytes of the repository's configuration; None where it has none."""
    names: tuple[str, ...] = CONFIG_NAMES
    if explicit is not None:
        inside = name_by_any_way(root, explicit)
        if inside is None or read is None:
            return explicit, _read_explicit(explicit)
        names = (inside,)
    for name in names:
        try:
            raw = read_policy_file(root, name, _LARGEST) if read is None else read(name, _LARGEST)
        except UnreadableError as error:
            raise UsageError(f"{name}: {error}") from None
        if raw is not None and (os.path.basename(name) != "pyproject.toml" or _has_our_table(raw)):
            return os.path.join(root, name), raw
    return None


def _of_operator(start: str, explicit: str | None) -> Config:
    """What a server's operator says: a file, or a bundle that NBGUARD_POLICY names; nothing of the repository's."""
    root = find_root(start)
    bundle = _bundle(root, None) if os.environ.get(BUNDLE_VARIABLE) else None
    found = (explicit, _read_explicit(explicit)) if explicit is not None else None
    if bundle is not None:
        return _under(bundle, root, found)
    return _parse(root, *found) if found is not None else Config(root)


def _bundle(root: str, read: Read | None) -> Bundle | None:
    """The bundle that holds here. Its reader is loaded only where there may be one."""
    if BUNDLE_VARIABLE not in os.environ and read is None and not _may_be_there(root, BUNDLE_NAME):
        return None
    from nbguard.policy.bundle import find_bundle

    return find_bundle(root, read)


def _may_be_there(root: str, name: str) -> bool:
    is_there = os.path.lexists(os.path.join(root, name))
    if is_there or not os.path.lexists(os.path.join(root, ".git")):
        return is_there
    from nbguard.policy.kept_out import is_kept_out

    return is_kept_out(root, name)


def _under(bundle: Bundle, root: str, found: tuple[str, bytes] | None) -> Config:
    """The configuration under a bundle. Raises UsageError where the repository's own would be weaker."""
    from nbguard.policy.bundle import overlaid
    from nbguard.policy.config_tables import Tables

    floor = _build(root, bundle.name, Tables(bundle.name, bundle.name), bundle.table)._replace(bundle=bundle.title)
    if found is None:
        return floor
    own = _parse(root, *found)  # says what is wrong with it by itself
    table = {key: value for key, value in _table_of(root, *found).items() if key != "bundle"}
    config = _build(root, own.source, Tables(own.source, found[0]), overlaid(bundle.table, table))
    from nbguard.policy.weakening import find_weaker

    weaker = find_weaker(floor, config)
    if weaker:
        raise UsageError(
            f"{own.source}: weaker than the policy of {bundle.title}: {'; '.join(w.message for w in weaker[:5])}"
        )
    return config._replace(bundle=bundle.title)


def _read_explicit(path: str) -> bytes:
    raw = read_needed(path, _LARGEST, "configuration file")
    if os.path.basename(path) == "pyproject.toml" and not _has_our_table(raw):
        raise UsageError(f"{path}: there is no [tool.nbguard] in it")
    return raw


def wanted_kinds(config: Config) -> frozenset[str]:
    """The kinds of finding that somewhere in the repository are reported; others needn't be looked for."""
    profiles = {config.profile, *(zone.profile for zone in config.zones if zone.profile)}
    kinds = {kind for profile in profiles for kind in REPORTED[profile]}
    named = {*config.enable, *config.severity}
    for zone in config.zones:
        named.update(zone.enable, zone.severity)
    # A rule that is named could be of any kind: only its detector knows.
    return frozenset(KINDS if named - set(KINDS) else kinds | named)


def _has_our_table(raw: bytes) -> bool:
    """Whether a pyproject.toml may configure us. Only then is tomllib worth its 24 ms."""
    return b"nbguard" in raw and re.search(_OUR_TABLE, raw, re.MULTILINE) is not None


def _parse(root: str, path: str, raw: bytes) -> Config:
    from nbguard.policy.config_tables import Tables

    name = _shown(root, path)
    table = _table_of(root, path, raw)
    bundle = None
    if isinstance(table.get("bundle"), dict):
        from nbguard.policy.bundle import fault_of, read_bundle

        bundle = read_bundle(raw, name)
        if fault := fault_of(bundle):
            raise UsageError(f"{name}: {fault}")
        table = bundle.table
    config = _build(root, name, Tables(name, path), table)
    return config._replace(bundle=bundle.title) if bundle is not None else config


def _shown(root: str, path: str) -> str:
    return os.path.relpath(path, root) if os.path.abspath(path).startswith(root + os.sep) else path


def _table_of(root: str, path: str, raw: bytes) -> Mapping[str, Any]:
    from nbguard.documents.toml_loading import load_toml
    from nbguard.policy.config_tables import our_table

    name = _shown(root, path)
    try:
        whole = load_toml(raw)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None
    return our_table(whole, name, path)


def _build(root: str, name: str, tables: Tables, table: Mapping[str, Any]) -> Config:
    from nbguard.policy import known_settings
    from nbguard.policy.config_tables import check_names

    kept = known_settings.check_table(table, known_settings.TOP, tables.place())
    known_tables = {
        "strip": known_settings.STRIP,
        "vault": known_settings.VAULT,
        "sample_data": known_settings.SAMPLE_DATA,
        "jupyter": known_settings.JUPYTER,
        "credentials": known_settings.CREDENTIALS,
        "sdk": known_settings.SDK,
        "approvers": known_settings.APPROVERS,
    }
    for key, known in known_tables.items():
        kept[key] = known_settings.check_table(kept.get(key, {}), known, tables.place(key))
    zones = []
    for number, zone in enumerate(kept.get("zones", ()), 1):
        place = tables.place("zones", f" number {number}")
        checked = known_settings.check_table(zone, known_settings.ZONE, place)
        if "sample_data" in checked:
            checked["sample_data"] = known_settings.check_table(
                checked["sample_data"], known_settings.SAMPLE_DATA, f"{place}: sample_data"
            )
        if not checked.get("paths"):
            raise UsageError(f"{place}: paths are missing")
        zones.append(Zone(**checked))
    profile = kept.get("profile", "standard")
    demands: dict[str, Any] = dict.fromkeys((*WaiverPolicy._fields[:3], "require_signature"), profile == "enterprise")
    demands |= known_settings.check_table(kept.pop("waivers", {}), known_settings.WAIVERS, tables.place("waivers"))
    kept |= {"zones": tuple(zones), "waivers": WaiverPolicy(**demands), "source": name}
    kept.setdefault("fail_on", _FAIL_ON[profile])
    check_names(root, tables, kept)
    kept["rules"] = tuple(os.path.normpath(os.path.join(root, path)) for path in kept.get("rules", ()))
    if default := kept.get("default_rules"):
        kept["default_rules"] = os.path.normpath(os.path.join(root, default))
    for export in ("osv", "index"):
        if path := kept.get("sdk", {}).get(export):
            kept["sdk"] |= {export: os.path.normpath(os.path.join(root, path))}
    return Config(root, **kept)
