"""Hostile text: how the time of each command grows with it, and what the worst of it costs.

    python -m benchmarks.growth [--pieces N] [--programs N] [--seed N] [--door NAME] [--deadline SECONDS]

Pieces are made from the grammars of our own patterns (growth_pieces) and repeated to 60 kB, as a `.py` file and as the
cell of a notebook. Programs (growth_programs) have so many names that refer to each other; they also come as a notebook
with a cell for each statement. Each goes through every door (growth_doors) in a process of its own: commands, and
editors that open the document and change it. What takes long there is measured at 30 and 120 kB too, and what looks
like a breach several times, and at 240 kB (see growth_judgement). Exit status 1 where 60 kB take more than 2 s of CPU
time, or twice as much text more than 2.3 times as long.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import signal
import struct
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.growth_doors import DOORS, run_door
from benchmarks.growth_judgement import Measured, judge
from benchmarks.growth_pieces import make_pieces
from benchmarks.growth_programs import PROGRAMS, Program
from tests.notebook_builder import as_bytes, code, notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

PACK = """
[[rules]]
id = "lab-key"
regex = '''(?i)lab[_-]?key\\s*[=:]\\s*["']?([a-z0-9]{24,64})'''
keywords = ["lab"]
"""
# The forms of a document: a file, a notebook with one cell, and one with a cell for each statement.
ONE, MANY = ("py", "ipynb"), ("py", "ipynb", "cells")


class Case(NamedTuple):
    """A piece or a program, the form of the document that it is repeated in, and the door that it goes through."""

    piece: str | Program
    form: str
    door: str

    @property
    def shown(self) -> str:
        """What is repeated, and how, for a line of the report."""
        repeated = self.piece if isinstance(self.piece, str) else self.piece.statement
        return f"{self.door:11} .{self.form:6} {repeated[:60]!r}"

    def cells(self, size: int) -> list[str]:
        """The texts of the document's cells, or of the file, of about so many bytes."""
        piece = self.piece
        made = [piece * max(1, size // len(piece.encode()))] if isinstance(piece, str) else piece.cells(size)
        return made if self.form == "cells" else ["".join(made)]


def list_cases(pieces: list[str], programs: list[Program], doors: list[str]) -> Iterator[Case]:
    """All cases, door by door."""
    for door in doors:
        yield from (Case(piece, form, door) for form in ONE for piece in pieces)
        yield from (Case(one, form, door) for one in programs for form in (MANY if one.is_many else ONE))


def measure(case: Case, folder: Path, deadline: float, size: int) -> Measured:
    """Sends a document through a door in a process of its own, killed at the deadline (in seconds of CPU time)."""
    cells = case.cells(size)
    name = "n.py" if case.form == "py" else "n.ipynb"
    raw = "".join(cells).encode("utf-8", "surrogatepass")
    (folder / name).write_bytes(raw if case.form == "py" else as_bytes(notebook(*map(code, cells)), 1))
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _run(case.door, name, cells, folder, deadline, write)
    os.close(write)
    began = os.read(read, 8)
    os.close(read)
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        return Measured(deadline, "stopped at the deadline")
    seconds = usage.ru_utime + usage.ru_stime - (struct.unpack("d", began)[0] if began else 0.0)
    code_ = os.waitstatus_to_exitcode(status)
    return Measured(seconds, "" if code_ in (0, 1, 3) else f"exit status {code_}")


def _run(door: str, name: str, cells: list[str], folder: Path, deadline: float, told: int) -> None:
    """In the child: never returns."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(deadline) + 1, int(deadline) + 2))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    status = 2
    try:
        os.chdir(folder)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        status, began = run_door(door, name, cells, folder)
        os.write(told, struct.pack("d", began))
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 2
    finally:
        os._exit(status)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=400)
    parser.add_argument("--programs", type=int, default=len(PROGRAMS), help="so many of the programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--door", action="append", choices=DOORS, help="this door only (repeatable)")
    parser.add_argument("--deadline", type=int, default=20, help="seconds of CPU time after which a run is stopped")
    options = parser.parse_args()
    pieces = make_pieces(options.pieces, options.seed) if options.pieces else []
    # This process has imported every module, which no command does: runs don't pay for collecting garbage in that.
    gc.freeze()
    worst: dict[str, tuple[float, Case]] = {}
    steepest, failed, count = (0.0, ""), 0, 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / ".git").mkdir()
        (folder / "lab.toml").write_text(PACK)
        (folder / "packs.toml").write_text('rules = ["lab.toml"]\n')
        for case in list_cases(pieces, list(PROGRAMS[: options.programs]), options.door or list(DOORS)):
            judged = judge(partial(measure, case, folder, options.deadline))
            worst[case.door] = max(worst.get(case.door, (0.0, case)), (judged.taken[60_000].seconds, case))
            steepest = max(steepest, (judged.growth, case.shown))
            count += 1
            if judged.wrong:
                failed += 1
                print(f"{case.shown}: {judged.wrong}", flush=True)
    print(f"{len(pieces)} pieces and {options.programs} programs, {count} cases, {failed} outside the bounds")
    for seconds, case in worst.values():
        print(f"  worst second at 60 kB {seconds:6.2f}   {case.shown}")
    print(f"  worst growth for twice the size {steepest[0]:.2f}   {steepest[1]}")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
