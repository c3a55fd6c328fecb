"""What leaves a zone for experiments is judged by the zone it comes to: moved, copied, merged, with the same bytes."""

import json

import pytest

from tests.cli.test_gate import UNSET
from tests.cli.test_pushes import put_hook, refused
from tests.command_line import nbguard
from tests.detect.samples import data
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.scan.histories import History, with_dwave

POLICY = """profile = "enterprise"
[[zones]]
name = "experiments"
paths = ["experiments/"]
profile = "relaxed"
severity = { "dwave-sapi-token" = "off" }
sample_data = { policy = { payment = "allowed" } }
"""
ROWS = as_bytes(notebook(code(data.list_of_dicts(data.people("payment", 5)))))
FROM, TO = "experiments/", "pipelines/"
FILES = {"run.py": with_dwave(FakeTokens(17).dwave()), "rows.ipynb": ROWS}
HERE = {f"{FROM}{name}": content for name, content in FILES.items()}


@pytest.fixture
def history(tmp_path):
    """`main` has experiments that its policy lets be; a branch takes them into a pipeline."""
    history = History(tmp_path / "r")
    history.commit(**{"README": "x\n", "nbguard.toml": POLICY, ".nbguard-salt": "5a" * 16})
    history.commit(**HERE)
    history.git("checkout", "-q", "-b", "work")
    return history


def moved(history):
    for name in FILES:
        (history.path / TO).mkdir(exist_ok=True)
        history.git("mv", f"{FROM}{name}", f"{TO}{name}")


def copied(history):
    for name, content in FILES.items():
        history.write(f"{TO}{name}", content)


def folder_moved(history):
    history.git("mv", FROM.rstrip("/"), TO.rstrip("/"))


def counted(history, *command):
    run = nbguard(*command, "--format", "json", cwd=history.path, env=UNSET)
    report = json.loads(run.out)
    return run.status, {f["path"] for f in report["findings"] if f["waived"] is None}


@pytest.mark.parametrize("way", [moved, copied, folder_moved])
@pytest.mark.parametrize(
    "door",
    [
        ("scan",), ("scan", "--staged"), ("scan", "--range", "main..HEAD"), ("scan", "--history"),
        ("ci", "--base", "main"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_each_door_judges_by_the_zone_it_comes_to(history, way, door):
    assert counted(history, *door[:1], *door[1:] if door[0] == "ci" else ()) == (0, set())
    way(history)
    history.git("add", "-A")
    if "--staged" not in door:
        history.commit("promoted")
    assert counted(history, *door) == (1, {f"{TO}{name}" for name in FILES})


def test_a_branch_that_moved_it_and_back_again_still_had_it_there(history):
    """Each version of each commit is pushed with the branch."""
    moved(history)
    history.commit("there")
    history.git("mv", f"{TO}run.py", f"{FROM}run.py")
    history.git("rm", "-q", f"{TO}rows.ipynb")
    history.commit("back")
    assert counted(history, "ci", "--base", "main") == (1, {f"{TO}{name}" for name in FILES})


def test_what_another_branch_promoted_is_judged_when_it_is_merged(history):
    moved(history)
    history.commit("promoted")
    history.git("checkout", "-q", "-b", "release", "main")
    history.commit(notes="x\n")
    history.git("merge", "-q", "--no-ff", "-m", "both", "work")
    assert counted(history, "ci", "--base", "main") == (1, {f"{TO}{name}" for name in FILES})


def test_a_mark_that_was_enough_there_is_not_here(history):
    """The experiments' own allow takes no signature; the pipeline's zone asks for one."""
    line = with_dwave(FakeTokens(18).dwave()).rstrip("\n")
    history.git("checkout", "-q", "main")
    history.commit(
        **{
            "nbguard.toml": POLICY.replace('severity = { "dwave-sapi-token" = "off" }\n', ""),
            f"{FROM}run.py": f'{line}  # nbguard: allow dwave-sapi-token reason="an experiment"\n',
        }
    )
    history.git("branch", "-qf", "work")
    history.git("checkout", "-q", "work")
    history.git("mv", f"{FROM}run.py", "run.py")
    history.commit("promoted")
    for door in (("scan",), ("ci", "--base", "main")):
        assert counted(history, *door) == (1, {"run.py"})


def test_the_server_looks_at_bytes_it_has_under_another_path(history, tmp_path):
    """Nothing new is sent for a moved file: the server has the blob. It is looked at all the same."""
    server = History(tmp_path / "server.git", "--bare")
    history.git("push", "-q", str(server.path), "main")
    (tmp_path / "operator.toml").write_text(POLICY)
    put_hook(server.path, "pre-receive", f"--config {tmp_path}/operator.toml")
    moved(history)
    history.commit("promoted")
    told = refused(history, str(server.path), "work")
    for name in FILES:
        assert f"{TO}{name}" in told
