"""``secrets``: what is in Vault, as names, and putting more there. No answer holds a value."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.request_errors import malformed
from nbguard.editing.request_records import read_record
from nbguard.editing.secret_names import (
    NewSecret,
    add,
    choose,
    list_names,
    look_into,
    read_new,
    settings_of,
    tell_versions,
)
from nbguard.editing.vaults import connect
from nbguard.errors import NbguardError, UsageError
from nbguard.jupyter.handler import Handler
from nbguard.vault.references import format_reference, parse_reference


class SecretsHandler(Handler):
    """Lists names, and stores a value under a new one."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answers the names that fit ``search``, of the mount that the policy for ``path`` says; or why there are none.

        ``again`` asks Vault for all of it anew.
        """
        path = self.query("path")
        settings = settings_of(self.workspace.policy_at_root() if path is None else self.workspace.policy_of(path))
        resolver = self.workspace.resolver
        vault = await resolver.ask_vault(again=bool(self.query("again")))
        answer: dict[str, Any] = {"vault": vault._asdict(), "mount": settings.mount, "folder": settings.prefix}
        empty = {"secrets": [], "left_out": 0, "whole": True, "reason": vault.reason}
        if not vault.authenticated:
            self.answer(answer | empty)
            return
        try:
            listing = await self.workspace.on_vault_thread(lambda: list_names(connect(quick=True), settings))
        except NbguardError as error:
            self.answer(answer | empty | {"reason": str(error)})
            return
        paths, left_out = choose(listing, self.query("search") or "")
        secrets = await look_into(resolver, settings.mount, paths)
        found = {"secrets": secrets, "left_out": left_out, "whole": listing.whole, "reason": None}
        self.answer(answer | found)

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Stores a value, reads it back and compares; answers the reference."""
        request = read_record(self.read_body(), NewSecret)
        reference = read_new(request)
        await self.workspace.on_vault_thread(lambda: add(connect(), reference, request.value))
        self.workspace.resolver.forget(reference)
        self.answer({"reference": format_reference(reference)})


class VersionsHandler(Handler):
    """Tells which versions a secret has."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answers the versions of ``reference``, the newest first."""
        try:
            reference = parse_reference(self.query("reference") or "")
        except UsageError as error:
            raise malformed(str(error)) from None
        versions = await self.workspace.on_vault_thread(lambda: tell_versions(connect(), reference))
        self.answer({"versions": versions})
