"""Leaving out what was sent before means what sending all of it means, however cells and outputs come, go and move."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.editing import sent_notebooks
from nbguard.editing.request_errors import RequestError
from nbguard.editing.request_records import read_record
from nbguard.editing.sent_notebooks import ScanRequest, SentNotebooks

OUTPUTS = st.lists(st.sampled_from("abc").map(lambda text: {"output_type": "stream", "text": text}), max_size=4)
CELLS = st.lists(st.tuples(st.sampled_from("xyz"), OUTPUTS), max_size=6)


def cell(source: str, outputs: list[Any] | None = None) -> dict[str, Any]:
    return {"id": source, "cell_type": "code", "source": source} | ({"outputs": outputs} if outputs else {})


def ask(sent: SentNotebooks, base: str, *cells: Any, **more: Any) -> tuple[list[Any], str]:
    """The cells of the whole request, and what the next one may build on."""
    body = {"path": "a.ipynb", "base": base, "cells": list(cells)} | more
    request, name = sent.complete(read_record(json.dumps(body).encode(), ScanRequest))
    return [msgspec.json.decode(bytes(one)) for one in request.cells], name


def shortened(now: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[Any]:
    """The cells with what was there before named by its number: as a client may do it, one by one."""
    short: list[Any] = []
    for one in now:
        if one in before:
            at = before.index(one)
            short.append([at, at + 1])
        else:
            pool = [(i, j, out) for i, old in enumerate(before) for j, out in enumerate(old.get("outputs", []))]
            outputs = []
            for output in one.get("outputs", []):
                known = next(((i, j) for i, j, old in pool if old == output), None)
                outputs.append(output if known is None else [known[0], known[1], known[1] + 1])
            short.append(one | ({"outputs": outputs} if outputs else {}))
    return short


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_a_notebook_that_is_sent_in_parts_is_the_whole(steps: list[list[tuple[str, list[Any]]]]) -> None:
    sent, base, before = SentNotebooks(), "", []
    for step in steps:
        now = [cell(source, outputs) for source, outputs in step]
        whole, base = ask(sent, base, *shortened(now, before))
        assert whole == now
        before = now


def test_runs_of_cells_and_outputs_stay_in_their_order() -> None:
    sent = SentNotebooks()
    outputs = [{"text": text} for text in "abcd"]
    _, base = ask(sent, "", cell("x"), cell("y", outputs), cell("z"))
    whole, _ = ask(sent, base, [1, 3], cell("new"), cell("y", [[1, 2, 4], {"text": "e"}, [1, 0, 1]]), [0, 1])
    texts = [[output["text"] for output in one.get("outputs", [])] for one in whole]
    assert [one["id"] for one in whole] == ["y", "z", "new", "y", "x"]
    assert texts == [["a", "b", "c", "d"], [], [], ["c", "d", "e", "a"], []]


def test_a_question_in_between_takes_nothing_away() -> None:
    sent = SentNotebooks()
    _, base = ask(sent, "", cell("x"), cell("y"))
    body = json.dumps({"path": "a.ipynb", "base": base, "cells": [[1, 2]]}).encode()
    looked = sent.look(read_record(body, ScanRequest))
    assert [msgspec.json.decode(bytes(one)) for one in looked.cells] == [cell("y")]
    assert ask(sent, base, [0, 2])[0] == [cell("x"), cell("y")]


def test_outputs_that_are_not_looked_at_are_kept() -> None:
    sent = SentNotebooks()
    _, base = ask(sent, "", cell("x", [{"text": "a"}]))
    without, base = ask(sent, base, [0, 1], with_outputs=False)
    assert without == [cell("x")]
    whole, _ = ask(sent, base, [0, 1])
    assert whole == [cell("x", [{"text": "a"}])]


@pytest.mark.parametrize("base", ["0" * 32, "spent", "elsewhere", "forgotten"])
def test_what_is_not_known_is_asked_for_in_full(base: str) -> None:
    sent = SentNotebooks()
    _, known = ask(sent, "", cell("x"))
    more = {}
    if base == "spent":
        ask(sent, known)
    elif base == "elsewhere":
        more = {"path": "b.ipynb"}
    elif base == "forgotten":
        sent.forget()
    with pytest.raises(RequestError) as refused:
        ask(sent, base if base.startswith("0") else known, [0, 1], **more)
    assert (refused.value.status, refused.value.reason) == (409, "base")


NONE = [
    [[0, 2]],
    [[1, 0]],
    [cell("y", [[1, 0, 0]])],
    [cell("y", [[0, 0, 1]])],
]
WRONG = [
    [[-1, 1]],
    [[0]],
    [[0, 1, 2]],
    [["0", "1"]],
    [[0.5, 1]],
    [cell("y", [[0, 1]])],
    [cell("y", "text")],  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("cells", "status"), [*((cells, 409) for cells in NONE), *((cells, 400) for cells in WRONG)])
def test_numbers_of_nothing_are_refused(cells: list[Any], status: int) -> None:
    sent = SentNotebooks()
    _, base = ask(sent, "", cell("x"))
    with pytest.raises(RequestError) as refused:
        ask(sent, base, *cells)
    assert (refused.value.status, refused.value.reason) == (status, "base" if status == 409 else "malformed")
    assert status == 409 or "cells[0]" in str(refused.value)


def test_numbers_without_anything_they_are_of_are_refused() -> None:
    request = ScanRequest("a.ipynb", [msgspec.Raw(b"[0,0]")])
    with pytest.raises(RequestError) as refused:
        SentNotebooks().complete(request)
    assert (refused.value.status, refused.value.reason) == (409, "base")


def test_nothing_is_kept_for_who_does_not_ask_for_it() -> None:
    sent = SentNotebooks()
    request = ScanRequest("a.ipynb", [msgspec.Raw(json.dumps(cell("x")).encode())])
    assert sent.complete(request) == (request, "")
    assert sent._sent == {}


def test_what_is_kept_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_notebooks, "_MOST_BYTES", 600)
    sent = SentNotebooks()
    _, large = ask(sent, "", cell("x", [{"text": "a" * 700}]))
    assert large == ""
    bases = [ask(sent, "", cell("x" * 100))[1] for _ in range(4)]
    assert list(sent._sent) == bases[-2:]


@pytest.mark.parametrize("again", [[[0, 1]] * 20, [cell("y", [[0, 0, 1]] * 20)]], ids=["cells", "outputs"])
def test_few_bytes_that_name_much_over_and_over_are_refused(again: list[Any]) -> None:
    sent = SentNotebooks(largest=2_000)
    one = cell("x", [{"text": "a" * 500}])
    _, base = ask(sent, "", one)
    whole, base = ask(sent, base, [0, 1], [0, 1], [0, 1])
    assert whole == [one] * 3
    with pytest.raises(RequestError) as refused:
        ask(sent, base, *again)
    assert (refused.value.status, refused.value.reason) == (413, "size")


def test_the_outputs_of_a_cell_are_read_once_however_often_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = SentNotebooks()
    _, base = ask(sent, "", cell("x", [{"text": "a"}]))
    read: list[bytes] = []
    decode = msgspec.json.decode
    monkeypatch.setattr(msgspec.json, "decode", lambda raw, **more: read.append(bytes(raw)) or decode(raw, **more))
    whole, _ = ask(sent, base, cell("y", [[0, 0, 0]] * 50))
    assert sum(b'"a"' in raw and b"cell_type" in raw for raw in read) == 1
    assert whole[0].get("outputs", []) == []
