"""Only pictures are left out of the search: a notebook that was opened is screened as one that wasn't."""

import base64
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect.engine import Engine
from nbguard.detect.finding import KINDS
from nbguard.detect.scope import Scope
from nbguard.documents import stretches as module
from nbguard.documents.reading import open_document
from nbguard.documents.stretches import text_stretches
from tests.detect.catalogue_examples import iterate_examples
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook

ENGINE = Engine(Scope(frozenset(KINDS)))
PICTURE = base64.b64encode(random.Random(1).randbytes(30_000)).decode()
LINES = base64.encodebytes(random.Random(2).randbytes(30_000)).decode()
TOKEN = FakeTokens(5).ionq()


@pytest.fixture(autouse=True, scope="module")
def _small_ones_are_large():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LARGE", 0)
        yield


def shown(**data):
    data = {mime.replace("__", "/"): payload for mime, payload in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def findings(raw: bytes, *, opened: bool):
    document = open_document("a.ipynb", raw)
    screening = ENGINE.screen(raw, "a.ipynb", document if opened else None)
    found = ENGINE.detect(document, screening) if screening is not None else []
    return [(one.rule, one.value, one.field.part.start, one.start, one.message) for one in found]


EXAMPLES = [code(example.text) for example in iterate_examples(3) if example.form == "cell"]
CELLS = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from([
        code("plt.plot(x)", shown(image__png=PICTURE)),
        code("plt.plot(x)", shown(image__png=LINES, text__plain=f"token = {TOKEN}")),
        code("plt.plot(x)", shown(image__jpeg=LINES.splitlines(keepends=True), image__png=PICTURE)),
        code("plt.plot(x)", shown(image__png=PICTURE + f"IonQProvider('{TOKEN}')")),
        code("plt.plot(x)", shown(**{"image__svg+xml": f"<text>token = {TOKEN}</text>" + " " * 20_000})),
        {**code("plt.plot(x)"), "metadata": {"image/png": PICTURE + f"ionq_token = '{TOKEN}'"}},
        markdown("Jane Doe, jane.doe@gmx.de, +49 30 901820, born 1974-05-17\n" * 200),
    ]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8), st.booleans())
def test_nothing_is_lost_with_the_pictures(cells, indented: bool) -> None:
    raw = as_bytes(notebook(*cells), indent=1 if indented else None)
    assert findings(raw, opened=True) == findings(raw, opened=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=8))
def test_every_part_lies_in_one_stretch(cells) -> None:
    document = open_document("a.ipynb", as_bytes(notebook(*cells)))
    stretches = text_stretches(document)
    assert all(one[1] < other[0] for one, other in pairwise(stretches))
    for part in document.parts:
        assert any(start <= part.start and part.end <= end for start, end in stretches)


def test_pictures_are_left_out_and_nothing_else_is() -> None:
    document = open_document("a.ipynb", as_bytes(notebook(code("x = 1\n" * 9_000, shown(image__png=PICTURE)))))
    kept = sum(end - start for start, end in text_stretches(document))
    assert kept < len(document.raw) - len(PICTURE) + 3_000
    assert kept > 9_000 * len("x = 1\n")


@pytest.mark.parametrize(
    "raw", [b'{"cells": [' + PICTURE.encode(), b"x = 1\n" * 9_000, as_bytes(notebook(code("x")))], ids=len
)
def test_what_has_no_pictures_or_is_no_whole_notebook_is_one_stretch(raw: bytes) -> None:
    assert text_stretches(open_document("a.ipynb", raw)) == ((0, len(raw)),)
