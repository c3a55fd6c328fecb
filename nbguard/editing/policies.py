"""The policy of the repository that a notebook lies in, read again when its files have changed."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from nbguard.policy.approval import FILE_NAME
from nbguard.policy.baseline import load_baseline
from nbguard.policy.config import find_root, load_config
from nbguard.policy.covered_paths import name_in_repository
from nbguard.policy.fingerprint import SALT_FILE, SALT_VARIABLE, find_salt
from nbguard.policy.policy_settings import BUNDLE_NAME, BUNDLE_VARIABLE, SIGNERS_VARIABLE

if TYPE_CHECKING:
    from nbguard.policy.approvals import Approvals
    from nbguard.policy.baseline import Accepted
    from nbguard.policy.policy_settings import Config

# Repositories whose policy is kept.
_KEPT = 32
_Signature = tuple[object, ...]


class Policy(NamedTuple):
    """What holds for a notebook: its repository's configuration, salt and baseline; ``name`` is its path there."""

    config: Config
    salt: bytes
    baseline: Accepted | None
    name: str
    approvals: Approvals | None = None

    def __repr__(self) -> str:
        """Shows no salt."""
        return f"Policy({self.config!r}, {self.name!r})"


class Policies:
    """The policies below one folder (``root`` is absolute). Safe to use from several threads."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._known: dict[str, tuple[_Signature, Policy]] = {}
        self._lock = Lock()

    def policy_of(self, path: str) -> Policy:
        """The policy for a contents path (``/`` between names). Raises UsageError where a file of it is wrong."""
        return self.policy_at(os.path.join(self._root, *path.split("/")))

    def policy_at(self, file: str) -> Policy:
        """The policy for a file, by its absolute path, wherever it lies. Raises UsageError as ``policy_of`` does."""
        folder = find_root(os.path.dirname(file))
        with self._lock:
            known = self._known.pop(folder, None)
            if known is None or known[0] != _sign(folder, known[1].config):
                # Signed before it is read: what changes in between is read again by the next request.
                signature = _sign(folder, load_config(folder))
                config = load_config(folder)
                salt = find_salt(config).key
                policy = Policy(config, salt, load_baseline(config), "", _approvals(config, salt))
                known = signature, policy
            self._known[folder] = known
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
        return known[1]._replace(name=name_in_repository(file, folder))


def _approvals(config: Config, salt: bytes) -> Approvals | None:
    if not config.approvers:
        return None
    from nbguard.policy.approvals import load_approvals
    from nbguard.repository.approval_ground import ground_of

    return load_approvals(config, salt, ground_of(config.root))


def _sign(folder: str, config: Config) -> _Signature:
    """What changes whenever one of the files does that make a policy."""
    names = ["nbguard.toml", "pyproject.toml", SALT_FILE, config.baseline or SALT_FILE, FILE_NAME, *config.rules]
    names += [config.default_rules or SALT_FILE]
    signature: list[object] = [os.environ.get(name) for name in (SALT_VARIABLE, BUNDLE_VARIABLE, SIGNERS_VARIABLE)]
    names += [os.environ.get(BUNDLE_VARIABLE) or BUNDLE_NAME, os.environ.get(SIGNERS_VARIABLE) or SALT_FILE]
    for name in names:
        try:
            status = os.stat(os.path.join(folder, name))
            signature.append((status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            signature.append(None)
    return tuple(signature)
