"""Charts and tables of the HTML report: small SVG pictures without a script, each with its numbers as text."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 720, 200, 18, 24
# Room at both sides for labels that are wider than their column.
_SIDE = 20
# A single column isn't a wall.
_WIDEST = 48
# A label takes so much room below the columns.
_LABEL = 46


class Bar(NamedTuple):
    """A column of two parts: credentials below, all else above."""

    label: str
    credentials: int
    others: int


def escape(text: str) -> str:
    """Text that stays text, on one line."""
    from html import escape as escape_html

    return escape_html(plain(text))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], classes: Iterable[str] = (), kind: str = "") -> str:
    """A table; the cells are HTML already. ``classes`` are the rows', where they have some, ``kind`` is the table's.

    With a kind, a row is a block on a narrow screen, in which each cell says of which column it is. A column without
    anything is left out.
    """
    rows = list(rows)
    filled = [at for at in range(len(columns)) if not rows or any(row[at] for row in rows)]
    columns = [columns[at] for at in filled]
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    starts = chain((f'<tr class="{name}">' for name in classes), repeat("<tr>"))
    cells = [f'<td data-of="{column}">' if kind else "<td>" for column in columns]
    body = "".join(
        start + "".join(f"{cell}{row[at]}</td>" for cell, at in zip(cells, filled, strict=True)) + "</tr>\n"
        for row, start in zip(rows, starts, strict=False)
    )
    name = f' class="rows {kind}"' if kind else ""
    return f"<table{name}>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def bars(title: str, counts: Sequence[tuple[str, int]], note: str = "", *, wide: bool = False, others: int = 0) -> str:
    """A section with a bar for each name: a table in which bars stand beside the numbers. ``wide``: for long names.

    The last ``others`` of the counts are sums of many names: beside their bars one couldn't tell those of names.
    """
    named = counts[: len(counts) - others]
    most = max((number for _, number in named), default=0) or 1
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td class="number">{number:,}</td><td class="bar"><svg viewBox="0 0 100 1"'
        f' aria-hidden="true" preserveAspectRatio="none"><rect width="{100 * number / most:.1f}" height="1"/></svg>'
        "</td></tr>\n"
        for name, number in named
    )
    rows += "".join(
        f'<tr><td>{escape(name)}</td><td class="number">{number:,}</td><td></td></tr>\n'
        for name, number in counts[len(named) :]
    )
    said = f'<p class="faint">{escape(note)}</p>\n' if note else ""
    body = f'<table class="chart">\n<tbody>\n{rows}</tbody>\n</table>\n'
    kind = ' class="wide"' if wide else ""
    return f"<section{kind}>\n<h2>{escape(title)}</h2>\n{body}{said}</section>\n"


def columns_chart(identity: str, title: str, about: str, columns: Sequence[Bar]) -> str:
    """A section with columns side by side, and the same numbers as a table for those who don't see it.

    ``identity`` is a word of our own, once in a page.
    """
    most = max((column.credentials + column.others for column in columns), default=0) or 1
    step = (_WIDTH - 2 * _SIDE) / max(len(columns), 1)
    every = max(1, -(-_LABEL // int(step))) if step < _LABEL else 1
    base = _HEIGHT - _BOTTOM
    parts = []
    for number, (label, credentials, others) in enumerate(columns):
        width = min(step * 0.7, _WIDEST)
        middle = _SIDE + (number + 0.5) * step
        left = middle - width / 2
        tall = (credentials + others) / most * (base - _TOP)
        low = credentials / most * (base - _TOP)
        if credentials:
            parts.append(_rect(left, base - low, width, low, "credentials"))
        if others:
            parts.append(_rect(left, base - tall, width, tall - low, "others"))
        total = credentials + others
        if total and step >= 8 * len(f"{total:,}"):
            parts.append(f'<text x="{middle:.1f}" y="{base - tall - 5:.1f}">{total:,}</text>')
        if number % every == 0:
            parts.append(f'<text x="{middle:.1f}" y="{_HEIGHT - 6}" class="label">{escape(label)}</text>')
    picture = "\n".join(parts)
    rows = ((escape(label), f"{credentials:,}", f"{others:,}") for label, credentials, others in columns)
    numbers = table(("When", "Credentials", "Others"), rows)
    return (
        f'<section>\n<h2>{escape(title)}</h2>\n<svg class="columns" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-labelledby="{identity}-title {identity}-about">\n<title id="{identity}-title">{escape(title)}</title>\n'
        f'<desc id="{identity}-about">{escape(about)}</desc>\n'
        f'<line x1="0" y1="{base}" x2="{_WIDTH}" y2="{base}"/>\n{picture}\n</svg>\n'
        '<p class="faint"><span class="key credentials"></span> credentials <span class="key others"></span> others. '
        f'{escape(about)}</p>\n<div class="unseen">\n{numbers}</div>\n</section>\n'
    )


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{kind}"/>'
