"""Writes the checklist of the guide as a page: ``python -m nbguard.audit.checklist_page [--check]`` in a checkout."""

from __future__ import annotations

import os
import sys

from nbguard.audit.demands import all_demands
from nbguard.documents.generated_files import CHECKOUT, keep_generated

PAGE = os.path.join(CHECKOUT, "docs", "checklist.md")
_HEAD = """\
# The checklist

What a security guide for quantum services asks for, by number: what nbguard covers, the command that verifies it, and
what it doesn't cover. `nbguard doctor --checklist` says it of this repository,
[`nbguard evidence`](evidence.md) of many.

The page is made from `nbguard/audit/guide.toml`. A demand without a command is somebody else's; it stands here so that
nobody takes silence for an answer. What is documented of each provider is on [the page of vendors](vendors.md).

| | demand | covered | verified by | not covered |
| --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The page's text."""
    rows = []
    for demand in all_demands():
        command = "; ".join(f"`{part.strip()}`" for part in demand.command.split(";")) if demand.command else "–"
        rows.append(
            f"| {demand.number} | {demand.title} | {demand.covered or '–'} | {command} | {demand.uncovered} |\n"
        )
    return _HEAD + "".join(rows)


def main(arguments: list[str]) -> int:
    """Writes the page, or with ``--check`` says whether it is stale."""
    return keep_generated({PAGE: page()}, arguments, "nbguard.audit.checklist_page")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
