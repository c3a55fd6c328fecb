"""The gate never hides what the detector would find, and lets clean files through unread."""

from __future__ import annotations

import base64
import json
import random

import pytest

from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.signal_search import find_signals, signals_in_file
from nbguard.documents.reading import open_document
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, markdown, notebook, result

KINDS = ("personal", "payment", "health", "government-id")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", [*data.SOURCES, *data.PRINTED, *data.PAYLOADS])
def test_everything_that_is_found_passes(form: str, kind: str) -> None:
    """Every form of every class, as a notebook with and without escapes, in lines and in one string."""
    rows = data.people(kind, 4)
    if form in data.SOURCES:
        cell = code(data.SOURCES[form](rows))
    else:
        mime, write = (data.PRINTED | data.PAYLOADS)[form]
        cell = code("x", {"output_type": "display_data", "data": {mime: write(rows)}, "metadata": {}})
    joined = {**cell, "source": "".join(cell["source"])}
    for each in (cell, joined):
        for ascii_only in (False, True):
            assert signals_in_file(as_bytes(notebook(each), ascii_only=ascii_only)).any()


@pytest.mark.parametrize(
    "value",
    [
        "DE12 3456 7890 1234 5678 90", "4539 5787 6362 1486", "5425 233430 10990", "278-07-8672", "anna@gmx.de",
        "+49 30 901820", "+4930901820", "X1234567L", "12345678Z", "756.1234.5678.97", "123.456.789-09", "620129-8731",
        "1 85 12 75 108 123 42", "AB123456C", "12 345 678 901", "943 476 5919",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ['x = "{}"', "x = '{}'", "a,{},b", "\n{}\n", "a\t{}", "a\\n{}\\n", "id: {} ."])
def test_a_value_with_a_shape_passes_wherever_it_stands(value: str, around: str) -> None:
    """In quotes, between commas, on its own line, after an escaped line end; also at the very beginning."""
    text = around.format(value)
    assert find_signals(text) is not None
    assert find_signals(value) is not None
    assert signals_in_file(as_bytes(notebook(code("y"), code(text)))).any()
    assert signals_in_file(text.encode()).any()


def test_a_bare_number_passes_beside_what_names_it_only() -> None:
    """Counts, seeds and time stamps are numbers of nine to twelve digits too."""
    assert find_signals("[44051401359, 123456789012]") is None
    signals = find_signals("pesel = '44051401359'")
    assert signals is not None
    assert signals.between(7, 12)


def test_letters_behind_escapes_do_not_hide_rows() -> None:
    """A notebook whose every letter is an escape passes; escaped tags, as figures have them, don't make one pass."""
    text = data.SOURCES["list_of_dicts"](data.people("payment", 4))
    hidden = "".join(f"\\u{ord(letter):04x}" for letter in text)
    raw = as_bytes(notebook(code("PLACE"))).replace(b"PLACE", hidden.encode())
    assert signals_in_file(raw).any()
    assert list(find_samples(open_document("a.ipynb", raw)))
    assert not signals_in_file(as_bytes(notebook(code("PLACE"))).replace(b"PLACE", rb"\u003cb\u003e \u001b[0m")).any()


def test_rows_of_numbers_are_no_ids() -> None:
    """Grey values in a row have the digits of a German tax id, a phone number, a French NIR."""
    rng = random.Random(3)
    rows = "\n".join(" ".join(str(rng.randrange(10, 300)) for _ in range(24)) for _ in range(400))
    assert find_signals(f"[[{rows}]]") is None
    assert find_signals(rows.replace(" ", ", ")) is None


def test_pictures_and_results_do_not_pass() -> None:
    """Base64 of any bytes, floats, bit strings, hashes and imports hold no signal."""
    rng = random.Random(5)
    picture = base64.b64encode(rng.randbytes(300_000)).decode()
    floats = "\n".join(f"{rng.gauss(0, 1):.16f} {rng.random():.8e}" for _ in range(500))
    counts = repr({"".join(rng.choices("01", k=8)): rng.randrange(1000) for _ in range(200)})
    cells = [
        code("import numpy as np\nqc.h(0)\n@np.vectorize\ndef f(x): ..."),
        code("plot()", result(image__png=picture), result(text__plain=floats), result(text__plain=counts)),
        markdown("# Bell states\n\nThe state $|\\Phi^+\\rangle$ is *maximally* entangled."),
    ]  # fmt: skip
    assert not signals_in_file(as_bytes(notebook(*cells))).any()


def test_a_signal_on_a_border_is_seen() -> None:
    """A file is searched a stretch at a time; a value that lies across two stretches is found all the same."""
    iban = "DE12345678901234567890"
    for before in range(131072 - 40, 131072 + 40):
        assert signals_in_file(b"." * before + b' "' + iban.encode() + b'"').any()


def test_a_signal_behind_a_picture_is_seen() -> None:
    """A picture is skipped to its end and no further."""
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBOR" * 60000}}
    raw = json.dumps({"cells": [{"outputs": [output], "source": ["mail = 'anna@gmx.de'"]}]}).encode()
    assert signals_in_file(raw).any()
    assert not signals_in_file(raw.replace(b"anna@gmx.de", b"nobody")).any()
