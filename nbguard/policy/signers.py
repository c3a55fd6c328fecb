"""The people whose signatures count, as git's file of allowed signers names them, and the keys that are revoked.

A line is ``principals [options] key-type key`` (ssh-keygen(1), ALLOWED SIGNERS). We take less than ssh-keygen does: no
patterns for principals and no certificates, as both let the holder of a key choose who to be.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, NamedTuple

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

ROLES = ("security", "data")
# No DSA: OpenSSH no longer has it.
_KEY_TYPES = (
    "ssh-ed25519", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "ssh-rsa",
)  # fmt: skip
_OPTION = r"""(?:namespaces|valid-after|valid-before)=(?:"[^"\n]*"|[^\s",]+)"""
_LINE = lazy_regex(
    rf"""(?P<principals>[^\s"*?!,]+(?:,[^\s"*?!,]+)*)[ \t]+(?:(?P<options>{_OPTION}(?:,{_OPTION})*)[ \t]+)?"""
    rf"""(?P<type>{"|".join(map(re.escape, _KEY_TYPES))})[ \t]+(?P<key>[A-Za-z0-9+/]+=*)(?:[ \t][^\n]*)?""",
    re.IGNORECASE,
)
_DIGEST = lazy_regex(r"SHA256:[A-Za-z0-9+/]{43}")


class Signer(NamedTuple):
    """A line of allowed signers: who may sign, in lower case, with which key, and the line as ssh-keygen reads it."""

    names: tuple[str, ...]
    key: bytes
    line: str


def read_signer(line: str) -> Signer | None:
    """The signer of a line; None where it is none that we take."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return None
    try:
        key = b64decode(found["key"], validate=True)
    except ValueError:
        return None
    kind = found["type"].encode("ascii")
    if key[:4] != len(kind).to_bytes(4, "big") or key[4 : 4 + len(kind)] != kind:
        return None
    options = f"{found['options']} " if found["options"] else ""
    line = f"{found['principals'].lower()} {options}{found['type']} {found['key']}"
    return Signer(tuple(found["principals"].lower().split(",")), key, line)


def read_signers(lines: Iterable[str]) -> tuple[Signer, ...]:
    """The signers of some lines; those that are none are left out (a configuration was checked before)."""
    return tuple(signer for line in lines if (signer := read_signer(line)) is not None)


def digest_of(key: bytes) -> str:
    """A key's fingerprint, as ``ssh-keygen -l`` shows it."""
    from hashlib import sha256

    return "SHA256:" + b64encode(sha256(key).digest()).decode("ascii").rstrip("=")


def revoked_digest(text: str) -> str:
    """The fingerprint that an entry of ``revoked`` means: itself, or a public key's; empty where it is neither."""
    text = text.strip()
    if _DIGEST.fullmatch(text):
        return text
    signer = read_signer(f"revoked {text}")
    return digest_of(signer.key) if signer is not None else ""
