"""Who comes to a server that JupyterHub started: as `jupyterhub.singleuser.extension` asks, without the hub.

The hub's cookie or a token of the hub says who somebody is; only the owner gets in, and whoever isn't known is sent to
the hub's login. https://github.com/jupyterhub/jupyterhub/blob/main/jupyterhub/singleuser/extension.py
"""

import os

from jupyter_server.auth import IdentityProvider, User
from tornado.web import RequestHandler

OWNER = "anna"
COOKIE = f"jupyterhub-user-{OWNER}"
LOGIN = "/hub/api/oauth2/authorize"


class HubIdentityProvider(IdentityProvider):
    """Knows the owner by the value that the hub gave out; there is no password and no token in the address."""

    # The page asks the hub, not the server's own form.
    auth_enabled = True
    need_token = False

    async def get_user(self, handler: RequestHandler) -> User | None:
        """From the header, or from the hub's cookie. Asynchronous, as the question to the hub is."""
        value = os.environ["JUPYTER_TOKEN"]
        given = handler.request.headers.get("Authorization", "")
        if given in (f"token {value}", f"Bearer {value}"):
            handler._token_authenticated = True  # type: ignore[attr-defined]
            return User(OWNER)
        return User(OWNER) if handler.get_cookie(COOKIE) == value else None
