"""Protects echoes: a value that was identified once is found wherever else it stands."""

import json

import pytest

from nbguard.detect import echoes
from nbguard.detect.echoes import find_echoes
from nbguard.detect.finding import RANK_SINK, Finding
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.scan.known_values import KnownValues
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, error, markdown, notebook, result, stream

VALUE = FakeTokens(3).ionq()


def fields(document):
    return [field for part in document.parts for field in decode(document, part)]


def known(document, value=VALUE):
    field = next(field for field in fields(document) if value in field.text and field.part.where == "source")
    start = field.text.index(value)
    return Finding(
        "ionq-api-key", "credential", "ionq", "high", field, start, start + len(value), value,
        "IonQProvider(token)", "IonQ API key", "Rotate it.", rank=RANK_SINK,
    )  # fmt: skip


def open_with(*outputs, value=VALUE, ascii_only=False):
    raw = as_bytes(notebook(code(f"p = IonQProvider({value!r})", *outputs)), ascii_only=ascii_only)
    return open_document("a.ipynb", raw)


@pytest.mark.parametrize(
    ("output", "where"),
    [
        (stream(f"using {VALUE} now\n"), "output"),
        (result(text__plain=f"'{VALUE}'"), "output"),
        (result(text__html=f"<td>{VALUE}</td>"), "output"),
        (error("E", f"bad key {VALUE}", "frame"), "traceback"),
    ],
)
def test_the_value_is_found_in_outputs(output, where):
    document = open_with(output)
    found = known(document)
    (echo,) = find_echoes(document, [found], [found])
    assert echo.field.part.where == where
    assert echo.field.text[echo.start : echo.end] == VALUE
    assert (echo.rule, echo.provider) == ("ionq-api-key", "ionq")
    assert "same value" in echo.cause


def test_places_already_known_are_not_told_twice():
    document = open_with()
    found = known(document)
    assert list(find_echoes(document, [found], [found])) == []


def test_every_repetition_is_told():
    document = open_with(stream(f"{VALUE} {VALUE}\n"), stream(VALUE))
    found = known(document)
    assert len(list(find_echoes(document, [found], [found]))) == 3


def test_a_value_from_one_file_is_found_in_another():
    one = open_with()
    other = open_document("b.ipynb", as_bytes(notebook(markdown(f"the key was {VALUE}"))))
    (echo,) = find_echoes(other, [known(one)], [])
    assert echo.field.part.cell.type == "markdown"


def test_values_that_json_writes_differently_are_found():
    value = 'pä"ss\\wörd-long'
    document = open_document("b.ipynb", as_bytes(notebook(code("x", stream(f"[{value}]"))), ascii_only=True))
    one = known(open_with())._replace(value=value)
    (echo,) = find_echoes(document, [one], [])
    assert echo.field.text[echo.start : echo.end] == value


def test_short_values_are_no_echoes():
    document = open_document("b.txt", b"pass1 pass1 pass1")
    assert list(find_echoes(document, [known(open_with())._replace(value="pass1")], [])) == []


@pytest.mark.parametrize("lines", [0, 20_000], ids=["a small file", "a large file"])
def test_many_values_are_found_in_the_same_places_as_few(lines: int, monkeypatch: pytest.MonkeyPatch):
    """Past a few dozen values they are looked for in one pass; each must be found as if it were alone, and as if the
    parts that hold one for certain were searched, too.
    """
    tokens = FakeTokens(8)
    values = [tokens.ionq() for _ in range(70)] + [f'pässwörd-É-{number}-\\x"' for number in range(10)]
    text = "\n".join(f"{value} {value}" for value in reversed(values))
    cells = [code(f"p = IonQProvider('{value}')") for value in values]
    for ascii_only in (False, True):
        padding = markdown("Nothing is said here.\n" * lines)
        raw = as_bytes(notebook(padding, *cells, code("x", stream(text)), note=values), ascii_only=ascii_only)
        document = open_document("a.ipynb", raw)
        found = [known(document, value) for value in values]
        together = {(e.value, e.field.part.start, e.start) for e in find_echoes(document, found, found)}
        alone = {(e.value, e.field.part.start, e.start) for one in found for e in find_echoes(document, [one], found)}
        assert together == alone
        assert {value for value, _, _ in together} == set(values)
        monkeypatch.setattr(echoes, "_outside", lambda stretches, _: stretches)
        everywhere = {(e.value, e.field.part.start, e.start) for e in find_echoes(document, found, found)}
        monkeypatch.undo()
        assert together == everywhere


def test_the_echo_of_an_echo_says_so_once():
    document = open_with(stream(f"using {VALUE}\n"))
    first = next(find_echoes(document, [known(document)], [known(document)]))
    other = open_document("b.txt", f"{VALUE}\n".encode())
    assert [echo.cause for echo in find_echoes(other, [first], [])] == [
        "the same value as elsewhere (IonQProvider(token))"
    ]


@pytest.mark.parametrize("value", ["PÄSSWÖRD-\\x-É1", 'pä"ssw\\örd-ß2', "not-utf8-\udce9-3f", "half-\ud83d-4c"])
def test_whatever_a_value_is_written_with_it_is_found_in_other_files(value: str):
    """Letters outside of ASCII keep their case; bytes that aren't UTF-8, and halves of characters, raise nothing."""
    values = KnownValues()
    values.add([known(open_with())._replace(value=value)])
    search = values.make_search()
    assert search is not None
    assert search(json.dumps({"note": f"it is {value}"}, ensure_ascii=True).encode()) == {value}
    assert search(b"nothing of it") == set()
    written = f"it is {value}\n"
    raw = written.encode("utf-8", "replace" if "\ud83d" in value else "surrogateescape")
    assert search(raw) == {value}


def test_echoes_come_in_the_same_order_whatever_order_the_values_come_in():
    document = open_document("b.txt", b"a token-of-a-service-1 and token-of-a-service-1-longer\n")
    values = KnownValues()
    values.add(known(open_with())._replace(value=value) for value in ("token-of-a-service-1", "token-of-a-service-1-l"))
    (one, other) = (
        [(echo.start, echo.end) for echo in values.find_in(document, [], order)]
        for order in (
            ["token-of-a-service-1", "token-of-a-service-1-l"],
            ["token-of-a-service-1-l", "token-of-a-service-1"],
        )
    )
    assert one == other != []
