"""The map of trust boundaries as a picture: SVG without a script, that other programs aren't needed for.

Files stand at the left, SDKs in the middle, and at the right what is outside of this machine: endpoints, devices,
buckets, Vault. A dashed line between them is the boundary. Each column is put in an order in which few lines cross.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from nbguard.report.html_charts import escape, table
from nbguard.report.map_labels import fitted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A kind and a name.
Node = tuple[str, str]
TITLES = {
    "file": "Files", "sdk": "SDKs", "endpoint": "Endpoints", "device": "Devices", "bucket": "Buckets", "vault": "Vault",
}  # fmt: skip
# Left edge and width of the columns; the widths hold so many characters of the text.
_COLUMNS = ((10, 310), (395, 205), (690, 280))
_COLUMN_OF = {"file": 0, "sdk": 1}
_WIDTH, _BOUNDARY, _TOP = 980, 645, 34
_CHARACTER, _LINE, _PADDING, _GAP, _TITLE = 7.3, 15, 8, 8, 24
_PASSES = 6
# The least height, and the widest that a short column is drawn apart.
_LEAST, _WIDEST_GAP = 60, 400
_STYLE = """
.map { --text: #1c2330; --faint: #5b6475; --line: #7d8798; --ground: #ffffff; --tile: #f4f6f9; --bar: #3b6fb6; }
@media (prefers-color-scheme: dark) { .map { --text: #e6e9ef; --faint: #a2abbb; --line: #7d8798; --ground: #161a22;
  --tile: #1f2530; --bar: #7fb0f5; --critical: #ff8fab; } }
@media print { .map { --text: #000; --faint: #444; --line: #777; --ground: #fff; --tile: #fff; --bar: #3b6fb6; } }
"""
# For a page that has the colours.
PAGE_STYLE = """
svg.map { display: block; width: 100%; height: auto; font: 12px ui-monospace, monospace; fill: var(--text); }
.map .ground { fill: var(--ground); } .map .node { fill: var(--tile); stroke: var(--line); }
.map .way { fill: none; stroke: var(--bar); stroke-opacity: .45; } .map .title { fill: var(--faint); font-weight: 600; }
.map .boundary { stroke: var(--critical, #a3123a); stroke-dasharray: 6 4; stroke-width: 1.5; }
.map .outside { fill: var(--critical, #a3123a); }
"""


class DrawnMap(NamedTuple):
    """What is drawn, in the order of the kinds, and what uses what."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[Node, Node], ...]


class _Box(NamedTuple):
    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]


def as_svg(drawn: DrawnMap, most: int = 0, *, alone: bool = True) -> str:
    """The picture; of each column the ``most`` used nodes, 0 for all. ``alone``: as a file with colours of its own."""
    shown = _most_used(drawn, most)
    columns = _ordered(shown)
    boxes, titles, height = _layout(columns)
    style = f"<style>{_STYLE}{PAGE_STYLE}</style>\n" if alone else ""
    start = '<?xml version="1.0" encoding="UTF-8"?>\n' if alone else ""
    size = f' width="{_WIDTH}" height="{height:.0f}"' if alone else ""
    ways = "".join(_way(boxes[source], boxes[target]) for source, target in shown.edges)
    counts = ", ".join(
        f"{number} {title.lower()}" for kind, title in TITLES.items() if (number := _count(shown.nodes, kind))
    )
    return (
        f'{start}<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {_WIDTH} {height:.0f}"{size}'
        ' role="img" aria-labelledby="map-title map-about">\n<title id="map-title">Map of trust boundaries</title>\n'
        f'<desc id="map-about">{counts or "nothing"}. Files use SDKs, and both use what is outside of this machine.'
        f'</desc>\n{style}<rect class="ground" width="{_WIDTH}" height="{height:.0f}"/>\n'
        f'<line class="boundary" x1="{_BOUNDARY}" y1="{_TOP - 8}" x2="{_BOUNDARY}" y2="{height - 6:.0f}"/>\n'
        f'<text class="outside" x="{_BOUNDARY - 8}" y="16" text-anchor="end">this machine</text>\n'
        f'<text class="outside" x="{_BOUNDARY + 8}" y="16">outside</text>\n'
        f"{ways}{''.join(titles)}{''.join(_node(node, box) for node, box in boxes.items())}</svg>\n"
    )


def as_section(drawn: DrawnMap, most: int) -> str:
    """A section of an HTML page with the picture, and the same as a table."""
    left_out = len(drawn.nodes) - len(_most_used(drawn, most).nodes)
    rest = f" {left_out:,} less used ones aren't drawn; the table has all." if left_out else ""
    rows = (
        (TITLES[source[0]], escape(source[1]), TITLES[target[0]], escape(target[1])) for source, target in drawn.edges
    )
    return (
        f"<section>\n<h2>Trust boundaries</h2>\n{as_svg(drawn, most, alone=False)}"
        f'<p class="faint">What stands in the code, and no value.{rest}</p>\n<details><summary>As a table</summary>\n'
        f"{table(('Kind', 'What', 'Kind', 'uses'), rows)}</details>\n</section>\n"
    )


def _most_used(drawn: DrawnMap, most: int) -> DrawnMap:
    if not most:
        return drawn
    uses = Counter(node for edge in drawn.edges for node in edge)
    kept: set[Node] = set()
    for column in range(len(_COLUMNS)):
        here = [node for node in drawn.nodes if _column(node) == column]
        kept.update(sorted(here, key=lambda node: (-uses[node], node))[:most])
    edges = tuple(edge for edge in drawn.edges if kept.issuperset(edge))
    linked = {node for edge in edges for node in edge}
    return DrawnMap(tuple(node for node in drawn.nodes if node in linked), edges)


def _ordered(drawn: DrawnMap) -> list[list[Node]]:
    """The nodes by column, each column by the middle of what its nodes are linked to, again and again."""
    columns = [[node for node in drawn.nodes if _column(node) == column] for column in range(len(_COLUMNS))]
    linked: dict[Node, list[Node]] = {}
    for source, target in drawn.edges:
        linked.setdefault(source, []).append(target)
        linked.setdefault(target, []).append(source)
    for number in range(_PASSES):
        places = {node: at / max(len(column), 1) for column in columns for at, node in enumerate(column)}
        middle = {node: sum(places[one] for one in others) / len(others) for node, others in linked.items()}
        column = columns[number % len(columns)]
        kinds = list(TITLES)
        column.sort(key=lambda node: (kinds.index(node[0]), middle.get(node, 0), node))
    return columns


def _layout(columns: Sequence[Sequence[Node]]) -> tuple[dict[Node, _Box], list[str], float]:
    """Where each node stands, the titles of the groups, and the height of the picture."""
    texts = {
        node: fitted(node[1], int((width - 2 * _PADDING) / _CHARACTER))
        for column, (_, width) in zip(columns, _COLUMNS, strict=True)
        for node in column
    }
    needed = [
        sum(len(texts[node]) * _LINE + _PADDING + _GAP for node in column) + _TITLE * len({kind for kind, _ in column})
        for column in columns
    ]
    tallest = max([*needed, _LEAST])
    boxes: dict[Node, _Box] = {}
    titles: list[str] = []
    for column, (left, width), height in zip(columns, _COLUMNS, needed, strict=True):
        # A short column goes as far down as the tall one, so that lines run across and not along.
        gap = _GAP + min((tallest - height) / max(len(column), 1), _WIDEST_GAP)
        top, kind = _TOP + (gap - _GAP) / 2, ""
        for node in column:
            if node[0] != kind:
                kind = node[0]
                titles.append(f'<text class="title" x="{left}" y="{top + 14:.0f}">{TITLES[kind]}</text>\n')
                top += _TITLE
            boxes[node] = _Box(left, top, width, len(texts[node]) * _LINE + _PADDING, texts[node])
            top += boxes[node].height + gap
    return boxes, titles, _TOP + tallest + 4


def _node(node: Node, box: _Box) -> str:
    texts = "".join(
        f'<text x="{box.left + _PADDING}" y="{box.top + (number + 1) * _LINE:.0f}">{escape(line)}</text>'
        for number, line in enumerate(box.lines)
    )
    return (
        f'<g><title>{escape(f"{TITLES[node[0]]}: {node[1]}")}</title><rect class="node" x="{box.left}"'
        f' y="{box.top:.0f}" width="{box.width}" height="{box.height}" rx="4"/>{texts}</g>\n'
    )


def _way(source: _Box, target: _Box) -> str:
    x1, y1 = source.left + source.width, source.top + source.height / 2
    x2, y2 = target.left, target.top + target.height / 2
    bend = max((x2 - x1) / 2, 20)
    curve = f"M{x1:.0f} {y1:.1f}C{x1 + bend:.0f} {y1:.1f} {x2 - bend:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
    return f'<path class="way" d="{curve}"/>\n'


def _column(node: Node) -> int:
    return _COLUMN_OF.get(node[0], 2)


def _count(nodes: Iterable[Node], kind: str) -> int:
    return sum(node[0] == kind for node in nodes)
