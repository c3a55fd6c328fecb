"""``POST scan``: what is in a notebook or another file that needn't be saved."""

from __future__ import annotations

from time import perf_counter

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.finding_records import as_answer
from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_records import read_record
from nbguard.editing.sent_notebooks import ScanRequest
from nbguard.jupyter.handler import Handler


class ScanHandler(Handler):
    """Scans. It reads nothing but the request and the repository's policy, and changes nothing."""

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
