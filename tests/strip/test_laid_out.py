"""The quick reader of cells laid out as nbformat does sees what the careful reader sees, and leaves it the rest."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.errors import UnreadableError
from nbguard.strip import outline as reading
from nbguard.strip.options import DEFAULT, StripOptions
from nbguard.strip.strip_bytes import find_volatile, strip
from tests.notebook_builder import code, error, markdown, notebook, result, stream

_OPTIONS = [
    DEFAULT,
    StripOptions(keep_output=True, drop_output_types=("error",)),
    StripOptions(drop_empty_cells=True, extra_keys=("cell.metadata.*",), keep_count=True),
]
_texts = st.text(st.sampled_from('a"\\{}[],:é\n \u2028😀'), max_size=12)
_outputs = st.lists(
    st.one_of(
        _texts.map(stream),
        _texts.map(lambda text: error("E", text)),
        st.integers(0, 900).map(lambda size: result(3, image__png="A" * size, text__plain="x")),
    ),
    max_size=3,
)
_metadata = st.dictionaries(
    st.sampled_from(["scrolled", "tags", "keep_output", "init_cell", "a.b"]),
    st.one_of(st.booleans(), st.just(["keep_output"]), st.just({})),
    max_size=2,
)
_code_cells = st.builds(
    lambda source, outputs, metadata, count: code(source, *outputs, count=count, **metadata),
    _texts, _outputs, _metadata, st.one_of(st.none(), st.integers(0, 10**6)),
)  # fmt: skip
_cells = st.lists(st.one_of(_code_cells, _texts.map(markdown)), max_size=6)
# What an edit by hand, a merge or a broken tool could put between the bytes.
_damage = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(
            ["", "\n", " ", '"', "{", "}", "],", ",", "\\", "0", "null", '\n   "outputs": [],', "\n  },\n  {"]
        ),
        st.integers(0, 4),
    ),
    max_size=2,
)


def _laid_out(cells: list[Any]) -> bytes:
    """As nbformat.v4.rwbase writes it."""
    text = json.dumps(notebook(*cells), ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _outcome(raw: bytes, options: StripOptions) -> object:
    try:
        return strip(raw, options), find_volatile(raw, options)
    except UnreadableError as error:
        return str(error)


@settings(max_examples=400, deadline=None)
@given(_cells, _damage, st.sampled_from(_OPTIONS))
def test_both_readers_come_to_the_same_whatever_the_damage(
    cells: list[Any], damage: list[tuple[float, str, int]], options: StripOptions
) -> None:
    raw = _laid_out(cells)
    for place, text, gone in damage:
        at = int(place * len(raw))
        raw = raw[:at] + text.encode() + raw[at + gone :]
    quick = _outcome(raw, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "read_laid_out", lambda _text, at, _cells: (at, False))
        careful = _outcome(raw, options)
    assert quick == careful


def test_cells_that_nbformat_wrote_are_read_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = _laid_out(
        [
            code("1", stream("x"), scrolled=True),
            markdown("#"),
            code("2", count=None),
            code("", result(1, text__plain="")),
        ]
    )
    monkeypatch.setattr(reading, "_read_lively", _fail)
    stripped = json.loads(strip(raw))
    assert [cell.get("outputs") for cell in stripped["cells"]] == [[], None, [], []]


def _fail(text: str, at: int) -> Any:
    raise AssertionError("a cell was left to the careful reader")


@pytest.mark.parametrize(
    "changed",
    [
        ('"metadata": {}', '"metadata":  {}'),
        ('"source"', '"s\\u006furce"'),
        ('"cell_type": "code",', '"attachments": {}, "cell_type": "code",'),
        ('"execution_count": 1', '"execution_count": 01'),
        ('"execution_count": 1', '"execution_count": 1.5'),
        ("\n  }", "\n  } "),
        ("\n  },\n  {", "\n  }\n  {"),
    ],
)
def test_what_is_laid_out_a_little_differently_comes_to_the_same(
    changed: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = _laid_out([code("1", stream("x"), count=1), code("2")])
    other = raw.decode().replace(*changed, 1).encode()
    assert other != raw
    quick = _outcome(other, DEFAULT)
    monkeypatch.setattr(reading, "read_laid_out", lambda _text, at, _cells: (at, False))
    assert quick == _outcome(other, DEFAULT)
