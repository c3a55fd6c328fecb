"""Logs in to Vault, and keeps the token where Vault's own tools keep it: in ~/.vault-token, readable by you only.

  nbguard vault login                              asks for a token
  nbguard vault login --method oidc                in the browser
  nbguard vault login --method userpass ada        asks for the password

What is asked for isn't shown. In a pipe, it is read from standard input. VAULT_ADDR says which Vault.

Exit status: 0 logged in, 2 usage error, 3 Vault refused.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("name", nargs="?", default="", help="the user's name, for userpass")
    parser.add_argument("--method", choices=("token", "oidc", "userpass"), default="token", help="default: token")
    parser.add_argument("--role", default="", help="the role to log in with (oidc)")
    parser.add_argument("--path", default="", help="where the method is mounted, if not under its own name")


def run(options: argparse.Namespace) -> int:
    """Logs in, asks Vault about the token, and writes it to its file."""
    from nbguard.vault.client import Vault

    vault = Vault(_environment(options))
    _, seconds = vault.check_login()
    path = _keep(vault.own_token())
    ends = f"it ends in {seconds // 60} minutes" if seconds else "it doesn't end"
    sys.stdout.write(f"Logged in to {vault.address}. The token is in {path}; {ends}.\n")
    if os.environ.get("VAULT_TOKEN"):
        sys.stderr.write("nbguard: VAULT_TOKEN is set and comes first; unset it to use this login\n")
    return ExitCode.CLEAN


def _environment(options: argparse.Namespace) -> dict[str, str]:
    """The environment of this login: what is there of another one is left out."""
    others = ("VAULT_TOKEN", "VAULT_TOKEN_FILE", "VAULT_USERNAME", "VAULT_PASSWORD")
    environment = {name: value for name, value in os.environ.items() if name not in others}
    environment["VAULT_AUTH_METHOD"] = options.method
    if options.path:
        environment["VAULT_AUTH_PATH"] = options.path
    if options.name and options.method != "userpass":
        raise UsageError(_not_taken(options.method))
    if options.method == "token":
        environment["VAULT_TOKEN"] = _ask("Token: ")
    elif options.method == "userpass":
        if not options.name:
            raise UsageError("userpass needs a name: nbguard vault login --method userpass NAME")
        environment |= {"VAULT_USERNAME": options.name, "VAULT_PASSWORD": _ask("Password: ")}
    elif options.role:
        environment["VAULT_AUTH_ROLE"] = options.role
    return environment


def _not_taken(method: str) -> str:
    """Why an argument is refused. It may be a token, so it isn't repeated."""
    if method == "token":
        return (
            "a token isn't taken from the command line: it stands in the shell's history now and should be revoked;"
            " run `nbguard vault login`, which asks for one"
        )
    return f"{method} takes no name"


def _ask(prompt: str) -> str:
    if sys.stdin.isatty():
        from getpass import getpass

        given = getpass(prompt)
    else:
        given = sys.stdin.readline()
    if not given.strip():
        raise UsageError("nothing was given")
    return given.strip()


def _keep(token: str) -> str:
    """Writes the file anew, for its owner only, in one step."""
    path = os.path.join(os.environ.get("HOME") or os.path.expanduser("~"), ".vault-token")
    beside = f"{path}.{os.getpid()}"
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(token)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)  # the token in it is a live one
            raise
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None
    return path
