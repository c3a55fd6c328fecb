"""The charts show the tables of RESULTS.md, losses in a colour of their own."""

import xml.etree.ElementTree as ElementTree

import pytest

from benchmarks.charts import IMAGES, read_charts
from benchmarks.results import RESULTS

_TABLE = """\
# Measured

## Some <files>: 3 files, 1 MB

| | CPU | wall | CPU, ours is 1 |
|---|---|---|---|
| nbguard, credentials | 1.00 (0.90 to 1.10) | 2.00 (1.00 to 3.00) | 1.00 |
| slow | 2.00 (1.90 to 2.10) | 2.00 (1.00 to 3.00) | 2.00 |
| fast | 0.50 (0.40 to 0.60) | 2.00 (1.00 to 3.00) | 0.50 |
"""


def test_bars_are_as_long_as_the_figures_and_a_faster_peer_is_marked() -> None:
    (chart,) = read_charts(_TABLE)
    assert chart.file == "bench-some-files.svg"
    tree = ElementTree.fromstring(chart.svg())
    bars = [(one.get("class"), float(one.get("width", ""))) for one in tree.iter("{http://www.w3.org/2000/svg}rect")]
    assert [colour for colour, _ in bars] == ["ours", "slower", "faster"]
    assert bars[1][1] == pytest.approx(2 * bars[0][1], rel=0.01)
    assert bars[2][1] == pytest.approx(bars[0][1] / 2, rel=0.01)


def test_a_section_without_a_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="no table"):
        read_charts("# Measured\n\n## Empty: 0 files, 0 MB\n\nLosses: none.\n")


def test_the_images_in_the_docs_are_those_of_the_results() -> None:
    charts = {chart.file: chart.svg() for chart in read_charts(RESULTS.read_text(encoding="utf-8"))}
    assert charts
    assert {path.name: path.read_text(encoding="utf-8") for path in IMAGES.glob("bench-*.svg")} == charts
