"""What every route has in common: who may call it, how much of a body is read, and how it says no."""

from __future__ import annotations

import json
from http.client import responses
from typing import TYPE_CHECKING, Any

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError, stream_request_body

from nbguard.editing.request_errors import RequestError
from nbguard.errors import NbguardError, describe_defect
from nbguard.jupyter.http_status import status_of
from nbguard.jupyter.save_guard import EVENTS

if TYPE_CHECKING:
    from nbguard.editing.events import Events
    from nbguard.editing.workspace import Workspace

AUTH_RESOURCE = "nbguard"
_encode = msgspec.json.Encoder().encode


@stream_request_body
class Handler(APIHandler):
    """A route below ``nbguard/api/``.

    A body is taken in piece by piece, after it is known who sends it; one that is too large is refused before it is
    read. Methods are decorated with ``@web.authenticated`` and ``@authorized(action=…)``, each by itself.
    """

    auth_resource = AUTH_RESOURCE

    @property
    def workspace(self) -> Workspace:
        """What all requests share."""
        workspace: Workspace = self.settings["nbguard_workspace"]
        return workspace

    @property
    def max_body_size(self) -> int:
        """Bytes of a request that are read at most."""
        size: int = self.settings["nbguard_max_body_size"]
        return size

    @property
    def events(self) -> Events:
        """Where what happened is told."""
        events: Events = self.settings[EVENTS]
        return events

    async def prepare(self) -> None:  # type: ignore[override]
        """Refuses strangers and large bodies; called when the headers are there."""
        self._body: list[bytes] = []
        self._size = 0
        try:
            await super().prepare()
        except HTTPError as error:
            if error.status_code != 404:
                raise
            raise HTTPError(403, "another site may not ask this server") from None
        if self._finished:
            return
        if self.current_user is None:
            raise HTTPError(403, "log in first", reason="Forbidden")
        declared = self.request.headers.get("Content-Length", "0")
        if declared.isdigit() and int(declared) > self.max_body_size:
            raise self._too_large()

    def data_received(self, chunk: bytes) -> None:
        """Takes in a piece of the body."""
        if self._finished:
            return
        self._size += len(chunk)
        if self._size > self.max_body_size:
            self._body.clear()
            self.send_error(413, exc_info=(RequestError, self._too_large(), None))
            return
        self._body.append(chunk)

    def read_body(self) -> bytes:
        """The whole body; a second call finds none."""
        body = b"".join(self._body)
        self._body.clear()
        return body

    def query(self, name: str) -> str | None:
        """An argument of the address as it was sent: get_argument would take control characters out."""
        given = self.request.query_arguments.get(name)
        return given[-1].decode("utf-8", "replace") if given else None

    def answer(self, body: object) -> None:
        """Ends the request with a JSON answer that no cache may keep."""
        self.set_header("Cache-Control", "no-store")
        try:
            self.finish(_encode(body))
        except UnicodeEncodeError:  # bytes of a source that are no UTF-8, in a message about it
            self.finish(json.dumps(body))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Ends the request with ``message`` and ``reason``, and with nothing of the request or of a stack."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        message, reason = responses.get(status_code, "Error"), ""
        if isinstance(error, RequestError):
            status_code, message, reason = error.status, str(error), error.reason
        elif isinstance(error, NbguardError):
            status_code, reason = status_of(error)
            message = str(error)
        elif isinstance(error, HTTPError):
            message = (error.log_message or message) if error.status_code in (403, 404) else message
        elif error is not None:
            message = describe_defect(error)
        self.set_status(status_code)
        if status_code == 405:
            own = (name for name in self.SUPPORTED_METHODS if name.lower() in vars(type(self)))
            self.set_header("Allow", ", ".join(own))
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps({"message": message, "reason": reason or responses.get(status_code, "")}))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Logs what nobody foresaw without its message, which may hold a value; the rest is in the answer."""
        del typ, tb
        if isinstance(value, NbguardError | HTTPError) or value is None:
            return
        self.log.error("nbguard: %s", describe_defect(value))

    def _too_large(self) -> RequestError:
        limit = self.max_body_size / 1_000_000
        return RequestError(
            413, f"the notebook is larger than {limit:g} MB; clear outputs, or raise NbguardApp.max_body_size", "size"
        )
