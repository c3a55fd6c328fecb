"""Masks every message that a kernel sends: streams, displays of every MIME type, tracebacks, replies, widgets.

All of them go through one method of the kernel's session
(https://jupyter-client.readthedocs.io/en/stable/messaging.html), so that is the one place that is changed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from nbguard.kernel.announcements import listen
from nbguard.kernel.masking import Masker
from nbguard.kernel.variables import credential_variables
from nbguard.vault import lookup

if TYPE_CHECKING:
    from collections.abc import Callable

_lock = threading.RLock()
_masker = Masker()
# The variables' values that are masked already.
_seen: dict[str, str] = {}


def mask_messages(session: Any) -> None:
    """Masks what ``session`` sends, from now on: values that ``secret()`` hands out, and those of variables that hold
    a provider's credential.
    """
    if isinstance(getattr(session.send, "__self__", None), _Sender):
        return
    session.send = _Sender(session.send).send
    if _remember not in lookup.watchers:
        lookup.watchers.append(_remember)
        listen(_remember)


def unmask_messages(session: Any) -> None:
    """Sends messages as they are again."""
    sender = getattr(session.send, "__self__", None)
    if isinstance(sender, _Sender):
        sender.release()
        session.send = sender.original


def _look_at_variables() -> None:
    """Masks what variables hold from now on; they may be set at any time."""
    for name, value in credential_variables().items():
        if _seen.get(name) != value:
            _seen[name] = value
            _masker.add(value, f"env#{name}")


def _remember(value: str, reference: str) -> None:
    with _lock:
        _masker.add(value, reference)


class _Sender:
    """Stands before a session's ``send``. Holds back the end of a stream that may be the beginning of a value, until
    more of the stream or any other message comes.
    """

    def __init__(self, original: Callable[..., Any]) -> None:
        self.original = original
        self._held: dict[str, tuple[str, Callable[[str], Any]]] = {}

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **keywords: Any) -> Any:
        """As the session's ``send``, with known values masked."""
        with _lock:
            _look_at_variables()
            message = msg_or_type if isinstance(msg_or_type, dict) else None
            kind = message["header"]["msg_type"] if message else msg_or_type
            body = message["content"] if message else content

            def forward(body: Any) -> Any:
                if message:
                    return self.original(stream, {**message, "content": body}, content, *args, **keywords)
                return self.original(stream, msg_or_type, body, *args, **keywords)

            if kind == "stream" and isinstance(body, dict) and isinstance(body.get("text"), str):
                return self._send_stream(body, forward)
            self.release()
            return forward(_mask(body))

    def release(self) -> None:
        """Sends what was held back."""
        held, self._held = self._held, {}
        for text, forward in held.values():
            forward(_masker.mask(text))

    def _send_stream(self, body: dict[str, Any], forward: Callable[[Any], Any]) -> Any:
        name = str(body.get("name"))
        before = self._held.pop(name, ("", forward))[0]
        shown, rest = _masker.take(before + body["text"])
        if rest:
            self._held[name] = rest, lambda text: forward({**body, "text": text})
        return forward({**body, "text": shown}) if shown else None


def _mask(value: Any) -> Any:
    """A message's content with the strings in it masked; what holds no value comes back as it was."""
    if isinstance(value, str):
        return _masker.mask(value)
    if isinstance(value, dict):
        return {_mask(key): item if _is_picture(key, item) else _mask(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask(item) for item in value]
    return value


def _is_picture(key: Any, value: Any) -> bool:
    """Whether a display's payload is a picture in base64, in which no value can be read."""
    return isinstance(key, str) and key.startswith("image/") and "svg" not in key and isinstance(value, (str, bytes))


__all__ = ["mask_messages", "unmask_messages"]
