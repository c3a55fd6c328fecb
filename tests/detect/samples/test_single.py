"""Single values that only their label or place makes personal: found where they say something, else left alone."""

from __future__ import annotations

import pytest

from nbguard.detect.samples.document_search import find_in_field, find_samples
from nbguard.documents.fields import Field, Part
from nbguard.documents.reading import open_document
from tests.detect.samples import data
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook, result, stream


def found(text: str) -> list[tuple[str, str]]:
    field = Field(text, Part("source", None, "", "text/plain", "string", 0, 0))
    return [(finding.rule, finding.value) for finding in find_in_field(field)]


@pytest.mark.parametrize(
    ("text", "rule", "value"),
    [
        ('df = pd.read_csv("/home/akeller/data/q.csv")', "sample-home-path", "akeller"),
        ("path = '/Users/udo.meyer/q.csv'", "sample-home-path", "udo.meyer"),
        (r"path = r'C:\Users\imeyer\q.csv'", "sample-home-path", "imeyer"),
        (r"path = 'C:\\Users\\imeyer\\q.csv'", "sample-home-path", "imeyer"),
        ("open('file:///home/akeller/q')", "sample-home-path", "akeller"),
        ("host = '84.112.33.7'", "sample-ip", "84.112.33.7"),
        ("requests.get('http://84.112.33.7:8080/')", "sample-ip", "84.112.33.7"),
        ("mac_address = '3c:22:fb:9a:41:7e'", "sample-mac", "3c:22:fb:9a:41:7e"),
        ("date_of_birth = '1984-03-17'", "sample-birth-date", "1984-03-17"),
        ('"geburtsdatum": "17.03.1984"', "sample-birth-date", "17.03.1984"),
        ("DOB: 03/17/1984", "sample-birth-date", "03/17/1984"),
        ("passport_no = 'C01X00T47'.lower() or 'x'; passport = 'L8989021'", "sample-passport", "L8989021"),
        ("Reisepassnummer: C4829137", "sample-passport", "C4829137"),
        ("patient_name = 'Anna Keller'", "sample-name", "Anna Keller"),
        ('customer = "Thomas Wagner"', "sample-name", "Thomas Wagner"),
        ("host = '2a02:8108:9640:1a2c::5'", "sample-ip", "2a02:8108:9640:1a2c::5"),
        ("ip addr add 2a02:8108:9640:1a2c::5/64", "sample-ip", "2a02:8108:9640:1a2c::5"),
        ("ssh root@server # ip 2003:EA:7F1E:4B00:1C2D:55AA:91:3", "sample-ip", "2003:ea:7f1e:4b00:1c2d:55aa:91:3"),
        ("phone = '+49 151 23456789'", "sample-phone-number", "+49 151 23456789"),
        ('customer = {"mobile_phone": "+1 212-736-5000"}', "sample-phone-number", "+1 212-736-5000"),
    ],
)
def test_what_says_somebody_is_found(text: str, rule: str, value: str) -> None:
    assert found(text) == [(rule, value)]


@pytest.mark.parametrize(
    "text",
    [
        "/home/jovyan/a", "/Users/username/a", "/home/runner/repo", "/home/ubuntu/a", "/home/user/a",
        "/home/<you>/a", "/home/$USER/a", "https://a.com/home/pricing/x", "~/home/akeller/x", "/Users/Shared/a",
        "/content/home/akeller/x", "/home/your_name/x", "C:\\Users\\Public\\a",
        "host = '127.0.0.1'", "host = '192.168.1.7'", "ip = '10.1.2.3'", "ip = '203.0.113.9'", "server 8.8.8.8",
        "host 0.0.0.0", "pkg==84.112.33.7", "server version 1.2.3.4", "ip 84.112.33.0/24", "section 84.112.33.7",
        "mac = '00:11:22:33:44:55'", "mac_addr = 'ff:ff:ff:ff:ff:ff'", "t = '12:34:56:12:34:56'",
        "mac_addr = '00:00:5E:00:53:AF'",
        "host = '2001:db8:12:34:56:78:9a:bc'", "host = 'fe80:0:0:0:1c2d:55aa:91:3'", "host = 'fd12:3456:789a:1::5'",
        "dns server 2001:4860:4860::8888", "ip ff02:0:0:0:0:0:1:ff00", "host = '1:2:3:4:5:6:7:8'", "x[a::b] # host ::1",
        "host time 12:30:45:59", "server hash aa:bb:cc:dd:ee:ff:aa:bb:cc:dd", "std::host::a::b::c", "ip a:b:c:d:e",
        "ip = ip_network('64:ff9b::/96')", "allow ip 2a02:8108:9640::/48",
        "phone = '+1 202-555-0123'", "phone = '+49'", "telemetry = '+44 20 7946 0958'", "model = '+49 151 23456789'",
        "dob = '1970-01-01'", "date_of_birth = '01.01.1990'", "birthday = None", "birth_date: date", "born 14.3.1879",
        "date_of_birth = '2035-03-17'",
        "passport = 123456789", "passport = '000000000'", "passport: str", "passport control 4829137",
        "patient_name = 'Alice'", "customer = 'John Doe'", "customer = 'Bell State'", "full_name = 'Quantum Volume'",
    ],
)  # fmt: skip
def test_what_is_nobodys_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_paths_in_outputs_are_left_to_stripping() -> None:
    """A traceback is full of them; the same path in source is reported once a user."""
    path = "/home/akeller/lib/python3.11/site-packages/a.py"
    cell = code(f"a = '{path}'\nb = '{path}'", stream(f'File "{path}", line 3'))
    findings = list(find_samples(open_document("a.ipynb", as_bytes(notebook(cell)))))
    assert [(finding.rule, finding.field.part.where) for finding in findings] == [("sample-home-path", "source")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["1.2.3.", "ip 255.255.255.", "/home/", "/Users/a.", "dob ", "date of birth: '", "customer_name = '", "aa:"],
)
def test_repetition_costs_no_more_than_its_length(piece: str) -> None:
    """What begins like a value over and over is read in linear time: quadratic would be minutes."""
    assert_linear(lambda size: found(piece * (size // len(piece))), 50_000)


def rules_over_cells(*sources: str) -> list[tuple[str, str]]:
    document = open_document("a.ipynb", as_bytes(notebook(*map(code, sources))))
    return [(finding.rule, finding.value) for finding in find_samples(document)]


PEOPLE = ["anna.keller@gmx.de", "jan_weber@web.de", "eva.koch@posteo.de", "tom.maier@orange.fr"]


def test_addresses_that_stand_alone_in_their_cells_are_counted_over_the_notebook() -> None:
    cells = [f"send({address!r})" for address in PEOPLE]
    assert rules_over_cells(*cells) == [("sample-email", address) for address in PEOPLE]
    assert rules_over_cells(*cells[:2]) == []
    assert rules_over_cells(*(cells[0] for _ in range(9))) == []  # one address again and again
    assert rules_over_cells(*(f"# author: {address}" for address in PEOPLE)) == []
    assert rules_over_cells(*(f"send('user{n}@example.com')" for n in range(9))) == []


def test_numbers_that_stand_alone_in_their_cells_are_counted_over_the_notebook() -> None:
    cells = [f"dial('+49 151 2345678{n}')" for n in range(4)]
    assert [rule for rule, _ in rules_over_cells(*cells)] == ["sample-phone"] * 4
    assert rules_over_cells(*cells[:2]) == []


def test_an_address_is_found_once_however_it_counts() -> None:
    cells = [f"Please write to {PEOPLE[0]} today", *(f"send({address!r})" for address in PEOPLE[1:])]
    found = rules_over_cells(*cells)
    assert sorted(value for _, value in found) == sorted(PEOPLE)


def test_a_table_in_a_cell_and_in_its_output_is_reported_in_both() -> None:
    people = data.people("personal", 5)
    cell = code(data.list_of_dicts(people), result(text__plain=data.printed_frame(people)))
    found = find_samples(open_document("a.ipynb", as_bytes(notebook(cell))))
    assert sorted(finding.field.part.where for finding in found) == ["output", "source"]
