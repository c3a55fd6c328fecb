"""What was accepted stays accepted: whatever comes of the salt, no entry stops to count without a word."""

import json
import subprocess

import pytest

from nbguard.policy.fingerprint import DEFAULT_SALT, fingerprint, salt_id
from tests.cli.repository import FIRST, SECOND, SOURCE, make_repository, nbguard

BASELINE = ".nbguard-baseline.jsonl"
WORDS = ("--reason", "old pilot", "--approved-by", "alice", "--expires", "2999-01-01")


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.delenv("NBGUARD_SALT", raising=False)
    return make_repository(tmp_path)


def entries(folder):
    return [json.loads(line) for line in (folder / BASELINE).read_text().splitlines()]


def words(folder):
    return {(e.get("reason"), e.get("approved_by"), e.get("expires")) for e in entries(folder)}


def write(folder, rows):
    (folder / BASELINE).write_text("".join(json.dumps(row) + "\n" for row in rows))


def under(folder, key, **changes):
    """Writes the baseline as it would be under another salt."""
    values = {"a.ipynb": FIRST, "lib/b.py": SECOND}
    rows = [
        row | {"fingerprint": fingerprint(row["rule"], values[row["path"]], key), "salt": salt_id(key)} | changes
        for row in entries(folder)
    ]
    write(folder, [{name: value for name, value in row.items() if value} for row in rows])


def test_the_salt_comes_with_the_first_entry(repository):
    nbguard(repository, "install")
    assert not (repository / ".nbguard-salt").exists()
    assert ".nbguard-salt: made" in nbguard(repository, "baseline", "create", *WORDS)
    salt = (repository / ".nbguard-salt").read_text()
    assert len(salt.strip()) == 32
    assert {entry["salt"] for entry in entries(repository)} == {salt_id(salt.strip().encode())}
    nbguard(repository, "scan")
    nbguard(repository, "install")
    nbguard(repository, "scan")
    assert (repository / ".nbguard-salt").read_text() == salt
    assert salt.strip() not in (repository / BASELINE).read_text()


def test_no_entry_needs_no_salt(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "a.py").write_text("x = 1\n")
    nbguard(tmp_path, "baseline", "create")
    assert not (tmp_path / ".nbguard-salt").exists()


def test_a_salt_that_is_given_is_used(repository, monkeypatch):
    monkeypatch.setenv("NBGUARD_SALT", "handed out")
    nbguard(repository, "baseline", "create")
    assert not (repository / ".nbguard-salt").exists()
    assert {entry["salt"] for entry in entries(repository)} == {salt_id(b"handed out")}


@pytest.mark.parametrize("known", [True, False], ids=["with ids", "from before ids"])
def test_install_carries_entries_of_everybody_s_salt_over(repository, known):
    nbguard(repository, "baseline", "create", *WORDS)
    under(repository, DEFAULT_SALT, **({} if known else {"salt": ""}))
    (repository / ".nbguard-salt").unlink()
    nbguard(repository, "scan")
    assert "3 of 3 entries carried over" in nbguard(repository, "install")
    nbguard(repository, "scan")
    salt = (repository / ".nbguard-salt").read_text().strip().encode()
    assert {entry["salt"] for entry in entries(repository)} == {salt_id(salt)}
    assert words(repository) == {("old pilot", "alice", "2999-01-01")}
    before = (repository / BASELINE).read_bytes()
    assert "carried over" not in nbguard(repository, "install")
    assert (repository / BASELINE).read_bytes() == before


@pytest.mark.parametrize("command", [("scan",), ("waivers",), ("baseline", "audit")])
def test_another_salt_is_an_error_that_says_what_to_do(repository, command):
    nbguard(repository, "baseline", "create", *WORDS)
    salt = (repository / ".nbguard-salt").read_text().strip()
    (repository / ".nbguard-salt").write_text("another\n")
    said = nbguard(repository, *command, status=2)
    assert "3 of 3 entries were made under another salt" in said
    assert "git log -p -- .nbguard-salt" in said
    assert "another\n" not in said.replace("another salt", "")
    assert salt not in said


def test_update_drops_no_word_where_the_salt_is_gone(repository):
    """Under a salt that isn't here nothing can be proven: the file stays as it was."""
    nbguard(repository, "baseline", "create", *WORDS)
    before = (repository / BASELINE).read_bytes()
    (repository / ".nbguard-salt").write_text("another\n")
    assert "git log -p -- .nbguard-salt" in nbguard(repository, "install", status=2)
    nbguard(repository, "baseline", "update", status=2)
    assert (repository / BASELINE).read_bytes() == before


@pytest.mark.parametrize("command", [("baseline", "update"), ("baseline", "create", "--force"), ("install",)])
def test_no_other_salt_takes_the_place_of_one_that_is_gone(repository, command):
    """It would be committed, and the entries count for nothing for good."""
    nbguard(repository, "baseline", "create", *WORDS)
    before = entries(repository)
    (repository / ".nbguard-salt").unlink()
    if command[-1] == "--force":
        nbguard(repository, *command)  # whoever begins anew gets a new one
        assert (repository / ".nbguard-salt").exists()
        return
    nbguard(repository, *command, status=2)
    assert not (repository / ".nbguard-salt").exists()
    assert entries(repository) == before


def test_update_carries_over_what_it_can_prove(repository, monkeypatch):
    """The salt moves from the file to the environment: the file's is still here."""
    nbguard(repository, "baseline", "create", *WORDS)
    monkeypatch.setenv("NBGUARD_SALT", "handed out")
    assert "run `nbguard baseline update`" in nbguard(repository, "scan", status=2)
    said = nbguard(repository, "baseline", "update", "lib")
    assert "3 kept, 0 added, 0 dropped, 3 carried over" in said
    assert words(repository) == {("old pilot", "alice", "2999-01-01")}
    nbguard(repository, "scan")


def test_entries_of_two_salts_after_a_merge(repository):
    nbguard(repository, "baseline", "create", *WORDS)
    mine = entries(repository)
    under(repository, DEFAULT_SALT)
    theirs = entries(repository)
    write(repository, [*mine[:1], *theirs[1:]])
    assert "2 of 3 entries were made under another salt" in nbguard(repository, "scan", status=2)
    nbguard(repository, "baseline", "update")
    assert words(repository) == {("old pilot", "alice", "2999-01-01")}
    assert entries(repository) == mine


def test_a_value_that_is_gone_is_dropped_whatever_its_salt(repository):
    nbguard(repository, "baseline", "create", *WORDS)
    under(repository, DEFAULT_SALT)
    (repository / "lib" / "b.py").write_text("x = 1\n")
    assert "2 kept, 0 added, 0 dropped, 2 carried over" in nbguard(repository, "baseline", "update")


def test_of_two_entries_for_one_finding_the_one_that_says_more_counts(repository):
    nbguard(repository, "baseline", "create")
    bare = entries(repository)
    said = [row | {"reason": "a fake", "expires": "2998-01-01"} for row in bare]
    later = [row | {"reason": "a fake", "expires": "2999-01-01"} for row in bare]
    write(repository, [*later, *bare, *said, *bare])
    nbguard(repository, "baseline", "update")
    assert words(repository) == {("a fake", None, "2998-01-01")}


def test_words_move_along_with_a_file(repository):
    nbguard(repository, "baseline", "create", *WORDS)
    (repository / "lib" / "b.py").rename(repository / "lib" / "c.py")
    assert "2 kept, 1 added, 1 dropped" in nbguard(repository, "baseline", "update")
    assert words(repository) == {("old pilot", "alice", "2999-01-01")}


def test_update_says_what_entries_lack_and_keeps_what_they_say(repository):
    nbguard(repository, "baseline", "create", "--expires", "2001-01-01")
    rows = entries(repository)
    write(repository, [rows[0] | {"reason": "mine", "expires": "2998-01-01"}, *rows[1:]])
    said = nbguard(repository, "baseline", "update", "--approved-by", "bob", "--reason", "r", "--expires", "2999-01-01")
    assert "3 of those kept say more now" in said
    assert words(repository) == {("mine", "bob", "2998-01-01"), ("r", "bob", "2999-01-01")}


def test_update_of_a_folder_speaks_of_that_folder(repository):
    nbguard(repository, "baseline", "create")
    assert "1 of those kept say more now" in nbguard(repository, "baseline", "update", "lib", "--approved-by", "bob")
    assert {(e["path"], e.get("approved_by")) for e in entries(repository)} == {("lib/b.py", "bob"), ("a.ipynb", None)}


def test_what_entries_lack_is_said_in_the_command_s_own_words(repository):
    (repository / "nbguard.toml").write_text("[waivers]\nrequire_reason = true\nrequire_expiry = true\n")
    said = nbguard(repository, "baseline", "create")
    assert 'requires a reason (--reason "…") and an expiry (--expires YYYY-MM-DD)' in said
    assert 'a reason (--reason "…")' in nbguard(repository, "scan", status=1)


def test_a_full_disk_and_a_name_that_leads_out_leave_nothing_behind(repository):
    (repository / "nbguard.toml").write_text('baseline = "../outside/new"\n')
    assert "inside the repository" in nbguard(repository, "baseline", "create", status=2)
    (repository / "nbguard.toml").write_text('baseline = "gone/new.jsonl"\n')
    nbguard(repository, "baseline", "create", status=2)
    (repository / "nbguard.toml").unlink()
    (repository / BASELINE).symlink_to("/dev/zero")
    for command in (("scan",), ("baseline", "update"), ("baseline", "create", "--force")):
        assert "leads out of the repository" in nbguard(repository, *command, status=2)
    left = {path.name for path in repository.rglob("*") if ".git" not in path.parts}
    assert left == {"a.ipynb", "lib", "b.py", BASELINE, ".nbguard-salt"}


def test_audit_asks_for_what_the_policy_requires_and_saves_at_once(repository, monkeypatch, capsys):
    """The third question is never answered: what was said before is in the file all the same."""
    (repository / "nbguard.toml").write_text('profile = "enterprise"\n')
    nbguard(repository, "baseline", "create")
    answers = iter(["a fake", "alice", "soon", "2001-01-01", "2999-01-01", "other"])
    seen = []

    def answer(question):
        seen.append((question, (repository / BASELINE).read_text()))
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.chdir(repository)
    from nbguard.cli.main import load_command

    command, parser = load_command("baseline")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert command.run(parser.parse_args(["audit"])) == 1
    assert '"reason": "a fake"' in seen[1][1]
    assert '"approved_by": "alice"' in seen[2][1]
    assert '"2999-01-01"' in seen[5][1]
    said = capsys.readouterr().out
    assert "YYYY-MM-DD.\n" in said
    assert "This day has passed" in said
    assert "1 without a reason" in said
    assert "2 without an approver" in said
    first, second = entries(repository)[:2]
    assert (first["reason"], first["approved_by"], first["expires"]) == ("a fake", "alice", "2999-01-01")
    assert second["reason"] == "other"


def test_audit_shows_of_a_line_what_names_the_value_and_masks_it(repository):
    both = f"{SOURCE.format(FIRST).strip()}; other = DWaveSampler(token='{SECOND}')\n"
    (repository / "lib" / "b.py").write_text(both)
    nbguard(repository, "baseline", "create")
    said = nbguard(repository, "baseline", "audit", status=1)
    assert said.count("sampler = DWaveSampler(token='") == 2
    assert said.count("…other = DWaveSampler(token='") == 1  # what else stands on the line belongs to another finding
    assert "a.ipynb: source, cell 1, line 2" in said


def test_audit_keeps_what_others_write_meanwhile(repository, monkeypatch, capsys):
    """Somebody pulls, or answers beside it, while a question waits."""
    nbguard(repository, "baseline", "create")
    asked = []

    def answer(question):
        asked.append(question)
        if len(asked) == 1:
            nbguard(repository, "baseline", "update", "--approved-by", "bob")
        if len(asked) == 2:
            raise EOFError
        return "a fake"

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.chdir(repository)
    from nbguard.cli.main import load_command

    command, parser = load_command("baseline")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    command.run(parser.parse_args(["audit"]))
    capsys.readouterr()
    there = entries(repository)
    assert there[0]["reason"] == "a fake"
    assert [entry.get("approved_by") for entry in there[1:]] == ["bob"] * (len(there) - 1)
