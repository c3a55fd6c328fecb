"""What a request can be refused with: a status, and one line that says what to do, without any value in it."""

from __future__ import annotations

from nbguard.errors import NbguardError


class RequestError(NbguardError):
    """A request that isn't carried out. ``status`` is HTTP's; ``reason`` is a short name for programs."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


def malformed(message: str) -> RequestError:
    """The body isn't what the route takes."""
    return RequestError(400, message, "malformed")
