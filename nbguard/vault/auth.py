"""How this process proves to Vault who it is: from the environment, without configuration.

The first of these that is there is used, unless ``VAULT_AUTH_METHOD`` names one:

============  ==========================================================================================
token         ``VAULT_TOKEN``, ``VAULT_TOKEN_FILE`` (Vault Agent's sink) or ``~/.vault-token``
approle       ``VAULT_ROLE_ID``, with ``VAULT_SECRET_ID`` or ``VAULT_SECRET_ID_FILE`` where it has one
jwt           ``VAULT_ID_TOKEN``, ``VAULT_ID_TOKEN_FILE``, or the identity GitHub Actions gives a job;
              role in ``VAULT_AUTH_ROLE``
kubernetes    the pod's service account; role in ``VAULT_AUTH_ROLE``
cert          ``VAULT_CLIENT_CERT`` and ``VAULT_CLIENT_KEY``
userpass      ``VAULT_USERNAME`` and ``VAULT_PASSWORD``
oidc          in the browser; only where ``VAULT_AUTH_METHOD`` names it (`nbguard vault login`)
============  ==========================================================================================

``VAULT_AUTH_PATH`` says where the method is mounted, if not under its own name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.vault_errors import LoginError, NoLoginError

if TYPE_CHECKING:
    import hvac

POD_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"
METHODS = ("token", "approle", "jwt", "kubernetes", "cert", "userpass", "oidc")


class Login(NamedTuple):
    """A way to log in: the method's name, and what gives ``client`` a token."""

    method: str
    perform: Callable[[hvac.Client], None]


def choose_login(environment: Mapping[str, str], show: Callable[[str], object] | None = None) -> Login:
    """The login that the environment describes; ``show`` opens the page to sign in at, where a method has one.

    Raises LoginError where the environment describes none.
    """
    asked = environment.get("VAULT_AUTH_METHOD", "").lower()
    if asked and asked not in METHODS:
        raise LoginError(f"VAULT_AUTH_METHOD must be one of {', '.join(METHODS)}")
    for method in (asked,) if asked else METHODS:
        perform = _oidc(environment, show or _open_browser) if method == "oidc" else _LOGINS[method](environment)
        if perform is not None:
            return Login(method, perform)
    if asked:
        raise LoginError(f"VAULT_AUTH_METHOD is {asked}, but what this method needs isn't in the environment")
    raise NoLoginError(
        "no Vault token: run `nbguard vault login`, or set VAULT_TOKEN or the variables of another login"
    )


def describes_login(environment: Mapping[str, str]) -> bool:
    """Whether the environment describes a login; one that isn't whole counts, and its own message says more."""
    try:
        choose_login(environment)
    except NoLoginError:
        return False
    except LoginError:
        pass
    return True


_Perform = Callable[["hvac.Client"], None] | None


def _token(environment: Mapping[str, str]) -> _Perform:
    home = os.path.join(environment.get("HOME") or os.path.expanduser("~"), ".vault-token")
    token = environment.get("VAULT_TOKEN") or _content(environment.get("VAULT_TOKEN_FILE")) or _content(home)
    if not token:
        return None
    if not (token.isascii() and token.isprintable()) or " " in token:
        source = "VAULT_TOKEN" if environment.get("VAULT_TOKEN") else "the file with Vault's token"
        raise LoginError(f"{source} holds a line break, a space or another character that no token has")

    def perform(client: hvac.Client) -> None:
        client.token = token

    return perform


def _approle(environment: Mapping[str, str]) -> _Perform:
    role = environment.get("VAULT_ROLE_ID") or _content(environment.get("VAULT_ROLE_ID_FILE"))
    if not role:
        return None
    secret = environment.get("VAULT_SECRET_ID") or _content(environment.get("VAULT_SECRET_ID_FILE")) or None
    path = environment.get("VAULT_AUTH_PATH", "approle")
    return lambda client: _keep(client, client.auth.approle.login(role, secret, use_token=False, mount_point=path))


def _jwt(environment: Mapping[str, str]) -> _Perform:
    given = environment.get("VAULT_ID_TOKEN") or _content(environment.get("VAULT_ID_TOKEN_FILE"))
    job = environment.get("ACTIONS_ID_TOKEN_REQUEST_URL"), environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    role = environment.get("VAULT_AUTH_ROLE", "")
    if not given and not (all(job) and role):
        return None
    path = environment.get("VAULT_AUTH_PATH", "jwt")

    def perform(client: hvac.Client) -> None:
        token = given or _github_identity(str(job[0]), str(job[1]), client.url)
        _keep(client, client.auth.jwt.jwt_login(role, token, use_token=False, path=path))

    return perform


def _kubernetes(environment: Mapping[str, str]) -> _Perform:
    token = _content(environment.get("VAULT_KUBERNETES_TOKEN_FILE", POD_TOKEN))
    role = environment.get("VAULT_AUTH_ROLE")
    if not token or not role:
        return None
    path = environment.get("VAULT_AUTH_PATH", "kubernetes")
    return lambda client: _keep(client, client.auth.kubernetes.login(role, token, use_token=False, mount_point=path))


def _cert(environment: Mapping[str, str]) -> _Perform:
    if not environment.get("VAULT_CLIENT_CERT") or not environment.get("VAULT_CLIENT_KEY"):
        return None
    path = environment.get("VAULT_AUTH_PATH", "cert")
    body = {"name": environment["VAULT_AUTH_ROLE"]} if environment.get("VAULT_AUTH_ROLE") else {}
    return lambda client: _keep(client, client.adapter.post(f"/v1/auth/{path}/login", json=body))


def _userpass(environment: Mapping[str, str]) -> _Perform:
    name, password = environment.get("VAULT_USERNAME"), environment.get("VAULT_PASSWORD")
    if not name or not password:
        return None
    path = environment.get("VAULT_AUTH_PATH", "userpass")
    return lambda client: _keep(client, client.auth.userpass.login(name, password, use_token=False, mount_point=path))


def _oidc(environment: Mapping[str, str], show: Callable[[str], object]) -> _Perform:
    if environment.get("VAULT_AUTH_METHOD") != "oidc":
        return None  # a process that nobody watches opens no browser
    path, role = environment.get("VAULT_AUTH_PATH", "oidc"), environment.get("VAULT_AUTH_ROLE", "")

    def perform(client: hvac.Client) -> None:
        from nbguard.vault.browser_login import log_in_by_browser

        _keep(client, log_in_by_browser(client, path, role, show))

    return perform


def _open_browser(address: str) -> None:
    import sys
    import webbrowser

    # Told first, and always: what opens a page says so also where there is no screen to show one.
    sys.stderr.write(f"Sign in in the browser. If none opens: {address}\n")
    sys.stderr.flush()
    webbrowser.open(address)


_LOGINS: dict[str, Callable[[Mapping[str, str]], _Perform]] = {
    "token": _token,
    "approle": _approle,
    "jwt": _jwt,
    "kubernetes": _kubernetes,
    "cert": _cert,
    "userpass": _userpass,
}


def _keep(client: hvac.Client, answer: object) -> None:
    token = answer["auth"]["client_token"] if isinstance(answer, dict) and answer.get("auth") else ""
    if not token:
        raise LoginError("Vault answered the login without a token")
    client.token = token


def _content(path: str | None) -> str:
    if not path:
        return ""
    try:
        # What isn't UTF-8 is no token: its own check refuses it, and Vault any other.
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def _github_identity(url: str, token: str, audience: str) -> str:
    """The JWT of a GitHub Actions job (https://docs.github.com/actions/concepts/security/openid-connect)."""
    import requests

    answer = requests.get(url, params={"audience": audience}, headers={"Authorization": f"bearer {token}"}, timeout=10)
    if not answer.ok:
        raise LoginError(f"GitHub Actions gave the job no identity token (HTTP {answer.status_code})")
    return str(answer.json()["value"])
