"""Starts Chromium without a display, without its own network traffic."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


def find_chromium() -> str:
    """The installed browser: NBGUARD_CHROMIUM, or the first of the usual names on the PATH."""
    names = (os.environ.get("NBGUARD_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    for name in filter(None, names):
        if found := shutil.which(name):
            return found
    raise AssertionError("the browser tests need Chromium: apt-get install chromium, or set NBGUARD_CHROMIUM")


def start_chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find_chromium(), headless=True, args=list(ARGUMENTS))
