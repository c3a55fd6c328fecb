"""A finding's fingerprint: what waivers, baselines and traces know a value by, without knowing the value."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.named_files import read_inside
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from nbguard.policy.config import Config

SALT_VARIABLE = "NBGUARD_SALT"
SALT_FILE = ".nbguard-salt"
LARGEST_SALT = 65_536
# Everybody's salt: with it, whoever has a list of candidates can try them against a fingerprint.
DEFAULT_SALT = b"nbguard"


class Salt(NamedTuple):
    """The key of the hash, and where it came from: environment, configuration, file or default."""

    key: bytes
    origin: str

    def __repr__(self) -> str:
        """Shows the origin only."""
        return f"Salt(from {self.origin})"


def find_salt(config: Config) -> Salt:
    """The repository's salt: ``NBGUARD_SALT``, the setting ``salt``, the file ``.nbguard-salt``, else the default.

    Raises UsageError for a salt file that exists and can't be read: another salt would quietly undo every waiver.
    """
    if variable := os.environ.get(SALT_VARIABLE, "").strip():
        return Salt(variable.encode("utf-8", "surrogateescape"), "environment")
    if config.salt.strip():
        return Salt(config.salt.strip().encode(), "configuration")
    if not config.trusted:
        return Salt(DEFAULT_SALT, "default")
    try:
        if content := (read_inside(config.root, SALT_FILE, LARGEST_SALT) or b"").strip():
            return Salt(content, "file")
    except UnreadableError as error:
        raise UsageError(f"{SALT_FILE}: {error}") from None
    return Salt(DEFAULT_SALT, "default")


def fingerprint(rule: str, value: str, salt: bytes) -> str:
    """A keyed BLAKE2b (RFC 7693) of rule and value: 128 bits as 32 hex characters.

    It doesn't depend on the place, so it survives moved lines and renamed files. An echo has the rule of the value
    it repeats, hence the same fingerprint.
    """
    from hashlib import blake2b

    key = salt if 0 < len(salt) <= blake2b.MAX_KEY_SIZE else blake2b(salt).digest()
    text = f"{rule}\0{value}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16, key=key, person=b"nbguard/1").hexdigest()
