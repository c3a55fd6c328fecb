"""What leaves the server as a file, by a download or an export, is looked at as a save is.

Jupyter serves both without asking a hook, so its handlers get a look before them. Ours go first: an extension's
handlers are asked before the server's own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler, NbconvertPostHandler
from jupyter_server.utils import ensure_async
from tornado import web

from nbguard.documents.files import read_file
from nbguard.errors import NbguardError
from nbguard.jupyter.guard import models
from nbguard.jupyter.guard.guard import describe

if TYPE_CHECKING:
    from nbguard.jupyter.guard.guard import Rules, SaveGuard

# Where the handlers find the guard, in the application's settings.
GUARD = "nbguard_guard"


class _Looking:
    """Has the guard look at a file before a handler's ``get`` answers with it. ``deed``: what is done, in messages."""

    deed = ""
    settings: dict[str, Any]
    contents_manager: Any

    async def look(self, path: str) -> None:
        """Raises HTTPError 422 where the file may not leave."""
        guard: SaveGuard = self.settings[GUARD]
        path = path.strip("/")
        rules = _rules_for_leaving(guard, path)
        if rules is not None:
            raw = await self._bytes_at(guard, path, rules)
            if raw is not None:
                await _look_at(guard, path, raw, rules, self.deed)

    async def _bytes_at(self, guard: SaveGuard, path: str, rules: Rules) -> bytes | None:
        """The file's bytes; None where there is none, or it can't be looked through and the policy lets it go."""
        manager = self.contents_manager
        try:
            if hasattr(manager, "_get_os_path"):
                file = manager._get_os_path(path)  # noqa: SLF001 - where the manager itself asks for a file's place
                return read_file(file, rules.max_file_size) if os.path.isfile(file) else None
            return models.bytes_of(await ensure_async(manager.get(path)))
        except web.HTTPError:
            return None  # the handler meets it again, and answers it
        except Exception as error:  # noqa: BLE001 - whatever it is, the policy decides
            problem = str(error) if isinstance(error, NbguardError) else describe(error)
            guard.fail(path, rules, problem, self.deed)
            return None


class ExportHandler(_Looking, NbconvertFileHandler):
    """*Save and export*: a notebook on the server, converted."""

    deed = "exported"

    @web.authenticated
    @authorized
    async def get(self, format: str, path: str) -> Any:  # noqa: A002 - the route's name for it
        """Looks, then converts."""
        await self.look(path)
        return await ensure_async(super().get(format, path))


class ConversionHandler(NbconvertPostHandler):
    """A notebook that comes along, converted."""

    @web.authenticated
    @authorized
    async def post(self, format: str) -> Any:  # noqa: A002 - the route's name for it
        """Looks, then converts."""
        guard: SaveGuard = self.settings[GUARD]
        model = self.get_json_body() or {}
        path = str(model.get("path") or model.get("name") or "notebook.ipynb").strip("/")
        rules = _rules_for_leaving(guard, path)
        if rules is not None and isinstance(model.get("content"), dict):
            try:
                raw = models.bytes_of({**model, "type": "notebook"})
            except Exception as error:  # noqa: BLE001 - whatever it is, the policy decides
                guard.fail(path, rules, describe(error), "exported")
                raw = None
            if raw is not None:
                await _look_at(guard, path, raw, rules, "exported")
        return await ensure_async(super().post(format))


def handlers_for(manager: Any) -> list[tuple[Any, ...]]:
    """The routes of downloads and exports, below the server's base URL, for the server's contents manager."""
    base: Any = manager.files_handler_class

    class DownloadHandler(_Looking, base):  # type: ignore[misc]
        """A file as it is on the server."""

        deed = "downloaded"

        @web.authenticated
        @authorized
        async def get(self, path: str, *args: Any, **kwargs: Any) -> Any:
            """Looks, then sends the file."""
            if self.request.method != "HEAD":
                await self.look(path)
            return await ensure_async(super().get(path, *args, **kwargs))

    named = r"(?P<format>\w+)"
    return [
        (r"/files/(.*)", DownloadHandler, manager.files_handler_params),
        (rf"/nbconvert/{named}", ConversionHandler),
        (rf"/nbconvert/{named}{path_regex}", ExportHandler),
    ]


def _rules_for_leaving(guard: SaveGuard, path: str) -> Rules | None:
    """What holds for a file that leaves; None where nothing does. Outputs go along, so ``strip`` is a warning here."""
    rules = guard.rules_at(path)
    if rules.save.mode == "off" or not (rules.guarded or path.lower().endswith(".ipynb")):
        return None
    return rules._replace(save=rules.save._replace(mode="warn")) if rules.save.mode == "strip" else rules


async def _look_at(guard: SaveGuard, path: str, raw: bytes, rules: Rules, deed: str) -> None:
    await guard.look_ahead(path, raw, rules)
    guard.decide(path, raw, rules, deed)
