"""A notebook that isn't whole is read as far as it goes: a defect costs what it stands in, and no token elsewhere."""

import json
import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.decode import decode
from nbguard.documents.notebook import looks_like_notebook
from nbguard.documents.positions import byte_span
from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import Config
from nbguard.scan.scanner import Scanned, Scanner
from tests.detect.differential import disagreement
from tests.detect.generic_examples import private_key
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, error, markdown, notebook, result, stream

SCANNER = Scanner(Config(root="."))
TOKENS = FakeTokens(31)
SHAPES = [TOKENS.github() for _ in range(5)]
SINK = TOKENS.dwave()
PASSWORD = "hT7%kk2LqP9w"
KEY = private_key(TOKENS, "RSA ")


def labelled() -> dict[str, Any]:
    """A notebook with tokens that are known by their shape, by a call, by a name, and over many lines."""
    return notebook(
        code(f'login("{SHAPES[0]}")\nx = "é"\n', stream("ok\n", "stdout")),
        markdown(f"The key is {SHAPES[1]}.\n"),
        code(
            f'sampler = DWaveSampler(token="{SINK}")\n', result(text__plain=["1\n", SHAPES[2]], text__html="<b>1</b>")
        ),
        code(f'password = "{PASSWORD}"\ny = 2\n', error("E", "e", "frame", f"login {SHAPES[3]}")),
        code(f'KEY = """{KEY}"""\n'),
        note=SHAPES[4],
    )


WANTED = {*SHAPES, SINK, PASSWORD, KEY}
LAYOUTS: dict[str, dict[str, Any]] = {
    "indented": {"indent": 1, "ensure_ascii": False}, "one line": {}, "wide": {"indent": 4, "ensure_ascii": True},
    "dense": {"separators": (",", ":")},
}  # fmt: skip


def written(document: Any, layout: str = "indented") -> bytes:
    return json.dumps(document, **LAYOUTS[layout]).encode()


def scan(raw: bytes, path: str = "a.ipynb") -> Scanned:
    return SCANNER.scan(path, raw)


def values(scanned: Scanned) -> set[str]:
    return {finding.value for finding in scanned.findings} & WANTED


def test_the_whole_one_holds_what_is_looked_for() -> None:
    for layout in LAYOUTS:
        scanned = scan(written(labelled(), layout))
        assert (values(scanned), scanned.problem) == (WANTED, "")


def with_cell(new: Any) -> Any:
    document = labelled()
    document["cells"].insert(2, new)
    return document


def with_output(new: Any) -> Any:
    document = labelled()
    document["cells"][2]["outputs"].insert(0, new)
    return document


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("make", [with_cell, with_output])
@pytest.mark.parametrize("new", [None, 7, "x", [], [[1]], True])
def test_what_is_no_object_costs_nothing_else(make: Any, new: Any, layout: str) -> None:
    """The places are those of the whole notebook; cells behind it keep their numbers."""
    scanned = scan(written(make(new), layout))
    assert values(scanned) == WANTED
    assert "an object is missing where something else is" in scanned.problem
    expected = scan(written(labelled(), layout))
    assert [(f.rule, f.field.part.where, f.field.part.cell) for f in scanned.findings] == [
        (f.rule, f.field.part.where, f.field.part.cell) for f in expected.findings
    ]


@pytest.mark.parametrize("make", [with_cell, with_output])
def test_a_token_that_stands_in_the_place_of_an_object_is_found(make: Any) -> None:
    extra = FakeTokens(5).github()
    for new in (extra, [extra], [[1, {"a": extra}]]):
        assert extra in {finding.value for finding in scan(written(make(new))).findings}


DEEP = "[" * 3000 + "]" * 3000
SPOILT = {
    "text behind it": lambda text: text + "\nmore",
    "a brace behind it": lambda text: text + "}",
    "another notebook behind it": lambda text: text + "\n" + text,
    "something before it": lambda text: "x = " + text,
    "nested too deep": lambda text: text.replace('"nbformat":', f'"a": {DEEP}, "nbformat":'),
    "nested too deep in a cell": lambda text: text.replace('"metadata": {}', f'"metadata": {{"a": {DEEP}}}', 1),
    "deep and not closed": lambda text: text.replace('"nbformat":', '"a": ' + "[" * 3000 + ', "nbformat":'),
    "cells twice": lambda text: text.replace('"nbformat":', '"cells": null, "nbformat":'),
    "cells before": lambda text: text.replace('"cells":', '"cells": 3, "cells":'),
    "outputs twice": lambda text: text.replace('"outputs": [', '"outputs": null, "outputs": [', 1),
    "no comma": lambda text: text.replace('"cell_type": "markdown",', '"cell_type": "markdown"'),
    "no colon": lambda text: text.replace('"cell_type": "markdown"', '"cell_type" "markdown"'),
    "a comma too many": lambda text: text.replace('"metadata": {', ',"metadata": {', 1),
    "a merge": lambda text: text.replace(
        '"cell_type": "markdown"', '\n<<<<<<< a\n=======\n>>>>>>> b\n"cell_type": "markdown"'
    ),
    "bare words": lambda text: text.replace('"execution_count": 1', '"execution_count": undefined'),
    "comments": lambda text: text.replace('"cell_type"', '/* "a */ "cell_type"'),
    "single quotes": lambda text: text.replace('"outputs": []', "'outputs': []"),
    "cut behind the cells": lambda text: text[: text.rindex('"nbformat"')],
}


@pytest.mark.parametrize("layout", ["indented", "one line"])
@pytest.mark.parametrize("kind", SPOILT)
def test_a_defect_outside_of_texts_costs_nothing(kind: str, layout: str) -> None:
    text = SPOILT[kind](written(labelled(), layout).decode())
    scanned = scan(text.encode())
    assert values(scanned) == WANTED
    assert scanned.problem or kind == "outputs twice"
    assert not scanned.defect
    if looks_like_notebook(text.encode()):
        assert values(scan(text.encode(), "a.json")) == WANTED
    assert disagreement("a.ipynb", text.encode()) == (set(), set())


def test_a_number_of_ten_thousand_digits_is_no_defect() -> None:
    document = labelled()
    document["metadata"]["n"] = "NUMBER"
    document["cells"][0]["metadata"] = {"n": ["NUMBER", "é"]}
    document["cells"][0]["source"] += ["NUMBER"]
    scanned = scan(written(document).replace(b'"NUMBER"', b"1" * 10_000))
    assert (values(scanned), scanned.problem, scanned.defect) == (WANTED, "", "")


def test_escapes_are_undone_in_what_is_torn() -> None:
    """As text, a password between escaped quotes has no quotes, and an escaped letter is none."""
    source = 'pass\\u0077ord = \\"' + PASSWORD.replace("h", "\\u0068") + '\\"\\nx = 1'
    raw = b'{"cells": [{"cell_type": "code", "source": ["' + source.encode()
    assert values(scan(raw)) == {PASSWORD}
    document = open_document("a.ipynb", raw)
    (field,) = [field for part in document.parts for field in decode(document, part) if part.where == "source"]
    assert field.text == f'password = "{PASSWORD}"\nx = 1'
    start = field.text.index(PASSWORD)
    assert byte_span(document, field, start, start + 1) == (raw.index(b"\\u0068"), raw.index(b"\\u0068") + 6)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_cut_file_holds_what_stands_before_the_cut(layout: str) -> None:
    raw = written(labelled(), layout)
    for end in range(10, len(raw), 37):
        text = raw[:end].decode("utf-8", "ignore")
        expected = {value for value in WANTED - {KEY} if value + '\\"' in text}
        expected |= {KEY} if "-----END RSA PRIVATE KEY-----" in text else set()
        assert values(scan(raw[:end])) >= expected, end


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(LAYOUTS)), st.integers(0, 10**9), st.integers(1, 3))
def test_tokens_outside_of_the_damage_are_found(layout: str, seed: int, times: int) -> None:
    """Bytes go, come or change, keys stand twice, values come where none belongs: what isn't touched is found."""
    source = random.Random(seed)
    raw = written(labelled(), layout)
    touched: set[str] = set()
    for _ in range(times):
        raw, near = damaged(raw, source)
        touched |= near
    scanned = scan(raw)
    assert not scanned.defect
    assert values(scanned) >= WANTED - touched
    if looks_like_notebook(raw):
        assert values(scan(raw, "a.json")) >= WANTED - touched


def damaged(raw: bytes, source: random.Random) -> tuple[bytes, set[str]]:
    """The bytes with a defect, and the tokens in whose line of code it stands."""
    at = source.randrange(len(raw))
    kind = source.randrange(6)
    if kind == 0:
        new, end = b"", at + source.randint(1, 3)
    elif kind == 1:
        new, end = source.choice((b'"', b"\\", b"{", b"]", b",", b"null", b"\\q", b"\n", b"\xff", b"\0", b'","')), at
    elif kind == 2:
        at = source.choice([number for number, byte in enumerate(raw) if byte in b"[,"]) + 1
        new, end = source.choice((b"null,", b"7,", b'"x",', b"[[[1]]],", b'{"a": 1},')), at
    elif kind == 3:
        keys = (b'"source"', b'"cells"', b'"outputs"', b'"metadata"', b'"nbformat"', b"{")
        # Of those that an earlier defect left.
        at = raw.index(source.choice([key for key in keys if key in raw]))
        new, end = source.choice((b'"cells": null,', b'"source": 1,', b'"outputs": [null],', b'"metadata": "x",')), at
    elif kind == 4:
        at = len(raw)
        new, end = source.choice((b"}", b"more", b"[" * 500, b'"')), at
    else:
        at = max(raw.find(b'"metadata"'), 0)
        new, end = b'"deep": ' + b"[" * 2000 + b"]" * source.choice((0, 2000)) + b",", at
    return raw[:at] + new + raw[end:], near(raw, at, end)


def near(raw: bytes, start: int, end: int) -> set[str]:
    """The tokens whose cell's source, output or line a defect touches."""
    hit = set()
    for value in WANTED:
        inner = json.dumps(value)[1:-1].encode()
        for spelling in (inner, b"-----BEGIN RSA") if value == KEY else (inner,):
            at = raw.find(spelling)
            while at >= 0:
                # The line of code, with the name or the call before the value.
                first, last = at - 60, at + (2600 if value == KEY else len(spelling) + 12)
                if first <= end and start <= last:
                    hit.add(value)
                at = raw.find(spelling, at + 1)
    return hit


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9))
def test_every_letter_is_in_some_part(seed: int) -> None:
    """Nothing that says something falls between the parts, which don't overlap."""
    source = random.Random(seed)
    raw = written(labelled(), source.choice(sorted(LAYOUTS)))
    for _ in range(source.randint(1, 4)):
        raw, _ = damaged(raw, source)
    marked = raw.replace(b"frame", b"MARKED")
    document = open_document("a.ipynb", marked)
    fields = [field for part in document.parts for field in decode(document, part)]
    assert sum(field.text.count("MARKED") for field in fields) == marked.count(b"MARKED")
    spans = sorted((part.start, part.end) for part in document.parts)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from('ab\\"\\nu0041dD8cC{}[],: \n\té😀'), max_size=40), st.data())
def test_bytes_of_a_character_in_torn_text(text: str, data: st.DataObject) -> None:
    """Whatever stands there, each character has its bytes, in order."""
    raw = b'{"cells": [{"source": ["' + text.encode("utf-8", "surrogatepass")
    document = open_document("a.ipynb", raw)
    for part in document.parts:
        for field in decode(document, part):
            at = part.start
            for index in range(len(field.text)):
                first, last = byte_span(document, field, index, index + 1)
                assert at <= first < last <= part.end
                at = last


def test_what_is_torn_is_a_source_or_an_output_by_its_key_and_ends_before_the_marks() -> None:
    """Places and kinds of the torn texts; the closing marks behind a text are no part of it."""
    head = '{"metadata": {"kernelspec": {"language": "julia"}}, "cells": [{"cell_type": "code", "source": ['
    raw = (head + '"x = 1\\n", "y = 2" , }').encode()
    (source,) = [part for part in open_document("a.ipynb", raw).parts if part.where == "source"]
    assert raw[source.start : source.end] == b'x = 1\\n", "y = 2'
    assert (source.mime, source.path, source.form) == ("text/x-julia", "source", "damaged")
    assert source.cell is not None
    for key, where in (("text", "output"), ("traceback", "traceback")):
        raw = ('{"cells": [{"cell_type": "code", "outputs": [{"' + key + '": ["a\\n", "b\\""').encode()
        (output,) = [part for part in open_document("a.ipynb", raw).parts if part.where == where]
        assert raw[output.start : output.end] == b'a\\n", "b\\"'
        assert (output.path, output.mime, output.cell is not None) == (f"outputs.{key}", "text/plain", True)


def test_outputs_and_data_that_are_no_list_and_no_object_are_text() -> None:
    for key, value in (("outputs", '{"a": "text of it"}'), ("data", '["text of it"]')):
        raw = ('{"cells": [{"cell_type": "code", "' + key + '": ' + value + ', "source": [').encode()
        parts = open_document("a.ipynb", raw).parts
        (holding,) = [part for part in parts if part.start <= raw.index(b"text of it") < part.end]
        assert (holding.where, holding.form) == ("file", "damaged")
    raw = b'{"cells": [{"cell_type": "code", "outputs": [{"output_type": "stream", "text": "said"}], "source": ['
    (holding,) = [part for part in open_document("a.ipynb", raw).parts if part.start <= raw.index(b"said") < part.end]
    assert (holding.where, holding.path, holding.form) == ("output", "outputs[0].text", "string")
