"""Where the configuration is, and what it says. Only data is read: no code of a repository is ever loaded."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.finding import KINDS
from nbguard.documents.named_files import name_inside, read_given, read_inside
from nbguard.errors import UnreadableError, UsageError
from nbguard.policy.config_tables import Tables, check_names, our_table, without_content

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    # Gives a file of the repository by name, with a limit in bytes; None where there is none. Raises UnreadableError.
    Read = Callable[[str, int], bytes | None]

DEFAULT_MAX_FILE_SIZE = 1_000_000_000
BASELINE_NAME = ".nbguard-baseline.jsonl"
CONFIG_NAMES = ("nbguard.toml", "pyproject.toml")
# Bytes of a configuration: what is larger is an error, for half of a policy would be another one.
_LARGEST = 1_000_000
# For each profile, the kinds of finding it reports, each from this severity on.
REPORTED: Mapping[str, Mapping[str, str]] = {
    "relaxed": {"credential": "medium", "sample-data": "medium"},
    "standard": {"credential": "low", "sample-data": "low", "hygiene": "medium"},
    "enterprise": dict.fromkeys(KINDS, "low"),
}
_FAIL_ON = {"relaxed": "high", "standard": "low", "enterprise": "low"}
_OUR_TABLE = (
    rb"""^(?:\xef\xbb\xbf)?[ \t]*"""
    rb"""(?:\[{1,2}[ \t]*["']?tool["']?[ \t]*(?:\]|\.[ \t]*["']?nbguard)"""
    rb"""|["']?tool["']?[ \t]*[.=]|["']?nbguard["']?[ \t]*(?:\.|=[ \t]*\{))"""
)


class Zone(NamedTuple):
    """A part of the repository with a policy of its own: what it doesn't say is as elsewhere."""

    paths: tuple[str, ...]
    name: str = ""
    profile: str | None = None
    severity: Mapping[str, str] = {}
    enable: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    sample_data: Mapping[str, Any] = {}
    save: str | None = None


class WaiverPolicy(NamedTuple):
    """What a waiver must say to count, and which inline allows count at all.

    ``require_signature``: only what is backed by a signed approval counts, for ``longest_days`` at most.
    """

    require_reason: bool = False
    require_approver: bool = False
    require_expiry: bool = False
    inline: bool = True
    foreign_markers: bool = True
    require_signature: bool = False
    longest_days: int = 365


class Config(NamedTuple):
    """The configuration of a run.

    ``root`` is an absolute path, ``max_file_size`` is in bytes, ``exclude`` and zone paths are globs (see globs).
    ``enable``, ``disable`` and the keys of ``severity`` are rule ids, globs over rule ids, or kinds. ``fail_on`` is
    the lowest severity that makes a run fail. ``plugins`` are detect-secrets plugins to ask as well, ``rules`` rule
    packs (absolute paths). ``source`` is the file all this came from, empty where there was none.
    ``trusted`` is False where the repository is somebody else's: then neither its salt nor its baseline counts.
    ``exhaustive``, which no file says: scan without any shortcut. ``approvers`` are lines of allowed signers by role,
    and ``revoked`` keys.
    """

    root: str
    profile: str = "standard"
    salt: str = ""
    exclude: tuple[str, ...] = ()
    max_file_size: int = DEFAULT_MAX_FILE_SIZE
    allow_unreadable: bool = False
    enable: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    fail_on: str = "low"
    baseline: str = BASELINE_NAME
    strip: Mapping[str, Any] = {}
    vault: Mapping[str, Any] = {}
    sample_data: Mapping[str, Any] = {}
    jupyter: Mapping[str, Any] = {}
    zones: tuple[Zone, ...] = ()
    waivers: WaiverPolicy = WaiverPolicy()
    source: str = ""
    trusted: bool = True
    plugins: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    exhaustive: bool = False
    credentials: Mapping[str, Any] = {}
    approvers: Mapping[str, tuple[str, ...]] = {}

    def __repr__(self) -> str:
        """Shows no salt."""
        return f"Config({self.root!r}, {self.profile}, from {self.source or 'defaults'})"


def find_root(start: str) -> str:
    """The nearest folder at or above ``start`` that holds ``.git``; without one, the folder ``start`` itself."""
    start = os.path.abspath(start or ".")
    if not os.path.isdir(start):
        # The folder of a device or a pipe (/dev/null, /dev/fd/63) says nothing about what comes out of it.
        is_file = os.path.isfile(start) or not os.path.exists(start)
        start = os.path.dirname(start) if is_file else os.getcwd()
    folder = start
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return start
        folder = above
    return folder


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
        config = load_config(start, explicit) if explicit is not None else Config(find_root(start))
        if any(path.startswith(config.root + os.sep) for path in config.rules):
            raise UsageError(f"{config.source}: on a server, rules must be absolute paths outside of the repository")
        baseline = config.baseline if os.path.isabs(config.baseline) else ""
        return config._replace(trusted=False, baseline=baseline)
    root = find_root(start)
    names: tuple[str, ...] = CONFIG_NAMES
    if explicit is not None:
        inside = name_inside(root, explicit)
        if inside is None or read is None:
            return _parse(root, explicit, _read_explicit(explicit))
        names = (inside,)
    for name in names:
        try:
            raw = read_inside(root, name, _LARGEST) if read is None else read(name, _LARGEST)
        except UnreadableError as error:
            raise UsageError(f"{name}: {error}") from None
        if raw is not None and (os.path.basename(name) != "pyproject.toml" or _has_our_table(raw)):
            return _parse(root, os.path.join(root, name), raw)
    return Config(root)


def _read_explicit(path: str) -> bytes:
    try:
        raw = read_given(path, _LARGEST)
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None
    if raw is None:
        raise UsageError(f"{path}: no such configuration file")
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


def check_rule_names(config: Config, known: Collection[str]) -> None:
    """Holds the rules that a configuration names against the ``known`` ids.

    A misspelt rule in ``disable`` or ``severity`` would do nothing and say nothing. Raises UsageError with the
    nearest known name.
    """
    from difflib import get_close_matches
    from fnmatch import fnmatchcase

    named = [*config.enable, *config.disable, *config.severity]
    for zone in config.zones:
        named += [*zone.enable, *zone.disable, *zone.severity]
    for name in named:
        if name in KINDS or name in known or any(fnmatchcase(rule, name) for rule in known):
            continue
        near = get_close_matches(name, [*known, *KINDS], 1)
        hint = f"; did you mean {near[0]!r}?" if near else "; `nbguard rules` lists them"
        raise UsageError(f"{config.source}: there is no rule {name!r}{hint}")


def _has_our_table(raw: bytes) -> bool:
    """Whether a pyproject.toml may configure us. Only then is tomllib worth its 24 ms."""
    return b"nbguard" in raw and re.search(_OUR_TABLE, raw, re.MULTILINE) is not None


def _parse(root: str, path: str, raw: bytes) -> Config:
    import tomllib

    name = os.path.relpath(path, root) if os.path.abspath(path).startswith(root + os.sep) else path
    try:
        whole = tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: not valid TOML: {without_content(str(error))}") from None
    return _build(root, name, Tables(name, path), our_table(whole, name, path))


def _build(root: str, name: str, tables: Tables, table: Mapping[str, Any]) -> Config:
    from nbguard.policy import known_settings

    kept = known_settings.check_table(table, known_settings.TOP, tables.place())
    known_tables = {
        "strip": known_settings.STRIP,
        "vault": known_settings.VAULT,
        "sample_data": known_settings.SAMPLE_DATA,
        "jupyter": known_settings.JUPYTER,
        "credentials": known_settings.CREDENTIALS,
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
    return Config(root, **kept)
