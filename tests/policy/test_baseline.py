"""The baseline file: what it holds, what it matches, and that it merges."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.errors import UsageError
from nbguard.policy.baseline import Baseline, BaselineEntry, load_baseline, write_baseline
from nbguard.policy.fingerprint import DEFAULT_SALT, find_salt, salt_id
from nbguard.policy.policy_settings import Config
from tests.fake_tokens import FakeTokens
from tests.policy.findings import find, text_document

ONE = BaselineEntry("a.ipynb", "ionq-api-key", "source", "0" * 32)
TWO = BaselineEntry("b.py", "dwave-token", "file", "1" * 32, "a fake", "2027-01-01", "alice")
salts = st.sampled_from(["", salt_id(DEFAULT_SALT)])
texts = st.text(st.characters(codec="utf-8"), min_size=1)


def test_one_entry_a_line_sorted_without_time_or_line_number():
    text = write_baseline([TWO, ONE, ONE])
    assert text == (
        '{"path": "a.ipynb", "rule": "ionq-api-key", "where": "source", "fingerprint": "' + "0" * 32 + '"}\n'
        '{"path": "b.py", "rule": "dwave-token", "where": "file", "fingerprint": "' + "1" * 32 + '",'
        ' "reason": "a fake", "expires": "2027-01-01", "approved_by": "alice"}\n'
    )


@settings(deadline=None)
@given(
    st.lists(st.builds(BaselineEntry, texts, texts, texts, texts, st.text(st.characters(codec="utf-8")), salt=salts))
)
def test_what_is_written_is_read_again(tmp_path_factory, entries):
    """Also paths with line breaks and quotes in them: each entry stays on one line."""
    folder = tmp_path_factory.mktemp("r")
    text = write_baseline(entries)
    (folder / ".nbguard-baseline.jsonl").write_text(text)
    assert text.count("\n") == len(set(entries))
    loaded = load_baseline(Config(str(folder)))
    assert loaded is not None
    assert set(loaded.entries) == {entry.key for entry in entries}


def test_no_file_is_no_baseline(tmp_path):
    assert load_baseline(Config(str(tmp_path))) is None


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{}",
        '{"path": 3}',
        '{"path": "a", "rule": "r", "where": "w", "fingerprint": "f", "x": ""}',
        '{"path": "a", "rule": "r", "where": "w", "fingerprint": "f", "salt": "no id of one"}',
    ],
)
def test_a_line_that_is_no_entry_is_an_error(tmp_path, line):
    (tmp_path / ".nbguard-baseline.jsonl").write_text(write_baseline([ONE]) + "\n" + line + "\n")
    with pytest.raises(UsageError, match="line 3 is no baseline entry"):
        load_baseline(Config(str(tmp_path)))


@pytest.mark.parametrize("mark", ["<<<<<<< ours", "||||||| 3f2a91c", "=======", ">>>>>>> theirs"])
def test_a_merge_that_is_not_resolved_is_told(tmp_path, mark):
    """It must not quietly drop what follows."""
    (tmp_path / ".nbguard-baseline.jsonl").write_text(write_baseline([ONE]) + mark + "\n")
    with pytest.raises(UsageError, match="line 2 is the mark of a merge conflict"):
        load_baseline(Config(str(tmp_path)))


def test_what_an_editor_does_to_a_file_changes_no_entry_and_no_salt(tmp_path):
    """A byte order mark at the beginning, and CRLF."""
    (tmp_path / ".nbguard-salt").write_bytes(b"a" * 32 + b"\n")
    config = Config(str(tmp_path))
    salt = find_salt(config)
    entry = ONE._replace(salt=salt_id(salt.key))
    (tmp_path / ".nbguard-baseline.jsonl").write_text(write_baseline([entry]))
    before = load_baseline(config)
    for name in (".nbguard-salt", ".nbguard-baseline.jsonl"):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert find_salt(config) == salt
    assert load_baseline(config) == before


def test_it_matches_the_value_in_its_file_and_place_whatever_the_line():
    token = FakeTokens().ionq()
    baseline = Baseline("b", {("a.py", "file", "f" * 32): ONE})
    document = text_document(f"\n\n\nt = '{token}'")
    finding = find(document, token)
    assert baseline.waiver_for(finding, document, "f" * 32) is not None
    assert baseline.waiver_for(finding, document, "e" * 32) is None
    assert baseline.waiver_for(finding, document._replace(path="b.py"), "f" * 32) is None
