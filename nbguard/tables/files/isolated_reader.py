"""Asks another process for a sample of a data file's rows, and outlives whatever the file does to it."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.tables.table import Table, from_rows

if TYPE_CHECKING:
    from subprocess import Popen

# Seconds that a file may take, the start of the process included.
_SECONDS = 30.0
# Bytes of the longest answer that is read.
_LONGEST = 50_000_000
# What reads a format, as it is imported; the first is what people install.
LIBRARIES = {
    "a parquet file": ("pyarrow",),
    "an Arrow file": ("pyarrow",),
    "a feather file": ("pyarrow",),
    "an HDF5 file": ("h5py",),
    "a DuckDB database": ("duckdb",),
}


class Rows(NamedTuple):
    """Tables with a sample of their rows; ``problem`` says why there are none."""

    tables: tuple[Table, ...]
    problem: str = ""


class ReaderProcess:
    """A process that runs a program. It is started for the first file, and anew after one that it didn't survive.

    A fork of this process has one of its own: two that share one would read each other's answers.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._process: Popen[bytes] | None = None
        self._owner = 0
        self._lock = Lock()

    def ask(self, request: dict[str, Any], raw: bytes) -> dict[str, Any] | None:
        """The answer to a request; None where the process ended or took too long."""
        with self._lock:
            return self._ask(request, raw)

    def _ask(self, request: dict[str, Any], raw: bytes) -> dict[str, Any] | None:
        process = self._process if self._process is not None and self._owner == os.getpid() else self._start()
        if process.stdin is None or process.stdout is None:
            return None
        watch = Timer(_SECONDS, process.kill)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.write(raw)
            process.stdin.flush()
            size = int(process.stdout.readline())
            if size > _LONGEST:
                raise ValueError
            text = process.stdout.read(size)
            answer = json.loads(text)
        except (OSError, ValueError):
            process.kill()
            with suppress(OSError):  # what is still to be written to a process that has ended
                process.communicate()
            self._process = None
            return None
        finally:
            watch.cancel()
        return answer if isinstance(answer, dict) else None

    def _start(self) -> Popen[bytes]:
        import atexit
        import subprocess

        # By its path and isolated: nothing of the working directory is imported.
        self._process = subprocess.Popen(
            [sys.executable, "-I", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._owner = os.getpid()
        atexit.register(self._process.kill)
        return self._process


_reader = ReaderProcess(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reader_process.py"))


def read_rows(kind: str, raw: bytes, path: str = "") -> Rows:
    """A sample of the rows of a file of a ``kind`` (see LIBRARIES), from its bytes or, where it is given, its path.

    Where the library isn't installed or the file breaks it, there are no tables and a problem.
    """
    from importlib.util import find_spec

    missing = [name for name in LIBRARIES[kind] if find_spec(name) is None]
    if not missing and kind == "a DuckDB database" and not path and find_spec("fsspec") is None:
        missing = ["fsspec"]  # reads it from memory
    if missing:
        return Rows((), f"install {missing[0]}")
    try:
        answer = _reader.ask({"kind": kind, "path": os.path.abspath(path) if path else "", "size": len(raw)}, raw)
    except OSError:
        return Rows((), "no process could be started")
    if answer is None:
        return Rows((), "it broke its reader or took too long")
    if "tables" not in answer:
        return Rows((), f"install {answer['missing']}" if "missing" in answer else "it is damaged")
    made = (from_rows(table["form"], table["names"], table["rows"], table["count"], 0, 0) for table in answer["tables"])
    return Rows(tuple(made))
