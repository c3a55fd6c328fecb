"""What axe-core finds wrong for people who don't see, hear or point as others do (https://github.com/dequelabs/axe-core)."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.conftest import CHECKOUT

# From the npm package, a development dependency of the front end.
_AXE = Path(CHECKOUT, "lab", "node_modules", "axe-core", "axe.min.js")
_RUN = """([include, exclude]) => axe.run({ include, exclude }, { resultTypes: ['violations'] }).then(found =>
  found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => [id, help, target.join(' '), failureSummary])))"""


def violations(page: Page, *selectors: str, without: tuple[str, ...] = ()) -> list[list[Any]]:
    """What is wrong in the parts of a page that are there: the rule, what it asks for, where, and how to mend it.

    ``without`` are parts inside of them that aren't ours.
    """
    if not page.evaluate("() => 'axe' in window"):
        # Loaders of modules take what is given to them for a module of theirs.
        page.evaluate("text => { const define = undefined, module = undefined; (0, eval)(text); }", _AXE.read_text())
    there = [selector for selector in selectors if page.locator(selector).count()]
    assert there, f"nothing of {selectors} is in the page"
    found: list[list[Any]] = page.evaluate(_RUN, [there, list(without)])
    return found
