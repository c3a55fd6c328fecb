"""The protocol's own part of the server: quiet about what it is told, and forgiving of what it can't read."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol.types import InitializeRequest, ResponseError
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams, JsonRpcInvalidRequest
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, LanguageServerProtocol

from nbguard.errors import NbguardError, UnreadableError, describe_defect

_OWN = "nbguard/"
_NOT_INITIALIZED = -32002


class Protocol(LanguageServerProtocol):
    """Requests of our own keep their parameters as they came; positions are in UTF-16 units always."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message as an object. Raises UnreadableError for one that nobody waits for and that can't be read."""
        method = data.get("method")
        try:
            message = self._as_it_came(data) or self._structure(data)
        except JsonRpcException:
            refusal = JsonRpcInvalidParams("the parameters aren't what this request takes")
            if method is None:
                self._handle_response(data["id"], None, refusal.to_response_error())
            elif "id" in data:
                self._send_response(data["id"], error=refusal.to_response_error())
            else:
                raise UnreadableError(f"a message is left out: its parameters aren't what {method} takes") from None
            return JsonRPCNotification(f"{_OWN}unreadable", "2.0", None)
        if isinstance(message, InitializeRequest):
            general = message.params.capabilities.general
            if general is not None:
                general.position_encodings = None
        return message

    def _as_it_came(self, data: dict[str, Any]) -> JsonRPCRequestMessage | JsonRPCNotification | None:
        """A message of our own, or one that nobody knows; None for one that the protocol says more of."""
        method = data.get("method")
        if method is None or self.get_message_type(method) is not None:
            return None
        if "id" in data:
            return JsonRPCRequestMessage(data["id"], method, "2.0", data.get("params"))
        return JsonRPCNotification(method, "2.0", data.get("params"))

    def _structure(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException:
            if "method" not in data or data.get("params") is not None:
                raise
        # Where none of the parameters is needed, clients leave all of them out.
        return super().structure_message(data | {"params": {}})

    def _handle_cancel_notification(self, msg_id: Any) -> None:
        """Cancels a request; what can be no request's number is left alone."""
        if isinstance(msg_id, (int, str)):
            super()._handle_cancel_notification(msg_id)

    @property
    def is_awaited(self) -> bool:
        """Whether the client still waits for the answer to the request that is carried out here: it may cancel one."""
        return self.msg_id in self._request_futures

    def refuse_from_now_on(self) -> None:
        """The client has said `shutdown`: what it asks for from now on is refused."""
        self._shutdown = True

    def handle_message(self, message: Any) -> None:
        """Answers what comes before `initialize`, twice, or after `shutdown` as the protocol says; its client waits."""
        method, started = getattr(message, "method", None), self._workspace is not None
        refused = self._shutdown or started == (method == "initialize")
        if method is None or not refused:
            super().handle_message(message)
        elif hasattr(message, "id"):
            early = not started and not self._shutdown
            error = (
                ResponseError(_NOT_INITIALIZED, "initialize first")
                if early
                else JsonRpcInvalidRequest().to_response_error()
            )
            self._send_response(message.id, error=error)

    def _send_response(self, msg_id: Any, result: Any = None, error: ResponseError | None = None) -> None:
        """Sends an answer; of an error nobody foresaw, neither its message nor where it arose: both may hold data."""
        if error is not None and error.code == JsonRpcInternalError.CODE:
            error.data = None
            if not error.message.startswith(_FORESEEN):
                error.message = "a defect in nbguard; please report it"
        super()._send_response(msg_id, result, error)


_FORESEEN = "nbguard: "


def as_answer(error: Exception) -> JsonRpcException:
    """What a request is answered that failed."""
    if isinstance(error, NbguardError):
        return JsonRpcException(f"{_FORESEEN}{error}", -32803)
    if isinstance(error, JsonRpcException):
        return JsonRpcInvalidParams("the parameters aren't what this request takes")
    return JsonRpcInternalError(f"{_FORESEEN}{describe_defect(error)}")


def quiet() -> None:
    """Turns pygls's own log off: it shows messages, and those hold texts."""
    logger = logging.getLogger("pygls")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    logger.setLevel(logging.CRITICAL + 1)
