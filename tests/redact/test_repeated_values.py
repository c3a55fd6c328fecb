"""Values that were replaced are found again as whole cells, also where a text begins and ends."""

import pytest

from nbguard.redact.repeated_values import Echoes


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Miller,a\nb,Miller", [(0, 6), (11, 17)]),
        ("a,Miller\r\nMiller\r\n", [(2, 8), (10, 16)]),
        ("Miller", [(0, 6)]),
        ('"Miller"', [(1, 7)]),
        ("Miller said", []),
        ("said Miller", []),
        ("Millers,a", []),
    ],
)
def test_a_cell_at_an_end_of_the_text_is_a_whole_one(text: str, places: list[tuple[int, int]]) -> None:
    echoes = Echoes()
    echoes.learn("last_name", "Miller")
    assert [(start, end) for _, start, end in echoes.find(text)] == places
    assert list(echoes.find(text, weak=False)) == []
