"""A person's own login to Vault: what it is made of, and where its token is kept for all who read it from there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is left out of the environment of a new login: it belongs to another one.
_OTHERS = ("VAULT_TOKEN", "VAULT_TOKEN_FILE", "VAULT_USERNAME", "VAULT_PASSWORD")


class OwnLogin(NamedTuple):
    """A way to log in, the name and the secret (a token or a password), a role, and where the method is mounted."""

    method: str
    name: str = ""
    secret: str = ""
    role: str = ""
    path: str = ""

    def __repr__(self) -> str:
        """Shows no secret."""
        return f"OwnLogin({self.method}, {self.name!r})"


def environment_of(login: OwnLogin, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of this login: what is there of another one is left out. Raises UsageError."""
    mine = {name: value for name, value in environment.items() if name not in _OTHERS}
    mine["VAULT_AUTH_METHOD"] = login.method
    if login.path:
        mine["VAULT_AUTH_PATH"] = login.path
    if login.method != "oidc" and not login.secret:
        raise UsageError("nothing was given")
    if login.method == "token":
        mine["VAULT_TOKEN"] = login.secret
    elif login.method == "userpass":
        if not login.name:
            raise UsageError("userpass needs a name")
        mine |= {"VAULT_USERNAME": login.name, "VAULT_PASSWORD": login.secret}
    elif login.role:
        mine["VAULT_AUTH_ROLE"] = login.role
    return mine


def token_file(environment: Mapping[str, str]) -> str:
    """Where Vault's own tools keep the token: ``~/.vault-token``."""
    return os.path.join(environment.get("HOME") or os.path.expanduser("~"), ".vault-token")


def keep_token(token: str, environment: Mapping[str, str]) -> str:
    """Writes the file anew, for its owner only, in one step. Returns its path. Raises UsageError where it can't."""
    path = token_file(environment)
    try:
        with whole_file(path, 0o600) as file:
            file.write(token.encode("ascii"))
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None
    return path
