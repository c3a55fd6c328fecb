"""The JSON report: the contract that CI jobs and our own checks rely on."""

import io
import json

from nbguard.report.writing import write_report
from tests.report.samples import SECRETS, sample_report

CONTRACT = {
    "rule", "kind", "provider", "severity", "path", "cell", "where", "line", "column", "end_line", "end_column",
    "file_line", "match", "fingerprint", "message", "remedy", "waived",
}  # fmt: skip


def written():
    stream = io.StringIO()
    write_report(sample_report(), "json", stream)
    return stream.getvalue()


def test_it_has_the_shape_that_is_promised():
    got = json.loads(written())
    assert got["schema"] == "nbguard-report/1"
    assert got["tool"]["name"] == "nbguard"
    summary = {"files": 4, "bytes": 12345, "findings": 6, "waived": 1, "skipped": 1, "seconds": 0.123}
    assert got["summary"] == summary | {"excluded": 0, "disabled": 0, "allowed": 1, "baselined": 0}
    assert all(set(finding) >= CONTRACT for finding in got["findings"])
    assert got["skipped"] == [{"path": "c\n.ipynb", "reason": "not valid JSON: <b> (line 1)"}]


def test_a_cell_is_index_id_and_type():
    found = {(f["path"], f["where"], f["rule"]): f for f in json.loads(written())["findings"]}
    assert found["runs/a.ipynb", "source", "ionq-api-key"]["cell"] == {"index": 1, "id": "cell0001", "type": "code"}
    assert found["runs/a.ipynb", "metadata", "ibm-cloud-api-key"]["cell"] is None
    assert found["b.env", "file", "github-token"]["cell"] is None


def test_a_waived_finding_carries_its_waiver():
    waived = [finding["waived"] for finding in json.loads(written())["findings"] if finding["waived"]]
    assert waived == [
        {
            "kind": "inline",
            "detail": "allow on line 1 (ionq-api-key)",
            "reason": "a <b>fake</b>",
            "expires": "2027-01-01",
            "approved_by": "=alice",
        }
    ]


def test_no_secret_in_it_and_plain_ascii():
    """ASCII, so that no terminal or pipe encoding can break it, whatever a file is called."""
    got = written()
    assert got.isascii()
    assert not [secret for secret in SECRETS if secret in got]
