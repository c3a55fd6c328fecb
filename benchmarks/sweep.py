"""What a sweep costs and how it grows with workers: the base of docs/sizing.md.

    python -m benchmarks.sweep                                on repositories that are made for it
    python -m benchmarks.sweep --repo DIR [--repo DIR …]      on clones of yours
    python -m benchmarks.sweep --forks 20 --small 300         as well: forks of one, and many small repositories

Each configuration sweeps into a fresh results file. Wall time is what one waits on this machine with whatever else it
does; CPU is user and system time of the whole process tree, which a busy machine changes less. `2 workers: 1.9x` is
the wall time of one worker divided by that of two; what a quiet machine would come to is bounded by CPU time: `ideal`
is the CPU of one worker divided by the CPU of two, times two. `load` is what else ran: 2 processors with a load of 2
before the sweep begins have nothing to give to a second worker.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.history import make_history


class Measured(NamedTuple):
    """One sweep: seconds of wall and CPU time, what was read, and the size of the results."""

    wall: float
    cpu: float
    contents: int
    bytes: int
    known: int
    findings: int
    size: int
    load: float

    @property
    def rate(self) -> float:
        """Megabytes for each CPU second."""
        return self.bytes / 1_000_000 / self.cpu


def sweep(targets: list[Path], results: Path, *options: str) -> Measured:
    """Sweeps once, in a process of its own, and reads the numbers of the run."""
    command = [sys.executable, "-m", "nbguard", "sweep", *map(str, targets), "--output", str(results), *options]
    load = os.getloadavg()[0]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = os.environ | {"NBGUARD_SALT": "benchmark"}
    with open(os.devnull, "wb") as nowhere:
        done = subprocess.run(command, stdout=nowhere, stderr=subprocess.PIPE, env=environment, check=False)
    if done.returncode == 2:
        sys.exit(done.stderr.decode())
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    db = sqlite3.connect(results)
    row: tuple[int, int, int, int] = db.execute(
        "SELECT contents, bytes, known, findings FROM runs ORDER BY id DESC LIMIT 1"
    ).fetchone()
    db.close()
    return Measured(wall, cpu, *row, results.stat().st_size, load)


def make_forks(folder: Path, number: int) -> list[Path]:
    """A repository and forks of it, each with one commit of its own."""
    make_history(folder / "origin", 200, 1)
    found = [folder / "origin"]
    for fork in range(number):
        path = folder / f"fork{fork}.git"
        subprocess.run(["git", "clone", "-q", "--bare", str(folder / "origin"), str(path)], check=True)
        text = f"commit refs/heads/own\ncommitter A <a@b.example> {1_800_000_000 + fork} +0000\ndata 1\nx\n"
        own = f"{text}M 644 inline own.txt\ndata 5\nf{fork:04}\n"
        subprocess.run(["git", "fast-import", "--quiet"], cwd=path, input=own.encode(), check=True)
        found.append(path)
    return found


def make_small(folder: Path, number: int) -> list[Path]:
    """Many small repositories: what the fixed cost of one is."""
    chance = random.Random(2)
    for repository in range(number):
        path = folder / f"small{repository:05}.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
        lines = []
        for step in range(3):
            body = f"x = {chance.random()}\n" * 50
            head = f"commit refs/heads/main\ncommitter A <a@b.example> {1_700_000_000 + step} +0000\ndata 1\nx\n"
            lines.append(f"{head}M 644 inline f{step}.py\ndata {len(body)}\n{body}\n")
        subprocess.run(["git", "fast-import", "--quiet"], cwd=path, input="".join(lines).encode(), check=True)
    return sorted(folder.glob("small*.git"))


def tell(name: str, measured: Measured) -> None:
    """Prints a row."""
    print(
        f"{name:<34} wall {measured.wall:7.1f} s  CPU {measured.cpu:7.1f} s  {measured.contents:>8,} contents"
        f"  {measured.bytes / 1e6:8,.0f} MB  {measured.rate:6.1f} MB/CPU s  known {measured.known:>7,}"
        f"  findings {measured.findings:>5,}  results {measured.size / 1e6:5.1f} MB  load {measured.load:.1f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", action="append", type=Path, default=[], help="a clone to sweep (repeatable)")
    parser.add_argument("--forks", type=int, default=0, help="measure a repository with so many forks, too")
    parser.add_argument("--small", type=int, default=0, help="measure so many small repositories, too")
    parser.add_argument("--dask", action="store_true", help="measure a local Dask cluster with two workers, too")
    parser.add_argument("--only", choices=("credentials",), help="leave sample data out")
    parser.add_argument("--no-workers", action="store_true", help="leave out the comparison of one and two workers")
    options = parser.parse_args()
    only = ("--only", options.only) if options.only else ()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if not options.no_workers:
            targets = options.repo
            if not targets:
                make_history(folder / "made", 1500, 1)
                targets = [folder / "made"]
            one = sweep(targets, folder / "one.sqlite", "--workers", "1", *only)
            tell("1 worker", one)
            two = sweep(targets, folder / "two.sqlite", "--workers", "2", *only)
            tell("2 workers", two)
            tell("2 workers, nothing new", sweep(targets, folder / "two.sqlite", "--workers", "2", *only))
            print(f"2 workers: {one.wall / two.wall:.2f}x as fast; ideal {2 * one.cpu / two.cpu:.2f}x")
            if options.dask:
                dask = sweep(targets, folder / "dask.sqlite", "--cluster", "local", "--workers", "2", *only)
                tell("Dask, 2 workers", dask)
                assert dask.findings == two.findings == one.findings, "the same findings"
        if options.forks:
            (folder / "forks").mkdir()
            forks = make_forks(folder / "forks", options.forks)
            tell("the origin alone", sweep(forks[:1], folder / "origin.sqlite", *only))
            tell(f"with {options.forks} forks", sweep(forks, folder / "forks.sqlite", *only))
        if options.small:
            (folder / "small").mkdir()
            small = make_small(folder / "small", options.small)
            measured = sweep([folder / "small"], folder / "small.sqlite", *only)
            tell(f"{options.small} small repositories", measured)
            again = sweep([folder / "small"], folder / "small.sqlite", *only)
            tell("the same, nothing new", again)
            print(f"each: {1000 * measured.cpu / len(small):.0f} ms CPU, then {1000 * again.cpu / len(small):.0f} ms")


if __name__ == "__main__":
    main()
