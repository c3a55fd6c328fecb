"""``POST references``: where a notebook's sources refer to Vault, and whether each reference resolves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_records import read_record
from nbguard.editing.sent_notebooks import ScanRequest
from nbguard.editing.units import span_in_units
from nbguard.jupyter.handler import Handler
from nbguard.vault.references import format_reference
from nbguard.vault.usage import find_spots

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.documents.fields import Field
    from nbguard.editing.units import Span
    from nbguard.vault.usage import ReferenceSpan


class ReferencesHandler(Handler):
    """Looks references up. It gives no value to anybody."""

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
