"""The pieces in which names and values of a long text are read: no name or value is cut by where a piece ends."""

from __future__ import annotations

import pytest

from nbguard.detect.credentials.pair_windows import windows
from tests.fake_tokens import ALPHANUMERIC, FakeTokens


@pytest.mark.parametrize("gap", [0, 250, 400, 640, 660, 680, 700, 720, 960, 990, 1_010, 1_400])
def test_each_value_of_long_code_stands_in_a_piece_with_its_name(gap: int) -> None:
    fake = FakeTokens(gap)
    filler = "f(x);\n" * (gap // 6)
    lines = [f"{filler}  oauth_token: '{fake.of(ALPHANUMERIC, 40)}',\n" for _ in range(40)]
    text = "x();\n" * 700 + "".join(lines)
    pieces = list(windows(text, "a.js"))
    assert all(text.startswith(piece, base) for piece, base in pieces)
    for line in lines:
        assert any(line.lstrip("f(x);\n") in piece for piece, _ in pieces)
