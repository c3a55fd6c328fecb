"""A value in pieces reads as one, and each of its characters leads back to where it is written."""

from __future__ import annotations

import pytest

from nbguard.documents.structure.joined_text import has_joined_value, read_joined

V = "q7Zk-2LxP9mTb4RwN"
HEAD, TAIL = V[:6], V[6:]

# Texts in which the value is written in pieces or with escapes; ⟦…⟧ around each stretch that says one character in
# several, whose character stands behind the bar.
PIECES = [
    f'x = "{HEAD}" + "{TAIL}"',
    f"x = '{HEAD}' '{TAIL}'",
    f'x = "{HEAD}" .. "{TAIL}"',
    f"x = '{HEAD}' . '{TAIL}';",
    f'x = "{HEAD}" & "{TAIL}"',
    f"x := '{HEAD}' || '{TAIL}'",
    f'x = "{HEAD}" <> "{TAIL}"',
    f'x = "{HEAD}".concat("{TAIL}")',
    f'x = ("{HEAD}"\n     "{TAIL}")',
    f'x = "{HEAD}" +\n    "{TAIL}"',
    f'x = "{HEAD}" \\\n    "{TAIL}"',
    f'x = "{HEAD}"  # the first half\n    b"{TAIL}"',
    f"x = \"{HEAD}\" + '{TAIL}'",
    f'x = "".join(["{HEAD}", "{TAIL}"])',
    f"x = ''.join(('{HEAD}', '{TAIL}'))",
    f'x = "%s%s" % ("{HEAD}", "{TAIL}")',
    f'x = "{{}}{{}}".format("{HEAD}", "{TAIL}")',
    f"x = ['{HEAD}', '{TAIL}'].join('')",
    f"x = [`{HEAD}`, `{TAIL}`].join(``)".replace("`", '"'),
]
ESCAPES = ["\\x2d", "\\u002d", "\\u{2d}", "\\u{00002D}", "\\U0000002d", "\\055", "&#45;", "&#x2d;", "&#x2D;"]


def texts() -> list[str]:
    escaped = [f'x = "{V.replace("-", escape)}"' for escape in ESCAPES]
    return [*PIECES, *escaped, f"https://lab.net/?key={V.replace('-', '%2D')}"]


@pytest.mark.parametrize("text", texts())
@pytest.mark.parametrize("before", [0, 3, 60])
def test_it_reads_as_one_with_the_way_back(text: str, before: int) -> None:
    """Also far behind other lines, and with the like of it far behind."""
    lead = "one line of words\n" * before
    whole = f"{lead}{text}\n" + "more of it\n" * 200 + text
    assert has_joined_value(whole)
    found = list(read_joined(whole))
    assert len(found) == 2
    for piece, at in zip(found, (len(lead), len(whole) - len(text)), strict=True):
        mapped = piece.mapped
        assert mapped.text.count(V) == 1
        start = mapped.text.index(V)
        for number, character in enumerate(V):
            first = piece.base + mapped.origin(start + number)
            last = piece.base + mapped.origin_of_end(start + number + 1)
            written = whole[first:last]
            assert at <= first < last <= at + len(text)
            assert written == character or (character == "-" and written in (*ESCAPES, "%2D"))


def test_two_that_stand_near_each_other_are_one_piece() -> None:
    text = f"{PIECES[0]}\n{PIECES[1]}\n"
    (piece,) = read_joined(text)
    assert piece.mapped.text.count(V) == 2
    assert piece.base == 0


def test_each_place_is_in_one_piece_alone() -> None:
    """However far apart they stand, no two pieces overlap, and each value is whole in one."""
    for gap in range(300, 1900, 50):
        text = f"{PIECES[0]}\n{'x' * 40} \n" + " word" * (gap // 5) + f"\n{PIECES[0]}\n"
        found = list(read_joined(text))
        assert sum(piece.mapped.text.count(V) for piece in found) == 2
        ends = [piece.base + piece.mapped.ends[-1] for piece in found]
        assert all(end <= later.base for end, later in zip(ends, found[1:], strict=False))


@pytest.mark.parametrize(
    "text",
    [
        f'x = "{HEAD}", "{TAIL}"',
        f'x = "{HEAD}" - "{TAIL}"',
        f'x = "{V}"',
        'x = "word" + "another"',
        'x = "aaaa1111" + "aaaa1111"',
        'x = "q7" + "Zk"',
        f'x = "{HEAD}" + name + "{TAIL}"',
        f'x = "{V.replace("-", "%2D")}"',
        f'x = "{V.replace("-", "&45;")}"',
        f"a `{HEAD}` `{TAIL}` b",
        "",
    ],
)
def test_what_joins_nothing_is_no_joined_value(text: str) -> None:
    assert not has_joined_value(text)
    assert list(read_joined(text)) == []
