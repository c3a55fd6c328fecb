"""Approvals as people meet them: `nbguard approve` with real keys, and every door that hears of it."""

import json
import os
import subprocess

import pytest

from nbguard.policy.approval import FILE_NAME
from tests.audit.test_policy_records import held
from tests.cli.test_gate import UNSET
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave
from tests.signing_keys import Keys, address

# Whoever works here is the author of what isn't committed yet: not one of the approvers.
WORKING = {"GIT_AUTHOR_EMAIL": "ada@lab.example"}
PEOPLE = (
    ("Anna Schmidt", "DE89370400440532013001"), ("Bernd Maier", "DE02120300000000202051"),
    ("Clara Vogt", "DE02500105170137075030"), ("Dirk Hahn", "DE02100500000054540402"),
    ("Eva Lang", "DE02300209000106531065"),
)  # fmt: skip
AS = ("--reason", "a fake, for the tutorial", "--expires")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


def policy(keys, *, security=("alice",), data=("bob",), profile="enterprise", longest=36500):
    listed = "".join(
        f"{role} = {json.dumps([keys.line(name) for name in names])}\n"
        for role, names in (("security", security), ("data", data))
    )
    return f'profile = "{profile}"\n[waivers]\nlongest_days = {longest}\n[approvers]\n{listed}'


@pytest.fixture
def branch(tmp_path, keys):
    """`main` has a policy, and a branch beside it brings a token."""
    history = History(tmp_path / "r")
    history.commit(**{"README": "x\n", "nbguard.toml": policy(keys), ".nbguard-salt": "5a" * 16})
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"src/run.py": with_dwave(FakeTokens(404).dwave())})
    return history


def report(history, *command, status):
    run = nbguard(*command, "--format", "json", cwd=history.path, env=UNSET | WORKING)
    assert run.status == status, run.out + run.err
    return json.loads(run.out)["findings"]


def credential(findings):
    (found,) = [finding for finding in findings if finding["kind"] == "credential"]
    return found


def approve(history, keys, fingerprint, name, role="security", *, expires="2099-01-01", status=0, env=WORKING, key=""):
    key = key or keys.path(name)
    run = nbguard("approve", fingerprint, "--role", role, *AS, expires, "--key", key, cwd=history.path, env=UNSET | env)
    assert run.status == status, run.out + run.err
    return run.out + run.err


def test_every_door_hears_of_an_approval(branch, keys):
    """Scan, hook, history and CI refuse, and accept once it is signed. The approval comes with the commits."""
    doors = (
        ("scan",), ("scan", "--history"), ("scan", "--range", "main..HEAD"),
        ("ci", "--base", "main"),
        ("ci", "--base", "main", "--policy-from", "head"),
    )  # fmt: skip
    fingerprints = set()
    for door in doors:
        refused = credential(report(branch, *door, status=1))
        assert refused["waived"] is None
        fingerprints.add(refused["fingerprint"])
    (fingerprint,) = fingerprints
    assert "alice@example.org approves" in approve(branch, keys, fingerprint[:8], "alice")
    branch.commit("approved")
    for door in doors:
        waived = credential(report(branch, *door, status=0))["waived"]
        assert (waived["kind"], waived["approved_by"]) == ("approval", "alice@example.org (security)"), door
        assert waived["expires"] == "2099-01-01"


def test_what_is_staged_is_held_to_it_too(branch, keys):
    branch.git("reset", "-q", "--soft", "HEAD~1")
    fingerprint = credential(report(branch, "scan", "--staged", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "alice")
    assert credential(report(branch, "scan", "--staged", status=0))["waived"] is not None
    own = UNSET | {"GIT_AUTHOR_EMAIL": address("alice")}
    run = nbguard("scan", "--staged", cwd=branch.path, env=own)
    assert (run.status, "can't approve it" in " ".join(run.out.split())) == (1, True)


def test_a_mark_counts_with_an_approval_and_not_without(branch, keys):
    token = FakeTokens(404).dwave()
    line = with_dwave(token).rstrip("\n")
    branch.commit(**{"src/run.py": f"{line}  # nbguard: allow * reason='x' approved-by=santa expires=9999-12-31\n"})
    for door in (("scan",), ("ci", "--base", "main")):
        found = credential(report(branch, *door, status=1))
        assert found["waived"] is None
        assert "doesn't count" in found["message"]
    approve(branch, keys, found["fingerprint"], "alice")
    branch.commit()
    for door in (("scan",), ("ci", "--base", "main")):
        waived = credential(report(branch, *door, status=0))["waived"]
        assert waived["approved_by"] == "alice@example.org (security)"
        assert waived["expires"] == "2099-01-01"


def test_a_baseline_entry_counts_with_an_approval_and_not_without(branch, keys):
    nbguard("baseline", "create", *AS, "2099-01-01", "--approved-by", "santa", cwd=branch.path, env=UNSET | WORKING)
    found = credential(report(branch, "scan", status=1))
    assert "The entry in .nbguard-baseline.jsonl doesn't count" in found["message"]
    approve(branch, keys, found["fingerprint"], "alice")
    assert credential(report(branch, "scan", status=0))["waived"]["kind"] == "baseline"


def test_a_key_that_only_the_branch_lists_counts_for_nothing_in_ci(branch, keys):
    branch.commit(**{"nbguard.toml": policy(keys, security=("alice", "mallory"))})
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "mallory")
    branch.commit()
    found = report(branch, "ci", "--base", "main", status=1)
    assert credential(found)["waived"] is None
    (weaker,) = [f for f in found if f["rule"] == "policy-weakened"]
    assert "approvers.security names" in weaker["message"]


@pytest.mark.parametrize("door", [("scan",), ("scan", "--history"), ("ci", "--base", "main")])
def test_nobody_approves_what_they_committed(branch, keys, door):
    """It is refused when it is made; and where that was got round, when it is held against git."""
    author = {"GIT_AUTHOR_EMAIL": address("alice")}
    branch.write("src/run.py", "x = 1\n" + with_dwave(FakeTokens(405).dwave()))
    branch.git("commit", "-qam", "own", **author)
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    assert "who brought the finding can't approve it" in approve(branch, keys, fingerprint, "alice", status=2)
    # As somebody would who takes the check out of their own copy.
    forged = keys.signed(approval_of(branch, fingerprint), "alice")
    branch.write(FILE_NAME, forged.line())
    branch.commit("approved")
    found = next(f for f in report(branch, *door, status=1) if f["fingerprint"] == fingerprint)
    assert found["waived"] is None
    assert "who brought the finding can't approve it" in found["message"]


@pytest.mark.parametrize("door", [("scan",), ("scan", "--history"), ("ci", "--base", "main")])
def test_a_mailmap_makes_nobody_of_the_author(branch, keys, door):
    """Anybody can commit one, and git puts it between a commit and what blame tells."""
    branch.write("src/run.py", "x = 1\n" + with_dwave(FakeTokens(405).dwave()))
    branch.git("commit", "-qam", "own", GIT_AUTHOR_EMAIL=address("alice"))
    branch.commit(**{".mailmap": f"Nobody <nobody@lab.example> <{address('alice')}>\n"})
    findings = report(branch, "scan", status=1)
    fingerprint = credential(findings)["fingerprint"]
    assert "can't approve it" in approve(branch, keys, fingerprint, "alice", status=2)
    branch.write(FILE_NAME, keys.signed(approval_of(branch, fingerprint), "alice").line())
    branch.commit("approved")
    found = next(f for f in report(branch, *door, status=1) if f["fingerprint"] == fingerprint)
    assert (found["waived"], "can't approve it" in found["message"]) == (None, True)


def approval_of(history, fingerprint):
    from nbguard.policy.approval import Approval
    from nbguard.policy.config import load_config
    from nbguard.policy.fingerprint import find_salt, salt_id

    salt = salt_id(find_salt(load_config(str(history.path))).key)
    return Approval(
        "dwave-sapi-token",
        fingerprint,
        salt,
        ("src/run.py",),
        "security",
        address("alice"),
        "x",
        "2026-01-01",
        "2099-01-01",
        repository=history.git("rev-list", "--max-parents=0", "HEAD").strip(),
    )


def test_an_approval_is_for_the_files_it_names(branch, keys):
    """A copy in another folder, with the same name and the same bytes, is a finding of its own."""
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "alice")
    branch.commit("approved")
    branch.commit("a copy", **{"elsewhere/run.py": with_dwave(FakeTokens(404).dwave())})
    for door in (("scan",), ("scan", "--history"), ("ci", "--base", "main")):
        states = {f["path"]: f["waived"] is not None for f in report(branch, *door, status=1)}
        assert states == {"src/run.py": True, "elsewhere/run.py": False}, door


def test_a_key_in_an_agent_signs(branch, keys, tmp_path):
    """The private half isn't in any file: only the agent has it."""
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    public = tmp_path / "alice.pub"
    public.write_text(keys.public("alice") + "\n")
    started = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    agent = dict(word.split("=", 1) for word in started.replace("\n", "").split(";") if word.strip().startswith("SSH_"))
    try:
        subprocess.run(["ssh-add", "-q", keys.path("alice")], env=os.environ | agent, check=True)
        approve(branch, keys, fingerprint, "alice", key=str(public), env=WORKING | agent)
    finally:
        os.kill(int(agent["SSH_AGENT_PID"]), 15)
    assert credential(report(branch, "scan", status=0))["waived"] is not None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "eve"}, "isn't listed under [approvers] security"),
        ({"role": "data"}, "isn't listed under [approvers] data"),
        ({"expires": "2001-01-01"}, "it expired on 2001-01-01"),
        ({"expires": "soon"}, "must be dates written YYYY-MM-DD"),
        ({"expires": "2999-01-01"}, "and the policy allows 36500"),
        ({"fingerprint": "12"}, "at least 8 characters"),
        ({"fingerprint": "0123456789"}, "nothing that is found here has the fingerprint"),
        ({"key": "/nowhere"}, "there is no public key"),
    ],
)
def test_an_approval_that_would_not_count_is_not_written(branch, keys, change, said):
    name = change.pop("name", "alice")
    fingerprint = change.pop("fingerprint", None) or credential(report(branch, "scan", status=1))["fingerprint"]
    assert said in approve(branch, keys, fingerprint, name, status=2, **change)
    assert not (branch.path / FILE_NAME).exists()


def test_waivers_says_who_when_until_when_and_whether_it_is_verified(branch, keys):
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "alice")
    approve(branch, keys, fingerprint, "alice", expires="2098-01-01")  # in the place of the first
    text = (branch.path / FILE_NAME).read_text()
    forged = json.loads(text) | {"fingerprint": "0" * 32}
    (branch.path / FILE_NAME).write_text(text + json.dumps(forged) + "\n")
    listed = json.loads(nbguard("waivers", "--format", "json", cwd=branch.path, env=WORKING).out)["waivers"]
    rows = {row["detail"]: row for row in listed}
    good = rows[f"dwave-sapi-token {fingerprint} for security"]
    assert (good["state"], good["verified"], good["approved_by"]) == ("used", True, address("alice"))
    assert (good["expires"], len(good["made"])) == ("2098-01-01", 10)
    bad = rows[f"dwave-sapi-token {'0' * 32} for security"]
    assert (bad["verified"], "isn't that of this text" in bad["state"]) == (False, True)
    told = nbguard("waivers", cwd=branch.path, env=WORKING).out
    assert "approved by: alice@example.org (verified)" in told
    assert "approved by: alice@example.org (not verified)" in told


def test_two_branches_that_approve_merge(branch, keys):
    branch.git("checkout", "-q", "main")
    branch.commit(**{".gitattributes": f"{FILE_NAME} merge=union\n"})
    tokens = FakeTokens(406)
    for number in range(2):
        branch.commit(**{f"src/{number}.py": with_dwave(tokens.dwave())})
    found = {f["path"]: f["fingerprint"] for f in report(branch, "scan", status=1)}
    for number in range(2):
        branch.git("checkout", "-q", "-b", f"approval-{number}", "main")
        approve(branch, keys, found[f"src/{number}.py"], "alice")
        branch.commit("approved")
    branch.git("merge", "-q", "-m", "both", "approval-0")
    assert all(f["waived"] for f in report(branch, "scan", status=0))


def test_the_file_of_approvals_is_no_finding_itself(branch, keys):
    approve(branch, keys, credential(report(branch, "scan", status=1))["fingerprint"], "alice")
    assert [f["path"] for f in report(branch, "scan", status=0)] == ["src/run.py"]


DOORS = (("scan",), ("scan", "--history"), ("ci", "--base", "main"))


def test_an_approval_counts_in_clones_and_in_no_other_repository(branch, keys, tmp_path):
    """Same salt, value and path: a copy of the files in another repository takes its own approval."""
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "alice")
    branch.commit("approved")
    branch.git("clone", "-q", ".", str(tmp_path / "clone"))
    clone = History(tmp_path / "clone")
    assert credential(report(clone, "scan", status=0))["waived"] is not None
    other = History(tmp_path / "other")
    names = ("nbguard.toml", ".nbguard-salt", "src/run.py", FILE_NAME)
    files = {name: (branch.path / name).read_text() for name in names}
    other.commit(**{name: files[name] for name in names[:2]})
    other.git("checkout", "-q", "-B", "main")
    other.git("checkout", "-q", "-b", "work")
    other.commit(**files)
    for door in DOORS:
        found = credential(report(other, *door, status=1))
        assert "it is for another repository" in found["message"], door


def test_another_repository_s_first_commit_in_a_branch_makes_no_other_of_this(branch, keys, tmp_path):
    """Who merges the other history brings its first commit, too. Which repository this is, the base says."""
    other = History(tmp_path / "other")
    other.commit(**{"README": "x\n", "nbguard.toml": policy(keys), ".nbguard-salt": "5a" * 16, "other": "1\n"})
    other.commit(**{"src/run.py": with_dwave(FakeTokens(404).dwave())})
    fingerprint = credential(report(other, "scan", status=1))["fingerprint"]
    approve(other, keys, fingerprint, "alice")
    other.commit("approved")
    branch.git("fetch", "-q", str(other.path), "HEAD")
    branch.git("merge", "-q", "--allow-unrelated-histories", "-X", "theirs", "-m", "both", "FETCH_HEAD")
    found = credential(report(branch, "ci", "--base", "main", status=1))
    assert "it is for another repository" in found["message"]


def test_a_name_in_the_policy_stands_for_the_repository(branch, keys):
    branch.git("checkout", "-q", "main")
    named = policy(keys).replace("[waivers]\n", '[waivers]\nrepository = "lab/pilot"\n')
    branch.commit(**{"nbguard.toml": named})
    branch.git("checkout", "-q", "work")
    branch.git("rebase", "-q", "main")
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "alice")
    branch.commit("approved")
    assert '"repository":"lab/pilot"' in (branch.path / FILE_NAME).read_text()
    for door in DOORS:
        assert credential(report(branch, *door, status=0))["waived"] is not None
    branch.commit(**{"nbguard.toml": named.replace("pilot", "other")})
    assert "another repository" in credential(report(branch, "scan", status=1))["message"]
    weaker = [f["message"] for f in report(branch, "ci", "--base", "main", status=1) if f["rule"] == "policy-weakened"]
    assert ["waivers.repository is `lab/other`, was `lab/pilot`" in message for message in weaker] == [True]


def test_a_clone_that_does_not_reach_back_says_so(branch, keys, tmp_path):
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "alice")
    branch.commit("approved")
    branch.git("clone", "-q", "--depth", "1", branch.path.as_uri(), str(tmp_path / "shallow"))
    assert "can't be told" in credential(report(History(tmp_path / "shallow"), "scan", status=1))["message"]


def test_a_withdrawn_approval_that_is_put_back_does_not_count(branch, keys):
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    approve(branch, keys, fingerprint, "alice")
    branch.commit("approved")
    line = (branch.path / FILE_NAME).read_text()
    branch.write(FILE_NAME, "")
    branch.commit("withdrawn")
    branch.write(".gitattributes", f"{FILE_NAME} -diff\n")  # would hide what commits took out
    branch.write(FILE_NAME, line)
    for committed in (False, True):
        if committed:
            branch.commit("put back")
        for door in DOORS if committed else DOORS[:1]:
            assert "it was withdrawn" in credential(report(branch, *door, status=1))["message"], door
    approve(branch, keys, fingerprint, "alice", expires="2099-01-02")
    branch.commit("approved anew")
    for door in DOORS:
        assert credential(report(branch, *door, status=0))["waived"] is not None, door


def test_a_merge_takes_nothing_out(branch, keys):
    """A branch that began before an approval has no line of it, and withdraws nothing when it is merged."""
    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    branch.git("checkout", "-q", "-b", "beside")
    branch.commit(notes="y\n")
    branch.git("checkout", "-q", "work")
    approve(branch, keys, fingerprint, "alice")
    branch.commit("approved")
    branch.git("merge", "-q", "--no-ff", "-m", "both", "beside")
    assert credential(report(branch, "scan", status=0))["waived"] is not None


@pytest.mark.parametrize("zone", ["UTC", "XXX-24", "XXX+24"])
def test_days_are_those_of_utc_wherever_somebody_is(branch, keys, zone):
    """One day is judged by all: who approves in the east, the audit that looks at it, and a last day."""
    from datetime import UTC, datetime

    fingerprint = credential(report(branch, "scan", status=1))["fingerprint"]
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    approve(branch, keys, fingerprint, "alice", expires=today, env=WORKING | {"TZ": zone})
    branch.commit("approved")
    for here in ("UTC", zone):
        run = nbguard("scan", "--format", "json", cwd=branch.path, env=UNSET | WORKING | {"TZ": here})
        assert run.status == 0, run.out
        run = nbguard("evidence", "--format", "json", cwd=branch.path, env=UNSET | WORKING | {"TZ": here})
        (one,) = json.loads(run.out)["repositories"]
        assert [approval["problem"] for approval in one["approvals"]] == [""]


@pytest.mark.parametrize("door", [("scan",), ("ci", "--base", "main"), ("ci", "--base", "main", "--format", "json")])
def test_where_a_signature_is_asked_for_no_mark_is_proposed(branch, door):
    run = nbguard(*door, cwd=branch.path, env=UNSET | WORKING)
    assert run.status == 1
    told = " ".join((run.out + run.err).split())
    assert "nbguard: allow" not in told
    assert "nbguard approve" in told


def test_what_was_approved_is_told_in_json(branch, keys):
    """Whether it is accepted now, and what is missing where it isn't: sample data takes a second signature."""
    branch.write("rows.csv", "name,iban\n" + "".join(f"{n},{i}\n" for n, i in PEOPLE))
    branch.commit()
    words = ("--role", "security", *AS, "2099-01-01", "--key", keys.path("alice"), "--format", "json")
    told = {}
    for finding in report(branch, "scan", status=1):
        run = nbguard("approve", finding["fingerprint"], *words, cwd=branch.path, env=UNSET | WORKING)
        told[finding["kind"]] = held(run.out)
        assert (told[finding["kind"]]["paths"], run.status) == ([finding["path"]], 0)
    assert (told["credential"]["accepted"], told["credential"]["problem"]) == (True, "")
    assert told["sample-data"]["accepted"] is False
    assert "by data" in told["sample-data"]["problem"]
