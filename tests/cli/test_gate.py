"""The gate isn't the judged party's: what a branch says about nbguard doesn't count for it; what is weaker is told."""

import csv
import json

import pytest

from nbguard.errors import ExitCode
from nbguard.repository.runners import known_runners
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.scan.histories import History, with_dwave

UNSET = {
    name: ""
    for runner in known_runners()
    for name in (runner.mark, *runner.head, *runner.before, *runner.target, *runner.default, "NBGUARD_SALT")
}
STRICT = """
profile = "enterprise"
plugins = ["AWSKeyDetector"]
enable = ["quantum-metadata"]
max_file_size = "10MB"
fail_on = "low"
[severity]
"dwave-sapi-token" = "critical"
[sample_data]
rows = 3
emails = 3
bulk_bytes = "2KB"
classes = ["personal", "payment"]
severity = { personal = "high" }
[waivers]
foreign_markers = false
[[zones]]
name = "pipelines"
paths = ["pipelines/"]
severity = { credential = "critical" }
[[zones]]
paths = ["docs/"]
profile = "standard"
"""
# What is changed in the policy above, and what must be said of it.
WEAKER = {
    "disable": ("plugins = ", 'disable = ["*"]\nplugins = ', "disable names `*`"),
    "disable one": ("plugins = ", 'disable = ["dwave-sapi-token"]\nplugins = ', "disable names `dwave-sapi-token`"),
    "exclude": ("plugins = ", 'exclude = ["**"]\nplugins = ', "exclude names `**`"),
    "profile": ('profile = "enterprise"', 'profile = "relaxed"', "profile is relaxed, was enterprise"),
    "no profile": ('profile = "enterprise"\n', "", "profile is standard, was enterprise"),
    "fail_on": ('fail_on = "low"', 'fail_on = "critical"', "fail_on is critical, was low"),
    "enable": ('enable = ["quantum-metadata"]\n', "", "enable no longer names `quantum-metadata`"),
    "plugins": ('plugins = ["AWSKeyDetector"]\n', "", "plugins no longer name `AWSKeyDetector`"),
    "severity": ('"dwave-sapi-token" = "critical"', '"dwave-sapi-token" = "low"', "-token is low, was critical"),
    "severity off": ("[severity]\n", '[severity]\n"*" = "off"\n', "severity: "),
    "severity gone": ('"dwave-sapi-token" = "critical"\n', "", "dwave-sapi-token is high, was critical"),
    "severity of a kind": ("[severity]\n", "[severity]\nhygiene = 'off'\n", "is off, was"),
    "size": ('max_file_size = "10MB"', "max_file_size = 1\nallow_unreadable = true", "max_file_size is 1, was 1000"),
    "unread": ("plugins = ", "allow_unreadable = true\nplugins = ", "allow_unreadable lets a run pass"),
    "rows": ("rows = 3", "rows = 3000", "sample_data.rows is 3000, was 3"),
    "emails": ("emails = 3", "emails = 3000", "sample_data.emails is 3000, was 3"),
    "bulk": ('bulk_bytes = "2KB"', 'bulk_bytes = "2GB"', "sample_data.bulk_bytes is 2000000000, was 2000"),
    "classes": (', "payment"]', "]", "sample_data.classes no longer name payment"),
    "class severity": ('personal = "high"', 'personal = "low"', "sample_data.severity of personal is low, was high"),
    "demands": ("[waivers]\n", "[waivers]\nrequire_reason = false\n", "waivers.require_reason is off"),
    "markers": ("foreign_markers = false", "foreign_markers = true", "waivers.foreign_markers is on"),
    "zone": ("[[zones]]\nname", "[[zones]]\npaths = ['a/']\nprofile = 'relaxed'\n[[zones]]\nname", "zone `a/`:"),
    "zone in front": ("[[zones]]\nname", "[[zones]]\npaths = ['**']\n[[zones]]\nname", "zone `**`: severity: "),
    "zone weaker": ('{ credential = "critical" }', '{ credential = "low" }', "zone `pipelines`: severity: "),
    "zone gone": ('paths = ["pipelines/"]', 'paths = ["elsewhere/"]', "zone `pipelines` is gone: severity: "),
    "zone disables": ('paths = ["docs/"]', "paths = ['docs/']\ndisable = ['credential']", "disable names `credential`"),
    "saves in a zone": ("[[zones]]\nname", "[[zones]]\npaths = ['b']\nsave = 'off'\n[[zones]]\nname", "save is off"),
    "saves where the guard fails": ("[waivers]\n", "[jupyter]\non_error = 'allow'\n[waivers]\n", "on_error is allow"),
    "samples in a zone": ('paths = ["docs/"]', "paths = ['docs/']\nsample_data = { rows = 99 }", "rows is 99, was 3"),
}  # fmt: skip
STRICTER = {
    "disable less": ("", ""),
    "enable": ('enable = ["quantum-metadata"]', 'enable = ["quantum-metadata", "hygiene"]'),
    "rows": ("rows = 3", "rows = 2"),
    "smaller files, and it counts": ('max_file_size = "10MB"', 'max_file_size = "1MB"'),
    "no allows": ("[waivers]\n", "[waivers]\ninline = false\n"),
    "another zone": ("[[zones]]\nname", "[[zones]]\npaths = ['src/']\nseverity = {'*'='critical'}\n[[zones]]\nname"),
    "zone stricter": ('profile = "standard"', 'profile = "enterprise"'),
    "comment": ("rows = 3", "rows = 3  # as ever"),
}  # fmt: skip


@pytest.fixture
def branch(tmp_path):
    """A repository with a policy on `main`, and a branch to work on."""
    history = History(tmp_path / "r")
    history.commit(**{"a.py": "x = 1\n", "nbguard.toml": STRICT})
    history.git("checkout", "-q", "-b", "work")
    return history


def ci(history, *arguments, status=None):
    run = nbguard("ci", "--base", "main", "--format", "json", *arguments, cwd=history.path, env=UNSET)
    if status is not None:
        assert run.status == status, run.out + run.err
    return json.loads(run.out), run.err


def weaker(report):
    return [(f["path"], f["message"]) for f in report["findings"] if f["rule"] == "policy-weakened"]


@pytest.mark.parametrize("way", WEAKER)
def test_a_branch_can_not_switch_off_what_judges_it(branch, way):
    old, new, said = WEAKER[way]
    assert STRICT.count(old) == 1
    branch.commit(**{"src/run.py": with_dwave(FakeTokens(90).dwave()), "nbguard.toml": STRICT.replace(old, new)})
    report, log = ci(branch, status=ExitCode.FINDINGS)
    counted = {f["rule"] for f in report["findings"] if f["waived"] is None}
    assert {"dwave-sapi-token", "policy-weakened"} <= counted
    told = weaker(report)
    assert any(path == "nbguard.toml" and said in message for path, message in told), told
    assert f"as commit {branch.git('rev-parse', 'main')[:12]} has them" in log


@pytest.mark.parametrize("way", STRICTER)
def test_a_stricter_policy_is_nobody_s_concern(branch, way):
    old, new = STRICTER[way]
    branch.commit(**{"b.py": "y = 2\n", "nbguard.toml": STRICT.replace(old, new) + "# end\n"})
    assert weaker(ci(branch, status=ExitCode.CLEAN)[0]) == []


def test_a_policy_that_is_deleted_still_judges(branch):
    branch.git("rm", "-q", "nbguard.toml")
    branch.commit(**{"run.py": with_dwave(FakeTokens(91).dwave())})
    report, _ = ci(branch, status=ExitCode.FINDINGS)
    assert {f["severity"] for f in report["findings"] if f["rule"] == "dwave-sapi-token"} == {"critical"}
    assert any("nbguard.toml is gone" in message for _, message in weaker(report))


def test_a_first_policy_is_held_against_the_defaults(tmp_path):
    history = History(tmp_path / "r")
    history.commit(**{"a.py": "x = 1\n"})
    history.git("checkout", "-q", "-b", "work")
    secret = with_dwave(FakeTokens(92).dwave())
    history.commit(**{"run.py": secret, "pyproject.toml": '[tool.nbguard]\nexclude = ["run.py"]\n'})
    report, _ = ci(history, status=ExitCode.FINDINGS)
    assert {f["path"] for f in report["findings"]} == {"run.py", "pyproject.toml"}
    (finding,) = [f for f in report["findings"] if f["rule"] == "policy-weakened"]
    assert (finding["kind"], finding["severity"], finding["line"]) == ("hygiene", "medium", 2)


def test_an_allow_in_a_copy_of_a_file_that_had_it_is_told(tmp_path):
    """Two files of the same content: only one of them had the mark before."""
    allowed = with_dwave(FakeTokens(93).dwave()).rstrip("\n") + "  # nbguard: allow dwave-sapi-token\n"
    history = History(tmp_path / "r")
    history.commit(**{"z.py": allowed})
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"a.py": f"{allowed}# more\n", "z.py": f"{allowed}# more\n"})
    report, _ = ci(history)
    assert [path for path, _ in weaker(report)] == ["a.py"]


def test_a_policy_that_is_put_in_front_of_the_other_is_told(tmp_path):
    """nbguard.toml counts before pyproject.toml: a new one hides it."""
    history = History(tmp_path / "r")
    history.commit(**{"pyproject.toml": '[tool.nbguard]\nprofile = "enterprise"\n'})
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"nbguard.toml": ""})
    assert weaker(ci(history, status=ExitCode.FINDINGS)[0])[0][0] == "nbguard.toml"


ALLOWS = {
    "ours": "{}  # nbguard: allow dwave-sapi-token reason='x' approved-by=a expires=2999-01-01\n",
    "the line before": "# nbguard: allow *\n{}\n",
    "gitleaks": "{}  # gitleaks:allow\n",
    "pragma": "{}  # pragma: allowlist secret\n",
    "next line": "# pragma: allowlist nextline secret\n{}\n",
    "trufflehog": "{}  # trufflehog:ignore\n",
    "kingfisher": "{}  # kingfisher:ignore\n",
    "betterleaks": "{}  # betterleaks:allow\n",
}


@pytest.fixture
def plain(tmp_path):
    """A repository without a policy, and a branch to work on."""
    history = History(tmp_path / "r")
    history.commit(**{"a.py": "x = 1\n"})
    history.git("checkout", "-q", "-b", "work")
    return history


@pytest.mark.parametrize("dialect", ALLOWS)
def test_an_allow_that_comes_with_the_branch_does_not_count(plain, dialect):
    line = with_dwave(FakeTokens(93).dwave()).strip()
    plain.commit(**{"run.py": ALLOWS[dialect].format(line)})
    report, _ = ci(plain, status=ExitCode.FINDINGS)
    (found,) = [f for f in report["findings"] if f["rule"] == "dwave-sapi-token"]
    assert found["waived"] is None
    assert "doesn't count here: it came with what is judged" in found["message"]
    assert [path for path, message in weaker(report) if "1 new allow" in message] == ["run.py"]
    assert ci(plain, "--policy-from", "head", status=ExitCode.CLEAN)[0]["summary"]["waived"] == 1


def test_nor_does_one_in_a_cell_s_metadata(plain):
    cell = code(with_dwave(FakeTokens(94).dwave()))
    cell["metadata"]["nbguard"] = {"allow": ["*"]}
    plain.commit(**{"a.ipynb": as_bytes(notebook(cell))})
    report, _ = ci(plain, status=ExitCode.FINDINGS)
    assert {f["rule"] for f in report["findings"] if not f["waived"]} == {"dwave-sapi-token", "policy-weakened"}


def test_an_allow_that_stood_before_counts_wherever_the_value_goes(tmp_path):
    """By rule and fingerprint, so in a renamed file too; it doesn't allow another value."""
    tokens = FakeTokens(95)
    allowed, other = tokens.dwave(), tokens.dwave()
    mark = "".join(f"x{n} = {n}\n" for n in range(30)) + "# nbguard: allow dwave-sapi-token reason='fake'\n"
    history = History(tmp_path / "r")
    history.commit(**{"tests/old.py": mark + with_dwave(allowed)})
    history.git("checkout", "-q", "-b", "work")
    history.git("mv", "tests/old.py", "tests/new.py")
    history.commit(**{"tests/new.py": "# moved\n" + mark + with_dwave(allowed)})
    report, _ = ci(history, status=ExitCode.CLEAN)
    assert report["summary"]["waived"] == 1
    history.commit(**{"tests/new.py": mark + with_dwave(other)})
    report, _ = ci(history, status=ExitCode.FINDINGS)
    assert [f["line"] for f in report["findings"] if not f["waived"]] == [32]
    assert weaker(report) == [], "the file has no more allows than before"


def test_a_baseline_that_comes_with_the_branch_does_not_count(plain):
    plain.commit(**{"run.py": with_dwave(FakeTokens(96).dwave())})
    nbguard("baseline", "create", "--reason", "mine", cwd=plain.path, env=UNSET)
    plain.commit()
    report, _ = ci(plain, status=ExitCode.FINDINGS)
    assert {f["rule"] for f in report["findings"] if not f["waived"]} == {"dwave-sapi-token", "policy-weakened"}
    ((path, message),) = weaker(report)
    assert path == ".nbguard-baseline.jsonl"
    assert "1 baseline entry (dwave-sapi-token in `run.py`)" in message
    assert ci(plain, "--policy-from", "head", status=ExitCode.CLEAN)[0]["summary"]["waived"] == 1


def test_a_baseline_that_stood_before_counts_under_the_salt_of_then(tmp_path):
    history = History(tmp_path / "r")
    secret = with_dwave(FakeTokens(97).dwave())
    history.commit(**{"run.py": secret})
    nbguard("baseline", "create", "--reason", "old", "--expires", "2998-01-01", cwd=history.path, env=UNSET)
    history.commit()
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"run.py": "# moved\n" + secret})
    assert ci(history, status=ExitCode.CLEAN)[0]["summary"]["waived"] == 1
    baseline = (history.path / ".nbguard-baseline.jsonl").read_text()
    history.commit(**{".nbguard-baseline.jsonl": baseline.replace("2998", "2999")})
    ((_, message),) = weaker(ci(history, status=ExitCode.FINDINGS)[0])
    assert "a later expiry, or none any more, of 1 baseline entry" in message
    # What becomes stricter counts nowhere yet, and is nobody's concern.
    history.commit(**{".nbguard-baseline.jsonl": "", ".nbguard-salt": "another\n", "run.py": "#\n" + secret})
    report, _ = ci(history, status=ExitCode.CLEAN)
    assert (report["summary"]["waived"], weaker(report)) == (1, [])


PACK = "[[rules]]\nid = 'lab-key'\nregex = 'lab_[a-z0-9]{24}'\nkeywords = ['lab_']\n"
LAB_KEY = f"k = 'lab_{'a1b2c3d4' * 3}'\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"packs/lab.toml": PACK.replace("24", "99")}, "rules that this pack had were changed or taken out"),
        ({"packs/lab.toml": PACK + "[allowlist]\nregexes = ['lab_']\n"}, "rules that this pack had were changed"),
        ({"nbguard.toml": ""}, "rules no longer name `packs/top.toml`"),
        ({"packs/top.toml": "title = 'empty'\n"}, "rules that this pack had were changed"),
    ],
    ids=["regex", "allowlist", "no pack", "extends nothing"],
)
def test_rule_packs_are_those_of_the_base(tmp_path, change, said):
    history = History(tmp_path / "r")
    top = "[extend]\npath = 'lab.toml'\n"
    history.commit(**{"nbguard.toml": 'rules = ["packs/top.toml"]\n', "packs/top.toml": top, "packs/lab.toml": PACK})
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"run.py": LAB_KEY})
    assert [f["rule"] for f in ci(history, status=ExitCode.FINDINGS)[0]["findings"]] == ["lab-key"]
    history.commit(**change)
    report, _ = ci(history, status=ExitCode.FINDINGS)
    assert "lab-key" in {f["rule"] for f in report["findings"]}
    # In the file that does it, also where that is one that another pack extends.
    assert any(path in change and said in message for path, message in weaker(report)), weaker(report)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"theirs.toml": PACK.replace("24", "99")}, "rules that this pack had were changed or taken out"),
        ({"nbguard.toml": 'rules = ["top.toml"]\n'}, "default_rules no longer names `theirs.toml`"),
    ],
    ids=["changed", "not named"],
)
def test_the_pack_that_stands_for_the_built_in_rules_is_the_base_s(tmp_path, change, said):
    history = History(tmp_path / "r")
    named = 'rules = ["top.toml"]\ndefault_rules = "theirs.toml"\n'
    files = {"nbguard.toml": named, "top.toml": "[extend]\nuseDefault = true\n", "theirs.toml": PACK}
    history.commit(**files)
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"run.py": LAB_KEY})
    assert [f["rule"] for f in ci(history, status=ExitCode.FINDINGS)[0]["findings"]] == ["lab-key"]
    assert "lab-key" in nbguard("scan", "run.py", cwd=history.path, env=UNSET).out
    history.commit(**change)
    report, _ = ci(history, status=ExitCode.FINDINGS)
    assert "lab-key" in {f["rule"] for f in report["findings"]}
    assert any(said in message for _, message in weaker(report)), weaker(report)


def test_more_rules_in_a_pack_are_no_weakness(tmp_path):
    history = History(tmp_path / "r")
    history.commit(**{"nbguard.toml": 'rules = ["lab.toml"]\n', "lab.toml": PACK})
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"lab.toml": PACK + PACK.replace("lab-key", "lab-2").replace("lab_", "two_")})
    assert ci(history, status=ExitCode.CLEAN)[0]["findings"] == []


def test_an_operator_s_file_from_elsewhere_judges_alone(plain, tmp_path):
    (tmp_path / "operator.toml").write_text('disable = ["dwave-*"]\n')
    plain.commit(**{"run.py": with_dwave(FakeTokens(98).dwave()), "nbguard.toml": 'exclude = ["**"]\n'})
    assert ci(plain, "--config", tmp_path / "operator.toml", status=ExitCode.CLEAN)[0]["findings"] == []


def test_a_file_in_the_repository_is_the_base_s_whoever_names_it(plain):
    plain.git("checkout", "-q", "main")
    plain.commit(**{"ci/nbguard.toml": 'profile = "enterprise"\n'})
    plain.git("checkout", "-q", "-B", "work")
    plain.commit(**{"run.py": with_dwave(FakeTokens(99).dwave()), "ci/nbguard.toml": 'exclude = ["**"]\n'})
    report, _ = ci(plain, "--config", "ci/nbguard.toml", status=ExitCode.FINDINGS)
    assert {f["path"] for f in report["findings"]} == {"run.py", "ci/nbguard.toml"}


def test_a_wrong_policy_in_the_branch_is_an_error(plain):
    plain.commit(**{"nbguard.toml": "nonsense = 1\n"})
    run = nbguard("ci", "--base", "main", cwd=plain.path, env=UNSET)
    assert run.status == ExitCode.USAGE
    assert "there is no setting 'nonsense'" in run.err


def test_the_base_can_say_that_it_does_not_want_to_know(tmp_path):
    history = History(tmp_path / "r")
    history.commit(**{"nbguard.toml": '[severity]\npolicy-weakened = "off"\n'})
    history.git("checkout", "-q", "-b", "work")
    history.commit(**{"nbguard.toml": 'disable = ["hygiene"]\n'})
    assert ci(history, status=ExitCode.CLEAN)[0]["findings"] == []


def test_a_push_to_a_branch_is_not_judged_by_what_was_pushed_to_it_before(plain, tmp_path):
    """Two pushes: the first weakens the policy, the second brings the secret."""
    first = plain.commit(**{"nbguard.toml": 'disable = ["*"]\n'})
    second = plain.commit(**{"run.py": with_dwave(FakeTokens(89).dwave())})
    job = {"GITLAB_CI": "true", "CI_COMMIT_SHA": second, "CI_COMMIT_BEFORE_SHA": first, "CI_DEFAULT_BRANCH": "main"}
    run = nbguard("ci", "--format", "json", cwd=plain.path, env=UNSET | job)
    assert run.status == ExitCode.FINDINGS
    assert {f["rule"] for f in json.loads(run.out)["findings"]} == {"dwave-sapi-token", "policy-weakened"}


def test_where_nothing_is_known_that_was_there_before_the_defaults_judge(tmp_path):
    history = History(tmp_path / "r")
    history.git("checkout", "-q", "-b", "work")
    head = history.commit(**{"run.py": with_dwave(FakeTokens(88).dwave()), "nbguard.toml": 'exclude = ["**"]\n'})
    run = nbguard("ci", "--format", "json", cwd=history.path, env=UNSET | {"CIRCLECI": "true", "CIRCLE_SHA1": head})
    assert run.status == ExitCode.FINDINGS
    assert "the defaults, as what was there before isn't known here" in run.err


def test_a_job_about_the_main_branch_itself_takes_its_policy(tmp_path):
    history = History(tmp_path / "r")
    head = history.commit(**{"run.py": with_dwave(FakeTokens(87).dwave()), "nbguard.toml": 'exclude = ["**"]\n'})
    job = {"GITLAB_CI": "true", "CI_COMMIT_SHA": head, "CI_DEFAULT_BRANCH": "main"}
    run = nbguard("ci", cwd=history.path, env=UNSET | job)
    assert run.status == ExitCode.CLEAN
    assert f"as commit {head[:12]} has them" in run.err


def test_every_report_counts_what_does_not_count(tmp_path):
    """One value of each: excluded, disabled, allowed, in the baseline; in the work tree, the index and the history."""
    tokens = FakeTokens(102)
    history = History(tmp_path / "r")
    files = {
        "kept/out.py": with_dwave(tokens.dwave()),
        "old.py": with_dwave(tokens.dwave()),
        "fine.py": "# nbguard: allow *\n" + with_dwave(tokens.dwave()),
        "off.py": f"from qiskit_ionq import IonQProvider\nIonQProvider('{tokens.ionq()}')\n",
    }
    history.commit(**{"old.py": files["old.py"]})
    nbguard("baseline", "create", cwd=history.path, env=UNSET)
    history.commit(**files | {"nbguard.toml": 'exclude = ["kept/"]\ndisable = ["ionq-api-key"]\n'})
    counts = {"findings": 0, "waived": 2, "allowed": 1, "baselined": 1, "excluded": 1, "disabled": 1, "skipped": 0}
    for arguments in ([], ["--history"]):
        run = nbguard("scan", "--format", "json", *arguments, cwd=history.path, env=UNSET)
        summary = json.loads(run.out)["summary"]
        assert {name: summary[name] for name in counts} == counts, arguments
    said = "2 waived (1 in the baseline), 1 disabled by the policy, 1 file excluded"
    for name in ("text", "markdown", "github"):
        told = nbguard("scan", "--format", name, cwd=history.path, env=UNSET).out
        told = told.replace("&#40;", "(").replace("&#41;", ")")
        assert said in " ".join(told.split()), name
    for name in ("sarif", "junit", "gitlab", "html", "jsonl"):
        assert "excluded" in nbguard("scan", "--format", name, cwd=history.path, env=UNSET).out, name
    rows = csv.DictReader(nbguard("scan", "--format", "csv", cwd=history.path, env=UNSET).out.splitlines())
    left_out = {row["rule"]: int(row["match"]) for row in rows if row["kind"] == "left-out"}
    event = json.loads(nbguard("scan", "--format", "ocsf", cwd=history.path, env=UNSET).out.splitlines()[-1])
    named = ("excluded", "disabled", "allowed", "baselined")
    assert left_out == {name: counts[name] for name in named}
    assert {name: event["unmapped"][name] for name in (*named, "waived")} == left_out | {"waived": 2}
    history.git("update-ref", "-d", "HEAD")
    run = nbguard("scan", "--staged", "--format", "json", cwd=history.path, env=UNSET)
    summary = json.loads(run.out)["summary"]
    assert {name: summary[name] for name in counts} == counts


def test_a_branch_off_an_old_commit_is_judged_by_the_policy_of_now(tmp_path):
    """Who makes the commits chooses where they part from the main branch."""
    history = History(tmp_path / "r")
    tokens = FakeTokens(103)
    old = tokens.dwave()
    lax = history.commit(**{"nbguard.toml": 'disable = ["*"]\n', "old.py": with_dwave(old)})
    nbguard("baseline", "create", "--reason", "old", cwd=history.path, env=UNSET)
    history.commit(**{"nbguard.toml": 'profile = "enterprise"\n'})
    history.git("checkout", "-q", "-b", "work", lax)
    history.commit(**{"run.py": with_dwave(tokens.dwave())})
    report, log = ci(history, status=ExitCode.FINDINGS)
    # The branch changed nothing of the policy: what it has of it is what there was.
    assert [(f["rule"], f["path"]) for f in report["findings"]] == [("dwave-sapi-token", "run.py")]
    assert f"as commit {history.git('rev-parse', 'main')[:12]} has them" in log


def test_nor_does_what_was_accepted_then_count_still(tmp_path):
    history = History(tmp_path / "r")
    marked = "# nbguard: allow dwave-sapi-token reason='fake'\n" + with_dwave(FakeTokens(104).dwave())
    old = history.commit(**{"old.py": marked})
    history.commit(**{"old.py": "x = 1\n"})
    history.git("checkout", "-q", "-b", "work", old)
    history.commit(**{"again.py": marked})
    assert [f["path"] for f in ci(history, status=ExitCode.FINDINGS)[0]["findings"] if not f["waived"]] == [
        "again.py", "again.py"
    ]  # fmt: skip


SINGLE = {
    "GitHub": {"GITHUB_ACTIONS": "true", "GITHUB_SHA": "HEAD", "GITHUB_BASE_REF": "main"},
    "GitLab, merge request": {"GITLAB_CI": "true", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
    "GitLab, push": {"GITLAB_CI": "true", "CI_COMMIT_BEFORE_SHA": "HEAD~1", "CI_DEFAULT_BRANCH": "main"},
    "CircleCI": {"CIRCLECI": "true"},
    "Jenkins": {"JENKINS_URL": "x", "CHANGE_TARGET": "main"},
    "Buildkite": {"BUILDKITE": "true", "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main"},
}


@pytest.mark.parametrize("service", SINGLE)
def test_a_clone_of_the_branch_alone_is_not_judged_by_the_branch(branch, tmp_path, service):
    """In such a clone `origin/HEAD` is the branch, so what it says passed for the main branch's policy."""
    branch.commit(**{"nbguard.toml": 'disable = ["*"]\n'})
    branch.commit(**{"run.py": with_dwave(FakeTokens(105).dwave())})
    branch.git("clone", "-q", "--single-branch", "--branch", "work", branch.path.as_uri(), str(tmp_path / "clone"))
    run = nbguard("ci", "--format", "json", cwd=tmp_path / "clone", env=UNSET | SINGLE[service])
    assert run.status == ExitCode.FINDINGS
    assert "dwave-sapi-token" in {f["rule"] for f in json.loads(run.out)["findings"]}
    assert "the defaults, as what was there before isn't known here" in run.err


@pytest.mark.parametrize(
    "job",
    [
        {"JENKINS_URL": "x", "GIT_COMMIT": "work", "GIT_PREVIOUS_COMMIT": "work~1"},
        {
            "GITLAB_CI": "true",
            "CI_COMMIT_SHA": "work",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": "work~1",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        },
    ],
    ids=["Jenkins", "GitLab"],
)
def test_where_the_main_branch_is_not_here_what_the_service_says_of_before_is_no_judge(branch, job):
    """It is the same branch's last build, or where its authors let it part from the target."""
    branch.commit(**{"nbguard.toml": 'disable = ["*"]\n'})
    branch.commit(**{"run.py": with_dwave(FakeTokens(106).dwave())})
    branch.git("branch", "-q", "-D", "main")
    run = nbguard("ci", "--format", "json", cwd=branch.path, env=UNSET | job)
    assert run.status == ExitCode.FINDINGS
    assert "dwave-sapi-token" in {f["rule"] for f in json.loads(run.out)["findings"]}
