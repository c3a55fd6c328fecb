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
        self.under_way: set[Request] = set()
        self.most = 0
        self.sizes: list[int] = []
        self.looked: list[bool] = []
        self.seconds: list[float] = []
        page.on("request", self._start)
        page.on("requestfinished", self._finish)
        page.on("requestfailed", lambda request: self.under_way.discard(request))

    def _start(self, request: Request) -> None:
        if SCAN.search(request.url):
            self.under_way.add(request)
            self.most = max(self.most, len(self.under_way))
            self.sizes.append(len(request.post_data or ""))
            self.looked.append(_looks(request))

    def _finish(self, request: Request) -> None:
        if request in self.under_way:
            self.under_way.discard(request)
            answer = request.response()
            if answer and answer.ok:
                self.seconds.append(answer.json()["seconds"])

    def wait_for_outputs(self) -> None:
        """Waits for a scan that looks at outputs; one that was before counts, as a slow page may be late."""
        if not any(self.looked):
            with self._page.expect_request(lambda request: bool(SCAN.search(request.url)) and _looks(request)):
                pass


def _looks(request: Request) -> bool:
    return '"with_outputs":false' not in (request.post_data or "")
