"""The line of code in a report: what is shown of it, and that no value is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.finding import Finding
from nbguard.documents.decode import decode
from nbguard.report.frames import Frames
from tests.fake_tokens import FakeTokens
from tests.policy.findings import find, text_document


def frame(text, value, *others, kind="credential"):
    document = text_document(text)
    findings = [find(document, value, kind=kind), *(find(document, other) for other in others)]
    return Frames(findings).of(findings[0])


def test_the_value_is_masked_and_marked():
    token = FakeTokens(1).ionq()
    got = frame(f'import x\n\tIonQProvider(token="{token}")\n', token)
    assert got.text == f'IonQProvider(token="{token[:2]}…(32)")'
    assert got.text[got.start : got.start + got.length] == f"{token[:2]}…(32)"


@pytest.mark.parametrize(
    ("line", "value", "shown"),
    [
        ("password = 'Tr0ub!do9x' 'r&3xQmm'", "Tr0ub!do9x", "password = '…(10)'…"),
        ('TOKEN="abQ93jfP2mz8"dL4Tr7wq2', "abQ93jfP2mz8", 'TOKEN="ab…(12)"…'),
        ('pw = "Qw7!zPl9#aX3" + "mN4$vBx"', "Qw7!zPl9#aX3", 'pw = "Qw…(12)"…'),
        ('url="postgres://svc:Mm8/Yy2p@Qw!9z@db.host/x"', "Mm8/Yy2p", None),
        ('password="Tr0ubdor&3xQ"  # TR0UBDOR&3XQ', "Tr0ubdor&3xQ", 'password="Tr…(12)"…'),
        ('pin = 4711; pw="Kf8!xAw3Zp$q"; run("-pS3cr3t!")', "Kf8!xAw3Zp$q", '…pw="Kf…(12)";…'),
        ("Ada Lovelace,078-05-1120,divorced,zq81mfpw", "zq81mfpw", "…,…(8)"),
        ('{"pin": 4711, "api_key": "zq81mfpw"}', "zq81mfpw", '…"api_key": "…(8)"}'),
        ('os.environ["IONQ_API_KEY"] = "zq81mfpw"', "zq81mfpw", '…["IONQ_API_KEY"] = "…(8)"'),
        ("run --pin 4711 --api-key zq81mfpw x", "zq81mfpw", "…--api-key …(8)…"),
        ("Qw7zPl9:zq81mfpw", "zq81mfpw", None),
    ],
)
def test_nothing_else_of_the_line_is_shown_but_what_names_the_value(line, value, shown):
    """Whatever else stands there may be a secret that nobody found, or the rest of this one."""
    got = frame(line, value)
    assert (got.text if got else None) == shown


def test_a_value_that_is_a_name_elsewhere_is_masked_there():
    got = frame('hunter = "zq81mfpw"\nlogin("hunter")', "zq81mfpw", "hunter")
    assert "hunter" not in got.text


def test_a_value_over_several_lines_shows_its_first():
    got = frame('key = """one-two\nthree"""\n', "one-two\nthree")
    assert got.text == 'key = """on…(13)"""'


def test_there_is_none_for_rows_and_for_a_value_alone():
    assert frame("rows = 'ada,1\nalan,2'", "ada,1\nalan,2", kind="sample-data") is None
    assert frame("sesame\n", "sesame") is None


_TEXT = st.text(alphabet=st.sampled_from("ab ='\"(),\n\t\x1b\u202eé\u732b"), max_size=150)


@given(st.lists(st.tuples(_TEXT, st.integers(0, 3)), min_size=1, max_size=6), _TEXT)
def test_no_frame_holds_a_value_or_a_control_character(pieces, tail):
    tokens = [FakeTokens(number).ionq() for number in range(4)]
    text, spans = "", []
    for before, number in pieces:
        text += before
        spans.append((len(text), len(text) + 32, tokens[number]))
        text += tokens[number]
    text += tail
    document = text_document(text)
    (field,) = (field for part in document.parts for field in decode(document, part))
    # Line ends of a text file are kept as they are, so the places are the same ones.
    assert field.text == text
    findings = [
        Finding("r", "credential", None, "high", field, start, end, value, "shape", "A key.", "")
        for start, end, value in spans
    ]
    frames = Frames(findings)
    for finding in findings:
        got = frames.of(finding)
        if got is None:
            continue
        assert not any(token in got.text for token in tokens)
        assert got.text.isprintable()
        assert got.text[got.start : got.start + got.length] == f"{finding.value[:2]}…(32)"
