"""A report with everything in it that a format has to cope with."""

from nbguard.documents.reading import open_document
from nbguard.policy.allow import Waiver
from nbguard.policy.verdict import Judgement
from nbguard.report.records import Report, Skipped, make_report, record
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream
from tests.policy.findings import find

_TOKENS = FakeTokens(7)
TOKENS = [_TOKENS.ionq(), _TOKENS.dwave(), _TOKENS.ibm_cloud(), _TOKENS.github()]
ROWS = "ada@example.org,1815\nalan@example.org,1912\ngrace@example.org,1906"
SECRETS = [*TOKENS, *ROWS.split("\n")]
HOSTILE = '=cmd|"/c x"!A1,<script>alert(1)</script>\n::error::|\x1b[31m`@[x](y)\udcff.ipynb'


def sample_report() -> Report:
    """Findings in source, output, notebook metadata and a text file; one waived; a hostile path; a skipped file."""
    ionq, dwave, ibm, github = TOKENS
    made = notebook(
        markdown("# Runs"),
        code(f'import x\né = "😀", IonQProvider("{ionq}")', stream(f"using {dwave}\n")),
        code(f"rows = '''{ROWS}'''"),
        papermill={"token": ibm},
    )
    raw = as_bytes(made)
    first, second = open_document("runs/a.ipynb", raw), open_document(HOSTILE, raw)
    text = open_document("b.env", f"GITHUB={github}\n".encode())
    waiver = Waiver("inline", "allow on line 1 (ionq-api-key)", "a <b>fake</b>", "2027-01-01", "=alice")
    salt = b"pepper"
    records = [
        record(find(first, ionq), first, Judgement("high"), salt),
        record(find(first, dwave, "dwave-api-token", provider="dwave", prefix=4), first, Judgement("critical"), salt),
        record(find(first, ibm, "ibm-cloud-api-key", provider="ibm"), first, Judgement("medium"), salt),
        record(find(first, ROWS, "inline-records", "sample-data", provider=None), first, Judgement("low"), salt),
        record(find(second, ionq), second, Judgement("high", waiver), salt),
        record(
            find(second, dwave, "dwave-api-token", provider="dwave", message="A <i>key</i> | *bold*\nsecond line."),
            second,
            Judgement("high"),
            salt,
        ),
        record(find(text, github, "github-token", provider="github"), text, Judgement("high"), salt),
    ]
    return make_report(records, [Skipped("c\n.ipynb", "not valid JSON: <b> (line 1)")], 4, 12345, 0.1234)
