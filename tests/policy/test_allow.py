"""Inline allows: which marks are heard, for which finding, and which are not."""

import json
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.reading import open_document
from nbguard.policy.allow import Waiver, allows_for, allows_in, decide
from nbguard.policy.policy_settings import WaiverPolicy
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.policy.findings import find, text_document

TOKEN = FakeTokens().ionq()
TODAY = "2026-11-22"
FREE = WaiverPolicy()
STRICT = WaiverPolicy(require_reason=True, require_approver=True, require_expiry=True)


def decide_text(text, policy=FREE, path="a.py", **changes):
    document = text_document(text.replace("TOKEN", TOKEN), path)
    finding = find(document, TOKEN, **changes)
    return decide(allows_for(finding, document, policy), finding, policy, TODAY)


@pytest.mark.parametrize(
    "line",
    [
        't = "TOKEN"  # nbguard: allow ionq-api-key reason="a fake"',
        't = "TOKEN"  #nbguard:allow ionq-api-key',
        't = "TOKEN";  // nbguard: allow ionq-api-key',
        "t = 'TOKEN' -- nbguard: allow ionq-api-key",
        "t = 'TOKEN' % nbguard: allow ionq-api-key",
        "t = TOKEN ; nbguard: allow ionq-api-key",
        "TOKEN <!-- nbguard: allow ionq-api-key -->",
        "TOKEN /* nbguard: allow ionq-api-key */",
        't = "TOKEN"  # nbguard: allow *',
        't = "TOKEN"  # nbguard: allow ionq-*',
        't = "TOKEN"  # nbguard: allow dwave-token, ionq-api-key',
        't = "TOKEN"  # noqa: S105  # nbguard: allow ionq-api-key',
        '# nbguard: allow ionq-api-key\nt = "TOKEN"',
        '    # nbguard: allow ionq-api-key\n    t = "TOKEN"',
        '{"note": "nbguard: allow ionq-api-key", "t": "TOKEN"}',
        't = "TOKEN"  # nbguard: allow ionq-api-key\r\n',
    ],
)
def test_ours_is_heard(line):
    assert decide_text(line).waiver is not None


@pytest.mark.parametrize(
    "text",
    [
        't = "TOKEN"',
        't = "TOKEN"  # nbguard: allow dwave-token',
        't = "TOKEN"  # nbguard: allowed ionq-api-key',
        't = "TOKEN"  # nbguard: allow-ionq-api-key',
        't = "TOKEN"  # nbguard: allow',
        '# nbguard: allow ionq-api-key\n\nt = "TOKEN"',
        't = "TOKEN"\n# nbguard: allow ionq-api-key',
        'other = 1  # nbguard: allow ionq-api-key\nt = "TOKEN"',
        'nbguard_allow = 1; t = "TOKEN"',
    ],
)
def test_what_is_no_allow_for_this_finding(text):
    """An allow that trails other code is for that code, so it can't cover a new secret on the next line."""
    assert decide_text(text).waiver is None


def test_everything_it_says_is_kept():
    waiver = decide_text(
        't = "TOKEN"  # nbguard: allow ionq-api-key reason="a fake, by \'us\'" expires=2027-01-31 approved-by=alice'
    ).waiver
    assert waiver == Waiver("inline", "allow on line 1 (ionq-api-key)", "a fake, by 'us'", "2027-01-31", "alice")


def test_an_allow_in_a_quoted_string_ends_with_it():
    document = text_document(f'{{"note": "nbguard: allow x", "ionq-api-key": "{TOKEN}"}}', "a.json")
    finding = find(document, TOKEN)
    assert decide(allows_for(finding, document, FREE), finding, FREE, TODAY).waiver is None


@pytest.mark.parametrize(
    ("expires", "counts"), [("2026-11-21", False), ("2026-11-22", True), ("2026-11-23", True), ("soon", False)]
)
def test_expiry(expires, counts):
    """The day it names is the last one; afterwards the finding is back, and the report says why."""
    decision = decide_text(f't = "TOKEN"  # nbguard: allow ionq-api-key expires={expires}')
    assert (decision.waiver is not None) == counts
    if expires == "2026-11-21":
        assert decision.note == "The allow on line 1 (ionq-api-key) doesn't count: it expired on 2026-11-21."


def test_an_expired_allow_does_not_hide_a_good_one():
    decision = decide_text('# nbguard: allow * reason="x"\nt = "TOKEN"  # nbguard: allow * expires=2020-01-01')
    assert decision.waiver == Waiver("inline", "allow on line 1 (*)", "x")


@pytest.mark.parametrize("given_", ['reason="r"', "approved-by=a", "expires=2027-01-01", 'reason=" " approved-by=a'])
def test_the_policy_can_require_reason_approver_and_expiry(given_):
    decision = decide_text(f't = "TOKEN"  # nbguard: allow ionq-api-key {given_}', STRICT)
    assert decision.waiver is None
    assert "the policy requires" in decision.note


def test_the_policy_is_met():
    line = 't = "TOKEN"  # nbguard: allow ionq-api-key reason="r" approved-by=a expires=2027-01-01'
    assert decide_text(line, STRICT).waiver is not None


def test_a_misspelt_word_is_said_and_not_guessed():
    decision = decide_text('t = "TOKEN"  # nbguard: allow ionq-api-key expiry=2020-01-01')
    assert decision.waiver is None
    assert "expiry=" in decision.note


@pytest.mark.parametrize(
    "line",
    [
        't = "TOKEN"  # pragma: allowlist secret',
        't = "TOKEN"  # pragma:allowlist secret',
        't = "TOKEN"  # pragma: whitelist-secret',
        't = "TOKEN"  # PRAGMA: ALLOWLIST SECRET',
        '# pragma: allowlist nextline secret\nt = "TOKEN"',
        '# pragma: whitelist-nextline-secret\nt = "TOKEN"',
        't = "TOKEN"  # gitleaks:allow',
        't = "TOKEN"  # betterleaks:allow',
        't = "TOKEN"  // trufflehog:ignore',
        't = "TOKEN"  # kingfisher:ignore',
        't = "TOKEN"  # kingfisher:allow',
    ],
)
def test_other_tools_markers_are_heard(line):
    waiver = decide_text(line).waiver
    assert waiver is not None
    assert waiver.kind == "marker"
    assert decide_text(line, FREE._replace(foreign_markers=False)).waiver is None
    assert decide_text(line, FREE._replace(inline=False)).waiver is None


@pytest.mark.parametrize(
    "text",
    [
        '# pragma: allowlist secret\nt = "TOKEN"',
        't = "TOKEN"  # pragma: allowlist nextline secret',
        '# gitleaks:allow\nt = "TOKEN"',
        't = "TOKEN"  # pragma: allowlist secretary',
        't = "TOKEN"  # nogitleaks:allow',
    ],
)
def test_other_tools_markers_keep_their_meaning(text):
    assert decide_text(text).waiver is None


def test_other_tools_markers_are_about_secrets():
    line = 't = "TOKEN"  # pragma: allowlist secret'
    assert decide_text(line, rule="email-list", kind="sample-data").waiver is None
    assert decide_text('t = "TOKEN"  # nbguard: allow *', rule="email-list", kind="sample-data").waiver is not None


def test_a_finding_over_several_lines_is_allowed_on_each_of_them():
    value = f'"{TOKEN[:16]}"\n"{TOKEN[16:]}"'
    document = text_document(f"t = ({value}  # nbguard: allow *\n)\nx = 1\n")
    finding = find(document, value)
    assert decide(allows_for(finding, document, FREE), finding, FREE, TODAY).waiver is not None


@pytest.mark.parametrize(
    ("allow", "waiver"),
    [
        (["ionq-api-key"], Waiver("cell-metadata", "allow in the metadata (ionq-api-key)")),
        ("* reason='a fake'", Waiver("cell-metadata", "allow in the metadata (*)", "a fake")),
        (
            [{"rule": "ionq-*", "reason": "r", "expires": "2027-01-01", "approved_by": "a"}],
            Waiver("cell-metadata", "allow in the metadata (ionq-*)", "r", "2027-01-01", "a"),
        ),
        ([{"reason": "r"}], None),
        (["dwave-token"], None),
        ([3, None, ["*"]], None),
        ([{"rule": 3, "expires": 4}], None),
        ({"rule": "*"}, Waiver("cell-metadata", "allow in the metadata (*)")),
    ],
)
def test_cell_metadata_covers_source_and_outputs_of_its_cell_only(allow, waiver):
    cells = [code(f't = "{TOKEN}"', stream(TOKEN + "\n"), nbguard={"allow": allow}), code(f'u = "{TOKEN}"')]
    document = open_document("a.ipynb", as_bytes(notebook(*cells)))
    for occurrence, where in ((0, "source"), (0, "output")):
        finding = find(document, TOKEN, where=where, occurrence=occurrence)
        assert decide(allows_for(finding, document, FREE), finding, FREE, TODAY).waiver == waiver
    other = find(document, TOKEN, where="source", occurrence=1)
    assert decide(allows_for(other, document, FREE), other, FREE, TODAY).waiver is None


def test_lines_of_a_notebook_are_decoded_lines():
    """In the file the comment stands behind an escaped quote and a line break that is two characters."""
    document = open_document("a.ipynb", as_bytes(notebook(code(f'# nbguard: allow *\nt = "{TOKEN}"\nx = 1'))))
    assert json.dumps("\n")[1:-1] == "\\n"
    finding = find(document, TOKEN)
    assert decide(allows_for(finding, document, FREE), finding, FREE, TODAY).waiver is not None


def test_listing_finds_what_deciding_finds():
    """A mark that is listed as used or unused has to be the same mark, told by the same words."""
    text = (
        f'# nbguard: allow *\nt = "{TOKEN}"  # pragma: allowlist secret\n'
        "# pragma: allowlist nextline secret\nx  # gitleaks:allow\n"
    )
    document = text_document(text)
    finding = find(document, TOKEN)
    listed = [allow.waiver.detail for allow in allows_in(finding.field, FREE)]
    assert listed == [
        "allow on line 1 (*)",
        "pragma: allowlist secret on line 2",
        "pragma: allowlist nextline secret on line 3",
        "gitleaks:allow on line 4",
    ]
    assert {allow.waiver.detail for allow in allows_for(finding, document, FREE)} == set(listed[:2])


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "#",
                "nbguard: allow",
                "*",
                "reason=",
                '"',
                "'",
                "expires=2027-01-01",
                " ",
                "\n",
                "-->",
                "=",
                ",",
                "é",
                "\ud800",
            ]
        )
    )
)
def test_no_comment_breaks_the_reader(pieces):
    text = "".join(pieces) + f"t = {TOKEN}" + "".join(reversed(pieces))
    document = text_document("x")
    field = next(chain([find(text_document(f"{TOKEN}"), TOKEN).field]))._replace(text=text)
    finding = find(text_document(TOKEN), TOKEN)._replace(
        field=field, start=text.index(TOKEN), end=text.index(TOKEN) + 32
    )
    decide(allows_for(finding, document, FREE), finding, FREE, TODAY)


@pytest.mark.parametrize(
    "mark", ["alow *", "allows *", "Allow *", "allowed ionq-api-key", "allow-ionq-api-key", "ignore"]
)
def test_a_misspelt_allow_is_said_and_not_guessed(mark):
    decision = decide_text(f't = "TOKEN"  # nbguard: {mark}')
    assert decision.waiver is None
    assert decision.note == "The mark on line 1 doesn't count: it isn't written `nbguard: allow RULE`."


@pytest.mark.parametrize("text", ["# nbguard: see the documentation", '"nbguard:quantum/ionq#api_key"', "# nbguard:"])
def test_what_else_is_said_about_us_is_no_misspelt_allow(text):
    assert decide_text(f't = "TOKEN"  {text}').note == ""


@pytest.mark.parametrize(("said", "key"), [("reason=no quotes here", "reason"), ("approved-by=ada l", "approved-by")])
def test_words_without_quotes_are_said_and_not_cut_off(said, key):
    decision = decide_text(f't = "TOKEN"  # nbguard: allow * {said}')
    assert decision.waiver is None
    assert f'more than one word needs quotes: {key}="…"' in decision.note
    assert decide_text('t = "TOKEN"  # nbguard: allow * reason="a" and more').waiver is not None
    assert decide_text('t = "TOKEN"  # nbguard: allow * reason=one approved-by=ada').waiver is not None
