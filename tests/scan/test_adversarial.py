"""Input made to hurt: each kind has a stated outcome, in time that grows as the input does.

Time counts only by how it grows (see tests/growth.py).
"""

import json
import os

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from nbguard.errors import ExitCode
from nbguard.policy.policy_settings import Config
from nbguard.scan.scan_paths import scan_paths
from tests.fake_tokens import ALPHANUMERIC, FakeTokens
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, notebook, result, stream

EVERYTHING = frozenset(("credential", "sample-data", "quantum-metadata", "hygiene"))
TOKENS = FakeTokens(61)
TOKEN = TOKENS.dwave()
KEY = TOKENS.of(ALPHANUMERIC, 32)


ENGINE = Engine(Scope(EVERYTHING))


def find(path, raw):
    screening = ENGINE.screen(raw, path)
    return ENGINE.detect(open_document(path, raw), screening) if screening is not None else []


def assert_scan_is_linear(path, make, size):
    assert_linear(lambda size: find(path, make(size)), size)


def report_of(tmp_path, name, raw):
    (tmp_path / name).write_bytes(raw)
    return scan_paths([str(tmp_path / name)], Config(str(tmp_path)), frozenset())


UNITS = {
    "letters": "a",
    "quotes": "\"'",
    "quotes and backslashes": '\\"',
    "brackets": "([{",
    "closing brackets": ")]}",
    "a name without a value": "token=",
    "names with values": "token='x9Zk', ",
    "environment": "os.environ['IONQ_API_KEY']=",
    "calls": "IonQProvider(",
    "headers": "Authorization: apiKey ",
    "addresses": "https://a:b@",
    "base64": "eyJhbGciOi",
    "percent signs": "%env ",
    "comments": "# token = ",
    "triple quotes": '"""',
    "f-strings": "f'{",
    "hex": "0123456789abcdef",
    "ANSI": "\x1b[31m",
    "tags": "<td>a@b.org",
    "mails": "ann.b@example-lab.org,",
    "digits": "4111 1111 1111 1111 ",
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS.values(), ids=list(UNITS))
@pytest.mark.parametrize("form", ["py", "txt", "source", "output"])
def test_a_long_line_of_anything_takes_linear_time(unit, form):
    """What 10 MB in one line comes to, by the time for 32 kB and 256 kB of it."""

    def make(size):
        text = "from qiskit_ionq import IonQProvider; " + (unit * (size // len(unit) + 1))[:size]
        if form == "source":
            return as_bytes(notebook(code(text)))
        return as_bytes(notebook(code("x", stream(text)))) if form == "output" else text.encode()

    assert_scan_is_linear("a.ipynb" if form in ("source", "output") else f"a.{form}", make, 32_000)


@pytest.mark.parametrize("name", ["a.py", "a.txt", "a.json", "a.ipynb"])
def test_a_credential_in_a_line_of_10_megabytes_is_found(name):
    line = "x = 1; " * 700_000 + f"sampler = DWaveSampler(token='{TOKEN}'); " + "y = 2; " * 700_000
    raw = as_bytes(notebook(code(line))) if name == "a.ipynb" else line.encode()
    assert len(raw) > 9_500_000
    assert [finding.value for finding in find(name, raw)] == [TOKEN]


def test_a_hundred_thousand_quotes_hide_nothing():
    raw = as_bytes(notebook(code('"' * 100_000), code(f"DWaveSampler(token='{TOKEN}')"), code("'" * 100_001)))
    assert [finding.value for finding in find("a.ipynb", raw)] == [TOKEN]


def test_a_hundred_thousand_brackets_in_a_cell_hide_nothing():
    nested = "(" * 100_000
    raw = as_bytes(notebook(code(f"key = '{KEY}'"), code(nested), code("from qiskit_ionq import *\nIonQProvider(key)")))
    assert [(finding.rule, finding.value) for finding in find("a.ipynb", raw)] == [("ionq-api-key", KEY)]


def test_json_that_is_nested_too_deep_is_said_and_looked_at_as_text(tmp_path):
    raw = as_bytes(notebook(code(f"DWaveSampler(token='{TOKEN}')"), note="DEEP"))
    raw = raw.replace(b'"DEEP"', b"[" * 100_000 + b"]" * 100_000)
    outcome = report_of(tmp_path, "a.ipynb", raw)
    assert [skipped.path for skipped in outcome.report.skipped] == ["a.ipynb"]
    assert "nested too deep" in outcome.report.skipped[0].reason
    assert [finding.rule for finding in outcome.report.findings] == ["dwave-sapi-token"]
    assert outcome.exit_code == ExitCode.INCOMPLETE


def test_a_file_over_the_limit_is_not_read_and_is_said(tmp_path):
    """An output of more than 1 GB; the file is sparse, so it takes no room here."""
    with open(tmp_path / "huge.ipynb", "wb") as file:
        file.write(b'{"cells": [{"outputs": [{"text": "')
        file.truncate(1_100_000_000)
    (tmp_path / "small.py").write_text(f"DWaveSampler(token='{TOKEN}')")
    paths = [str(tmp_path / name) for name in ("huge.ipynb", "small.py")]
    outcome = scan_paths(paths, Config(str(tmp_path)), frozenset())
    assert [tuple(skipped) for skipped in outcome.report.skipped] == [
        ("huge.ipynb", "too large: 1100 MB (limit 1000 MB)")
    ]
    assert [finding.path for finding in outcome.report.findings] == ["small.py"]
    assert outcome.exit_code == ExitCode.INCOMPLETE
    assert os.path.getsize(tmp_path / "huge.ipynb") == 1_100_000_000


@pytest.mark.slow
def test_twenty_thousand_findings_in_one_file_are_all_reported(tmp_path):
    tokens = [TOKENS.dwave() for _ in range(20_000)]
    report = report_of(tmp_path, "a.txt", "".join(f"{token}\n" for token in tokens).encode()).report
    assert [finding.line for finding in report.findings] == list(range(1, 20_001))
    assert len({finding.fingerprint for finding in report.findings}) == 20_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.txt", "a.py", "a.ipynb"])
def test_many_findings_take_linear_time(name):
    tokens = [TOKENS.dwave() for _ in range(8_000)]

    def make(size):
        text = "".join(f"DWaveSampler(token='{token}')\n" for token in tokens[: size // 60])
        return as_bytes(notebook(code(text))) if name == "a.ipynb" else text.encode()

    assert_scan_is_linear(name, make, 60_000)


@pytest.mark.parametrize("first", [True, False])
def test_of_a_key_that_stands_twice_both_values_are_looked_at(first):
    """Readers of JSON disagree on which of the two counts; one of them may be the one that runs."""
    leak, clean = json.dumps([f"DWaveSampler(token='{TOKEN}')"]), json.dumps(["x = 1"])
    pair = (leak, clean) if first else (clean, leak)
    raw = as_bytes(notebook(code("SOURCE"))).decode()
    start = raw.index('"source"')
    end = raw.index("]", start) + 1
    twice = raw[:start] + f'"source": {pair[0]}, "source": {pair[1]}' + raw[end:]
    assert len(json.loads(twice)["cells"]) == 1
    assert [finding.value for finding in find("a.ipynb", twice.encode())] == [TOKEN]


def test_escapes_of_ascii_hide_no_token_and_no_name():
    plain = as_bytes(notebook(code(f"from qiskit_ionq import IonQProvider\nIonQProvider('{KEY}')"))).decode()
    assert [finding.value for finding in find("a.ipynb", plain.encode())] == [KEY]
    for word in ("qiskit_ionq", "IonQProvider", KEY):
        hidden = plain.replace(word, "".join(f"\\u{ord(letter):04x}" for letter in word))
        assert json.loads(hidden) == json.loads(plain)
        assert [finding.value for finding in find("a.ipynb", hidden.encode())] == [KEY]


def test_an_escaped_slash_hides_no_address():
    """Some writers of JSON escape every slash."""
    password = TOKENS.of(ALPHANUMERIC, 20)
    plain = as_bytes(notebook(code(f"engine = connect('postgresql://lab:{password}@db.lab.org/results')"))).decode()
    slashed = plain.replace("/", "\\/")
    assert json.loads(slashed) == json.loads(plain)
    found = [[finding.value for finding in find("a.ipynb", raw.encode())] for raw in (plain, slashed)]
    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_a_picture_costs_nothing_and_says_nothing():
    """11 of 12 false hits of other scanners are pictures: chance in base64."""
    picture = "iVBORw0KGgo" + TOKENS.of(ALPHANUMERIC + "+/", 400_000)
    raw = as_bytes(notebook(code("plot()", result(image__png=picture))))
    assert find("a.ipynb", raw) == []


def test_bytes_cut_off_anywhere_are_said_and_never_raise(tmp_path):
    raw = as_bytes(notebook(code(f"DWaveSampler(token='{TOKEN}')", stream("x\n")), note={"a": [1, 2]}))
    for end in range(1, len(raw) - 2, 7):
        report = report_of(tmp_path, "a.ipynb", raw[:end]).report
        assert [skipped.path for skipped in report.skipped] == ["a.ipynb"], end
        if TOKEN.encode() in raw[:end]:
            assert len(report.findings) == 1, end
