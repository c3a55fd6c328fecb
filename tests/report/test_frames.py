"""The line of code in a report: what is shown of it, and that no value is."""

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
    got = frame(f'import x\n\tp = IonQProvider("{token}", 1)  # why\n', token)
    assert got.text == f'p = IonQProvider("{token[:2]}…(32)", 1)  # why'
    assert got.text[got.start : got.start + got.length] == f"{token[:2]}…(32)"


def test_so_is_every_other_value_of_the_line():
    tokens = FakeTokens(2)
    one, other = tokens.ionq(), tokens.ionq()
    for first, second in ((one, other), (other, one)):
        got = frame(f'f("{one}", "{other}")', first, second)
        assert got.text == f'f("{one[:2]}…(32)", "{other[:2]}…(32)")'


def test_a_value_known_from_another_line_is_masked_too():
    """Such as a password that people may have chosen: its copies aren't found by themselves."""
    token = FakeTokens(3).ionq()
    got = frame(f'g("hunter-two"); f("{token}")\nlogin("hunter-two")', token, "hunter-two")
    assert "hunter" not in got.text


def test_what_nobody_found_but_looks_opaque_is_left_out():
    token, other = FakeTokens(4).ionq(), FakeTokens(5).dwave()
    got = frame(f'f("{token}", "{other}", "ada@example.org")', token)
    assert other[4:20] not in got.text
    assert "ada@" not in got.text


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
