"""Sample data is found wherever it is written, once a table, in the right class; physics is left alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nbguard.detect.finding import SEVERITIES, Finding
from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.sample_rules import data_class
from nbguard.detect.samples.settings import DEFAULT, SampleSettings
from nbguard.documents.reading import open_document
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, markdown, notebook, result, stream
from tests.redact.frames import csv_in_one_line, rows_of

KINDS = ("personal", "payment", "health", "government-id")


def scan(raw: bytes, path: str = "a.ipynb", settings: SampleSettings = DEFAULT) -> list[Finding]:
    document = open_document(path, raw)
    return list(find_samples(document, settings))


def scan_cell(source: str, settings: SampleSettings = DEFAULT) -> list[Finding]:
    return scan(as_bytes(notebook(code(source))), settings=settings)


def classes(findings: list[Finding]) -> list[str]:
    return [data_class(finding.rule) for finding in findings]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", data.SOURCES)
def test_rows_in_a_source_are_one_finding_of_their_class(form: str, kind: str) -> None:
    """However rows are written into a cell, they are one finding with the right class and number of rows."""
    findings = scan_cell(data.SOURCES[form](data.people(kind, 7)))
    assert classes(findings) == [kind]
    assert findings[0].message.startswith("7 rows of ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", data.PRINTED)
def test_rows_in_an_output_are_found(form: str, kind: str) -> None:
    """A frame that was displayed is found in the output."""
    mime, write = data.PRINTED[form]
    findings = scan(as_bytes(notebook(code("df", result(**{mime.replace("/", "__"): write(data.people(kind, 6))})))))
    assert classes(findings) == [kind]
    assert findings[0].field.part.where == "output"
    assert findings[0].message.startswith("6 rows of ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", data.PAYLOADS)
def test_rows_in_a_payload_are_one_finding(form: str, kind: str) -> None:
    """The data a figure or a data resource carries is found in its JSON."""
    mime, write = data.PAYLOADS[form]
    output = {"output_type": "display_data", "data": {mime: write(data.people(kind, 6))}, "metadata": {}}
    findings = scan(as_bytes(notebook(code("fig.show()", output))))
    assert classes(findings) == [kind]
    assert findings[0].message.startswith("6 rows of ")


def test_a_printed_stream_and_a_file_are_found() -> None:
    """print(df) and a CSV file beside the notebook."""
    rows = data.people("personal", 5)
    assert classes(scan(as_bytes(notebook(code("print(df)", stream(data.printed_frame(rows))))))) == ["personal"]
    assert classes(scan(data.csv_text(rows).encode(), "people.csv")) == ["personal"]
    assert classes(scan(json.dumps(rows).encode(), "people.json")) == ["personal"]


@pytest.mark.parametrize("seed", range(8))
def test_physics_is_no_sample_data(seed: int) -> None:
    """Angles, counts, Hamiltonians, coupling maps, QASM, calibration tables, learning curves, references."""
    for text in data.physics(seed):
        for cell in (code(text), code("x", stream(text)), markdown(text), code("x", result(text__html=text))):
            assert scan(as_bytes(notebook(cell))) == [], text


@pytest.mark.parametrize(
    "source",
    [
        'emails = ["a.b@example.com", "c.d@example.org", "e.f@users.test", "g.h@sub.example.net"]',
        'users = [{"name": "Alice Smith", "email": "alice@example.com"}] * 5\n'
        'more = ["noreply@gmx.de", "info@gmx.de", "support@gmx.de"]',
        'card = "4242424242424242"\nother = "4111 1111 1111 1111"\nbank = "DE89 3704 0044 0532 0130 00"',
        "author = 'Anna Schmidt <anna.schmidt@gmx.de>'",
        "# Authors: Anna Schmidt <a.s@gmx.de>, Ben Keller <b.k@web.de>, Carla Vogt <c.v@posteo.de>",
        'names = ["Alice", "Bob", "Carol"]',
        'df = pd.DataFrame({"name": ["Alice Smith", "Bob Jones", "Carol White"], '
        '"age": [25, 30, 35], "city": ["Paris"] * 3})',
        'authors = [{"name": "Anna Schmidt", "email": "a.s@tudelft.nl"}, '
        '{"name": "Ben Keller", "email": "b.k@ethz.ch"}, '
        '{"name": "Clara Vogt", "email": "cv@mit.edu"}]',
        'schema = [{"name": "email", "type": "string"}, {"name": "phone", "type": "string"}, '
        '{"name": "dob", "type": "date"}]',
        'refs = [("Peter Shor", "1994-11-20"), ("Lov Grover", "1996-05-29"), ("Alexei Kitaev", "1997-07-09")]',
        't = [1716239022000, 1716239023000, 1716239024000]; ids = ["4539578763621486123"]',
        'df = pd.DataFrame({"PassengerId": [1, 2, 3], "Pclass": [3, 1, 3], "Name": ["Braund, Mr. Owen Harris", '
        '"Cumings, Mrs. John Bradley", "Heikkinen, Miss. Laina"], "Sex": ["male", "female", "male"], '
        '"Age": [22, 38, 26]})',
        'df = pd.DataFrame({"radius": [17.9, 20.5, 19.7], "diagnosis": ["M", "M", "B"]})',
    ],
)  # fmt: skip
def test_made_up_and_public_data_is_left_alone(source: str) -> None:
    """Reserved domains, role addresses, test numbers, credits, teaching data sets."""
    assert scan_cell(source) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('iban = "{iban}"', "sample-iban"),
        ("# transfer to {spaced}", "sample-iban"),
        ('pay("{card}")', "sample-card"),
        ("card number: {card}", "sample-card"),
        ("SSN {ssn}", "sample-national-id"),
        ("emails = ['{mails[0]}', '{mails[1]}', '{mails[2]}']", "sample-email"),
        ("Write to {mails[0]}, {mails[1]} and {mails[2]}.", "sample-email"),
    ],
)
def test_single_values_are_found(source: str, rule: str) -> None:
    """Values with check digits need no table; e-mail addresses need company."""
    payment = data.people("payment", 1)[0]
    iban = payment["iban"]
    values = {"iban": iban, "spaced": " ".join(iban[n : n + 4] for n in range(0, 22, 4)),
              "card": payment["card_number"],
              "ssn": data.people("government-id", 1)[0]["ssn"],
              "mails": [row["email"] for row in data.people("personal", 3)]}  # fmt: skip
    text = source.format(**values)
    findings = scan_cell(text)
    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].end - findings[0].start >= 11


@pytest.mark.parametrize(
    "source",
    [
        "linear = {{'{0}': -1.5, '{1}': 0.25, '{2}': 3.0}}",
        "Q = {{('{0}', '{0}'): -1, ('{1}', '{1}'): -1, ('{2}', '{2}'): -1, ('{0}', '{1}'): 2, ('{1}', '{2}'): 2}}",
    ],
)
def test_a_model_keyed_by_people_is_found(source: str) -> None:
    """Shift plans and portfolios are written as dicts from names to weights; gates and methods are no people."""
    found = scan_cell(source.format("Anna Schmidt", "Jonas Keller", "Clara Vogt"))
    assert classes(found) == ["personal"]
    assert scan_cell(source.format("Nelder Mead", "Conjugate Gradient", "Powell Search")) == []
    assert scan_cell(source.format("Delft North", "Lower Saxony", "Port Elgin")) == []


def test_a_wrong_check_digit_is_no_finding() -> None:
    """One digit off makes an IBAN and a card number any number."""
    row = data.people("payment", 1)[0]
    for value in row["iban"], row["card_number"]:
        wrong = value[:-1] + str((int(value[-1]) + 1) % 10)
        assert scan_cell(f'x = "{wrong}"') == []


def test_thresholds_come_from_the_settings() -> None:
    """Two rows are no table by default; with rows = 2 they are. A class that is off is silent."""
    source = data.list_of_dicts([{"name": row["name"], "email": row["email"]} for row in data.people("personal", 2)])
    assert scan_cell(source) == []
    assert classes(scan_cell(source, SampleSettings.from_config({"rows": 2}))) == ["personal"]
    seven = data.list_of_dicts(data.people("personal", 7))
    assert scan_cell(seven, SampleSettings.from_config({"classes": ["payment"]})) == []
    assert (
        scan_cell(seven, SampleSettings.from_config({"severity": {"personal": "critical"}}))[0].severity == "critical"
    )


def test_a_finding_spans_the_values_and_keeps_them_to_itself() -> None:
    """The span holds the first and the last value; message, cause, remedy and repr hold none."""
    rows = data.people("personal", 9)
    text = "before = 1\n" + data.list_of_dicts(rows) + "after = 2\n"
    (finding,) = scan_cell(text)
    span = finding.field.text[finding.start : finding.end]
    assert rows[0]["name"] in span
    assert rows[-1]["birth_date"] in span
    assert "before" not in span
    assert "after" not in span
    shown = " ".join((finding.message, finding.cause, finding.remedy, repr(finding)))
    assert not any(str(value) in shown for row in rows for value in row.values())
    assert finding.severity in SEVERITIES


def test_the_fingerprint_value_survives_layout_and_order() -> None:
    """Reordered rows and another indentation are the same data; another row is other data."""
    rows = data.people("personal", 6)
    values = {scan_cell(data.SOURCES["list_of_dicts"](list(order)))[0].value for order in (rows, rows[::-1])}
    assert len(values) == 1
    assert scan_cell(data.list_of_dicts(rows[:-1]))[0].value not in values


@pytest.mark.parametrize("rows", [500, 5000])
def test_a_long_table_is_one_finding_with_its_rows(rows: int) -> None:
    """Only a sample is read, the rows are counted or estimated, and a change past the sample changes the value."""
    made: list[dict[str, Any]] = data.people("personal", rows)
    for write in (data.list_of_dicts, data.csv_in_string, data.dict_of_lists):
        (finding,) = scan_cell(write(made))
        count = int(finding.message.removeprefix("about ").split()[0])
        assert 0.8 * rows <= count <= 1.2 * rows
        changed = [*made[:-1], made[-1] | {"email": "someone.else@gmx.de"}]
        assert scan_cell(write(changed))[0].value != finding.value


@pytest.mark.parametrize("seed", range(4))
def test_the_search_goes_on_behind_a_line_end_that_is_an_escape(seed: int) -> None:
    """A signal can stand on the second of its two characters, which once was for ever the next line."""
    (cell,) = csv_in_one_line(rows_of(seed))
    assert {finding.rule for finding in find_samples(open_document("a.ipynb", as_bytes(notebook(code(cell)))))} == {
        "sample-table-health"
    }
