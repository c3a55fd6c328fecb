"""What Vault may refuse, one clear line each. No message holds a value or a token."""

from __future__ import annotations

from nbguard.errors import NbguardError


class VaultError(NbguardError):
    """Vault can't be used as asked. The message says what to do next."""


class NoAddressError(VaultError):
    """Nobody said where Vault is."""


class UnreachableError(VaultError):
    """No answer from the address, or the answer broke off."""


class TlsError(VaultError):
    """The server's certificate isn't trusted, or it speaks no TLS."""


class SealedError(VaultError):
    """Vault is sealed or not initialised."""


class BusyError(VaultError):
    """Vault answered with 429 or 5xx, again and again."""


class LoginError(VaultError):
    """There is no token, and no login worked."""


class NoLoginError(LoginError):
    """The environment describes no login at all."""


class NoNamespaceError(VaultError):
    """VAULT_NAMESPACE names none that is there."""


class ForbiddenError(VaultError):
    """The policy lacks a path. The message names it."""


class NoSuchPathError(VaultError):
    """Nothing is stored at the path, or its version was deleted."""


class NoSuchKeyError(VaultError):
    """The path is there, the key in it isn't."""


class ConflictError(VaultError):
    """Somebody else changed the path between read and write (check-and-set failed)."""


class RefusedError(VaultError):
    """Vault calls the request wrong."""


# After these nothing else would be stored either.
ENDING = (UnreachableError, TlsError, SealedError, BusyError, LoginError, NoNamespaceError, NoAddressError)
