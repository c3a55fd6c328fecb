"""The first start of the local Vault: its keys are kept as soon as they exist, and what follows can be done again.

As long as it isn't finished, the server's folder says so, and nothing can be stored: nobody has a login yet.
"""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

from nbguard.vault.local_keys import LocalKeys, save_keys
from nbguard.vault.vault_errors import VaultError

if TYPE_CHECKING:
    import hvac

PATIENCE = 30.0  # seconds until a server has to be ready
_POLICY = 'path "secret/*" {\n  capabilities = ["create", "read", "update", "delete", "list"]\n}\n'


def initialise(folder: str, client: hvac.Client) -> LocalKeys:
    """Has the server make its keys, which it does once only, and keeps them before anything else can go wrong."""
    made = client.adapter.put("/v1/sys/init", json={"secret_shares": 1, "secret_threshold": 1})
    keys = LocalKeys(made["keys"][0], "", "", made["root_token"])
    save_keys(folder, keys)
    return keys


def finish(folder: str, client: hvac.Client, keys: LocalKeys) -> None:
    """Makes the engine, the policy and the login of an unsealed server, as far as they aren't there, and ends root."""
    client.token = keys.root
    if "secret/" not in client.adapter.get("/v1/sys/mounts")["data"]:
        client.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
    client.sys.create_or_update_policy("nbguard", _POLICY)
    if "approle/" not in client.adapter.get("/v1/sys/auth")["data"]:
        client.sys.enable_auth_method("approle")
    client.auth.approle.create_or_update_approle("nbguard", token_policies=["nbguard"], token_ttl="1h")
    role = client.auth.approle.read_role_id("nbguard")["data"]["role_id"]
    secret = client.auth.approle.generate_secret_id("nbguard")["data"]["secret_id"]
    save_keys(folder, LocalKeys(keys.unseal, role, secret))
    # From here on nobody needs to be root.
    client.auth.token.revoke_self()
    client.token = ""


def empty(folder: str) -> None:
    """Deletes the data of a server that was never finished, so that it begins anew."""
    shutil.rmtree(os.path.join(folder, "data"), ignore_errors=True)
    os.makedirs(os.path.join(folder, "data"), mode=0o700, exist_ok=True)


def wait_until_active(client: hvac.Client) -> None:
    """Integrated storage elects itself a leader first, which takes a moment. Raises VaultError."""
    deadline = time.monotonic() + PATIENCE
    while getattr(client.sys.read_health_status(method="GET"), "status_code", 200) != 200:
        if time.monotonic() > deadline:
            raise VaultError("the local Vault didn't become ready; its server.log says why")
        time.sleep(0.05)
