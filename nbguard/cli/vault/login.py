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

    from nbguard.vault.own_login import OwnLogin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("name", nargs="?", default="", help="the user's name, for userpass")
    parser.add_argument("--method", choices=("token", "oidc", "userpass"), default="token", help="default: token")
    parser.add_argument("--role", default="", help="the role to log in with (oidc)")
    parser.add_argument("--path", default="", help="where the method is mounted, if not under its own name")


def run(options: argparse.Namespace) -> int:
    """Logs in, asks Vault about the token, and writes it to its file."""
    log_in(_ask_for(options))
    return ExitCode.CLEAN


def log_in(login: OwnLogin) -> None:
    """The same with a login whose secret is known. Raises VaultError and UsageError."""
    from nbguard.cli.console import tell
    from nbguard.vault.client import Vault
    from nbguard.vault.own_login import environment_of, keep_token

    vault = Vault(environment_of(login, os.environ))
    _, seconds = vault.check_login()
    path = keep_token(vault.own_token(), os.environ)
    ends = f"it ends in {seconds // 60} minutes" if seconds else "it doesn't end"
    tell(f"Logged in to {vault.address}; the token is in {path}, {ends}.")
    if os.environ.get("VAULT_TOKEN"):
        tell("nbguard: VAULT_TOKEN is set and comes first; unset it to use this login", sys.stderr)


def _ask_for(options: argparse.Namespace) -> OwnLogin:
    """The login that the options name; its secret is asked for."""
    from nbguard.vault.own_login import OwnLogin

    if options.name and options.method != "userpass":
        raise UsageError(_not_taken(options.method))
    if options.method == "userpass" and not options.name:
        raise UsageError("userpass needs a name: nbguard vault login --method userpass NAME")
    prompts = {"token": "Token: ", "userpass": "Password: "}
    secret = ask_unseen(prompts[options.method]) if options.method in prompts else ""
    return OwnLogin(options.method, options.name, secret, options.role, options.path)


def _not_taken(method: str) -> str:
    """Why an argument is refused. It may be a token, so it isn't repeated."""
    if method == "token":
        return (
            "a token isn't taken from the command line: it stands in the shell's history now and should be revoked;"
            " run `nbguard vault login`, which asks for one"
        )
    return f"{method} takes no name"


def ask_unseen(prompt: str) -> str:
    """What a person types, which isn't shown, or what comes by a pipe. Raises UsageError where it is nothing."""
    given = typed(prompt) if sys.stdin.isatty() else sys.stdin.readline()
    if not given.strip():
        raise UsageError("nothing was given")
    return given.strip()


def typed(prompt: str) -> str:
    """What a person types on a terminal that doesn't show it; empty where they end it instead."""
    from getpass import getpass

    try:
        return getpass(prompt)
    except EOFError:
        return ""
