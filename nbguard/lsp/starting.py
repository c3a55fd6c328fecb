"""How the server starts, and what it does when documents come, change and go."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from nbguard.lsp.abilities import abilities_of
from nbguard.lsp.addresses import file_of
from nbguard.lsp.language_server import EditorSession, safely
from nbguard.lsp.opened import OpenDocuments
from nbguard.lsp.pulling import add_pulling
from nbguard.lsp.questions import add_questions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

# What is loaded when it is first asked for: the modules need much that a start doesn't.
_COMMANDS = {
    "nbguard.move": ("finding_commands", "move"),
    "nbguard.allow": ("finding_commands", "allow_finding"),
    "nbguard.redact": ("finding_commands", "redact_document"),
    "nbguard.useExisting": ("existing_command", "use_existing"),
    "nbguard.insert": ("insert_command", "insert"),
}
_REQUESTS = {
    "nbguard/outputs": ("requests", "outputs"),
    "nbguard/beforeSave": ("requests", "saving"),
    "nbguard/status": ("requests", "status"),
    "nbguard/login": ("secret_requests", "login"),
    "nbguard/localVault": ("secret_requests", "local_vault"),
    "nbguard/secrets": ("secret_requests", "secrets"),
    "nbguard/addSecret": ("secret_requests", "add_secret"),
}


def make_server() -> EditorSession:
    """The server with all it answers."""
    server = EditorSession()
    feature = server.feature

    @feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        _begin(server, params)

    @feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        _watch(server)

    for opening in (types.TEXT_DOCUMENT_DID_OPEN, types.NOTEBOOK_DOCUMENT_DID_OPEN):
        feature(opening)(lambda params: server.checks.changed(_uri(params), at_once=True))
    for changing in (types.TEXT_DOCUMENT_DID_CHANGE, types.NOTEBOOK_DOCUMENT_DID_CHANGE):
        feature(changing)(lambda params: _changed(server, _uri(params)))
    for saving in (types.TEXT_DOCUMENT_DID_SAVE, types.NOTEBOOK_DOCUMENT_DID_SAVE):
        feature(saving)(lambda params: _saved(server, _uri(params)))

    @feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.forget(params.text_document.uri)

    @feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_closed(params: types.DidCloseNotebookDocumentParams) -> None:
        server.forget(params.notebook_document.uri)

    @feature(types.SHUTDOWN)
    async def leaving(_: Any) -> None:
        server.protocol.refuse_from_now_on()
        await server.leave()

    @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        server.put_settings(params.settings)
        server.changed_all()

    @feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(_: types.DidChangeWatchedFilesParams) -> None:
        server.changed_all()

    add_questions(server)
    for name, (module, function) in _COMMANDS.items():
        server.command(name)(_later(server, module, function))
    for name, (module, function) in _REQUESTS.items():
        feature(name)(_later(server, module, function))
    return server


def _later(server: EditorSession, module: str, function: str) -> Callable[..., Awaitable[Any]]:
    @safely
    async def answer(*given: Any) -> Any:
        return await getattr(import_module(f"nbguard.lsp.{module}"), function)(server, *given)

    return answer


def _begin(server: EditorSession, params: types.InitializeParams) -> None:
    """Takes over what the client says of itself."""
    given = server.workspace
    folders = params.workspace_folders or []
    root = folders[0].uri if folders else params.root_uri
    opened = OpenDocuments(root, types.TextDocumentSyncKind.Incremental, folders, given.position_encoding)
    server.protocol._workspace = opened  # noqa: SLF001 - pygls has no other way to give it one of ours
    if root is not None:
        server.folder = file_of(root, "/")
    options = params.initialization_options
    server.put_settings(options)
    server.knows_outputs = isinstance(options, dict) and options.get("knowsOutputs") is True
    server.can = abilities_of(params.capabilities)
    text = params.capabilities.text_document
    can_pull = text is not None and text.diagnostic is not None
    server.pulls = server.settings.diagnostics == "pull" or (server.settings.diagnostics == "auto" and can_pull)
    if server.pulls:
        # Only then is it announced: a client that is told findings isn't to ask for them as well.
        add_pulling(server)


def _watch(server: EditorSession) -> None:
    """Has the client say when a policy changes, where it can."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace is not None else None
    if watching is None or not watching.dynamic_registration:
        return
    watchers = [types.FileSystemWatcher(f"**/{name}") for name in _policy_files()]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    registration = types.Registration("nbguard-policy", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    server.client_register_capability(types.RegistrationParams([registration]))


def _policy_files() -> tuple[str, ...]:
    """The files that say what is found and what is accepted. Nothing of policies is loaded before a document is."""
    from nbguard.policy.approval import FILE_NAME
    from nbguard.policy.policy_settings import BASELINE_NAME, BUNDLE_NAME, CONFIG_NAMES, SALT_NAME

    return (*CONFIG_NAMES, BUNDLE_NAME, BASELINE_NAME, FILE_NAME, SALT_NAME)


def _uri(params: Any) -> str:
    document = getattr(params, "notebook_document", None) or params.text_document
    uri: str = document.uri
    return uri


def _changed(server: EditorSession, uri: str) -> None:
    owner = server.opened.owner(uri)
    if owner is not None:
        server.checks.changed(owner)


def _saved(server: EditorSession, uri: str) -> None:
    """A policy that was saved holds from now on for all that is open."""
    if uri.rpartition("/")[2] in _policy_files():
        server.changed_all()
