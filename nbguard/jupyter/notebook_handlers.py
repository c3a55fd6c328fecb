"""What is asked about one notebook: its findings, its references, an allow, a move, a lookup at a cursor.

What answers by edits leaves it to the client to make them.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.allowing import allow
from nbguard.editing.finding_records import as_answer
from nbguard.editing.inserting import LookupRequest, place_lookup
from nbguard.editing.moving import Wanted, find_wanted, move, preview
from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_records import AllowRequest, MoveRequest, read_record
from nbguard.editing.sent_notebooks import ScanRequest
from nbguard.editing.text_allowing import allow_in_file
from nbguard.editing.units import span_in_units
from nbguard.editing.vaults import connect
from nbguard.jupyter.handler import Handler
from nbguard.vault.references import format_reference, parse_reference
from nbguard.vault.usage import find_spots

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.documents.fields import Field
    from nbguard.editing.policies import Policy
    from nbguard.editing.units import Span
    from nbguard.scan.scanner import Judged
    from nbguard.vault.usage import ReferenceSpan


class ScanHandler(Handler):
    """``POST scan`` reads nothing but the request and the repository's policy, and changes nothing."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers the findings."""
        started = perf_counter()
        body = self.read_body()
        findings, base = await self.workspace.on_scan_thread(self._scan, body)
        named = {"base": base} if base else {}
        self.answer({"findings": findings, "seconds": round(perf_counter() - started, 6)} | named)

    def _scan(self, body: bytes) -> tuple[list[dict[str, object]], str]:
        """The findings, and what the next request may build on."""
        request, base = self.workspace.sent.complete(read_record(body, ScanRequest))
        document, judged = self.workspace.scan(request)
        text = None if request.text is None else PlainText(request.text, document)
        return [as_answer(item, text) for item in judged], base


class ReferencesHandler(Handler):
    """``POST references`` says whether each reference resolves. It gives no value to anybody."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers the references, in the order of the notebook."""
        spots, spans = await self.workspace.on_scan_thread(self._find, self.read_body())
        states = await self.workspace.resolver.resolve(spot.reference for spot in spots)
        answer = []
        for field, start, end, reference in spots:
            span = spans(field, start, end)
            place = {"cell": field.part.cell.id if field.part.cell else None, "from": span.start, "to": span.end}
            names = {"reference": format_reference(reference), "mount": reference.mount}
            answer.append(place | names | states[reference]._asdict())
        self.answer({"references": answer})

    def _find(self, body: bytes) -> tuple[list[ReferenceSpan], Callable[[Field, int, int], Span]]:
        """The references, and what says where one stands."""
        request = self.workspace.sent.look(read_record(body, ScanRequest))
        document = self.workspace.read(request, self.workspace.policy_of(request.path))
        if request.text is None:
            return find_spots(document, ("source",)), span_in_units
        return find_spots(document, ("source", "file")), PlainText(request.text, document).units


class MoveHandler(Handler):
    """``POST move`` writes to Vault and to nothing else; the edits put a lookup in the place of a value."""

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


class AllowHandler(Handler):
    """``POST allow``: the comment or metadata that accepts one finding. Only the event is ours."""

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


class LookupHandler(Handler):
    """``POST lookup``: the lookup of a secret at a cursor. Vault isn't asked."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers the edits."""
        self.answer(await self.workspace.on_scan_thread(self._place, self.read_body()))

    def _place(self, body: bytes) -> dict[str, Any]:
        request = read_record(body, LookupRequest)
        policy = self.workspace.policy_of(request.path)
        return place_lookup(request, self.workspace.read(request, policy), policy)
