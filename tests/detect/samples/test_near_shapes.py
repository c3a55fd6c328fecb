"""Values by the shapes they hold: the same ones are found in a column of them as in a long text with few."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.samples.hits import near_shapes

_SHAPES = bytes.maketrans(b"123456789-", b"000000000 ")
_NEEDLES = (b"0" * 12, b"0000 0000")
_PATTERN = re.compile(r"\d(?<!\d\d)(?:[ -]?\d){11,18}(?!\w)")
_PROSE = "no number is in here, " * 4_000


def _found(text: str) -> list[str]:
    shapes = text.encode().translate(_SHAPES)
    return [found.group() for found in near_shapes(shapes, _NEEDLES, _PATTERN, text)]


@given(st.text("1234 -,\n", max_size=300))
def test_many_places_are_searched_as_few_are(text: str) -> None:
    found = [*_found(f"{text}\n4000 0000 0000")]
    assert found == _found(f"{text}\n4000 0000 0000\n{_PROSE}")
    assert found
