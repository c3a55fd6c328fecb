"""When open documents are scanned: a little after the last change, one at a time, and never twice as they are.

Scans run on a thread of their own, so that the server answers meanwhile. Of a scan that is overtaken by a change, only
the end is thrown away: the next one finds what was read of unchanged cells.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from nbguard.detect.deadline import TookTooLongError
from nbguard.editing.plain_texts import scan_plain_text
from nbguard.editing.scanning import scan_document
from nbguard.errors import NbguardError, UsageError, describe_defect
from nbguard.lsp.addresses import file_of
from nbguard.lsp.placed_findings import Result
from nbguard.lsp.trust import Distrust
from nbguard.policy.config import find_root
from nbguard.policy.saving import is_guarded, refuses_unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.documents.fields import Document
    from nbguard.editing.policies import Policy
    from nbguard.editing.request_records import NotebookRequest
    from nbguard.editing.workspace import Workspace
    from nbguard.lsp.opened import OpenDocuments
    from nbguard.scan.scanner import Judged, Scanner


class Checks:
    """The scans of open documents. Used on the event loop; what is named ``_scan…`` runs on the scan thread."""

    def __init__(self, workspace: Workspace, tell: Callable[[Result], None]) -> None:
        self.opened: OpenDocuments | None = None
        self.folder = ""
        self.trusted = True
        self.delay = 0.05
        self._workspace = workspace
        self._tell = tell
        self._distrust = Distrust()
        self._results: dict[str, Result] = {}
        self._count = 0
        self._changes: dict[str, int] = {}
        self._scanned: dict[str, int] = {}
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._running: dict[str, tuple[int, asyncio.Future[Result | None]]] = {}

    def changed(self, uri: str, *, at_once: bool = False) -> None:
        """A document was opened or has changed; it is scanned once nothing changes for a while."""
        # Counted over all documents: a number of one that was closed is never that of the same one opened again.
        self._count += 1
        self._changes[uri] = self._count
        self._stop_waiting(uri)
        delay = 0 if at_once else self.delay
        self._waiting[uri] = asyncio.get_running_loop().call_later(delay, self._begin, uri)

    def changed_all(self) -> None:
        """Something that holds for all documents has changed: a policy, or who is trusted."""
        if self.opened is not None:
            for uri in self.opened.owners():
                self.changed(uri, at_once=True)

    def closed(self, uri: str) -> None:
        """A document was closed: what is known of it goes."""
        self._stop_waiting(uri)
        for kept in (self._results, self._changes, self._scanned, self._running):
            kept.pop(uri, None)

    async def result(self, uri: str) -> Result | None:
        """The result for a document as it is now; None for one that isn't open."""
        while uri in self._changes:
            if self._scanned.get(uri) == self._changes[uri]:
                return self._results[uri]
            self._stop_waiting(uri)
            await asyncio.shield(self._run(uri))
        return None

    def file_of(self, uri: str) -> str:
        """The path of a document's file, or of what it would be saved as: a notebook that has no file yet, as one."""
        path = file_of(uri, self.folder)
        unnamed = not uri.startswith("file:") and self.opened is not None and uri in self.opened.notebooks
        return f"{path}.ipynb" if unnamed and not path.endswith(".ipynb") else path

    def policy_of(self, uri: str) -> Policy:
        """The policy for a document. Raises UsageError."""
        policy = self._workspace.policies.policy_at(self.file_of(uri))
        return policy if self.trusted else self._distrust.strict(policy)

    def scanner_for(self, policy: Policy) -> Scanner:
        """The scanner for a policy; on the scan thread only."""
        return self._workspace.scanner_for(policy)

    def scan_notebook(self, request: NotebookRequest, policy: Policy) -> tuple[Document, list[Judged]]:
        """The document of a notebook and what is reported of it; on the scan thread only."""
        document = self._workspace.read(request, policy)
        return document, scan_document(document, self.scanner_for(policy), self._workspace.identities)

    def scan_text(self, text: str, policy: Policy) -> tuple[Document, list[Judged]]:
        """The document of a text and what is reported of it; on the scan thread only."""
        return scan_plain_text(text, policy, self.scanner_for(policy), self._workspace.identities)

    def _begin(self, uri: str) -> None:
        self._waiting.pop(uri, None)
        if uri in self._changes:
            self._run(uri)

    def _run(self, uri: str) -> asyncio.Future[Result | None]:
        """The scan of a document as it is now: the one that runs, or another."""
        change = self._changes[uri]
        running = self._running.get(uri)
        if running is not None and running[0] == change and not running[1].done():
            return running[1]
        task = asyncio.ensure_future(self._scan_once(uri, change))
        self._running[uri] = change, task
        return task

    async def _scan_once(self, uri: str, change: int) -> Result | None:
        if self.opened is None or self.opened.owner(uri) != uri:
            self.closed(uri)
            return None
        opened = self.opened
        notebook = uri in opened.notebooks
        texts = opened.cells(uri) if notebook else [opened.texts[uri]]
        request = opened.as_request(uri, "") if notebook else None
        result = Result(uri, texts)
        try:
            result = await self._workspace.on_scan_thread(self._scan, uri, request, result)
        except NbguardError as error:
            result.problem = str(error)
        except TookTooLongError:
            result.problem = "looking through it takes too long"
        except Exception as error:  # noqa: BLE001 - a defect is told where one looks for findings
            result.problem = describe_defect(error)
        if self._changes.get(uri) == change:
            self._results[uri], self._scanned[uri] = result, change
            self._tell(result)
        return result

    def _scan(self, uri: str, request: NotebookRequest | None, result: Result) -> Result:
        # What is told before a save goes by the policy, however the scan ends.
        try:
            policy, result.policy_fault = self._usable_policy(uri)
        except Exception:
            file = self.file_of(uri)
            result.blocks_unread = is_guarded(file, None) and refuses_unread(find_root(os.path.dirname(file)))
            raise
        result.policy = policy
        if request is not None:
            result.document, result.judged = self.scan_notebook(request, policy)
        else:
            result.document, result.judged = self.scan_text(result.texts[0].text, policy)
        return result

    def _usable_policy(self, uri: str) -> tuple[Policy, str]:
        """The policy to scan with, and what is wrong with the repository's where that isn't trusted.

        A trusted one that can't be used raises UsageError: to scan by other rules than those asked for would look like
        an answer. Whoever isn't trusted mustn't be able to end the scan so.
        """
        try:
            policy = self.policy_of(uri)
            self.scanner_for(policy)
        except UsageError as error:
            if self.trusted:
                raise
            return self._distrust.usual(self.file_of(uri)), str(error)
        return policy, ""

    def _stop_waiting(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
