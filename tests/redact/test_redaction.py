"""Redaction takes every value out, and leaves everything else as it is: the code runs, the columns keep their types."""

from __future__ import annotations

import ast
import base64
import gzip
import json
import re

import pytest
from hypothesis import given, settings, strategies
from stdnum import iban, luhn

from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.settings import DEFAULT
from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.redact.redaction import learn, redact, values_in
from nbguard.redact.repeated_values import Echoes
from nbguard.redact.replacements import Maker
from nbguard.redact.spots import find_spots
from tests.command_line import nbguard
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook, result

KINDS = ("personal", "payment", "health", "government-id")
TELLING = ("name", "email", "phone", "iban", "card", "ssn", "mrn", "birth_date", "address")
MAKER = Maker(b"a key")


def is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


PYTHON = [form for form, write in data.SOURCES.items() if is_python(write(data.people("payment", 3)))]


def source_of(raw: bytes) -> str:
    document = open_document("a.ipynb", raw)
    return next(field.text for part in document.parts if part.where == "source" for field in decode(document, part))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", data.SOURCES)
def test_nothing_of_anybody_is_left(form: str, kind: str) -> None:
    """No value of a telling column stands in the file, nothing is found any more, and a second run changes nothing."""
    rows = data.people(kind, 5)
    document = open_document("a.ipynb", as_bytes(notebook(code(data.SOURCES[form](rows)), code("x = 1"))))
    redacted = redact(document, DEFAULT, MAKER)
    assert redacted.left == ()
    after = open_document("a.ipynb", redacted.raw)
    assert list(find_samples(after)) == []
    assert redact(after, DEFAULT, MAKER).edits == ()
    values = [str(row[name]) for row in rows for name in TELLING if name in row]
    assert values
    assert [value for value in values if value in redacted.raw.decode()] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", PYTHON)
def test_code_keeps_its_shape(form: str, kind: str) -> None:
    """The same tree, with constants of the same types: a frame made of it has the same shape and dtypes."""
    before = data.SOURCES[form](data.people(kind, 5))
    tree = ast.dump(ast.parse(before))
    after = source_of(redact(open_document("a.ipynb", as_bytes(notebook(code(before)))), DEFAULT, MAKER).raw)

    def blank(dump: str) -> str:
        return re.sub(
            r"Constant\(value='(?:[^'\\]|\\.)*'", "Constant(value=''", re.sub(r'value="[^"]*"', "value=''", dump)
        )

    assert blank(ast.dump(ast.parse(after))) == blank(tree)
    assert len(after.splitlines()) == len(before.splitlines())


def test_a_value_has_one_stand_in_under_one_key() -> None:
    assert MAKER.replace("name", "Anna Keller") == Maker(b"a key").replace("full_name", "Anna Keller")
    assert MAKER.replace("name", "Anna Keller") != Maker(b"another").replace("name", "Anna Keller")
    stand_ins = {MAKER.replace("email", f"a{number}@gmx.de") for number in range(500)}
    assert len(stand_ins) == 500


@pytest.mark.parametrize(
    ("category", "value", "form"),
    [
        ("card", "4539 5787 6362 1486", r"4000 0000 \d{4} \d{4}"),
        ("card", "371449635398432", r"4000000\d{8}"),
        ("iban", "DE12 5001 0517 0648 4898 90", r"DE\d\d 0000 \d{4} \d{4} \d{4} \d\d"),
        ("iban", "GB94BARC10201530093459", r"GB\d\dXXXX\d{14}"),
        ("email", "anna@gmx.de", r"[a-z]+\d+@example\.com"),
        ("phone", "+49 (30) 901820-1", r"\+49 \(\d\d\) 55501\d-\d"),
        ("phone", "(212) 664-7665", r"\([2-9]\d\d\) 555-01\d\d"),
        ("national_id", "278-07-8672", r"999-\d\d-\d{4}"),
        ("national_id", "12345678Z", r"999\d{5}[A-Z]"),
        ("birth", "1984-03-17", "1984-01-01"),
        ("birth", "17.03.1984", "01.01.1984"),
        ("birth", "17 March 1984", "01 January 1984"),
        ("birth", "1984-03-17 00:00:00", "1984-01-01 00:00:00"),
    ],
)
def test_a_stand_in_has_the_form_of_the_value(category: str, value: str, form: str) -> None:
    made = MAKER.replace(category, value)
    assert re.fullmatch(form, made)
    digits = re.sub(r"\W", "", made)
    if category == "card":
        assert luhn.is_valid(digits)
    if category == "iban":
        assert iban.is_valid(digits, check_country=False)


def test_the_command_shows_no_value_and_records_what_it_did(tmp_path) -> None:
    rows = data.people("payment", 5)
    path = tmp_path / "a.ipynb"
    before = as_bytes(notebook(code(data.SOURCES["list_of_dicts"](rows))))
    path.write_bytes(before)
    values = [str(row[name]) for row in rows for name in TELLING if name in row]
    dry = nbguard("data", "redact", "--dry-run", path, cwd=tmp_path)
    assert (dry.status, path.read_bytes()) == (1, before)
    assert "would be replaced" in dry.out
    run = nbguard("data", "redact", "--audit", tmp_path / "audit.jsonl", path, cwd=tmp_path, env={"NBGUARD_SALT": "s"})
    assert run.status == 1
    records = (tmp_path / "audit.jsonl").read_text()
    assert {json.loads(line)["category"] for line in records.splitlines()} >= {"iban", "name"}
    for text in (dry.out, dry.err, run.out, run.err, records, path.read_text()):
        assert [value for value in values if value in text] == []
    assert nbguard("data", "redact", path, cwd=tmp_path, env={"NBGUARD_SALT": "s"}) == (0, "", "")


def test_what_cannot_be_redacted_is_told() -> None:
    """A packed data set stays as it is, and is named with the reason."""
    packed = base64.b64encode(gzip.compress(data.csv_text(data.people("payment", 40)).encode(), mtime=0)).decode()
    raw = as_bytes(notebook(code(f"df = unpack('{packed}')")))
    redacted = redact(open_document("a.ipynb", raw), DEFAULT, MAKER)
    assert redacted.raw is raw
    assert [(finding.rule, reason) for finding, reason in redacted.left] == [
        ("sample-table-payment", "it is packed: keep it outside the repository")
    ]


@pytest.mark.parametrize("form", [*data.PRINTED, *data.PAYLOADS])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [5, 150])
def test_outputs_are_redacted_too(form: str, kind: str, rows: int) -> None:
    """What an output shows has the stand-ins of the source, in payloads of figures as well, to the last row."""
    people = data.people(kind, rows)
    mime, write = {**data.PRINTED, **data.PAYLOADS}[form]
    cells = [code(data.list_of_dicts(people)), code("df", result(**{mime.replace("/", "__"): write(people)}))]
    redacted = redact(open_document("a.ipynb", as_bytes(notebook(*cells))), DEFAULT, MAKER)
    assert redacted.left == ()
    values = [str(row[name]) for row in people for name in TELLING if name in row]
    made_up = re.compile(r"MRN999\d+|\d{4}-01-01")
    assert [value for value in values if value in redacted.raw.decode() and not made_up.fullmatch(value)] == []
    source = ast.literal_eval(source_of(redacted.raw).split("=", 1)[1].strip())
    shown = json.dumps(json.loads(redacted.raw)["cells"][1]["outputs"])
    for row in source:
        assert row["name"] in shown


def test_columns_of_a_printed_frame_stay_apart() -> None:
    shown = data.printed_frame(data.people("payment", 5))
    raw = as_bytes(notebook(code("df", result(text__plain=shown))))
    after = json.loads(redact(open_document("a.ipynb", raw), DEFAULT, MAKER).raw)
    lines = "".join(after["cells"][0]["outputs"][0]["data"]["text/plain"]).splitlines()
    assert [len(re.split(r" {2,}", line.strip())) for line in lines] == [3, 4, 4, 4, 4, 4]


@settings(max_examples=40, deadline=None)
@given(
    strategies.sampled_from(sorted(data.SOURCES)), strategies.sampled_from(KINDS), strategies.integers(3, 9),
    strategies.sampled_from(["\n", "\r\n"]), strategies.sampled_from([1, 2, "\t"]), strategies.booleans(),
)  # fmt: skip
def test_bytes_outside_of_values_stay(
    form: str, kind: str, rows: int, line_end: str, indent: int | str, is_ascii: bool
) -> None:
    """Put back between the bytes that were left alone, the old values give the old file."""
    made = notebook(code(data.SOURCES[form](data.people(kind, rows))), code("# Grüße\nx = 'ß\\u00e9'"))
    raw = json.dumps(made, indent=indent, ensure_ascii=is_ascii).replace("\n", line_end).encode()
    redacted = redact(open_document("a.ipynb", raw), DEFAULT, MAKER)
    assert redacted.edits
    pieces, at, shift = [], 0, 0
    for edit in redacted.edits:
        assert redacted.raw[at + shift : edit.start + shift] == raw[at : edit.start]
        shift += len(edit.replacement) - (edit.end - edit.start)
        pieces.append(raw[edit.start : edit.end].decode())
        at = edit.end
    assert redacted.raw[at + shift :] == raw[at:]
    names = " ".join(pieces)
    assert all(mark not in names for mark in ("amount", "name", "import", "[", "{"))


STATEMENTS = (
    ["Q[('Brittany Walsh', 'Todd Hammond')] = 1\nQ[('Kelsey Ortega', 'Dustin Frye')] = 2\n"],
    ["h = {'Brittany Walsh': {'a': 1}, 'Todd Hammond': {'a': 2}, 'Kelsey Ortega': {'a': 3}}\n"],
    ["host = '2a02:8108:9640:1a2c::5'\nserver = '2003:EA:7F1E:4B00:1C2D:55AA:91:3'\n"],
    ["send('anna.keller@gmx.de')\n", "send('jan.weber@web.de')\n", "send('eva.koch@posteo.de')\n"],
    ["phone = '+49 151 23456789'\n"],
)


@pytest.mark.parametrize("cells", STATEMENTS, ids=lambda cells: cells[0][:12])
def test_values_outside_tables_are_replaced_too(cells: list[str]) -> None:
    document = open_document("a.ipynb", as_bytes(notebook(*map(code, cells))))
    found = list(find_samples(document))
    redacted = redact(document, DEFAULT, MAKER)
    assert found
    assert redacted.left == ()
    after = redacted.raw.decode().lower()
    assert not [
        value for finding in found for value in finding.value.split("\x1f") if len(value) > 3 and value.lower() in after
    ]
    assert list(find_samples(open_document("a.ipynb", redacted.raw))) == []


def test_a_column_that_no_one_knows_gets_no_e_mail_addresses(tmp_path):
    """A finding for the addresses in a table has all its cells; only the addresses are replaced."""
    rows = [
        {"alias": f"{name}{number}", "email": f"{name}.{number}@firma-{name}.de", "plan": "basic"}
        for number, name in enumerate(("mueller", "schulz", "weiss", "kunz", "lang", "voss"))
    ]
    path = tmp_path / "a.py"
    path.write_text(f"customers = {rows!r}\n")
    nbguard("data", "redact", path, cwd=tmp_path, env={"NBGUARD_SALT": "s"})
    names: dict[str, list[dict[str, str]]] = {}
    exec(path.read_text(), names)
    after = names["customers"]
    assert [(row["alias"], row["plan"]) for row in after] == [(row["alias"], row["plan"]) for row in rows]
    assert all(row["email"].endswith("@example.com") for row in after)


@given(
    forms=strategies.lists(strategies.sampled_from(list(data.SOURCES)), min_size=1, max_size=3),
    kinds=strategies.lists(strategies.sampled_from(KINDS), min_size=3, max_size=3),
)
@settings(max_examples=20, deadline=None)
def test_what_a_survey_found_needn_t_be_looked_for_again(forms: list[str], kinds: list[str]) -> None:
    """Several documents with echoes of each other: the same bytes and steps as by looking twice."""
    raws = [
        as_bytes(
            notebook(
                code(data.SOURCES[form](data.people(kind, 4)), result(data.SOURCES[forms[0]](data.people(kind, 3))))
            )
        )
        for form, kind in zip(forms, kinds, strict=False)
    ]

    def redacted(again: bool) -> list[tuple[object, ...]]:
        maker, echoes = Maker(b"a key"), Echoes()
        found = [find_spots(open_document("a.ipynb", raw), DEFAULT) for raw in raws]
        for spots, _ in found:
            learn(values_in(spots), maker, echoes)
        return [
            redact(open_document("a.ipynb", raw), DEFAULT, maker, echoes, None if again else seen)[:3]
            for raw, seen in zip(raws, found, strict=True)
        ]

    assert redacted(again=False) == redacted(again=True)
