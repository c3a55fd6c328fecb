"""`nbguard ci` in every runner's environment: the commits of the job, no fewer, and more where the runner can't say."""

import json
import os
import re

import pytest
import yaml

from nbguard.errors import ExitCode, UsageError
from nbguard.repository.runners import find_job, known_runners
from tests.command_line import nbguard
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave

ZEROS = "0" * 40
# What each service sets in a push to a branch: {before} is what the branch was, {head} what it is.
PUSHES = {
    "GitHub Actions": {"GITHUB_ACTIONS": "true", "GITHUB_SHA": "{head}", "GITHUB_EVENT_PATH": "{event}"},
    "GitLab": {"GITLAB_CI": "true", "CI_COMMIT_SHA": "{head}", "CI_COMMIT_BEFORE_SHA": "{before}"},
    "Jenkins": {"JENKINS_URL": "https://ci", "GIT_COMMIT": "{head}", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": "{before}"},
    "Woodpecker": {"CI": "woodpecker", "CI_COMMIT_SHA": "{head}", "CI_PREV_COMMIT_SHA": "{before}",
                   "CI_REPO_DEFAULT_BRANCH": "main"},
    "Drone": {"DRONE": "true", "CI": "true", "DRONE_COMMIT_SHA": "{head}", "DRONE_COMMIT_BEFORE": "{before}",
              "DRONE_TARGET_BRANCH": "feature", "DRONE_REPO_BRANCH": "main"},
}  # fmt: skip
# What each sets for a merge request of `feature` to `main`.
MERGES = {
    "GitHub Actions": {"GITHUB_ACTIONS": "true", "GITHUB_SHA": "{main}", "GITHUB_BASE_REF": "main",
                       "GITHUB_EVENT_PATH": "{pull}"},
    "GitLab": {"GITLAB_CI": "true", "CI_COMMIT_SHA": "{head}", "CI_COMMIT_BEFORE_SHA": ZEROS,
               "CI_MERGE_REQUEST_DIFF_BASE_SHA": "{main}", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
    "Azure Pipelines": {"TF_BUILD": "True", "BUILD_SOURCEVERSION": "{head}",
                        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main"},
    "Jenkins": {"JENKINS_URL": "https://ci", "GIT_COMMIT": "{head}", "CHANGE_TARGET": "main",
                "GIT_PREVIOUS_COMMIT": "{before}"},
    "Bitbucket Pipelines": {"BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_COMMIT": "{head}",
                            "BITBUCKET_PR_DESTINATION_BRANCH": "main"},
    "CircleCI": {"CIRCLECI": "true", "CIRCLE_SHA1": "{head}"},
    "Buildkite": {"BUILDKITE": "true", "BUILDKITE_COMMIT": "{head}", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"},
    "Woodpecker": {"CI": "woodpecker", "CI_COMMIT_SHA": "{head}", "CI_COMMIT_PULL_REQUEST": "3",
                   "CI_COMMIT_TARGET_BRANCH": "main", "CI_PREV_COMMIT_SHA": "{before}"},
    "Drone": {"DRONE": "true", "DRONE_COMMIT_SHA": "{head}", "DRONE_TARGET_BRANCH": "main", "DRONE_PULL_REQUEST": "3",
              "DRONE_COMMIT_BEFORE": "{before}"},
}  # fmt: skip
NAMES = [name for runner in known_runners() for name in (runner.mark, *runner.head, *runner.before, *runner.target,
                                                        *runner.default, *runner.only_if)]  # fmt: skip


@pytest.fixture
def clone(tmp_path):
    """A clone of a repository with `main`, and `feature` checked out: two commits, the first was pushed before."""
    tokens = FakeTokens(70)
    origin = History(tmp_path / "origin")
    origin.commit(**{"old.py": with_dwave(tokens.dwave())})
    main = origin.git("rev-parse", "main")
    origin.git("checkout", "-q", "-b", "feature")
    before = origin.commit(**{"first.py": with_dwave(tokens.dwave())})
    origin.commit(**{"second.py": with_dwave(tokens.dwave())})
    head = origin.commit(**{"second.py": "clean again\n"})
    clone = History(tmp_path / "clone")
    clone.git("remote", "add", "origin", str(origin.path))
    clone.git("fetch", "-q", "origin")
    clone.git("remote", "set-head", "origin", "main")
    clone.git("checkout", "-q", "--detach", head)
    events = {
        "event": {"before": before, "after": head},
        "pull": {"pull_request": {"base": {"sha": main}, "head": {"sha": head}}},
    }
    places = {"before": before, "head": head, "main": main}
    for name, event in events.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(event))
        places[name] = str(tmp_path / f"{name}.json")
    return clone, places


def ci(clone, variables, *arguments):
    history, places = clone
    unset = dict.fromkeys([*NAMES, "GITHUB_EVENT_PATH", "GITHUB_STEP_SUMMARY"], "")
    environment = unset | {name: value.format(**places) for name, value in variables.items()}
    run = nbguard("ci", "--format", "json", *arguments, cwd=history.path, env=environment)
    found = {finding["path"] for finding in json.loads(run.out)["findings"]} if run.out.startswith("{") else None
    return run, found


@pytest.mark.parametrize("service", PUSHES)
def test_a_push_is_what_it_added_to_its_branch(clone, service):
    run, found = ci(clone, PUSHES[service])
    assert (run.status, found) == (ExitCode.FINDINGS, {"second.py"}), run.err
    assert run.err.startswith(f"nbguard: {service}: {clone[1]['before'][:12]}..")


@pytest.mark.parametrize("service", MERGES)
def test_a_merge_request_is_what_its_target_lacks(clone, service):
    run, found = ci(clone, MERGES[service])
    assert (run.status, found) == (ExitCode.FINDINGS, {"first.py", "second.py"}), run.err
    assert f"nbguard: {service}: " in run.err


def test_every_runner_is_tested():
    assert {runner.name for runner in known_runners()} == set(MERGES) | set(PUSHES)
    assert all(runner.page.startswith("https://") for runner in known_runners())


@pytest.mark.parametrize("before", [ZEROS, "1" * 40])
def test_a_new_branch_and_a_forced_one_are_all_that_the_main_branch_lacks(clone, before):
    _, found = ci(clone, PUSHES["GitLab"] | {"CI_COMMIT_BEFORE_SHA": before, "CI_DEFAULT_BRANCH": "main"})
    assert found == {"first.py", "second.py"}


def test_where_nothing_is_known_everything_counts(clone):
    """Rather too much than too little: a job on the main branch itself, with no word of what was there before."""
    history, places = clone
    history.git("checkout", "-q", "--detach", places["main"])
    run, found = ci(clone, {"CIRCLECI": "true", "CIRCLE_SHA1": "{main}"})
    assert found == {"old.py"}
    assert "isn't known here" in run.err


def test_a_base_can_be_given(clone):
    assert ci(clone, {"CIRCLECI": "true", "CIRCLE_SHA1": "{head}"}, "--base", clone[1]["before"])[1] == {"second.py"}


def test_a_base_is_enough_where_no_known_service_runs_it(clone):
    run, found = ci(clone, {}, "--base", clone[1]["before"])
    assert (run.status, found) == (ExitCode.FINDINGS, {"second.py"}), run.err
    assert "no known CI service" in run.err
    refused, _ = ci(clone, {})
    assert refused.status == ExitCode.USAGE
    assert "--base REF" in refused.err


def test_a_clone_that_is_too_shallow_fails(clone, tmp_path):
    _, places = clone
    shallow = History(tmp_path / "shallow")
    shallow.git("fetch", "-q", "--depth", "1", f"file://{tmp_path}/origin", "feature")
    shallow.git("checkout", "-q", "--detach", "FETCH_HEAD")
    run, found = ci((shallow, places), PUSHES["GitLab"])
    assert run.status == ExitCode.INCOMPLETE
    assert "git fetch --unshallow" in run.out
    assert found == {"old.py", "first.py"}, "what is here is looked at all the same"


def test_github_gets_annotations_and_a_summary(clone, tmp_path):
    history, places = clone
    environment = {name: value.format(**places) for name, value in PUSHES["GitHub Actions"].items()}
    environment |= {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    run = nbguard("ci", "-o", tmp_path / "x.sarif", cwd=history.path, env=environment)
    assert run.status == ExitCode.FINDINGS
    assert run.out.startswith("::error file=second.py")
    assert "second&#46;py" in (tmp_path / "summary.md").read_text()
    assert "second.py" in (tmp_path / "x.sarif").read_text()
    assert nbguard("ci", "--exit-zero", cwd=history.path, env=environment).status == ExitCode.CLEAN


def test_outside_of_a_job_it_says_what_to_use():
    with pytest.raises(UsageError, match="--range"):
        find_job({"CI": "true"})


@pytest.mark.parametrize("content", ["[]", "{}", "no json", '{"pull_request": 7, "before": ["x"], "after": null}'])
def test_an_odd_event_is_no_event(tmp_path, content):
    (tmp_path / "event").write_text(content)
    job = find_job({"GITHUB_ACTIONS": "true", "GITHUB_SHA": "f" * 40, "GITHUB_EVENT_PATH": str(tmp_path / "event")})
    assert (job.head, job.before) == ("f" * 40, "")


def test_a_branch_named_like_an_option_is_a_branch(clone):
    _, found = ci(clone, MERGES["Buildkite"] | {"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "--all"})
    assert found == {"first.py", "second.py"}, "there is no such branch, so the main one counts"


def test_the_action_asks_for_little_and_is_pinned(tmp_path):
    with open(os.path.join(CHECKOUT, "action.yml"), encoding="utf-8") as file:
        action = yaml.safe_load(file)
    steps = action["runs"]["steps"]
    for step in steps:
        if "uses" in step:
            assert len(step["uses"].partition("@")[2]) == 40, "an action is pinned to a commit"
        # Text of an input in a script would be run: it goes by the environment.
        assert "${{" not in step.get("run", "")
    assert any("nbguard ci" in step.get("run", "") for step in steps)


def test_the_action_s_script_runs(clone, tmp_path):
    """The step that scans, as the runner would run it."""
    import subprocess
    import sys

    with open(os.path.join(CHECKOUT, "action.yml"), encoding="utf-8") as file:
        (step,) = [step for step in yaml.safe_load(file)["runs"]["steps"] if "nbguard ci" in step.get("run", "")]
    history, places = clone
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/nbguard").write_text(f'#!/bin/sh\nPYTHONPATH={CHECKOUT} exec {sys.executable} -m nbguard "$@"\n')
    (tmp_path / "bin/nbguard").chmod(0o755)
    environment = {name: value.format(**places) for name, value in PUSHES["GitHub Actions"].items()}
    environment |= dict.fromkeys(step["env"], "")
    environment |= {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path)}
    environment["NBGUARD_SARIF"] = str(tmp_path / "out.sarif")
    done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=history.path, env=os.environ | environment,
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert b"::error file=second.py" in done.stdout
    assert "second.py" in (tmp_path / "out.sarif").read_text()


def test_the_gitlab_template_runs(clone, tmp_path):
    import subprocess
    import sys

    with open(os.path.join(CHECKOUT, "docs/templates/gitlab.yml"), encoding="utf-8") as file:
        template = yaml.safe_load(file)
    job = template["nbguard"]
    assert "@sha256:" in job["image"] or job["image"].count(".") >= 2, "the image is pinned"
    assert job["variables"]["GIT_DEPTH"] == "0"
    assert job["artifacts"]["reports"]["secret_detection"] == "gl-secret-detection-report.json"
    history, places = clone
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/nbguard").write_text(f'#!/bin/sh\nPYTHONPATH={CHECKOUT} exec {sys.executable} -m nbguard "$@"\n')
    (tmp_path / "bin/nbguard").chmod(0o755)
    environment = {name: value.format(**places) for name, value in PUSHES["GitLab"].items()}
    environment |= {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    script = "\n".join(line for line in job["script"] if not line.startswith(("pip ", "git clone ", "test -z ")))
    done = subprocess.run(["sh", "-e", "-c", script], cwd=history.path, env=os.environ | environment,
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert json.loads((history.path / "gl-secret-detection-report.json").read_text())["vulnerabilities"]


def installing_lines():
    """What the action and the template call pip with, a line each."""
    with open(os.path.join(CHECKOUT, "action.yml"), encoding="utf-8") as file:
        for step in yaml.safe_load(file)["runs"]["steps"]:
            yield from (line for line in step["run"].splitlines() if line.strip().startswith("install "))
    with open(os.path.join(CHECKOUT, "docs/templates/gitlab.yml"), encoding="utf-8") as file:
        yield from (line for line in yaml.safe_load(file)["nbguard"]["script"] if "install" in line and "pip" in line)


def test_what_ci_installs_is_held_by_hashes():
    """Nothing is fetched by name alone: not nbguard, whose name on the index is nobody's, and not what builds it."""
    lines = list(installing_lines())
    assert len(lines) == 4
    for line in lines:
        assert "--require-hashes" in line or "--no-deps --no-build-isolation" in line
        assert ".ci/requirements.txt" in line or line.strip().endswith(("/tmp/nbguard", '"$NBGUARD_ACTION"'))


def test_the_hashes_are_of_what_the_package_asks_for():
    import tomllib

    from packaging.requirements import Requirement

    with open(os.path.join(CHECKOUT, ".ci", "requirements.txt"), encoding="utf-8") as file:
        entries = [entry for entry in re.split(r"\n(?=[a-z])", file.read()) if not entry.startswith("#")]
    held = {}
    for entry in entries:
        assert "--hash=sha256:" in entry, entry
        name, version = re.match(r"([\w.-]+)==(\S+)", entry).groups()
        held[name] = version
    with open(os.path.join(CHECKOUT, "pyproject.toml"), "rb") as file:
        project = tomllib.load(file)
    for wanted in map(Requirement, [*project["project"]["dependencies"], *project["build-system"]["requires"]]):
        assert wanted.specifier.contains(held[wanted.name.lower().replace("_", "-")]), wanted


def test_nothing_is_installed_from_an_index_by_our_name():
    """The name on PyPI isn't this project's: what stands there under it would be somebody else's."""
    from pathlib import Path

    texts = [*Path(CHECKOUT).glob("*.md"), *Path(CHECKOUT, "docs").rglob("*.md"), Path(CHECKOUT, "action.yml"),
             *Path(CHECKOUT, "docs", "templates").iterdir(), *Path(CHECKOUT, "nbguard").rglob("*.py"),
             *Path(CHECKOUT, "editors", "vscode").glob("*.md"), *Path(CHECKOUT, "editors", "vscode", "src").iterdir(),
             *Path(CHECKOUT, "editors", "vscode", "walkthrough").iterdir()]  # fmt: skip
    command = re.compile(
        r"(?:pip3?|pipx|uv tool|uv pip) install[^\n`@]*?[ '\"]nbguard(?:\[[\w,-]+\])?['\"]?(?=[\s`.,)]|$)(?! @ )"
        r"|uvx nbguard",
        re.MULTILINE,
    )
    found = [(path.name, match.group()) for path in texts for match in command.finditer(path.read_text())]
    assert found == []


def test_a_change_that_brings_a_baseline_says_how_it_gets_through(tmp_path):
    """What is old stands in the base; the first day's change adds what accepts it, and is red by design."""
    history = History(tmp_path / "r")
    history.commit(**{"old.py": with_dwave(FakeTokens(74).dwave())})
    history.git("checkout", "-q", "-b", "adopt")
    assert nbguard("baseline", "create", "--reason", "old", cwd=history.path).status == 0
    history.git("add", "-A")
    history.git("commit", "-qm", "adopt nbguard")
    run = nbguard("ci", "--base", "main", cwd=history.path, env=dict.fromkeys(NAMES, ""))
    assert run.status == 1
    assert "policy-weakened" in run.out
    said = " ".join(run.out.split())
    assert "new baseline entries among it, counts once it is merged" in said
    assert "git rebase" not in said


@pytest.mark.parametrize("form", ["github", "gitlab", "json", "sarif"])
def test_how_to_get_green_stands_in_the_log_whatever_the_report_s_form(clone, tmp_path, form):
    history, places = clone
    environment = dict.fromkeys(NAMES, "") | {k: v.format(**places) for k, v in PUSHES["GitLab"].items()}
    for output in ((), ("-o", tmp_path / "report")):
        run = nbguard("ci", "--format", form, *output, cwd=history.path, env=environment)
        assert run.status == 1
        assert (run.out + run.err).count("To get this through:") == 1
        assert "To get this through:" not in run.out or output
