"""A session of HTTP in which an answer counts or doesn't, at once.

OpenTelemetry's exporter tries again for as long as it may, and takes a redirect for success. What isn't taken goes out
with the next run here, and a proxy's sign-in page has kept nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests


class NotTakenError(Exception):
    """There was no answer, or not the one that takes events. The exporter doesn't try again for it."""


def one_attempt() -> Any:
    """A session with the last answer's ``status`` (None without one) and ``content``."""
    import requests

    class OneAttempt(requests.Session):
        def __init__(self) -> None:
            super().__init__()
            self.status: int | None = None
            self.content = b""

        def request(self, *arguments: Any, **options: Any) -> requests.Response:
            try:
                # To wherever a redirect leads, events aren't sent.
                response = super().request(*arguments, **(options | {"allow_redirects": False}))
                self.status, self.content = response.status_code, response.content
            except requests.RequestException:
                raise NotTakenError from None
            if self.status != 200:
                raise NotTakenError
            return response

    return OneAttempt()
