"""A finding's fingerprint: what waivers, baselines and traces know a value by, without knowing the value."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from functools import partial
from typing import TYPE_CHECKING

from nbguard.documents.named_files import write_inside
from nbguard.errors import UnreadableError, UsageError
from nbguard.named_tuple import NamedTuple
from nbguard.policy.policy_settings import SALT_NAME, read_policy_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.policy.policy_settings import Config, Read

SALT_VARIABLE = "NBGUARD_SALT"
SALT_FILE = SALT_NAME
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


def find_salt(config: Config, read: Read | None = None) -> Salt:
    """The repository's salt: ``NBGUARD_SALT``, the setting ``salt``, the file ``.nbguard-salt``, else the default.

    ``read`` gives the repository's files by name as they stand elsewhere than in the work tree (see load_config).
    Raises UsageError for a salt file that exists and can't be read: another salt would quietly undo every waiver.
    """
    return next(known_salts(config, read))


def known_salts(config: Config, read: Read | None = None) -> Iterator[Salt]:
    """Every salt that is here, the one that counts first. Raises UsageError as ``find_salt`` does."""
    if variable := os.environ.get(SALT_VARIABLE, "").strip():
        yield Salt(variable.encode("utf-8", "surrogateescape"), "environment")
    if config.salt.strip():
        yield Salt(config.salt.strip().encode("utf-8", "surrogateescape"), "configuration")
    if config.trusted:
        try:
            ours = read or partial(read_policy_file, config.root)
            raw = ours(SALT_FILE, LARGEST_SALT)
            content = (raw or b"").removeprefix(BOM_UTF8).strip()
        except UnreadableError as error:
            raise UsageError(f"{SALT_FILE}: {error}") from None
        if content:
            yield Salt(content, "file")
    yield Salt(DEFAULT_SALT, "default")


def salt_id(salt: bytes) -> str:
    """What says which salt a fingerprint was made with, and nothing else of it: 8 hex characters."""
    from nbguard.digests import blake2b

    return blake2b(b"salt", digest_size=4, key=_key(salt), person=b"nbguard/salt").hexdigest()


def make_salt(root: str, salt: str = "") -> bool:
    """Writes ``.nbguard-salt``, one line of 32 hexadecimal characters or the given ``salt``, into a repository's root.

    It is to be committed, so that fingerprints mean the same to everybody; a salt that is there stays. Returns whether
    one was made. Raises UsageError.
    """
    path = os.path.join(root, SALT_FILE)
    if os.path.lexists(path):
        return False
    try:
        write_inside(root, SALT_FILE, f"{salt or os.urandom(16).hex()}\n".encode())
    except UnreadableError as error:
        raise UsageError(f"{SALT_FILE}: {error}") from None
    return True


def fingerprint(rule: str, value: str, salt: bytes) -> str:
    """A keyed BLAKE2b (RFC 7693) of rule and value: 128 bits as 32 hex characters.

    It doesn't depend on the place, so it survives moved lines and renamed files. An echo has the rule of the value
    it repeats, hence the same fingerprint.
    """
    from nbguard.digests import blake2b

    text = f"{rule}\0{value}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16, key=_key(salt), person=b"nbguard/1").hexdigest()


def _key(salt: bytes) -> bytes:
    from nbguard.digests import blake2b

    return salt if 0 < len(salt) <= blake2b.MAX_KEY_SIZE else blake2b(salt).digest()
