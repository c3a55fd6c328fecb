"""The server: which requests there are, and who answers each."""

from __future__ import annotations

import asyncio
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer

from nbguard.errors import NbguardError, UsageError, describe_defect
from nbguard.lsp.abilities import Abilities
from nbguard.lsp.client_settings import Settings, read_settings
from nbguard.lsp.opened import OpenDocuments
from nbguard.lsp.protocol import Protocol, as_answer
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from nbguard.editing.workspace import Workspace
    from nbguard.lsp.checks import Checks
    from nbguard.lsp.editor_events import EditorEvents
    from nbguard.lsp.placed_findings import Result

Answer = TypeVar("Answer")
_SELECTOR = types.NotebookDocumentFilterWithNotebook(notebook="*", cells=[types.NotebookCellLanguage(language="*")])


class EditorSession(LanguageServer):
    """What is open, what is known of it, and what the client is told."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(
            "nbguard",
            __version__,
            notebook_document_sync=types.NotebookDocumentSyncOptions([_SELECTOR], save=True),
            protocol_cls=Protocol,
            max_workers=2,
        )
        self.folder = ""
        self.settings = Settings()
        self.can = Abilities()
        self.pulls = False
        self.knows_outputs = False
        # Set once the client leaves: nothing is asked of it then, and nothing new goes to Vault.
        self.leaving = asyncio.Event()
        self._unfinished: set[asyncio.Future[Any]] = set()
        # By document and text: a cell that is gone is told to have no findings any more.
        self._told: dict[str, dict[str, list[types.Diagnostic]]] = {}

    @cached_property
    def rooms(self) -> Workspace:
        """Policies, scanners and threads. Loaded with the first document: an editor waits for the answer before it."""
        from nbguard.editing.workspace import Workspace

        return Workspace("/")

    @cached_property
    def checks(self) -> Checks:
        """The scans of open documents."""
        from nbguard.lsp.checks import Checks

        checks = Checks(self.rooms, self._tell)
        checks.opened, checks.folder = self.opened, self.folder
        checks.delay, checks.trusted = self.settings.delay / 1000, self.settings.trusted
        return checks

    @cached_property
    def events(self) -> EditorEvents:
        """What is told of what happened here."""
        from nbguard.lsp.editor_events import EditorEvents

        return EditorEvents()

    @property
    def opened(self) -> OpenDocuments:
        """What is open."""
        workspace = self.workspace
        assert isinstance(workspace, OpenDocuments)  # noqa: S101 - set while initializing
        return workspace

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Says that something went wrong, without what the error says: that may hold a text."""
        del source
        if isinstance(error, JsonRpcException) and not isinstance(error, JsonRpcInternalError):
            return  # an answer, which says why
        said = str(error) if isinstance(error, NbguardError) else describe_defect(error)
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"nbguard: {said}"))

    def say(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Shows a line to the user."""
        self.window_show_message(types.ShowMessageParams(kind, message))

    def put_settings(self, given: Any) -> None:
        """Takes over the client's settings; what is wrong with them is told."""
        try:
            self.settings = read_settings(given, self.settings)
        except UsageError as error:
            self.say(str(error), types.MessageType.Warning)
        if "checks" in self.__dict__:
            self.checks.delay, self.checks.trusted = self.settings.delay / 1000, self.settings.trusted

    @property
    def was_shut_down(self) -> bool:
        """Whether the client has said `shutdown`."""
        return self.protocol._shutdown  # noqa: SLF001 - pygls has no other way to tell

    async def to_the_end(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Awaits work that nobody cuts in the middle, who cancels or leaves: what is stored in Vault is told."""
        task = asyncio.ensure_future(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return await asyncio.shield(task)

    async def leave(self) -> None:
        """The client leaves: what has begun to be stored in Vault is finished, and told where it is."""
        self.leaving.set()
        while self._unfinished:
            await asyncio.wait(self._unfinished)

    def shutdown(self) -> None:
        """Ends the threads, too."""
        if "rooms" in self.__dict__:
            self.rooms.close()
        super().shutdown()  # type: ignore[no-untyped-call]

    def forget(self, uri: str) -> None:
        """A document was closed. The same file may still be open otherwise: a notebook as text beside its cells."""
        self.checks.closed(uri)
        for text, diagnostics in self._told.pop(uri, {}).items():
            if diagnostics:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(text, []))
        if self.opened.owner(uri) == uri:
            self.checks.changed(uri, at_once=True)

    def changed_all(self) -> None:
        """What holds for all documents has changed; a client that asks for findings is told to ask again."""
        self.checks.changed_all()
        workspace = self.client_capabilities.workspace
        if self.pulls and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    async def result_for(self, uri: str) -> Result | None:
        """The findings of the document that a text belongs to, as it is now; None for one that isn't open."""
        owner = self.opened.owner(uri)
        return await self.checks.result(owner) if owner is not None else None

    def _tell(self, result: Result) -> None:
        """Tells the client what changed in its texts, unless it asks for that by itself."""
        self.events.scanned(result, self.settings.trusted)
        if self.knows_outputs:
            self.protocol.notify("nbguard/findings", _summary(result))
        if self.pulls:
            return
        from nbguard.lsp.diagnostics import diagnostics_of

        made = diagnostics_of(result, self.settings.show_allowed)
        before = self._told.get(result.uri, {})
        self._told[result.uri] = made
        versions = {snapshot.uri: snapshot.version for snapshot in result.texts}
        for uri in {**before, **made}:
            diagnostics = made.get(uri, [])
            if diagnostics != before.get(uri, []):
                self.text_document_publish_diagnostics(
                    types.PublishDiagnosticsParams(uri, diagnostics, versions.get(uri))
                )


def safely(answer: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Has a request that fails answered with what went wrong, and with nothing of a text."""

    @wraps(answer)
    async def answer_safely(*given: Any) -> Any:
        try:
            return await answer(*given)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told in our words
            raise as_answer(error) from None

    return answer_safely


def _summary(result: Result) -> dict[str, Any]:
    """How many findings there are in each cell, and which outputs hold some, for a client that marks outputs."""
    from nbguard.editing.finding_records import output_of

    cells: dict[str, dict[str, Any]] = {}
    total = 0
    for uri, found in result.by_text.items():
        open_ones = [item for item, _ in found if item.record.waived is None]
        total += len(open_ones)
        outputs = [
            {"output": output_of(item.finding.field), "rule": item.record.rule, "message": item.record.message}
            for item in open_ones
            if item.record.where in ("output", "traceback", "widget")
        ]
        if open_ones:
            cells[uri] = {"findings": len(open_ones), "outputs": outputs}
    return {"uri": result.uri, "findings": total, "cells": cells, "problem": result.problem}
