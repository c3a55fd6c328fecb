"""Hostile text: how the time of each command grows with it, and what the worst of it costs.

    python -m benchmarks.growth [--pieces N] [--seed N] [--door NAME] [--deadline SECONDS]

Pieces are made from the grammars of our own patterns (every regex of the package, the catalogue's and the shapes'):
matches, matches cut short, and what they repeat. Each is repeated to 60 kB, as a `.py` file and as the cell of a
notebook, and goes through every door in a process of its own. What takes long there is measured at 30 and 120 kB too,
and what looks like a breach several times, and at 240 kB (see growth_judgement). Exit status 1 where 60 kB take more
than 2 s of CPU time, or twice as much text more than 2.3 times as long.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import pkgutil
import random
import re
import resource
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import nbguard
from benchmarks.grammar import Grammar
from benchmarks.growth_judgement import Measured, judge
from nbguard.cli.main import main as run_nbguard
from nbguard.lazy_regex import LazyRegex
from tests.notebook_builder import as_bytes, code, notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

# Modules that do something when they are imported.
PROGRAMS = ("__main__", "filter_start", "reader_process")
DOORS = {
    "scan": ("scan", "--no-cache", "--exit-zero"),
    "rule packs": ("scan", "--no-cache", "--exit-zero", "--config", "packs.toml"),
    "strip": ("strip", "--check"),
    "move": ("vault", "move", "--dry-run"),
    "redact": ("data", "redact", "--dry-run"),
}
PACK = """
[[rules]]
id = "lab-key"
regex = '''(?i)lab[_-]?key\\s*[=:]\\s*["']?([a-z0-9]{24,64})'''
keywords = ["lab"]
"""
# What people sent, and what hung somebody once.
KNOWN = (
    'token="', 'token="""', "password='", "\\u0041", "\x00", '\\"', '{"a":', "[[", "-----BEGIN RSA PRIVATE KEY-----",
    "eyJ", "://a:b@", "%env A=", "<td>a@b.co", "f'{x!r:{'", "'+'", "a=(", "lambda:", "{**", "[a for ", "a.b.", "a[",
    "\\", "\\N{", "\\x", "${", "{{", "<a ", "<!--", "&#x41;", "- name: x\n  value: ", "a: &a [*a,", "a|",
    "a-", "|a|b|\n|-|-|\n", "a,b,c\n", "'a','b'\n", "INSERT INTO t VALUES (1,", "data:;base64,", "\x1b[0;31m",
    "!pip install ", "export A=", "AKIA", "sk_live_", "Bearer ", "Authorization: Basic ", "?token=", "1,",
    "4111 1111 1111 ", "\n", " ", "\t", "é", "\N{GRINNING FACE}",
)  # fmt: skip


class Case(NamedTuple):
    """A piece, the form of the file it is repeated in, and the door the file goes through."""

    piece: str
    form: str
    door: str


def find_patterns() -> list[str]:
    """The regexes of the package: those its modules keep, and those its data files hold."""
    found: set[str] = set()

    def look(value: object, depth: int) -> None:
        if isinstance(value, (re.Pattern, LazyRegex)):
            text = value.pattern
            found.add(text.decode("latin-1") if isinstance(text, bytes) else text)
        elif isinstance(value, str):
            found.update(_regexes(value))  # compiled when first needed
        elif depth and isinstance(value, dict):
            for inner in value.values():
                look(inner, depth - 1)
        elif depth and isinstance(value, (tuple, list, set, frozenset)):
            for inner in value:
                look(inner, depth - 1)

    for module in pkgutil.walk_packages(nbguard.__path__, "nbguard."):
        if not module.name.endswith(PROGRAMS):
            for value in vars(importlib.import_module(module.name)).values():
                look(value, 3)
    for path in sorted(Path(nbguard.__path__[0]).rglob("*.json")):
        if "labextension" not in path.parts:
            found.update(_strings_with_groups(json.loads(path.read_text())))
    return sorted(found)


def _regexes(text: str) -> Iterator[str]:
    """A string of a module, where it is a regex."""
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return
    yield from _strings_with_groups(text)


def _strings_with_groups(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if re.search(r"\\[bdsw]|\[[^\]]+\][{+*?]", value):
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings_with_groups(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings_with_groups(inner)


def make_pieces(count: int, seed: int) -> list[str]:
    """The known pieces, and pieces from the grammars of the patterns, of each pattern in its turn."""
    chooser = random.Random(seed)
    rows = []
    for pattern in find_patterns():
        try:
            rows.append(Grammar(pattern, chooser).pieces())
        except (re.error, OverflowError):
            continue  # not a regex after all
    chooser.shuffle(rows)
    pieces = dict.fromkeys(KNOWN)
    for turn in range(max(map(len, rows), default=0)):
        for row in rows:
            if turn < len(row) and len(pieces) < count and 0 < len(row[turn]) <= 400:
                pieces[row[turn]] = None
    return list(pieces)


def write_file(folder: Path, case: Case, size: int) -> str:
    """Writes the piece, repeated to a size, and returns the file's name."""
    text = case.piece * max(1, size // len(case.piece.encode()))
    name = f"n.{case.form}"
    raw = as_bytes(notebook(code(text)), 1) if case.form == "ipynb" else text.encode("utf-8", "surrogatepass")
    (folder / name).write_bytes(raw)
    return name


def measure(case: Case, folder: Path, deadline: float, size: int) -> Measured:
    """Sends a file through a door in a process of its own, which is killed at the deadline (seconds of CPU time)."""
    name = write_file(folder, case, size)
    child = os.fork()
    if not child:
        _run_door(case.door, name, folder, deadline)
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        return Measured(deadline, "stopped at the deadline")
    code_ = os.waitstatus_to_exitcode(status)
    return Measured(usage.ru_utime + usage.ru_stime, "" if code_ in (0, 1, 3) else f"exit status {code_}")


def _run_door(door: str, name: str, folder: Path, deadline: float) -> None:
    """In the child: never returns."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(deadline) + 1, int(deadline) + 2))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    status = 2
    try:
        os.chdir(folder)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        status = run_nbguard([*DOORS[door], name])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 2
    finally:
        os._exit(status)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--door", action="append", choices=list(DOORS), help="this door only (repeatable)")
    parser.add_argument("--deadline", type=int, default=20, help="seconds of CPU time after which a run is stopped")
    options = parser.parse_args()
    pieces = make_pieces(options.pieces, options.seed)
    # This process has imported every module, which no command does: runs don't pay for collecting garbage in that.
    gc.freeze()
    doors = options.door or list(DOORS)
    worst: dict[str, tuple[float, Case]] = {}
    steepest, failed = (0.0, Case("", "", "")), 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "lab.toml").write_text(PACK)
        (folder / "packs.toml").write_text('rules = ["lab.toml"]\n')
        for case in [Case(piece, form, door) for door in doors for form in ("py", "ipynb") for piece in pieces]:
            judged = judge(partial(measure, case, folder, options.deadline))
            worst[case.door] = max(worst.get(case.door, (0.0, case)), (judged.taken[60_000].seconds, case))
            steepest = max(steepest, (judged.growth, case))
            if judged.wrong:
                failed += 1
                print(f"{case.door:11} .{case.form:6} {case.piece[:60]!r}: {judged.wrong}", flush=True)
    print(f"{len(pieces)} pieces, {failed} outside the bounds")
    for door, (seconds, case) in worst.items():
        print(f"  {door:11} worst second at 60 kB {seconds:6.2f}   .{case.form:6} {case.piece[:40]!r}")
    print(f"  worst growth for twice the size {steepest[0]:.2f}   {steepest[1].door} {steepest[1].piece[:40]!r}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
