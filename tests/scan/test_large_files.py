"""Large files are sampled for sample data, and read piece by piece for everything else; never whole without need."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from nbguard.detect.samples import sampling, sizes
from nbguard.errors import ExitCode
from nbguard.policy.policy_settings import Config
from nbguard.scan import sources
from nbguard.scan.scan_paths import scan_paths
from nbguard.scan.sources import read_windows
from tests.detect.samples import data
from tests.fake_tokens import FakeTokens

if TYPE_CHECKING:
    from pathlib import Path

    from nbguard.scan.pipeline import ScanResult

TOKEN = FakeTokens(21).dwave()
DATA = frozenset(("sample-data",))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large here is small, so that the tests are quick."""
    monkeypatch.setattr(sizes, "LARGE", 400_000)
    monkeypatch.setattr(sampling, "HEAD", 100_000)
    monkeypatch.setattr(sampling, "_WINDOW", 16_000)
    monkeypatch.setattr(sources, "_WINDOW", 200_000)
    monkeypatch.setattr(sources, "_OVERLAP", 1_000)


def write_csv(path: Path, rows: int, people_from: int, header: bool = True) -> None:
    """Rows of numbers, with people in them from one row on."""
    people = [list(row.values()) for row in data.people("personal", 500)]
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        if header:
            writer.writerow(list(data.people("personal", 1)[0]))
        for number in range(rows):
            writer.writerow(people[number % 500] if number >= people_from else ["-", "-", number * 7, number * 11])


def scan(path: Path, kinds: frozenset[str] = DATA, limit: int = 1_000_000_000) -> ScanResult:
    return scan_paths([str(path)], Config(str(path.parent), max_file_size=limit), kinds)


@pytest.mark.parametrize("people_from", [0, 10_000, 29_500])
def test_people_are_found_at_the_beginning_in_the_middle_and_at_the_end(tmp_path: Path, people_from: int) -> None:
    path = tmp_path / "customers.csv"
    write_csv(path, 30_000, people_from)
    assert os.path.getsize(path) > sizes.LARGE
    outcome = scan(path)
    assert [finding.rule for finding in outcome.report.findings] == ["sample-table-personal"]
    (finding,) = outcome.report.findings
    assert ("MB into the file" in finding.message) == (people_from > 0)
    assert outcome.report.skipped == ()


def test_rows_of_the_whole_file_are_told(tmp_path: Path) -> None:
    """An estimate, from the rows of the head."""
    path = tmp_path / "customers.csv"
    write_csv(path, 20_000, 0)
    (finding,) = scan(path).report.findings
    assert finding.message.startswith("about ")
    assert 18_000 < int(finding.message.split()[1]) < 22_000


def test_other_forms_are_sampled_too(tmp_path: Path) -> None:
    """JSON lines, JSON on one line, parquet at its path."""
    people = data.people("payment", 6_000)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in people))
    (tmp_path / "a.json").write_text(json.dumps(people))
    pd.DataFrame(people * 6).to_parquet(tmp_path / "a.parquet", compression=None, use_dictionary=False)
    for name in ("a.jsonl", "a.json", "a.parquet"):
        assert os.path.getsize(tmp_path / name) > sizes.LARGE
        assert "sample-table-payment" in {finding.rule for finding in scan(tmp_path / name).report.findings}, name


def test_measurements_stay_clean(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("bitstring,count,theta\n" + "".join(f"{n:016b},{n % 977},{n * 0.1:.3f}\n" for n in range(40_000)))
    outcome = scan(path, frozenset())
    assert (outcome.report.findings, outcome.report.skipped, outcome.exit_code) == ((), (), ExitCode.CLEAN)


@pytest.mark.parametrize("at", [0, 9_999, 19_999])
def test_tokens_are_found_in_every_piece_at_their_line(tmp_path: Path, at: int) -> None:
    path = tmp_path / "log.txt"
    lines = [f"line {number} " + "x" * 20 for number in range(20_000)]
    lines[at] = f"DWaveSampler(token='{TOKEN}')"
    path.write_text("\n".join(lines))
    (finding,) = scan(path, frozenset(("credential", "sample-data"))).report.findings
    assert (finding.rule, finding.line) == ("dwave-sapi-token", at + 1)


def test_a_token_across_two_pieces_is_found(tmp_path: Path) -> None:
    for before in range(200_000 - len(TOKEN), 200_000, 7):
        path = tmp_path / "log.txt"
        path.write_text("x" * (before - 10) + f"\ntoken='{TOKEN}'\n" + "y" * 300_000)
        assert [finding.rule for finding in scan(path, frozenset(("credential",))).report.findings], before


def test_pieces_are_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    content = os.urandom(450_001)
    path.write_bytes(content)
    pieces = list(read_windows(str(path), len(content)))
    assert pieces[0] + b"".join(piece[1_000:] for piece in pieces[1:]) == content


def test_an_echo_in_a_large_file_is_found(tmp_path: Path) -> None:
    """A value that another file gives away."""
    (tmp_path / "a.py").write_text(f"DWaveSampler(token='{TOKEN}')")
    (tmp_path / "large.txt").write_text("some words\n" * 40_000 + TOKEN.removeprefix("DEV-") + "\n")
    value = TOKEN
    (tmp_path / "large.txt").write_text("some words\n" * 60_000 + f"was {value} once\n")
    paths = [str(tmp_path / name) for name in ("a.py", "large.txt")]
    outcome = scan_paths(paths, Config(str(tmp_path)), frozenset(("credential",)))
    assert {finding.path for finding in outcome.report.findings} == {"a.py", "large.txt"}


def test_above_the_limit_a_sample_is_enough_for_sample_data_only(tmp_path: Path) -> None:
    """Where credentials are asked for as well, it is said that they weren't looked for."""
    path = tmp_path / "customers.csv"
    write_csv(path, 20_000, 0)
    only_data = scan(path, limit=300_000)
    assert [finding.rule for finding in only_data.report.findings] == ["sample-table-personal"]
    assert only_data.report.skipped == ()
    both = scan(path, frozenset(("credential", "sample-data")), limit=300_000)
    assert [finding.rule for finding in both.report.findings] == ["sample-table-personal"]
    assert "only a sample was looked through" in both.report.skipped[0].reason
    assert both.exit_code == ExitCode.INCOMPLETE


def test_a_large_content_in_memory_is_sampled_as_well(tmp_path: Path) -> None:
    """As it comes from git's objects, without a path to read from."""
    from nbguard.detect.engine import Engine
    from nbguard.detect.scope import Scope
    from nbguard.documents.reading import open_document

    path = tmp_path / "customers.csv"
    write_csv(path, 20_000, 10_000)
    engine = Engine(Scope(DATA))
    (finding,) = engine.detect(open_document("customers.csv", path.read_bytes()))
    assert "MB into the file" in finding.message


@pytest.mark.slow
def test_memory_stays_small(tmp_path: Path) -> None:
    """200 MB of CSV and a file of 3 GB: neither is loaded whole, with credentials asked for or not."""
    path = tmp_path / "large.csv"
    line = "2026-01-02,0.125,0.25,0.5,torino,0101010101\n"
    path.write_text("date,a,b,c,device,bits\n" + line * (200_000_000 // len(line)))
    with open(tmp_path / "huge.csv", "wb") as file:
        file.write(b"date,a,b\n")
        file.truncate(3_000_000_000)
    program = (
        "import re, sys; from nbguard.cli.main import main; status = main(sys.argv[1:]); "
        "print(status, int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"
    )
    for arguments in (["--only", "data", str(path), str(tmp_path / "huge.csv")], [str(path)]):
        done = subprocess.run(
            [sys.executable, "-c", program, "scan", *arguments],
            capture_output=True, text=True, check=True, timeout=300, cwd=tmp_path,
        )  # fmt: skip
        status, megabytes = done.stdout.split()[-2:]
        assert (status, int(megabytes) < 180) == ("0", True), done.stdout
