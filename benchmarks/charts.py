"""Draws the tables of benchmarks/RESULTS.md as bars, one SVG for each set of files.

    python -m benchmarks.charts

A bar is a tool's CPU time as a multiple of ours. Where a peer's bar is shorter than ours it is drawn in another colour:
a loss is seen as soon as a gain. `make bench` draws them after it has measured.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import NamedTuple

from benchmarks.results import RESULTS

IMAGES = Path(__file__).parents[1] / "docs" / "images"
_ROW = re.compile(r"\| ([^|]+) \| [^|]+ \| [^|]+ \| (\d+\.\d+) \|")
_WIDTH, _NAMES, _BAR, _STEP = 720, 210, 16, 26
# Legible on a page of either kind: the text takes the page's scheme.
_STYLE = """\
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 }
.ours { fill: #5b6ee1 } .slower { fill: #9aa4ad } .faster { fill: #d9822b }
line { stroke: #5b6ee1; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .slower { fill: #6b7680 } }
</style>"""


class Bar(NamedTuple):
    """A tool and its CPU time, where ours is 1."""

    name: str
    multiple: float

    @property
    def colour(self) -> str:
        if self.name.startswith("nbguard"):
            return "ours"
        return "faster" if self.multiple < 1 else "slower"


class Chart(NamedTuple):
    """A table of the results: what was looked at, and the tools."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def file(self) -> str:
        """The name of its image."""
        words = re.findall(r"[a-z0-9]+", self.title.partition(":")[0].lower())
        return f"bench-{'-'.join(words)}.svg"

    def svg(self) -> str:
        """The image, the same bytes for the same table."""
        longest = max(bar.multiple for bar in self.bars)
        room = _WIDTH - _NAMES - 60
        height = 40 + _STEP * len(self.bars) + 8
        said = f"{self.title}: CPU time, {self.bars[0].name} is 1"
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
            f"<title>{escape(said)}</title>",
            _STYLE,
            f'<text class="title" x="8" y="20">{escape(said)}</text>',
        ]
        for number, bar in enumerate(self.bars):
            top = 36 + _STEP * number
            wide = max(1.0, room * bar.multiple / longest)
            lines += [
                f'<text x="{_NAMES - 8}" y="{top + 13}" text-anchor="end">{escape(bar.name)}</text>',
                f'<rect class="{bar.colour}" x="{_NAMES}" y="{top}" width="{wide:.1f}" height="{_BAR}" rx="2"/>',
                f'<text x="{_NAMES + wide + 6:.1f}" y="{top + 13}">{bar.multiple:.2f}</text>',
            ]
        one = _NAMES + room / longest
        lines.append(f'<line x1="{one:.1f}" x2="{one:.1f}" y1="30" y2="{height - 6}"/>')
        return "\n".join([*lines, "</svg>", ""])


def read_charts(results: str) -> list[Chart]:
    """The tables of a page of results. Raises ValueError where a section has none."""
    charts = []
    for section in results.split("\n## ")[1:]:
        title, _, rest = section.partition("\n")
        bars = tuple(Bar(name.strip(), float(multiple)) for name, multiple in _ROW.findall(rest))
        if not bars:
            raise ValueError(f"no table under {title!r}")
        charts.append(Chart(title, bars))
    return charts


def main() -> None:
    """Writes the images, and removes those of tables that are gone."""
    charts = read_charts(RESULTS.read_text(encoding="utf-8"))
    for chart in charts:
        (IMAGES / chart.file).write_text(chart.svg(), encoding="utf-8")
    for image in IMAGES.glob("bench-*.svg"):
        if image.name not in {chart.file for chart in charts}:
            image.unlink()


if __name__ == "__main__":
    main()
