"""Protects the span reader: every value it names is exactly the bytes between its offsets."""

import json

import pytest

from nbguard.documents.decode import decode
from nbguard.documents.notebook import read_notebook
from nbguard.documents.notebook_parts import is_picture
from nbguard.documents.reading import open_document
from nbguard.errors import UnreadableError
from tests.notebook_builder import as_bytes, code, error, markdown, notebook, result, stream

NOTEBOOK = notebook(
    code(
        "x = 1\nprint('é')\n",
        stream("one\ntwo\n"),
        result(text__plain=["a\n", "b"], text__html="<b>é</b>", image__png="iVBORw0KGgo="),
        error("ValueError", "bad", "\x1b[31mframe 1\x1b[0m", "frame 2"),
        papermill={"parameters": {"token": 'a "quoted" value'}},
    ),
    markdown("# Title\n"),
    author={"name": "Ada"},
    widgets={"application/vnd.jupyter.widget-state+json": {"state": {"m1": {"state": {"value": "typed"}}}}},
)
NOTEBOOK["cells"][1]["attachments"] = {"a.txt": {"text/plain": "attached"}, "b.png": {"image/png": "AAAA"}}


def fields_of(raw, path="a.ipynb"):
    document = open_document(path, raw)
    return [field for part in document.parts for field in decode(document, part)]


@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_every_part_is_the_json_value_between_its_offsets(indent, ascii_only, bom, newline):
    raw = bom + as_bytes(NOTEBOOK, indent, ascii_only).replace(b"\n", newline)
    document = open_document("a.ipynb", raw)
    assert document.problem == ""
    for part in document.parts:
        value = json.loads(raw[part.start : part.end])
        decoded = list(decode(document, part))
        if part.form == "lines":
            assert [field.text for field in decoded] == ["".join(value)]
        elif part.form == "frames":
            assert [field.text for field in decoded] == ["\n".join(value)]
        elif part.form == "string":
            assert [field.text for field in decoded] == [value]


def test_fields_say_where_they_are():
    places = {(f.part.where, f.part.path): f.text for f in fields_of(as_bytes(NOTEBOOK))}
    assert places["source", "source"] in ("x = 1\nprint('é')\n", "# Title\n")
    assert places["output", "outputs[0].text"] == "one\ntwo\n"
    assert places["output", "outputs[1].data.text/plain"] == "a\nb"
    assert places["output", "outputs[1].data.text/html"] == "<b>é</b>"
    assert places["traceback", "outputs[2].traceback"] == "\x1b[31mframe 1\x1b[0m\nframe 2"
    assert places["metadata", "metadata.papermill.parameters.token"] == 'a "quoted" value'
    assert places["metadata", "metadata.author.name"] == "Ada"
    assert places["attachment", "attachments.a.txt.text/plain"] == "attached"
    assert "typed" in [text for (where, _), text in places.items() if where == "widget"]


def test_pictures_are_no_text_but_svg_is():
    assert is_picture("image/png")
    assert is_picture("application/pdf")
    assert not is_picture("image/svg+xml")
    texts = [field.text for field in fields_of(as_bytes(NOTEBOOK))]
    assert "iVBORw0KGgo=" not in texts
    assert "AAAA" not in texts


def test_the_nearest_key_comes_with_a_string_in_json():
    keys = {field.part.path: field.key for field in fields_of(as_bytes(NOTEBOOK))}
    assert keys["metadata.papermill.parameters.token"] == "token"


def test_cells_are_numbered_and_named():
    cells = [node.cell for node in read_notebook(as_bytes(NOTEBOOK)).cells]
    assert [(cell.number, cell.id, cell.type) for cell in cells] == [
        (0, "cell0000", "code"),
        (1, "cell0001", "markdown"),
    ]


def test_language_comes_from_the_kernel():
    assert read_notebook(as_bytes(notebook(code("1"), language="julia"))).language == "julia"
    assert read_notebook(as_bytes(notebook(code("1"), language="python3"))).language == "python"
    assert read_notebook(b'{"cells": [], "nbformat": 4}').language == "python"


@pytest.mark.parametrize("major", [2, 3])
def test_old_formats_are_read(major):
    cell = {
        "cell_type": "code",
        "language": "python",
        "input": ["a = 1\n", "b"],
        "prompt_number": 1,
        "outputs": [
            {"output_type": "stream", "stream": "stdout", "text": ["seen\n"]},
            {"output_type": "pyout", "prompt_number": 1, "text": "out", "html": "<i>h</i>", "png": "AAAA"},
            {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": ["t1", "t2"]},
        ],
    }
    raw = json.dumps({"worksheets": [{"cells": [cell]}], "metadata": {}, "nbformat": major}).encode()
    found = {(f.part.where, f.text) for f in fields_of(raw)}
    assert {("source", "a = 1\nb"), ("output", "seen\n"), ("output", "out"), ("traceback", "t1\nt2")} <= found
    assert ("output", "<i>h</i>") in found
    assert all(text != "AAAA" for _, text in found)
    assert read_notebook(raw).nbformat == major


def test_duplicate_keys_are_all_seen():
    """A parser that keeps the last of two equal keys would hide what stands in the first."""
    raw = b'{"cells": [{"cell_type": "code", "source": "first", "source": "second"}], "nbformat": 4}'
    assert [field.text for field in fields_of(raw)] == ["first", "second"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"cells": [', "not valid JSON"),
        (b'{"cells": [{"source": "no end', "a string doesn't end"),
        (b'{"cells": []} x', "more text after the end"),
        (b"[]", "it is a list, not an object"),
        (b"{}", "not a notebook"),
        (b'{"metadata": {}}', "not a notebook"),
        (b'{"cells": 5}', "an array is missing"),
        (b'{"cells": ["x"]}', "an object is missing"),
        (b'{"cells": [{"outputs": [1]}]}', "an object is missing"),
    ],
)
def test_what_is_no_notebook_says_why(raw, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_notebook(raw)


def test_the_line_of_a_mistake_is_named():
    with pytest.raises(UnreadableError, match=r"line 3"):
        read_notebook(b'{\n"cells": [],\n"metadata": oops}')


def test_a_broken_notebook_is_still_read_as_text():
    document = open_document("a.ipynb", b'{"cells": [ "DEV-')
    assert document.kind == "text"
    assert "not valid JSON" in document.problem
    assert [f.text for part in document.parts for f in decode(document, part)] == ['{"cells": [ "DEV-']


@pytest.mark.parametrize("raw", [b"", b"  \n"])
def test_an_empty_notebook_has_nothing_in_it(raw):
    document = open_document("a.ipynb", raw)
    assert (document.kind, document.parts, document.problem) == ("notebook", (), "")


def test_nan_and_infinity_are_accepted():
    raw = b'{"cells": [], "metadata": {"a": NaN, "b": -Infinity}, "nbformat": 4}'
    assert open_document("a.ipynb", raw).problem == ""


def test_deep_nesting_is_a_stated_reason_and_no_crash():
    raw = b'{"cells": [], "metadata": {"a": ' + b"[" * 200_000 + b"]" * 200_000 + b'}, "nbformat": 4}'
    assert open_document("a.ipynb", raw).problem.startswith("not valid JSON: nested too deep")


def test_lone_surrogates_and_invalid_utf8_are_kept_apart_from_text():
    raw = b'{"cells": [{"cell_type": "code", "source": "a\\ud800b \xff c"}], "nbformat": 4}'
    assert [field.text for field in fields_of(raw)] == ["a\ud800b \udcff c"]


def test_lists_with_other_things_than_text_are_walked():
    raw = b'{"cells": [{"cell_type": "code", "source": ["a", 1, ["b"]]}], "nbformat": 4}'
    assert [field.text for field in fields_of(raw)] == ["a", "b"]


def test_a_hundred_megabyte_output_is_passed_over_quickly():
    """A picture of 100 MB costs a search for its closing quote, not a decoded copy."""
    raw = as_bytes(notebook(code("x", result(image__png="A" * 100_000_000))))
    picture = read_notebook(raw).cells[0].outputs[0].data[0]
    assert picture.end - picture.start == 100_000_002


def test_reprs_show_no_content():
    document = open_document("a.ipynb", as_bytes(notebook(code("hush = 'secret value'"))))
    field = next(f for part in document.parts for f in decode(document, part))
    assert "hush" not in repr(document) + repr(field) + str(field)
