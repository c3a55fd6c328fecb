"""``POST move``: one finding's value into Vault, and the edits that put a lookup in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.moving import Wanted, find_wanted, move, preview
from nbguard.editing.request_records import MoveRequest, read_record
from nbguard.editing.vaults import connect
from nbguard.jupyter.handler import Handler
from nbguard.vault.references import parse_reference

if TYPE_CHECKING:
    from nbguard.editing.policies import Policy


class MoveHandler(Handler):
    """Moves. It writes to Vault and to nothing else."""

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers the edits, once Vault holds the value."""
        request, policy, wanted = await self.workspace.on_scan_thread(self._find, self.read_body())
        if request.preview:
            self.answer(await self.workspace.on_scan_thread(preview, wanted))
            return
        answer = await self.workspace.on_vault_thread(lambda: move(wanted, connect()))
        record = wanted.record
        self.workspace.identities.remember(wanted.finding)
        self.workspace.resolver.forget(parse_reference(answer["reference"]))
        self.events.moved(
            request.path, record.rule, record.provider, answer["reference"], record.fingerprint, policy.config
        )
        self.answer(answer)

    def _find(self, body: bytes) -> tuple[MoveRequest, Policy, Wanted]:
        request = read_record(body, MoveRequest)
        policy = self.workspace.policy_of(request.path)
        document, judged = self.workspace.scan(request)
        wanted = find_wanted(request, document, judged, policy, self.workspace.scanner_for(policy))
        return request, policy, wanted
