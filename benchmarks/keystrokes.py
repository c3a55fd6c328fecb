"""From a key to its mark, in a real browser: what typing in a large notebook feels like.

    python -m benchmarks.keystrokes [--cells 500] [--rounds 40] [--seed 7] [--keys]

Starts JupyterLab with the built front end, and opens a notebook whose cells have ten lines and an output. In each round
a token without its last letter is put into a cell, and one key completes it; what is measured ends when the mark is in
the page: the debounce (200 ms), the request, the server, the answer, the drawing. With --keys all of the token is typed
key by key. Prints the 50th and the 95th percentile, the server's own part of it, and how many requests were under way.

The goal is 500 ms at the 95th percentile and 15 ms of the server, on a machine that does nothing else: the load is
printed beside.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import start_chromium
from tests.browser.lab_server import LabServer, Options
from tests.browser.notebook_page import NotebookPage
from tests.browser.scans import Scans
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, stream

# Notes when the last key went down, and when an editor of the page had more marks than before.
WATCH = """() => {
  const seen = (window.seen = { key: 0, marks: 0, count: 0 });
  document.addEventListener('keydown', () => { seen.key = performance.now(); }, true);
  new MutationObserver(() => {
    const count = document.querySelectorAll('.cm-lintRange').length;
    if (count > seen.count) {
      seen.marks = performance.now();
    }
    seen.count = count;
  }).observe(document.body, { subtree: true, childList: true });
}"""


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


# Of the round's last scan that was answered before the mark: when it was asked, when the answer was there.
PARTS = """() => {
  const { key, marks } = window.seen;
  const scans = performance.getEntriesByType('resource')
    .filter(entry => entry.name.includes('nbguard/api/scan') && entry.startTime > key && entry.responseEnd <= marks);
  const last = scans[scans.length - 1];
  performance.clearResourceTimings();
  return last
    ? [marks - key, last.startTime - key, last.responseEnd - last.startTime, marks - last.responseEnd]
    : [marks - key, NaN, NaN, NaN];
}"""
NAMES = ("key to mark", "  key to request", "  request to answer", "  answer to mark")


def measure(notebook: NotebookPage, fake: FakeTokens, rounds: int, keys: bool) -> list[list[float]]:
    """Milliseconds from the key that completes a token to its mark, and of the parts of that."""
    waits = []
    notebook.editor(0).click()
    notebook.page.evaluate(WATCH)
    for number in range(rounds):
        token = fake.dwave()
        notebook.page.keyboard.insert_text(f'token_{number} = "')
        if keys:
            notebook.page.keyboard.type(token[:-1], delay=30)
        else:
            notebook.page.keyboard.insert_text(token[:-1])
            notebook.page.wait_for_timeout(600)
        notebook.page.keyboard.press(token[-1])
        notebook.page.wait_for_function("() => window.seen.marks > window.seen.key")
        waits.append([float(part) for part in notebook.page.evaluate(PARTS)])
        # The next one starts from an empty cell, as a cell has one token and not forty.
        notebook.page.keyboard.press("Control+a")
        notebook.page.keyboard.press("Delete")
        notebook.page.wait_for_function("() => document.querySelectorAll('.cm-lintRange').length === 0")
    return waits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keys", action="store_true", help="type every key of the token, 30 ms apart")
    options = parser.parse_args()
    body = "\n".join(f"value_{line} = transform(data[{line}], scale=0.5)" for line in range(10))
    cells = [code(f"# {number}\n{body}", stream(f"step {number}\n" * 5)) for number in range(options.cells - 1)]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = LabServer(Path(folder, "lab"), Options(vault=False), {})
        chromium = start_chromium(playwright)
        try:
            server.write("large.ipynb", code("", count=None), *cells)
            page = chromium.new_page(viewport={"width": 1280, "height": 800})
            scans = Scans(page)
            notebook = NotebookPage(page, server, Path(folder))
            notebook.open("large.ipynb")
            page.get_by_title("nbguard: nothing found").first.wait_for()
            first = len(scans.seconds)
            waits = measure(notebook, FakeTokens(seed=options.seed), options.rounds, options.keys)
        finally:
            chromium.close()
            server.stop()
    ours = [1000 * seconds for seconds in scans.seconds[first:]]
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(f"{options.cells} cells, {options.rounds} tokens, load {load:.1f} per core")
    for name, column in zip(NAMES, zip(*waits, strict=True), strict=True):
        values = [value for value in column if not math.isnan(value)]
        print(f"  {name:22} p50 {quantile(values, 0.5):6.0f} ms   p95 {quantile(values, 0.95):6.0f} ms")
    print(f"  {'    scan in the server':22} p50 {quantile(ours, 0.5):6.1f} ms   p95 {quantile(ours, 0.95):6.1f} ms")
    print(f"  under way at most {scans.most}, {len(ours)} requests of {max(scans.sizes) // 1000} kB")


if __name__ == "__main__":
    main()
