"""Logs a person in to Vault from an editor, and keeps the token where the kernels look for it, too."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from nbguard.editing.request_errors import RequestError
from nbguard.vault.client import Vault
from nbguard.vault.own_login import OwnLogin, environment_of, keep_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LONGEST = 4096
# Logins that come before the one that is made here, and that only whoever starts the server can take away.
_FIRST = ("VAULT_TOKEN", "VAULT_TOKEN_FILE")

Name = Annotated[str, msgspec.Meta(max_length=256)]


class LoginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody wants to log in; ``secret`` is the token or the password."""

    method: Literal["token", "userpass", "oidc"]
    name: Name = ""
    secret: Annotated[str, msgspec.Meta(max_length=_LONGEST)] = ""
    role: Name = ""
    path: Name = ""

    def __repr__(self) -> str:
        """Shows no secret."""
        return f"LoginRequest({self.method})"


def log_in(request: LoginRequest, show: Callable[[str], object]) -> dict[str, Any]:
    """Logs in, asks Vault about the token, and keeps it; ``show`` is given the page where a person signs in.

    Returns the answer of ``POST login``. Raises RequestError where another login comes first, a VaultError where Vault
    refuses; then nothing is kept.
    """
    check_counts(os.environ)
    login = OwnLogin(request.method, request.name.strip(), request.secret.strip(), request.role, request.path)
    vault = Vault(environment_of(login, os.environ), show=show)
    _, seconds = vault.check_login()
    keep_token(vault.own_token(), os.environ)
    return {"address": vault.address, "seconds": seconds, "sign_in": None}


def check_counts(environment: Mapping[str, str]) -> None:
    """Raises RequestError where a login that is kept wouldn't be used, or isn't needed."""
    if not environment.get("VAULT_ADDR"):
        raise RequestError(
            409,
            "VAULT_ADDR isn't set: set it to Vault's address where Jupyter or the editor is started, or start a local"
            " Vault, which needs no login",
            "vault-unconfigured",
        )
    named = environment.get("VAULT_AUTH_METHOD", "token").lower()
    first = [name for name in _FIRST if environment.get(name)] or ["VAULT_AUTH_METHOD"] * (named not in ("", "token"))
    if first:
        raise RequestError(
            409,
            f"{first[0]} is set where Jupyter or the editor was started, and comes first: unset it there to log in",
            "login",
        )


def start_local() -> str:
    """Starts a Vault on this machine, and sets it up the first time; its address.

    Raises RequestError where another Vault is meant, a VaultError where it can't be started.
    """
    if os.environ.get("VAULT_ADDR"):
        raise RequestError(
            409, "VAULT_ADDR is set where Jupyter or the editor was started, so that Vault is used", "vault-set"
        )
    from nbguard.vault import local_server

    return local_server.start(os.environ)
