"""Quality and speed of detection, next to gitleaks, betterleaks, kingfisher and detect-secrets on the same files.

    python -m benchmarks.detect --seed 1                        planted credentials in fresh notebooks
    python -m benchmarks.detect --corpus DIR [--corpus DIR …]   speed and noise on files of yours

A planted credential counts as found where a finding names its cell and place; of a peer, where a finding lies in the
file and holds the value (for detect-secrets, which shows no values: names its line). Peers are installed into an
environment of their own (--peers DIR). Times are CPU seconds of whole processes, the peers on one thread.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks.peers import SCANNERS, Hit, install_peers, run_nbguard, run_scanner
from benchmarks.planted import PLACES, Planted, plant, plant_clean


def found_by_us(findings: list[dict[str, Any]], entry: Planted) -> dict[str, Any] | None:
    """The finding that names a planted credential's file, cell and place."""
    for finding in findings:
        cell = (finding["cell"] or {}).get("index")
        if (finding["path"], cell, finding["where"]) == (entry.path, entry.cell, entry.where):
            return finding
    return None


def lines_of(folder: Path, entry: Planted) -> set[int]:
    """The lines of the file on which the value stands (its first half, where it is written in two)."""
    half = entry.value[: len(entry.value) // 2]
    lines = (folder / entry.path).read_text().splitlines()
    return {number for number, line in enumerate(lines, 1) if half in line}


def found_by_peer(hits: list[Hit], folder: Path, entry: Planted) -> bool:
    """Whether a peer's finding lies on the value."""
    lines = lines_of(folder, entry)
    return any(hit.path == entry.path and hit.line in lines for hit in hits)


def measure_quality(seed: int, providers: int, environment: Path, peers: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "planted"
        folder.mkdir()
        planted = plant(folder, seed, providers)
        plant_clean(folder, seed, 100)
        report, seconds = run_nbguard(folder, "--only", "credentials")
        findings: list[dict[str, Any]] = report["findings"]  # type: ignore[assignment]
        ours = {entry: found_by_us(findings, entry) for entry in planted}
        right = sum(found is not None and found["provider"] == entry.provider for entry, found in ours.items())
        # Any other finding in a file where the value stands once is false; an echo of the value isn't.
        marks = {entry.path: found["fingerprint"] for entry, found in ours.items() if found}
        false = [f for f in findings if marks.get(f["path"]) != f["fingerprint"]]
        total, recall = len(planted), sum(found is not None for found in ours.values())
        print(f"{total} planted, {len({entry.provider for entry in planted})} providers, seed {seed}")
        print(f"  nbguard         recall {recall / total:.3f}   provider right {right / max(recall, 1):.3f}   "
              f"precision {recall / max(recall + len(false), 1):.3f}   {seconds:.2f} s")  # fmt: skip
        by_place: dict[str, Counter[str]] = defaultdict(Counter)
        for entry, found in ours.items():
            by_place[entry.place]["planted"] += 1
            by_place[entry.place]["nbguard"] += found is not None
        for name in peers:
            measured = run_scanner(name, environment, folder, Path(temporary) / "report.json")
            for entry in planted:
                by_place[entry.place][name] += found_by_peer(measured.hits, folder, entry)
            hits = sum(by_place[place][name] for place in by_place)
            on_value = {(entry.path, line) for entry in planted for line in lines_of(folder, entry)}
            noise = sum((hit.path, hit.line) not in on_value for hit in measured.hits)
            print(f"  {name:<15} recall {hits / total:.3f}   provider right 0       "
                  f"precision {hits / max(hits + noise, 1):.3f}   {measured.seconds:.2f} s")  # fmt: skip
        names = ("planted", "nbguard", *peers)
        print("\n  " + "place".ljust(18) + "".join(name.rjust(15) for name in names))
        for place in PLACES:
            print("  " + place.ljust(18) + "".join(str(by_place[place][name]).rjust(15) for name in names))
        for entry, found in ours.items():
            if found is None or found["provider"] != entry.provider:
                print(f"  missed: {entry.path}" + (f" ({found['provider']}, {found['rule']})" if found else ""))
        for finding in false[:20]:
            print(
                f"  false: {finding['path']} {finding['cell']} {finding['where']} {finding['rule']} {finding['match']}"
            )


def measure_speed(corpora: list[Path], environment: Path, peers: list[str], runs: int) -> None:
    for corpus in corpora:
        files = [path for path in corpus.rglob("*") if path.is_file() and ".git" not in path.parts]
        size = sum(path.stat().st_size for path in files)
        print(f"\n{corpus.name}: {len(files)} files, {size / 1e6:.0f} MB")
        times = []
        for _ in range(runs):
            report, seconds = run_nbguard(corpus, "--only", "credentials")
            times.append(seconds)
        ours = sorted(times)[len(times) // 2]
        findings: list[dict[str, Any]] = report["findings"]  # type: ignore[assignment]
        high = sum(finding["severity"] in ("high", "critical") for finding in findings)
        print(f"  nbguard         {ours:8.2f} s  {size / 1e6 / ours:7.1f} MB/s  {len(findings)} findings ({high} high)")
        for name in peers:
            measured = run_scanner(name, environment, corpus, Path(tempfile.gettempdir()) / f"nbguard-{name}.json")
            print(f"  {name:<15} {measured.seconds:8.2f} s  {size / 1e6 / measured.seconds:7.1f} MB/s  "
                  f"{len(measured.hits)} findings   {measured.seconds / ours:6.1f} x ours")  # fmt: skip
        for finding in findings[:40]:
            cell = (finding["cell"] or {}).get("index")
            print(f"    {finding['severity']} {finding['rule']} {finding['path']} cell {cell} {finding['match']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--providers", type=int, default=90)
    parser.add_argument("--corpus", type=Path, action="append", default=[])
    parser.add_argument("--peers", type=Path, default=Path(tempfile.gettempdir()) / "nbguard-peers")
    parser.add_argument("--only", action="append", choices=SCANNERS, help="run this peer only (repeatable)")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    environment = install_peers(options.peers)
    if options.corpus:
        measure_speed(options.corpus, environment, options.only or list(SCANNERS), options.runs)
    else:
        measure_quality(options.seed, options.providers, environment, options.only or list(SCANNERS))


if __name__ == "__main__":
    main()
