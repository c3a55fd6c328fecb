"""``POST login`` and ``POST local-vault``: the ways to a Vault for somebody who has only the editor."""

from __future__ import annotations

import asyncio
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.editing.logging_in import LoginRequest, log_in, start_local
from nbguard.editing.request_records import read_record
from nbguard.jupyter.handler import Handler


class LoginHandler(Handler):
    """Logs in and keeps the token where Vault's own tools keep it; no answer holds it."""

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers once Vault knows who it is, or, where that is done in a browser, with the page to sign in at."""
        request = read_record(self.read_body(), LoginRequest)
        loop = asyncio.get_running_loop()
        shown: asyncio.Future[str] = loop.create_future()

        def show(address: str) -> None:
            loop.call_soon_threadsafe(_settle, shown, address)

        login = asyncio.ensure_future(self.workspace.on_vault_thread(log_in, request, show))
        either: set[asyncio.Future[Any]] = {login, shown}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not login.done():
            login.add_done_callback(_forget)
            self.answer({"address": None, "seconds": None, "sign_in": shown.result()})
            return
        shown.cancel()
        self.answer(await login)


class LocalVaultHandler(Handler):
    """Starts a Vault on this machine, where no other is meant."""

    @web.authenticated
    @authorized(action="write")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Answers its address once it can be used; the first time it is set up."""
        self.read_body()
        address = await self.workspace.on_vault_thread(start_local)
        self.answer({"address": address})


def _settle(shown: asyncio.Future[str], address: str) -> None:
    if not shown.done():
        shown.set_result(address)


def _forget(login: asyncio.Future[dict[str, Any]]) -> None:
    """What came of it is seen when Vault is asked next; nobody waits for this one any more."""
    if not login.cancelled():
        login.exception()
