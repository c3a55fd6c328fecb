"""``connector/{namespace}/{id}``: the store of `jupyter-secrets-manager`, where the policy asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.request_errors import RequestError
from nbguard.editing.request_records import read_record
from nbguard.editing.vaults import connect
from nbguard.jupyter import connector
from nbguard.jupyter.handler import Handler

if TYPE_CHECKING:
    from nbguard.vault.references import Reference


class ConnectorRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret to be stored. Its names may be said again; those of the address count."""

    value: Annotated[str, msgspec.Meta(min_length=1, max_length=65_536)]
    id: str = ""
    namespace: str = ""

    def __repr__(self) -> str:
        """Shows no value."""
        return "ConnectorRequest()"


class ConnectorHandler(Handler):
    """Reads, stores and takes out one secret. This is the only route that answers a value: its owner's."""

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def get(self, namespace: str, name: str) -> None:
        """Answers the secret."""
        reference = self._reference(namespace, name)
        value = await self.workspace.on_vault_thread(lambda: connector.fetch(connect(), reference))
        if value is None:
            raise RequestError(404, "there is no such secret", "missing")
        self.answer({"id": name, "namespace": namespace, "value": value})

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def put(self, namespace: str, name: str) -> None:
        """Stores the secret under the names of the address; answers once it was read back."""
        reference = self._reference(namespace, name)
        request = read_record(self.read_body(), ConnectorRequest)
        await self.workspace.on_vault_thread(lambda: connector.save(connect(), reference, request.value))
        self.answer({"id": name, "namespace": namespace, "value": request.value})

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def delete(self, namespace: str, name: str) -> None:
        """Takes the secret out. In Vault, older versions keep it until they are destroyed."""
        reference = self._reference(namespace, name)
        if not await self.workspace.on_vault_thread(lambda: connector.remove(connect(), reference)):
            raise RequestError(404, "there is no such secret", "missing")
        self.answer({"id": name, "namespace": namespace, "value": None})

    def _reference(self, namespace: str, name: str) -> Reference:
        config = self.workspace.policy_at_root().config
        if not connector.is_enabled(config):
            raise RequestError(404, "the policy doesn't ask for the connector (jupyter.secrets_connector)", "off")
        return connector.reference_for(config, namespace, name)
