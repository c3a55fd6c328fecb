"""``POST lookup``: the edits that put the lookup of a secret at a cursor."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.inserting import LookupRequest, place_lookup
from nbguard.editing.request_records import read_record
from nbguard.jupyter.handler import Handler


class LookupHandler(Handler):
    """Says how the sources have to change. The client makes the edits, and Vault isn't asked."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers the edits."""
        self.answer(await self.workspace.on_scan_thread(self._place, self.read_body()))

    def _place(self, body: bytes) -> dict[str, Any]:
        request = read_record(body, LookupRequest)
        policy = self.workspace.policy_of(request.path)
        return place_lookup(request, self.workspace.read(request, policy), policy)
