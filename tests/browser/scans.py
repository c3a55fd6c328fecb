"""The scans of a page, as its requests show them."""

import re

from playwright.sync_api import Page, Request

SCAN = re.compile("/nbguard/api/scan")


class Scans:
    """Watches a page's scans: how many are under way, how large they are, how long the server takes.

    ``looked`` says of each whether outputs were to be looked at.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked: set[Request] = set()
        self._spans: list[tuple[float, float]] = []
        self.sizes: list[int] = []
        self.looked: list[bool] = []
        self.seconds: list[float] = []
        page.on("request", self._start)
        page.on("requestfinished", self._finish)
        page.on("requestfailed", lambda request: self._asked.discard(request))

    def _start(self, request: Request) -> None:
        if SCAN.search(request.url):
            self._asked.add(request)
            self.sizes.append(len(request.post_data or ""))
            self.looked.append(_looks(request))

    def _finish(self, request: Request) -> None:
        if request in self._asked:
            self._asked.discard(request)
            began = request.timing["startTime"]
            self._spans.append((began, began + request.timing["responseStart"]))
            answer = request.response()
            if answer and answer.ok:
                self.seconds.append(answer.json()["seconds"])

    @property
    def most(self) -> int:
        """How many were under way at once, by the browser's clock: it tells of an end after the page has it."""
        return max((sum(start <= began < end for start, end in self._spans) for began, _ in self._spans), default=0)

    def wait_for_outputs(self) -> None:
        """Waits for a scan that looks at outputs; one that was before counts, as a slow page may be late."""
        if not any(self.looked):
            with self._page.expect_request(lambda request: bool(SCAN.search(request.url)) and _looks(request)):
                pass


def _looks(request: Request) -> bool:
    return '"with_outputs":false' not in (request.post_data or "")
