"""Signatures by ``ssh-keygen -Y``: made with a key, an agent or a hardware key, and verified against allowed signers.

The form is OpenSSH's SSHSIG (https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig). What a look at
its fields refuses costs no process; what is left, ssh-keygen decides.
"""

from __future__ import annotations

import os
from base64 import b64decode
from functools import lru_cache
from typing import NamedTuple

from nbguard.errors import UsageError

_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC, _VERSION = b"SSHSIG", 1
_HASHES = (b"sha256", b"sha512")
# Seconds. To sign may take as long as somebody looks for their hardware key.
_PATIENCE, _PATIENCE_TO_SIGN = 30, 300
_LONGEST = 20_000


class SignatureFields(NamedTuple):
    """What a signature says of itself: the public key that made it and the namespace it was made in."""

    key: bytes
    namespace: str


def read_signature(text: str) -> SignatureFields | None:
    """The fields of a signature (base64, without its frame); None where it is none, whatever is wrong with it."""
    if len(text) > _LONGEST:
        return None
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
    if raw[:6] != _MAGIC or int.from_bytes(raw[6:10], "big") != _VERSION:
        return None
    words, at = [], 10
    for _ in range(5):
        size = int.from_bytes(raw[at : at + 4], "big")
        if len(raw) < at + 4 + size:
            return None
        words.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    key, namespace, reserved, digest, _ = words
    if at != len(raw) or reserved or digest not in _HASHES:
        return None
    return SignatureFields(key, namespace.decode("utf-8", "replace"))


class _NoAnswerError(Exception):
    """ssh-keygen said nothing about a signature. What says so isn't kept: it may be there the next time."""


def find_fault(message: bytes, signature: str, namespace: str, signer: str, line: str) -> str:
    """Why a signature (base64, without its frame) of a message by ``signer`` doesn't count; empty where it does.

    ``line`` is the one of allowed signers that it is held against: its key and its options. Answers are kept, unless
    they hang on more than what is given: on the time of day (``valid-before``), or on whether ssh-keygen can be run.
    """
    ask = ask_ssh_keygen.__wrapped__ if "valid-" in line.lower() else ask_ssh_keygen
    try:
        counts = ask(message, signature, namespace, signer, line)
    except _NoAnswerError as error:
        return str(error)
    return "" if counts else "the signature isn't that of this text by this key"


@lru_cache(10_000)
def ask_ssh_keygen(message: bytes, signature: str, namespace: str, signer: str, line: str) -> bool:
    """Whether ssh-keygen takes a signature; see ``find_fault``. Raises _NoAnswerError."""
    from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="nbguard-") as folder:
        signers, given = os.path.join(folder, "signers"), os.path.join(folder, "signature")
        for path, text in ((signers, line), (given, framed(signature))):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text + "\n")
        command = ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", signer, "-n", namespace, "-s", given]
        try:
            process = Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=_environment())
        except OSError:
            raise _NoAnswerError("ssh-keygen, which verifies it, can't be run here") from None
        try:
            process.communicate(message, timeout=_PATIENCE)
        except TimeoutExpired:
            process.kill()
            process.communicate()
            raise _NoAnswerError("ssh-keygen, which verifies it, doesn't answer") from None
    return process.returncode == 0


def sign(message: bytes, key: str, namespace: str) -> str:
    """The signature of a message (base64, without its frame) by the key in a file, which may be the public half of one
    that an agent or a hardware key holds.

    A passphrase is asked for by ssh-keygen itself. Raises UsageError with its reason.
    """
    from subprocess import PIPE, Popen, TimeoutExpired

    command = ["ssh-keygen", "-Y", "sign", "-f", key, "-n", namespace]
    try:
        process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    except OSError:
        raise UsageError("ssh-keygen, which signs, can't be run; it comes with OpenSSH 8.1 or newer") from None
    try:
        made, problem = process.communicate(message, timeout=_PATIENCE_TO_SIGN)
    except TimeoutExpired:
        process.kill()
        process.communicate()
        raise UsageError("ssh-keygen, which signs, doesn't answer") from None
    lines = made.decode("ascii", "replace").split()
    text = "".join(lines).removeprefix(_BEGIN.replace(" ", "")).removesuffix(_END.replace(" ", ""))
    if process.returncode or read_signature(text) is None:
        said = [line for line in problem.decode("utf-8", "replace").splitlines() if not line.startswith("Signing data")]
        raise UsageError(f"ssh-keygen can't sign with {key}: {'; '.join(said) or 'it gives no reason'}")
    return text


def framed(signature: str) -> str:
    """A signature as ssh-keygen writes and reads it."""
    lines = [signature[at : at + 70] for at in range(0, len(signature), 70)]
    return "\n".join((_BEGIN, *lines, _END))


def _environment() -> dict[str, str]:
    """What verifying needs: it asks no agent and no person."""
    return {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
