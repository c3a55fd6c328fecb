"""What must hold of stripping whatever the notebook: checked against a removal on parsed JSON, written apart."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.errors import UnreadableError
from nbguard.strip.options import DEFAULT, StripOptions
from nbguard.strip.outline import read_outline
from nbguard.strip.removal import find_removals
from nbguard.strip.strip_bytes import find_volatile, strip
from tests.strip.written_notebooks import Pairs, read_pairs, written

_VOLATILE_IN_CELLS = {"collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled"}
_VOLATILE_IN_NOTEBOOKS = {"signature", "widgets"}
_COUNTS = ("execution_count", "prompt_number")


def _reference(value: Any) -> Any:
    """The removal on parsed JSON: by the description in nbstripout's documentation, not by our code."""
    return Pairs((key, _reference_member(key, inner)) for key, inner in value)


def _reference_member(key: str, value: Any) -> Any:
    if key == "metadata" and isinstance(value, Pairs):
        return Pairs(pair for pair in value if pair[0] not in _VOLATILE_IN_NOTEBOOKS)
    if key == "cells":
        return [_reference_cell(cell) for cell in value]
    if key == "worksheets":
        return [Pairs((k, [_reference_cell(c) for c in v] if k == "cells" else v) for k, v in sheet) for sheet in value]
    return value


def _reference_cell(cell: Pairs) -> Pairs:
    metadata = next((dict(value) for key, value in cell if key == "metadata"), {})
    keep = "keep_output" in (metadata.get("tags") or ())
    if "keep_output" in metadata:
        keep = bool(metadata["keep_output"])
    if "init_cell" in metadata:
        keep = bool(metadata["init_cell"])
    after = Pairs()
    for key, value in cell:
        if key == "outputs" and value is not None and value != Pairs():
            value = [_without_counts(output) for output in value] if keep and type(value) is list else []
        elif key in _COUNTS:
            value = None
        elif key == "metadata":
            value = Pairs(pair for pair in value if pair[0] not in _VOLATILE_IN_CELLS)
        after.append((key, value))
    return after


def _without_counts(output: Any) -> Any:
    if not isinstance(output, Pairs):
        return output
    return Pairs((key, None if key in _COUNTS else value) for key, value in output)


@settings(max_examples=100, deadline=None)
@given(written())
def test_the_result_parses_to_the_reference_removal(raw: bytes) -> None:
    assert read_pairs(strip(raw)) == _reference(read_pairs(raw))


@settings(max_examples=100, deadline=None)
@given(written())
def test_stripping_twice_changes_nothing_more(raw: bytes) -> None:
    once = strip(raw)
    assert strip(once) is once
    assert find_volatile(once) == []
    assert bool(find_volatile(raw)) == (once is not raw)


@settings(max_examples=100, deadline=None)
@given(written())
def test_every_byte_outside_of_what_is_removed_stays(raw: bytes) -> None:
    outline = read_outline(raw)
    edits = sorted((removal.edit for removal in find_removals(outline, DEFAULT)), key=lambda edit: edit.start)
    stripped, at, there = strip(raw), 0, 0
    for edit in edits:
        start, end = outline.to_bytes(edit.start), outline.to_bytes(edit.end)
        assert edit.replacement in (b"", b"[]", b"null")
        assert raw[at:start] == stripped[there : there + start - at]
        there += start - at + len(edit.replacement)
        at = end
    assert raw[at:] == stripped[there:]


_OPTIONS = st.builds(
    StripOptions,
    keep_output=st.sampled_from([None, True, False]),
    keep_count=st.booleans(),
    keep_id=st.booleans(),
    extra_keys=st.lists(
        st.sampled_from(
            ["cell.metadata.*", "metadata.*", "cell.metadata.a", "cell.metadata.a.b", "cell.x", "cell.metadata.tags"]
        ),
        max_size=3,
    ).map(tuple),
    keep_metadata_keys=st.sampled_from([(), ("cell.metadata.tags", "metadata.kernelspec", "cell.metadata.hidden")]),
    drop_empty_cells=st.booleans(),
    drop_tagged_cells=st.sampled_from([(), ("keep_output",)]),
    strip_init_cells=st.booleans(),
    max_size=st.sampled_from([0, 20, 800]),
    drop_output_types=st.sampled_from([(), ("stream",), ("stream:stderr", "error")]),
    keep_output_types=st.sampled_from([(), ("execute_result",)]),
    blank_cells=st.booleans(),
    markers=st.booleans(),
    volatile_keys=st.just(DEFAULT.volatile_keys),
    strip_regex=st.just(""),
    normalize=st.just(False),
)


@settings(max_examples=100, deadline=None)
@given(written(), _OPTIONS)
def test_whatever_the_options_the_result_is_json_and_needs_no_second_pass(raw: bytes, options: StripOptions) -> None:
    once = strip(raw, options)
    read_pairs(once)
    assert strip(once, options) is once
    assert bool(find_volatile(raw, options)) == (once is not raw)


@settings(max_examples=100, deadline=None)
@given(written(), st.data())
def test_a_damaged_file_is_refused_or_stripped_but_never_crashes(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(at, min(len(raw), at + 3)))
    damaged = raw[:at] + data.draw(st.binary(max_size=3)) + raw[end:]
    with suppress(UnreadableError):
        strip(damaged)


@pytest.mark.parametrize("cut", [5, 40, 100])
def test_a_cut_file_is_refused(cut: int) -> None:
    raw = b'{"cells": [{"cell_type": "code", "outputs": [], "source": ["1\\n", "2"], "metadata": {"tags": ["a"]}}]}'
    with pytest.raises(UnreadableError, match="not valid JSON"):
        strip(raw[:cut])
