"""What all of an editor's questions share: the policy that holds for each file, and threads for what has to wait."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from nbguard.detect.dataflow.program import forget_program
from nbguard.detect.deadline import Deadline, TookTooLongError
from nbguard.detect.pii import value_kinds
from nbguard.detect.text_memory import forget_answers
from nbguard.detect.values import classifier
from nbguard.documents.positions import forget_texts
from nbguard.documents.reading import open_document
from nbguard.editing.identities import Identities
from nbguard.editing.plain_texts import scan_plain_text
from nbguard.editing.policies import Policies
from nbguard.editing.request_records import check_path
from nbguard.editing.resolving import Resolver
from nbguard.editing.scanners import Scanners
from nbguard.editing.scanning import scan_document
from nbguard.editing.sent_notebooks import SentNotebooks
from nbguard.editing.unsaved import Unsaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.documents.fields import Document
    from nbguard.editing.policies import Policy
    from nbguard.editing.request_records import NotebookRequest
    from nbguard.scan.scanner import Judged, Scanner

# Seconds after the last request until the texts of the notebook that was scanned last aren't kept any more.
FORGET_AFTER = 300.0
# Seconds of processor time that a scan may take, and seconds that a hook waits for one: others want the thread, too.
SCAN_SECONDS = 10.0
WAIT_SECONDS = 12.0
# Requests to Vault under way at the same time.
_THREADS = 4
_ANY = "untitled.ipynb"
Answer = TypeVar("Answer")


class Workspace:
    """The notebooks and files below a folder. Scanners and parsers belong to the scan thread: use them there only."""

    def __init__(self, root: str, largest: int = 64_000_000) -> None:
        """``largest``: bytes that the whole notebook of a request may have."""
        self.root = os.path.realpath(root or ".")
        self.policies = Policies(self.root)
        self._scanners = Scanners()
        self._unsaved = Unsaved()
        self.sent = SentNotebooks(largest)
        self.identities = Identities()
        self._scan_thread = ThreadPoolExecutor(1, thread_name_prefix="nbguard-scan")
        self._vault_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="nbguard-vault")
        self._forgetting: asyncio.TimerHandle | None = None
        # Marks in the editor have threads of their own: a Vault that is slow with them holds up no move.
        self._quick_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="nbguard-look")
        self.resolver = Resolver(self._quick_threads)

    async def on_scan_thread(self, work: Callable[..., Answer], *given: object) -> Answer:
        """Does work on the scan thread, and lets the event loop go on.

        Once nothing was asked for a while, what the thread keeps of texts is let go.
        """
        loop = asyncio.get_running_loop()
        if self._forgetting is not None:
            self._forgetting.cancel()
        self._forgetting = loop.call_later(FORGET_AFTER, self._scan_thread.submit, self._forget)
        return await loop.run_in_executor(self._scan_thread, _in_time, work, *given)

    def wait_for_scan_thread(self, work: Callable[..., Answer], *given: object) -> Answer:
        """Does work on the scan thread and waits for it: for hooks that can't be awaited, and not for long.

        Raises TookTooLongError where the work, or what is before it, takes too long.

        Once the server is stopping and the thread has ended, it is done here: jupyter-collaboration still saves then.
        """
        try:
            waiting = self._scan_thread.submit(_in_time, work, *given)
        except RuntimeError:  # not one of the work's own: engines aren't for two threads
            return work(*given)
        try:
            return waiting.result(WAIT_SECONDS)
        except CancelledError:
            return work(*given)
        except TimeoutError:
            waiting.cancel()
            raise TookTooLongError("other files are being looked through, and it takes too long") from None

    async def on_vault_thread(self, work: Callable[..., Answer], *given: object) -> Answer:
        """Does work that waits for Vault on a thread for that, and lets the event loop go on."""
        return await asyncio.get_running_loop().run_in_executor(self._vault_threads, work, *given)

    def policy_of(self, path: str) -> Policy:
        """The policy for a notebook, by its contents path.

        Raises RequestError for a path that leads out of the root, UsageError where a configuration file is wrong.
        """
        return self.policies.policy_of(check_path(path))

    def policy_at_root(self) -> Policy:
        """The policy for a notebook at the server's root, for what is about no notebook."""
        return self.policies.policy_of(_ANY)

    def scan(self, request: NotebookRequest) -> tuple[Document, list[Judged]]:
        """The document of a request and what is reported of it; on the scan thread only."""
        policy = self.policy_of(request.path)
        if request.text is not None:
            return scan_plain_text(request.text, policy, self.scanner_for(policy), self.identities)
        document = self.read(request, policy)
        return document, scan_document(document, self.scanner_for(policy), self.identities)

    def read(self, request: NotebookRequest, policy: Policy) -> Document:
        """The document of a request; on the scan thread only."""
        if request.text is not None:
            return open_document(policy.name, request.text.encode("utf-8", "surrogatepass"))
        return self._unsaved.make_document(request, policy.name)

    def scanner_for(self, policy: Policy) -> Scanner:
        """The scanner for a policy; on the scan thread only."""
        return self._scanners.scanner_for(policy)

    def _forget(self) -> None:
        _forget()
        self._unsaved.forget()
        self.sent.forget()

    def close(self) -> None:
        """Ends the threads; what is under way is finished."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        self._scan_thread.shutdown(wait=False, cancel_futures=True)
        self._vault_threads.shutdown(wait=False, cancel_futures=True)
        self._quick_threads.shutdown(wait=False, cancel_futures=True)


def _in_time(work: Callable[..., Answer], *given: object) -> Answer:
    with Deadline(SCAN_SECONDS):
        return work(*given)


def _forget() -> None:
    forget_program()
    forget_texts()
    forget_answers()
    classifier.forget_values()
    value_kinds.forget_values()
