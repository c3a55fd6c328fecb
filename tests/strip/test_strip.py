"""What stripping takes out, what it leaves, and that it touches nothing else."""

import json

import pytest

from nbguard.errors import UnreadableError
from nbguard.strip.options import StripOptions
from nbguard.strip.strip_bytes import find_volatile, strip
from tests.notebook_builder import as_bytes, code, error, markdown, notebook, result, stream


def _cells(raw: bytes) -> list[dict]:
    return json.loads(raw)["cells"]


def test_outputs_counts_and_volatile_metadata_go_and_everything_else_stays_byte_for_byte() -> None:
    raw = (
        b'{\r\n  "nbformat": 4, "cells" : [\r\n'
        b'   {"cell_type": "code", "id": "a1", "execution_count" : 12 , "source": ["1\\u002b1"],\r\n'
        b'    "metadata": {"scrolled": true , "tags": ["x"],\t"collapsed": false },\r\n'
        b'    "outputs": [ {"output_type": "stream", "name": "stdout", "text": "2"} ] }\r\n'
        b' ],\r\n "metadata": {"widgets": {"a": 1}}, "nbformat_minor": 5}'
    )
    assert strip(raw) == (
        b'{\r\n  "nbformat": 4, "cells" : [\r\n'
        b'   {"cell_type": "code", "id": "a1", "execution_count" : null , "source": ["1\\u002b1"],\r\n'
        b'    "metadata": {"tags": ["x"] },\r\n'
        b'    "outputs": [] }\r\n'
        b' ],\r\n "metadata": {}, "nbformat_minor": 5}'
    )


def test_a_clean_notebook_comes_back_as_the_same_object() -> None:
    raw = as_bytes(notebook(code("x = 1", count=None), markdown("text")))
    assert strip(raw) is raw
    assert find_volatile(raw) == []


def test_check_names_cell_and_reason_once_each_in_file_order() -> None:
    raw = as_bytes(notebook(markdown("#"), code("1", result(text__plain="1"), collapsed=True), widgets={"state": {}}))
    assert [str(volatile) for volatile in find_volatile(raw)] == [
        "cell 2: execution count",
        "cell 2: metadata collapsed",
        "cell 2: outputs",
        "notebook: metadata widgets",
    ]


@pytest.mark.parametrize(
    "marks", [{"tags": ["keep_output"]}, {"keep_output": True}, {"init_cell": True}, {"tags": ["a", "keep_output"]}]
)
def test_a_marked_cell_keeps_its_outputs_but_not_their_counts(marks: dict) -> None:
    raw = as_bytes(notebook(code("1", result(7, text__plain="1"), **marks), code("2", stream("2"))))
    kept, gone = _cells(strip(raw))
    assert kept["outputs"][0]["data"] == {"text/plain": "1"}
    assert kept["outputs"][0]["execution_count"] is None
    assert gone["outputs"] == []


def test_markers_that_contradict_each_other_are_an_error_that_names_the_cell() -> None:
    raw = as_bytes(notebook(markdown("#"), code("1", stream("1"), keep_output=False, tags=["keep_output"])))
    with pytest.raises(UnreadableError, match=r"cell 2: .*keep_output"):
        strip(raw)


def test_the_notebook_may_keep_all_outputs_and_a_cell_may_object() -> None:
    raw = as_bytes(notebook(code("1", stream("1")), code("2", stream("2"), keep_output=False), keep_output=True))
    first, second = _cells(strip(raw))
    assert first["outputs"]
    assert not second["outputs"]
    assert not _cells(strip(raw, StripOptions(keep_output=False)))[0]["outputs"]


def test_init_cells_are_stripped_on_demand() -> None:
    raw = as_bytes(notebook(code("1", stream("1"), init_cell=True)))
    assert not _cells(strip(raw, StripOptions(strip_init_cells=True)))[0]["outputs"]


def test_outputs_can_be_kept_and_dropped_by_type() -> None:
    raw = as_bytes(notebook(code("1", stream("out"), stream("err", "stderr"), error("E", "e"))))

    def texts(**options: object) -> list[str]:
        outputs = _cells(strip(raw, StripOptions(**options)))[0]["outputs"]  # type: ignore[arg-type]
        return [output.get("name", output["output_type"]) for output in outputs]

    assert texts(keep_output_types=("error",)) == ["error"]
    assert texts(keep_output_types=("stream:stderr",)) == ["stderr"]
    assert texts(keep_output_types=("stream",), drop_output_types=("stream:stderr",)) == ["stdout"]
    assert texts(keep_output=True, drop_output_types=("error",)) == ["stdout", "stderr"]
    assert texts(keep_output=True, drop_output_types=("error", "stream")) == []


def test_small_outputs_are_kept_up_to_the_size_in_characters() -> None:
    raw = as_bytes(notebook(code("1", stream("x" * 10), stream("é" * 11))))
    # stream + stdout + text
    outputs = _cells(strip(raw, StripOptions(max_size=len("stream" + "stdout") + 10)))[0]["outputs"]
    assert [output["text"] for output in outputs] == [["x" * 10]]


def test_pictures_count_in_full_towards_the_size() -> None:
    raw = as_bytes(notebook(code("1", result(image__png="A" * 5000, text__plain="fig"))))
    assert _cells(strip(raw, StripOptions(max_size=4000)))[0]["outputs"] == []
    assert _cells(strip(raw, StripOptions(max_size=6000)))[0]["outputs"]


def test_empty_and_tagged_cells_are_dropped_with_their_commas() -> None:
    raw = as_bytes(notebook(code(""), code("1"), markdown(" \n"), code("2", tags=["aa"]), code("3", tags=["bb"])))
    options = StripOptions(drop_empty_cells=True, drop_tagged_cells=("aa", "bb"))
    stripped = strip(raw, options)
    assert [cell["source"] for cell in _cells(stripped)] == [["1"]]
    assert stripped == as_bytes(
        {**json.loads(raw), "cells": [{**json.loads(raw)["cells"][1], "execution_count": None}]}
    )
    everything = strip(as_bytes(notebook(code(""), code(""))), options)
    assert _cells(everything) == []


def test_ids_are_numbered_on_demand_and_kept_otherwise() -> None:
    raw = as_bytes(notebook(code(""), code("1"), markdown("2")))
    assert [cell["id"] for cell in _cells(strip(raw))] == ["cell0000", "cell0001", "cell0002"]
    renumbered = strip(raw, StripOptions(keep_id=False, drop_empty_cells=True))
    assert [cell["id"] for cell in _cells(renumbered)] == ["0", "1"]


def test_keys_may_hold_dots_and_reach_into_objects_and_a_star_is_every_key() -> None:
    raw = as_bytes(
        notebook(
            code("1", **{"a.b": 1, "a": {"b": 2, "c": 3}, "tags": ["t"], "café": 1}),
            colab={"user": {"name": "x"}, "toc": 1},
        )
    )
    keys = ("cell.metadata.a.b", "metadata.colab.user", "cell.metadata.café")
    stripped = json.loads(strip(raw, StripOptions(extra_keys=keys)))
    assert stripped["cells"][0]["metadata"] == {"a": {"c": 3}, "tags": ["t"]}
    assert stripped["metadata"]["colab"] == {"toc": 1}
    stars = StripOptions(extra_keys=("cell.metadata.*", "metadata.*"), keep_metadata_keys=("cell.metadata.tags",))
    stripped = json.loads(strip(raw, stars))
    assert stripped["cells"][0]["metadata"] == {"tags": ["t"]}
    assert stripped["metadata"] == {}


def test_volatile_keys_can_be_kept() -> None:
    raw = as_bytes(notebook(code("1", scrolled=True, collapsed=True, count=None)))
    kept = StripOptions(keep_metadata_keys=("cell.metadata.scrolled",))
    assert _cells(strip(raw, kept))[0]["metadata"] == {"scrolled": True}


def test_cell_members_besides_metadata_can_be_stripped() -> None:
    cell = {**markdown("![](attachment:a.png)"), "attachments": {"a.png": {"image/png": "A" * 600}}}
    assert (
        "attachments" not in _cells(strip(as_bytes(notebook(cell)), StripOptions(extra_keys=("cell.attachments",))))[0]
    )


def test_nbformat_3_with_worksheets_is_stripped() -> None:
    cell = {
        "cell_type": "code", "collapsed": False, "input": ["1"], "language": "python", "metadata": {},
        "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": ["1"]}], "prompt_number": 1,
    }  # fmt: skip
    sheets = [{"cells": [cell], "metadata": {}}, {"cells": [], "metadata": {}}, {"cells": [cell]}]
    raw = as_bytes({"metadata": {"name": "", "signature": "sha256:1"}, "nbformat": 3, "worksheets": sheets})
    stripped = json.loads(strip(raw))
    assert stripped["metadata"] == {"name": ""}
    for number in (0, 2):
        assert stripped["worksheets"][number]["cells"] == [{**cell, "outputs": [], "prompt_number": None}]


@pytest.mark.parametrize("value", ["[ ]", "[\n    ]", "[]"])
def test_empty_outputs_keep_their_white_space(value: str) -> None:
    raw = b'{"cells": [{"cell_type": "code", "outputs": %s}], "nbformat": 4}' % value.encode()
    assert strip(raw) is raw


def test_of_duplicate_keys_every_one_is_treated() -> None:
    raw = b'{"cells": [{"outputs": [1], "outputs": [2], "metadata": {"collapsed": 1, "collapsed": 2}}]}'
    assert strip(raw) == b'{"cells": [{"outputs": [], "outputs": [], "metadata": {}}]}'


def test_outputs_that_are_no_list_hide_nothing() -> None:
    assert strip(b'{"cells": [{"outputs": {"text": "x"}}]}') == b'{"cells": [{"outputs": []}]}'


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"cells": [\n{"outputs": [}]}', r"not valid JSON: .*line 2"),
        (b'{"cells": []} x', "more text after the end"),
        (b'{"nbformat": 4}', "no cells"),
        (b"[]", "it is a list, not an object"),
        (b'{"cells": [' + b'{"metadata":' + b"[" * 100_000, "nested too deep"),
        (b'{"cells": [{"source": "x}]}', "line 1"),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        strip(raw)


def test_the_line_of_an_error_counts_the_lines_of_the_file_with_pictures_in() -> None:
    raw = b'{"cells": [\n{"outputs": [{"data": {"image/png": "' + b"A" * 1000 + b'"\n}}]\n!}'
    with pytest.raises(UnreadableError, match="line 4"):
        strip(raw)


@pytest.mark.parametrize("raw", [b"", b" \n"])
def test_an_empty_file_is_left_alone(raw: bytes) -> None:
    assert strip(raw) is raw


def test_a_quote_before_a_picture_key_does_not_mislead_the_reader() -> None:
    payload = b'\\"image/png\\": \\"' + b"A" * 600
    raw = b'{"cells": [{"source": "%s", "outputs": [{"data": {"image/png": "%s\\\\"}}]}]}' % (payload, b"B" * 600)
    assert strip(raw) == b'{"cells": [{"source": "%s", "outputs": []}]}' % payload


def test_a_star_leaves_markers_that_keep_outputs_and_a_marker_stripped_by_name_does_not_count() -> None:
    cells = [code(str(number), stream("1"), **marks) for number, marks in enumerate([
        {"keep_output": True, "a": 1}, {"tags": ["keep_output"], "a": 1}, {"init_cell": True, "a": 1}, {"tags": ["a"]},
    ])]  # fmt: skip
    raw = as_bytes(notebook(*cells))
    stripped = _cells(strip(raw, StripOptions(extra_keys=("cell.metadata.*",))))
    assert [cell["metadata"] for cell in stripped] == [
        {"keep_output": True}, {"tags": ["keep_output"]}, {"init_cell": True}, {}
    ]  # fmt: skip
    assert [bool(cell["outputs"]) for cell in stripped] == [True, True, True, False]
    by_name = _cells(strip(raw, StripOptions(extra_keys=("cell.metadata.keep_output",))))
    assert [bool(cell["outputs"]) for cell in by_name] == [False, True, True, False]


def test_results_of_zeppelin_notes_go() -> None:
    raw = (
        b'{\n "paragraphs": [\n  {"text": "1", "results": {"code": "SUCCESS"} },\n  {"results": {}}\n ],\n "name": "n"}'
    )
    assert strip(raw) == raw.replace(b'{"code": "SUCCESS"}', b"{}")
    assert [str(volatile) for volatile in find_volatile(raw)] == ["cell 1: results"]
    assert strip(strip(raw)) == strip(raw)
