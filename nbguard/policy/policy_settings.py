"""What a policy says: the settings of a run, its zones, what a waiver must say; and in which files it says so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nbguard.detect.finding import KINDS
from nbguard.documents.named_files import read_inside
from nbguard.errors import UnreadableError
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    # Gives a file of the repository by name, with a limit in bytes; None where there is none. Raises UnreadableError.
    Read = Callable[[str, int], bytes | None]

CONFIG_NAMES = ("nbguard.toml", "pyproject.toml")

DEFAULT_MAX_FILE_SIZE = 1_000_000_000
# A policy that an organisation issued: in the root of a repository, or where the variable says (see bundle).
BUNDLE_NAME, BUNDLE_VARIABLE = ".nbguard-policy.toml", "NBGUARD_POLICY"
# A file of allowed signers, one of which must have signed a bundle.
SIGNERS_VARIABLE = "NBGUARD_POLICY_SIGNERS"
BASELINE_NAME, SALT_NAME = ".nbguard-baseline.jsonl", ".nbguard-salt"
# For each profile, the kinds of finding it reports, each from this severity on.
REPORTED: Mapping[str, Mapping[str, str]] = {
    "relaxed": {"credential": "medium", "sample-data": "medium"},
    "standard": {"credential": "low", "sample-data": "low", "hygiene": "medium"},
    "enterprise": dict.fromkeys(KINDS, "low"),
}


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

    ``require_signature``: only what is backed by a signed approval counts, for ``longest_days`` at most. ``repository``
    is the name that approvals are for, in the place of the repository's first commit.
    """

    require_reason: bool = False
    require_approver: bool = False
    require_expiry: bool = False
    inline: bool = True
    foreign_markers: bool = True
    require_signature: bool = False
    longest_days: int = 365
    repository: str = ""


class Config(NamedTuple):
    """The configuration of a run.

    ``root`` is an absolute path, ``max_file_size`` is in bytes, ``exclude`` and zone paths are globs (see globs).
    ``enable``, ``disable`` and the keys of ``severity`` are rule ids, globs over rule ids, or kinds. ``fail_on`` is
    the lowest severity that makes a run fail. ``plugins`` are detect-secrets plugins to ask as well, ``rules`` rule
    packs (absolute paths), ``default_rules`` the pack that one means by ``extend.useDefault``. ``source`` is the file
    all this came from, empty where there was none.
    ``trusted`` is False where the repository is somebody else's: then neither its salt nor its baseline counts.
    ``exhaustive``, which no file says: scan without any shortcut. ``approvers`` are lines of allowed signers by role,
    and ``revoked`` keys. ``bundle`` names the organisation's policy that this is at least as strict as.
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
    default_rules: str = ""
    exhaustive: bool = False
    credentials: Mapping[str, Any] = {}
    sdk: Mapping[str, Any] = {}
    approvers: Mapping[str, tuple[str, ...]] = {}
    bundle: str = ""

    def __repr__(self) -> str:
        """Shows no salt."""
        return f"Config({self.root!r}, {self.profile}, from {self.source or 'defaults'})"


def read_policy_file(root: str, name: str, limit: int) -> bytes | None:
    """The bytes of ``name`` in the repository ``root``; None where there is no such file.

    Raises UnreadableError as ``read_inside`` does, and where git tracks the file but was told not to check it out.
    """
    raw = read_inside(root, name, limit)
    if raw is None and os.path.lexists(os.path.join(root, ".git")):
        from nbguard.policy.kept_out import is_kept_out

        if is_kept_out(root, name):
            raise UnreadableError(
                "git tracks it, and was told not to check it out;"
                f" `git checkout --ignore-skip-worktree-bits -- {name}` brings it back"
            )
    return raw
