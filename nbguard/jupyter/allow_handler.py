"""``POST allow``: the comment or metadata that accepts one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.allowing import allow
from nbguard.editing.request_records import AllowRequest, read_record
from nbguard.editing.text_allowing import allow_in_file
from nbguard.jupyter.handler import Handler

if TYPE_CHECKING:
    from nbguard.editing.policies import Policy
    from nbguard.scan.scanner import Judged


class AllowHandler(Handler):
    """Allows. The client makes the edits; only the event is ours."""

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers the edits."""
        request, policy, target, answer = await self.workspace.on_scan_thread(self._allow, self.read_body())
        self.events.allowed(request.path, target.record.rule, target.record.fingerprint, request.reason, policy.config)
        self.answer(answer)

    def _allow(self, body: bytes) -> tuple[AllowRequest, Policy, Judged, dict[str, Any]]:
        request = read_record(body, AllowRequest)
        policy = self.workspace.policy_of(request.path)
        allowing = allow if request.text is None else allow_in_file
        target, answer = allowing(request, policy, self.workspace.scan)
        return request, policy, target, answer
