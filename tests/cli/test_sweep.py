"""`nbguard sweep`, run as a user does: what it prints, what it keeps, and how it ends."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.command_line import assert_no_secret, nbguard
from tests.fake_tokens import MADE, FakeTokens
from tests.scan.histories import History, with_dwave, with_ionq


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Two repositories that hold the same token, one of them in its past; a third holds nothing."""
    folder, tokens = tmp_path_factory.mktemp("lab"), FakeTokens(21)
    shared = tokens.ionq()
    first = History(folder / "first")
    first.commit(**{"run.ipynb": with_ionq(shared), "own.py": with_dwave(tokens.dwave())})
    first.commit(**{"run.ipynb": "{}"})
    History(folder / "team" / "second").commit(**{"copy.ipynb": with_ionq(shared)})
    History(folder / "third").commit(**{"a.txt": "nothing\n"})
    return folder


def run(lab, *arguments, **options):
    return nbguard("sweep", *arguments, cwd=lab, env={"NBGUARD_SALT": "pepper"}, **options)


def test_a_sweep_says_how_far_each_value_got(lab):
    done = run(lab, ".", "--workers", "1")
    assert done.status == 1, done.err
    assert done.err == ""
    lines = done.out.splitlines()
    assert "2 repositories, 2 files" in lines[0]
    assert "ionq" in lines[0]
    assert "1 repository, 1 file" in lines[1]
    assert lines[-1].startswith("3 repositories and stores swept. 2 values in 2 of them. 5 contents and ")


def test_results_are_kept_and_read_again(lab, tmp_path):
    results = tmp_path / "r.sqlite"
    first = run(lab, ".", "--output", results, "--workers", "2", "--format", "json")
    read = run(lab, "--read", results, "--format", "json")
    assert read.out == first.out
    report = json.loads(first.out)
    places = {(f["path"], f["origin"]["repository"]) for f in report["findings"]}
    assert places == {("./first/run.ipynb", "./first"), ("./first/own.py", "./first"),
                      ("./team/second/copy.ipynb", "./team/second")}  # fmt: skip
    again = run(lab, ".", "--output", results)
    assert "0 contents and 0 MB read, 5 known already" in again.out
    assert_holds_nothing(results)


def assert_holds_nothing(*files):
    for file in files:
        raw = file.read_bytes()
        assert not any(value.encode() in raw for value in MADE), f"{file.name} holds a planted value"
        assert b"pepper" not in raw


@pytest.mark.parametrize(
    "name", ["text", "jsonl", "sarif", "gitlab", "github", "junit", "csv", "markdown", "html", "ocsf"]
)
def test_every_format_tells_it(name, lab, tmp_path):
    results = tmp_path / "r.sqlite"
    if not results.exists():
        run(lab, ".", "--output", results, "--workers", "1")
    report = tmp_path / "report"
    done = run(lab, "--read", results, "--format", name, "--report", report)
    assert (done.status, done.out, done.err) == (1, "", "")
    text = report.read_text()
    assert_no_secret(text)
    assert "copy" in text


def test_parquet_is_written_and_read(lab, tmp_path):
    results = tmp_path / "r.parquet"
    first = run(lab, ".", "--output", results, "--workers", "1", "--format", "json")
    assert first.status == 1
    assert run(lab, "--read", results, "--format", "json").out == first.out
    assert_holds_nothing(results, tmp_path / "r.parquet.state.sqlite")
    again = run(lab, ".", "--output", results, "--workers", "1")
    assert "5 known already" in again.out


def test_the_operator_configures_and_nobody_else(lab, tmp_path):
    config = tmp_path / "operator.toml"
    config.write_text('[tool.nbguard]\nprofile = "relaxed"\ndisable = ["dwave-*"]\n')
    done = run(lab, ".", "--config", config, "--workers", "1", "--format", "json")
    assert {f["path"] for f in json.loads(done.out)["findings"]} == {"./first/run.ipynb", "./team/second/copy.ipynb"}
    config.write_text("[tool.nbguard]\nnonsense = 1\n")
    assert run(lab, ".", "--config", config).status == 2


def test_without_a_salt_there_is_a_warning(lab):
    done = nbguard("sweep", "third", "--workers", "1", cwd=lab, env={"NBGUARD_SALT": ""})
    assert (done.status, done.err.count("no salt is given")) == (0, 1)


def test_what_cannot_be_swept_ends_with_3(lab):
    done = run(lab, "third", "nowhere", "--workers", "1")
    assert done.status == 3
    assert "nowhere  not scanned: there is no such folder, file or URL" in done.out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "name what to sweep"),
        ((".", "--output", "x.csv"), "written as .sqlite or .parquet"),
        ((".", "--workers", "0"), "--jobs must be 1 or more"),
        ((".", "--scheduler", "tcp://x", "--cluster", "local"), "don't go together"),
        ((".", "--part", "9"), "--part NUMBER/OF"),
        ((".", "--read", "x.sqlite"), "--read reports on results"),
        (("--read", "nowhere.sqlite"), "no such file"),
        (("--read", "nowhere.parquet"), "no such file"),
        (("s3://a:b@c",), "leave credentials out"),
        (("a.ipynb",), "nbguard scan a.ipynb"),
        ((".", "--output", "/nowhere/x.sqlite"), "no such file or directory"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(arguments, reason, tmp_path):
    (tmp_path / "a.ipynb").write_text("{}")
    done = run(tmp_path, *arguments)
    assert (done.status, reason in done.err, len(done.err.splitlines())) == (2, True, 1), done.err


@pytest.mark.slow
def test_no_scheduler_answers(lab):
    done = run(lab, ".", "--scheduler", "tcp://127.0.0.1:1")
    assert (done.status, "no Dask scheduler answers there" in done.err) == (2, True), done.err


def test_a_list_comes_from_standard_input(lab):
    done = run(lab, "-", "--workers", "1", stdin=b"first\n# second\nthird\n")
    assert "2 repositories and stores swept" in done.out


@pytest.mark.slow
def test_a_killed_sweep_goes_on(tmp_path):
    """The whole command is killed, more than once, and comes to the same in the end, with nothing left running."""
    tokens = FakeTokens(22)
    for number in range(12):
        history = History(tmp_path / f"r{number}")
        for step in range(3):
            history.commit(**{f"f{step}.ipynb": with_ionq(tokens.ionq())})
    command = [
        sys.executable,
        "-m",
        "nbguard",
        "sweep",
        ".",
        "--output",
        "r.sqlite",
        "--workers",
        "2",
        "--format",
        "json",
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NBGUARD_SALT": "pepper"}
    kills = 0
    while True:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        # In the middle of the writing, however fast or slow that is here.
        seen: set[object] = set()
        while kills < 3 and process.poll() is None and len(seen) < 8:
            seen.add(tuple((path.name, path.stat().st_size) for path in sorted(tmp_path.glob("r.sqlite*-wal"))))
            time.sleep(0.002)
        if kills == 3 or process.poll() is not None:
            out, err = process.communicate(timeout=120)
            break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
    assert kills > 0
    assert process.returncode == 1, err.decode()
    report = json.loads(out)
    assert len({f["fingerprint"] for f in report["findings"]}) == 36
    assert {f["path"] for f in report["findings"]} == {f"./r{n}/f{s}.ipynb" for n in range(12) for s in range(3)}
    db = sqlite3.connect(tmp_path / "r.sqlite")
    assert db.execute("SELECT count(*), sum(contents) FROM runs").fetchone() == (1, 36)
    db.close()


@pytest.mark.slow
@pytest.mark.parametrize(("bound", "status"), [(16_384, 2), (140_000, 3)])
def test_a_full_disk_is_said_and_the_sweep_goes_on_once_there_is_room(bound, status, lab, tmp_path):
    """A bound on the size of files stands in for the disk: at the first tables, and in the middle of the sweep."""
    results = tmp_path / "r.sqlite"
    arguments = ["sweep", ".", "--workers", "1", "--format", "json", "-o", str(results)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NBGUARD_SALT": "pepper"}
    command = [sys.executable, "-B", "-c", BOUNDED, str(bound), *arguments]
    done = subprocess.run(command, cwd=lab, env=environment, capture_output=True, text=True, check=False)
    assert_no_secret(done.stdout + done.stderr)
    assert done.returncode == status
    assert done.stderr.splitlines()[-1].startswith(f"nbguard: {results}: can't be written; is the disk full?")
    again = run(lab, *arguments[1:])
    assert again.status == 1
    assert len({finding["fingerprint"] for finding in json.loads(again.out)["findings"]}) == 2


BOUNDED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from nbguard.cli.main import run
run()
"""


def test_nothing_is_left_running(lab, tmp_path):
    """Workers of a sweep that was killed end by themselves."""
    command = [sys.executable, "-m", "nbguard", "sweep", ".", "--workers", "2"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "NBGUARD_MARK": str(tmp_path)}
    process = subprocess.Popen(command, cwd=lab, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while len(marked(tmp_path)) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    while marked(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert marked(tmp_path) == []


def marked(mark) -> list[str]:
    found = []
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else ():
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                if f"NBGUARD_MARK={mark}".encode() in file.read():
                    found.append(entry)
        except OSError:
            continue
    return found
