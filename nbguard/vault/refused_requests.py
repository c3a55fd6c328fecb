"""What it means when Vault gives no answer, or not the one that was asked for: one error that a person can act on.

Vault says "permission denied" to an unknown token, to a policy that lacks the path, and about a mount that isn't
there. Which of them it is, it tells when it is asked about the token and about the mounts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.vault.references import hint_of_api_path
from nbguard.vault.vault_errors import (
    BusyError,
    ConflictError,
    ForbiddenError,
    LoginError,
    NoAddressError,
    NoNamespaceError,
    NoSuchPathError,
    RefusedError,
    SealedError,
    TlsError,
    UnreachableError,
    VaultError,
)

if TYPE_CHECKING:
    import hvac

_MOUNTS = "/v1/sys/internal/ui/mounts"  # lists those under which the token may use something
TRANSIENT = (
    "RateLimitExceeded",
    "InternalServerError",
    "BadGateway",
    "VaultDown",
    "UnexpectedError",
    "PreconditionFailed",
)


def without_login(address: str) -> str:
    """An address as it may be shown: without ``name:password@``, also where a password holds a ``/`` or an ``@``."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"


class VaultAddress(NamedTuple):
    """Who is asked: Vault's address as it may be shown, and the namespace (empty: none)."""

    address: str
    namespace: str = ""

    @property
    def in_namespace(self) -> str:
        """Ends a sentence that a wrong namespace may explain."""
        return f" in the namespace {self.namespace!r} (VAULT_NAMESPACE)" if self.namespace else ""


def translate(
    error: Exception, place: VaultAddress, path: str, capabilities: str, missing_is_none: bool = False
) -> VaultError | None:
    """The error a person can act on; None where the path is merely missing and that was reckoned with."""
    from requests import exceptions as net

    name, address = type(error).__name__, place.address
    if isinstance(error, net.SSLError):
        return TlsError(f"no trusted TLS connection to {address}: set VAULT_CACERT to its certificate authority's file")
    if isinstance(error, OSError) and not isinstance(error, net.RequestException):
        return TlsError("VAULT_CACERT, VAULT_CAPATH or VAULT_CLIENT_CERT names a file that can't be read")
    if isinstance(error, (net.RequestException, ValueError)):
        return UnreachableError(f"no answer from Vault at {address}: is it running, and VAULT_ADDR right?")
    if name in ("Forbidden", "Unauthorized"):
        return ForbiddenError(
            f"Vault allows no access: the policy lacks {capabilities} on {path}{place.in_namespace}"
            f" (`nbguard vault policy` prints a policy){hint_of_api_path(path.partition('/data/')[2])}"
        )
    if name == "InvalidPath":
        if "namespace not found" in str(error):
            return NoNamespaceError(f"Vault has no namespace {place.namespace!r}: set VAULT_NAMESPACE right")
        return None if missing_is_none else NoSuchPathError(f"Vault has no {path}{place.in_namespace}")
    if name == "VaultNotInitialized" or (name == "VaultDown" and "sealed" in str(error).lower()):
        return SealedError(f"Vault at {address} is sealed: it must be unsealed first (`vault operator unseal`)")
    if name in TRANSIENT:
        return BusyError(f"Vault at {address} is overloaded or in trouble; try again later")
    if name == "InvalidRequest" and "check-and-set" in str(error).lower():
        return ConflictError(f"{path} was changed by somebody else meanwhile")
    return RefusedError(f"Vault refused the request on {path}")


def describe_answer(answer: Any, address: str) -> VaultError:
    """What an answer without JSON is: a web page, or one that broke off."""
    if "html" in getattr(answer, "headers", {}).get("Content-Type", ""):
        return NoAddressError(
            f"a web page answers at {address}, not Vault: VAULT_ADDR takes Vault's address only, without /ui"
        )
    return UnreachableError(f"the answer of {address} broke off")


def tell_forbidden(client: hvac.Client, fault: ForbiddenError, place: VaultAddress) -> VaultError:
    """LoginError where Vault refuses the token itself; else the fault.

    A token may ask about itself unless it was made without the default policy; any valid one may list mounts.
    """
    if _is_forbidden(client, "/v1/auth/token/lookup-self") and _is_forbidden(client, _MOUNTS):
        return LoginError(
            f"Vault doesn't accept the token{place.in_namespace}: it isn't valid, or it ended; log in again"
        )
    return fault


def explain_mount(client: hvac.Client, mount: str, fault: ForbiddenError) -> VaultError:
    """Says whether there is such a mount, as far as the token may see it."""
    try:
        mounts = client.adapter.get(_MOUNTS)["data"]["secret"]
        policies = client.adapter.get("/v1/auth/token/lookup-self")["data"]["policies"]
    except Exception:  # noqa: BLE001 - this is a help only; what an error says may quote the request
        return fault
    if f"{mount}/" in mounts:
        return fault
    if "root" in policies:
        return NoSuchPathError(
            f"Vault has no mount {mount}; its mounts: {', '.join(sorted(m.rstrip('/') for m in mounts))}"
        )
    return ForbiddenError(f"{fault}; or there is no mount {mount}")


def is_deleted_version(error: Exception) -> bool:
    """Whether a "not found" is about a version of KV version 2 that was deleted, whose metadata it brings."""
    body = getattr(error, "json", None)
    return isinstance(body, dict) and isinstance(body.get("data"), dict) and "metadata" in body["data"]


def _is_forbidden(client: hvac.Client, path: str) -> bool:
    try:
        client.adapter.get(path)
    except Exception as error:  # noqa: BLE001 - whatever a library raises may quote the request
        return type(error).__name__ == "Forbidden"
    return False
