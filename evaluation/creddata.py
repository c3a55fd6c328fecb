"""Scores a checkout of CredData: ``python -m evaluation.creddata DIR [--peers ENVIRONMENT] [--misses] [--wrong]``.

DIR holds CredData's own layout: ``meta/*.csv`` with the labelled lines, and ``data/`` with the files they name. A part
of the set will do: only lines of files that are there count. A finding on a line labelled true is right; one on a line
that is labelled, and not true, is wrong; lines without a label don't count. Nothing of the set is kept or printed, but
for ``--misses`` and ``--wrong``, which print the lines themselves.

ENVIRONMENT: a virtual environment with gitleaks, betterleaks, kingfisher or detect-secrets; those there are scored too.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple


class Report(NamedTuple):
    """A finding: a path below ``data`` and the lines it covers."""

    path: str
    first: int
    last: int

    def lines(self) -> set[tuple[str, int]]:
        """Its lines, each with the path."""
        return {(self.path, line) for line in range(self.first, self.last + 1)}


class Label(NamedTuple):
    """A labelled stretch of lines: ``true`` when a credential stands in it."""

    path: str
    first: int
    last: int
    true: bool
    category: str

    def lines(self) -> set[tuple[str, int]]:
        """Its lines, each with the path."""
        return {(self.path, line) for line in range(self.first, self.last + 1)}


class Score(NamedTuple):
    """What a scanner's reports came to."""

    found: frozenset[Label]
    missed: frozenset[Label]
    wrong: frozenset[Report]

    @property
    def precision(self) -> float:
        """Right reports among those on labelled lines."""
        return len(self.found) / max(1, len(self.found) + len(self.wrong))

    @property
    def recall(self) -> float:
        """True labels that were found among all true labels."""
        return len(self.found) / max(1, len(self.found) + len(self.missed))

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)


def read_labels(folder: Path) -> list[Label]:
    """The labels of the files that are there, each stretch of lines once; the true one where two disagree."""
    labels: dict[tuple[str, int, int], Label] = {}
    for table in sorted((folder / "meta").glob("*.csv")):
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                path = row["FilePath"].removeprefix("data/")
                if not (folder / "data" / path).exists():
                    continue
                first, last = int(row["LineStart"]), int(row["LineEnd"])
                label = Label(path, first, last, row["GroundTruth"] == "T", row["Category"])
                known = labels.get((path, first, last))
                if known is None or (label.true and not known.true):
                    labels[path, first, last] = label
    return list(labels.values())


def score(labels: list[Label], reports: set[Report]) -> Score:
    """What the reports are worth; each counts once, however many lines it covers."""
    true = {label for label in labels if label.true}
    right = {line for label in true for line in label.lines()}
    labelled = {line for label in labels for line in label.lines()}
    reported = {line for report in reports for line in report.lines()}
    found = {label for label in true if not label.lines().isdisjoint(reported)}
    wrong = {report for report in reports if report.lines() & labelled and report.lines().isdisjoint(right)}
    return Score(frozenset(found), frozenset(true - found), frozenset(wrong))


def scan_with_nbguard(data: Path, options: list[str]) -> set[Report]:
    """Where nbguard reports a credential."""
    command = [sys.executable, "-m", "nbguard", "scan", "--no-cache", "--format", "json", "--exit-zero", *options, "."]
    done = subprocess.run(command, cwd=data, capture_output=True, text=True, check=False)
    return {
        Report(found["path"], found["file_line"], found["file_line"] + found["end_line"] - found["line"])
        for found in json.loads(done.stdout)["findings"]
        if found["kind"] == "credential"
    }


def scan_with_peer(name: str, environment: Path, data: Path) -> set[Report]:
    """Where a peer reports something."""
    from benchmarks.peers import run_scanner

    with tempfile.TemporaryDirectory() as scratch:
        hits = run_scanner(name, environment, data, Path(scratch) / "report.json").hits
    return {Report(hit.path.removeprefix("./"), hit.line, hit.line) for hit in hits}


def print_table(name: str, result: Score) -> None:
    """One line of the table."""
    print(
        f"| {name:24} | {result.precision:.3f} | {result.recall:.3f} | {result.f1:.3f}"
        f" | {len(result.found)} | {len(result.wrong)} |"
    )


def print_categories(labels: list[Label], result: Score) -> None:
    """Recall and wrong lines by CredData's categories."""
    wrong: Counter[str] = Counter()
    by_line: dict[tuple[str, int], str] = {(label.path, label.first): label.category for label in labels}
    for report in result.wrong:
        wrong[by_line.get((report.path, report.first), "?")] += 1
    count: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for label in labels:
        if label.true:
            count[label.category][0] += label in result.found
            count[label.category][1] += 1
    for category, (found, every) in sorted(count.items(), key=lambda item: -item[1][1]):
        print(f"  {category:40} {found:5} of {every:5}   wrong {wrong[category]}")


def print_lines(data: Path, places: list[tuple[str, int, str]]) -> None:
    """The lines themselves, for reading by hand."""
    for path, line, category in sorted(places):
        text = (data / path).read_text(encoding="utf-8", errors="replace").split("\n")[line - 1]
        print(f"{category}\t{path}:{line}\t{text.strip()[:220]}")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--peers", type=Path, metavar="ENVIRONMENT", help="environment with other scanners")
    parser.add_argument("--all-plugins", action="store_true", help="score nbguard with --plugins all too")
    parser.add_argument("--misses", action="store_true", help="print the lines that nbguard misses")
    parser.add_argument("--wrong", action="store_true", help="print the lines that nbguard reports wrongly")
    given = parser.parse_args()
    folder = given.folder.resolve()
    labels, data = read_labels(folder), folder / "data"
    print(f"{len(labels)} labels, {sum(label.true for label in labels)} of them true")
    print("| scanner                  | precision | recall | F1 | found | wrong |\n|---|---|---|---|---|---|")
    result = score(labels, scan_with_nbguard(data, []))
    print_table("nbguard", result)
    if given.all_plugins:
        print_table("nbguard --plugins all", score(labels, scan_with_nbguard(data, ["--plugins", "all"])))
    if given.peers is not None:
        from benchmarks.peers import SCANNERS

        for name in SCANNERS:
            if list(given.peers.resolve().glob(f"bin/{name}*")):
                print_table(name, score(labels, scan_with_peer(name, given.peers.resolve(), data)))
    print_categories(labels, result)
    if given.misses:
        print_lines(data, [(label.path, label.first, label.category) for label in result.missed])
    if given.wrong:
        print_lines(data, [(report.path, report.first, "wrong") for report in result.wrong])


if __name__ == "__main__":
    main()
