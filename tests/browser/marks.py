"""What a page shows of a notebook's findings, in six places, and what the server says of the very same notebook."""

import json
import time
from typing import Any, NamedTuple

from tests.browser.notebook_page import NotebookPage

# Of each cell: what is underlined, as ranges of its source; the lines that a mark in the gutter tells of; how many
# findings its outputs' bar lists, and which outputs have a bar at their edge; of hidden editors, as those of rendered
# Markdown and collapsed input, how many findings the bar below the text tells of.
_READ = """() => {
  const { content, context } = window.jupyterapp.shell.currentWidget;
  const cells = content.widgets.map(cell => {
    const view = cell.editor?.editor;
    const spans = view ? [...cell.node.querySelectorAll('.cm-content .nbg-Mark')] : [];
    const ranges = spans.map(span => {
      const from = view.posAtDOM(span);
      return [from, from + span.textContent.length];
    });
    // From the editor's state: an editor that is out of sight, as that of rendered Markdown, is drawn when it is shown.
    const lines = [];
    for (const field of view?.state.values ?? []) {
      if (typeof field?.iter === 'function') {
        for (const cursor = field.iter(); cursor.value; cursor.next()) {
          for (const _ of cursor.value.diagnostics ?? []) {
            lines.push(view.state.doc.lineAt(cursor.from).number);
          }
        }
      }
    }
    const told = bar => {
      const more = bar?.querySelector('p')?.textContent.match(/^\\d+/)?.[0] ?? 0;
      return bar ? bar.querySelectorAll('li').length + Number(more) : 0;
    };
    const listed = told(cell.node.querySelector('.nbg-OutputBar:not(.nbg-TextBar)'));
    const text = told(cell.node.querySelector('.nbg-TextBar:not(.lm-mod-hidden)'));
    const hidden = cell.inputHidden || (cell.model.type === 'markdown' && cell.rendered);
    const flagged = (cell.outputArea?.widgets ?? [])
      .flatMap((output, index) => (output.hasClass('nbg-mod-flagged') ? [index] : []));
    return { ranges, lines, listed, flagged, text, hidden };
  });
  const panel = [...document.querySelectorAll('#nbguard-findings .nbg-List .nbg-Finding')].map(row => [
    row.dataset.rule, row.querySelector('.nbg-Finding-place').title
  ]);
  const status = document.querySelector('#jp-main-statusbar .nbg-Status')?.textContent ?? '';
  const notebook = context.model.toJSON();
  return { cells, panel, status, notebook, path: context.localPath };
}"""
_SCAN = "() => window.jupyterapp.commands.execute('nbguard:scan').then(() => null)"
# React draws a moment after it was told; a busy machine needs longer.
_SECONDS = 30


class Shown(NamedTuple):
    """The six places. Ranges that touch are one: two findings at one place have one line under them."""

    underlined: list[list[tuple[int, int]]]
    gutter: list[list[int]]
    panel: list[tuple[str, str]]
    status: str
    outputs: list[tuple[int, list[int]]]
    texts: list[int]


def assert_agreement(notebook: NotebookPage) -> None:
    """Scans, and holds each of the six places against the server's answer."""
    notebook.page.evaluate(_SCAN)
    deadline = time.monotonic() + _SECONDS
    while True:
        read = notebook.page.evaluate(_READ)
        shown, expected = _shown(read), _expected(notebook, read)
        if shown == expected:
            return
        if time.monotonic() > deadline:
            break
        notebook.page.wait_for_timeout(50)
    pairs = zip(Shown._fields, shown, expected, strict=True)
    different = [f"{name}: {here} is shown, {wanted} is so" for name, here, wanted in pairs if here != wanted]
    raise AssertionError("\n".join([*different, *notebook.sources()]))


def _shown(read: dict[str, Any]) -> Shown:
    cells = read["cells"]
    return Shown(
        [_merged([tuple(range_) for range_ in cell["ranges"]]) for cell in cells],
        [sorted(cell["lines"]) for cell in cells],
        sorted(tuple(row) for row in read["panel"]),
        read["status"],
        [(cell["listed"], cell["flagged"]) for cell in cells],
        [cell["text"] for cell in cells],
    )


def _expected(notebook: NotebookPage, read: dict[str, Any]) -> Shown:
    document = read["notebook"]
    cells = [_as_sent(cell) for cell in document["cells"]]
    body = {"path": read["path"], "cells": cells, "metadata": document["metadata"]}
    answer = json.loads(notebook.server.ask("POST", "nbguard/api/scan", json.dumps(body).encode()))
    found = [finding for finding in answer["findings"] if not finding["waived"]]
    underlined: list[list[tuple[int, int]]] = [[] for _ in cells]
    gutter: list[list[int]] = [[] for _ in cells]
    outputs: list[list[int]] = [[] for _ in cells]
    panel = []
    for finding in found:
        index = finding["cell"]["index"]
        place = f"line {finding['line']}"
        if finding["where"] == "source":
            if finding["to"] > finding["from"]:
                underlined[index].append((finding["from"], finding["to"]))
            gutter[index].append(_line_of(cells[index]["source"], finding["from"]))
        else:
            outputs[index].append(finding["output"])
            place = f"output {finding['output'] + 1}, {place}"
        panel.append((finding["rule"], f"Cell {index + 1}, {place}"))
    count = len(found)
    status = f"nbguard: {count} finding{'' if count == 1 else 's'}" if count else "nbguard: OK"
    return Shown(
        [_merged(ranges) for ranges in underlined],
        [sorted(lines) for lines in gutter],
        sorted(panel),
        status,
        [(len(places), sorted(set(places))) for places in outputs],
        [len(lines) * cell["hidden"] for cell, lines in zip(read["cells"], gutter, strict=True)],
    )


def _as_sent(cell: dict[str, Any]) -> dict[str, Any]:
    def joined(text: str | list[str]) -> str:
        return text if isinstance(text, str) else "".join(text)

    kept = {name: cell[name] for name in ("id", "cell_type", "metadata", "outputs") if name in cell}
    return {**kept, "source": joined(cell["source"])}


def _line_of(source: str, unit: int) -> int:
    """The number of the line in which a UTF-16 unit of a source stands."""
    return source.encode("utf-16-le")[: 2 * unit].decode("utf-16-le").count("\n") + 1


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
