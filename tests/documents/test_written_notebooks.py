"""Each text of a notebook that follows the format has its part: where it stands, in which cell, by which way, as what.

What is right comes from the format (https://nbformat.readthedocs.io/en/latest/format_description.html) and from the
data that was written.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.decode import decode
from nbguard.documents.fields import SHORTEST_NAME, Cell, Document
from nbguard.documents.reading import open_document

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXTS = st.text(st.sampled_from('aZ09 "\\\n\té漢😀{}[],:'), min_size=1, max_size=12)
LINES = st.one_of(TEXTS, TEXTS.map(lambda text: text.splitlines(keepends=True)))
NAMES = st.sampled_from(["tags", "note", "x.y", "a b", "papermill"])
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(0, 99), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=2)),
    max_leaves=5,
)
METADATA = st.dictionaries(st.one_of(NAMES, st.just("widgets")), VALUES, max_size=3)
MIMES = st.sampled_from(["text/plain", "text/html", "application/vnd.jupyter.widget-view+json", "image/svg+xml"])
DATA = st.dictionaries(MIMES, LINES, min_size=1, max_size=3)
ATTACHMENTS = st.dictionaries(st.sampled_from(["a.txt", "b.c"]), st.dictionaries(MIMES, LINES, max_size=2))
OUTPUTS = st.one_of(
    st.fixed_dictionaries({"output_type": st.just("stream"), "name": st.just("stdout"), "text": LINES}),
    st.fixed_dictionaries(
        {"output_type": st.just("display_data"), "data": DATA, "metadata": METADATA}, optional={"transient": VALUES}
    ),
    st.fixed_dictionaries(
        {
            "output_type": st.just("error"), "ename": TEXTS, "evalue": TEXTS,
            "traceback": st.lists(TEXTS, min_size=1, max_size=3),
        }
    ),
)  # fmt: skip
CELLS = st.one_of(
    st.fixed_dictionaries(
        {
            "cell_type": st.just("code"), "execution_count": st.one_of(st.none(), st.integers(1, 9)),
            "metadata": METADATA, "outputs": st.lists(OUTPUTS, max_size=3), "source": LINES,
        }
    ),
    st.fixed_dictionaries(
        {"cell_type": st.sampled_from(["markdown", "raw", "heading"]), "metadata": METADATA, "source": LINES},
        optional={
            "attachments": ATTACHMENTS,
            "other": VALUES,
        },
    ),
)  # fmt: skip
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.lists(CELLS, min_size=1, max_size=3), "metadata": METADATA, "nbformat": st.just(4)},
    optional={"nbformat_minor": st.just(5), "extra": VALUES},
)
LANGUAGES = st.sampled_from(["python", "julia", ""])

# Where, cell, path, MIME type, the nearest key, text.
Told = tuple[str, Cell | None, str, str, str, str]


def strings_in(value: Any, where: str, cell: Cell | None, path: str, key: str) -> Iterator[Told]:
    if isinstance(value, str) and value:
        yield where, cell, path, "application/json", key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strings_in(inner, where, cell, f"{path}.{name}", name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from strings_in(inner, where, cell, f"{path}[{number}]", key)


def metadata_of(value: dict[str, Any], cell: Cell | None, above: str = "") -> Iterator[Told]:
    for name, inner in value.items():
        where = "widget" if name == "widgets" else "metadata"
        path = f"{above}metadata.{name}"
        # The nearest key of a list at the top is the last step of the way to it.
        yield from strings_in(inner, where, cell, path, path.rpartition(".")[2])


def joined(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def payloads(data: dict[str, Any], where: str, cell: Cell, path: str) -> Iterator[Told]:
    for mime, text in data.items():
        kind = "widget" if where == "output" and mime.startswith("application/vnd.jupyter.widget") else where
        yield kind, cell, f"{path}.{mime}", mime, "", joined(text)


def texts_of(made: dict[str, Any], language: str) -> Iterator[Told]:
    """What stands in a notebook, by the format's own words."""
    yield from metadata_of(made["metadata"], None)
    yield from strings_in(made.get("extra"), "metadata", None, "extra", "extra")
    for number, one in enumerate(made["cells"]):
        cell = Cell(number, one.get("id"), one["cell_type"])
        mimes = {"code": f"text/x-{language or 'python'}", "raw": "text/plain"}
        yield "source", cell, "source", mimes.get(cell.type, "text/markdown"), "", joined(one["source"])
        yield from metadata_of(one["metadata"], cell)
        yield from strings_in(one.get("other"), "metadata", cell, "other", "other")
        for name, data in one.get("attachments", {}).items():
            yield from payloads(data, "attachment", cell, f"attachments.{name}")
        for count, output in enumerate(one.get("outputs", ())):
            path = f"outputs[{count}]"
            if output["output_type"] == "stream":
                yield "output", cell, f"{path}.text", "text/plain", "", joined(output["text"])
            elif output["output_type"] == "error":
                for name in ("ename", "evalue"):
                    yield "traceback", cell, f"{path}.{name}", "text/plain", "", output[name]
                yield "traceback", cell, f"{path}.traceback", "text/plain", "", "\n".join(output["traceback"])
            else:
                yield from payloads(output["data"], "output", cell, f"{path}.data")
                yield from metadata_of(output["metadata"], cell, f"{path}.")
                transient = f"{path}.transient"
                yield from strings_in(output.get("transient"), "output", cell, transient, "transient")


def told(document: Document) -> list[Told]:
    return [
        (part.where, part.cell, field.part.path, part.mime, field.key, field.text)
        for part in document.parts
        for field in decode(document, part)
        if field.text
    ]


def whole(made: dict[str, Any], language: str, ids: bool) -> dict[str, Any]:
    """The notebook with its language and its cells' ids."""
    info = {"language_info": {"name": language}} if language else {}
    cells = [{"id": f"id-{n}", **cell} if ids else cell for n, cell in enumerate(made["cells"])]
    return {**made, "cells": cells, "metadata": {**made["metadata"], **info}}


@settings(max_examples=150, deadline=None)
@given(NOTEBOOKS, LANGUAGES, st.booleans(), st.sampled_from([None, 1]), st.booleans())
def test_each_text_has_its_part(made: Any, language: str, ids: bool, indent: int | None, ascii_only: bool) -> None:
    made = whole(made, language, ids)
    raw = json.dumps(made, indent=indent, ensure_ascii=ascii_only).encode()
    document = open_document("a.ipynb", raw)
    assert (document.kind, document.language, document.problem) == ("notebook", language or "python", "")
    assert sorted(told(document), key=repr) == sorted(texts_of(made, language), key=repr)
    starts = [part.start for part in document.parts]
    assert starts == sorted(set(starts))
    for part in document.parts:
        value = json.loads(raw[part.start : part.end])
        assert (part.form == "string") is isinstance(value, str) or part.form == "json"


@settings(max_examples=100, deadline=None)
@given(
    NOTEBOOKS,
    LANGUAGES,
    st.sampled_from([None, 1]),
    st.sampled_from(["x,", '"a": 7,', "<<<<<<< HEAD\n", "null,"]),
    st.data(),
)
def test_a_defect_between_cells_leaves_each_cell_as_it_was(
    made: Any, language: str, indent: int | None, defect: str, data: st.DataObject
) -> None:
    """Numbers, ids, places and texts are those of the notebook without the defect."""
    made = whole(made, language, ids=True)
    raw = json.dumps(made, indent=indent).encode()
    before = data.draw(st.integers(0, len(made["cells"]) - 1))
    at = raw.rindex(b"{", 0, raw.index(f'"id-{before}"'.encode()))
    document = open_document("a.ipynb", raw[:at] + defect.encode() + raw[at:])
    assert document.problem
    assert (document.kind, document.language) == ("notebook", language or "python")
    expected = [one for one in texts_of(made, language) if one[1] is not None]
    assert sorted((one for one in told(document) if one[1] is not None), key=repr) == sorted(expected, key=repr)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS.filter(str.strip), min_size=2, max_size=4), st.booleans(), st.data())
def test_a_cell_that_is_cut_off_costs_what_is_cut(texts: list[str], as_list: bool, data: st.DataObject) -> None:
    """The cells before it are whole; of its own source what is left is its text, in its place."""
    sources: list[Any] = [[text] if as_list else text for text in texts]
    cells = [{"cell_type": "raw", "id": f"id-{n}", "metadata": {}, "source": one} for n, one in enumerate(sources)]
    raw = json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}, ensure_ascii=False).encode()
    last = json.dumps(texts[-1], ensure_ascii=False).encode()
    cut = data.draw(st.integers(1, len(last) - 1))
    document = open_document("a.ipynb", raw[: raw.rindex(last) + cut])
    found = [(cell.number, text) for where, cell, _, _, _, text in told(document) if where == "source" and cell]
    assert found[: len(texts) - 1] == [*enumerate(texts[:-1])]
    rest = last[1:cut].decode("utf-8", "surrogateescape")
    if not rest.endswith("\\") and "\\" not in rest and rest.strip(" \t\r\n,]}"):
        assert found[-1] == (len(texts) - 1, rest.rstrip(" \t\r\n,]}"))


@pytest.mark.parametrize("length", [SHORTEST_NAME - 1, SHORTEST_NAME])
def test_a_key_that_may_be_a_token_is_a_text(length: int) -> None:
    """Wherever somebody chose it; the way to it doesn't show it."""
    key = "k" * length
    cell = {
        "cell_type": "code", "execution_count": None, "metadata": {key: 1}, key: 2, "source": "",
        "outputs": [{"output_type": "display_data", "data": {key: "x"}, "metadata": {key: 3}, key: 4}],
        "attachments": {key: {key: "y"}},
    }  # fmt: skip
    made = {"cells": [cell], "metadata": {key: 5, "deep": {key: 6}}, "nbformat": 4, "nbformat_minor": 4, key: 7}
    document = open_document("a.ipynb", json.dumps(made).encode())
    keys = sorted((where, path) for where, _, path, _, _, text in told(document) if text == key)
    assert keys == (
        []
        if length < SHORTEST_NAME
        else sorted(
            [
                ("metadata", "(a key)"), ("metadata", "metadata (a key)"), ("metadata", "metadata.deep (a key)"),
                ("metadata", "(a key)"), ("metadata", "metadata (a key)"), ("output", "outputs[0] (a key)"),
                ("metadata", "outputs[0].metadata (a key)"), ("output", "outputs[0].data (a key)"),
                ("attachment", "attachments (a key)"), ("attachment", f"attachments.{key} (a key)"),
            ]
        )
    )  # fmt: skip
