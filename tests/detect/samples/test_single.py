"""Single values that only their label or place makes personal: found where they say something, else left alone."""

from __future__ import annotations

import pytest

from nbguard.detect.samples.document_search import find_in_field, find_samples
from nbguard.documents.fields import Field, Part
from nbguard.documents.reading import open_document
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook, stream


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


@pytest.mark.parametrize(
    "piece",
    ["1.2.3.", "ip 255.255.255.", "/home/", "/Users/a.", "dob ", "date of birth: '", "customer_name = '", "aa:"],
)
def test_repetition_costs_no_more_than_its_length(piece: str) -> None:
    """What begins like a value over and over is read in linear time: quadratic would be minutes."""
    assert_linear(lambda size: found(piece * (size // len(piece))), 50_000)
