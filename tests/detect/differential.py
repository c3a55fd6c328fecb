"""Holds the engine against the exhaustive one, which has no shortcut: every form of a text, and mutations.

    python -m tests.detect.differential [--count N] [--seed N] [--jobs N] [--log FILE]

generates N documents and prints each on which the two engines disagree, by rule, form and seed, and each that takes
longer than two seconds of CPU time: both are faults. The log gets a line with the counts every 10,000 documents.
"""

import argparse
import gc
import multiprocessing
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple, TextIO

from nbguard.detect.engine import Engine
from nbguard.detect.finding import KINDS
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.generated_documents import generated

FAST, EXHAUSTIVE = (Engine(Scope(frozenset(KINDS), exhaustive=exhaustive)) for exhaustive in (False, True))
# CPU seconds that both engines together may take for a document of some kilobytes; they take 4 ms.
MOST_SECONDS = 2.0
_SHARE = 500
_LOGGED = 10_000


class Found(NamedTuple):
    """A finding as two engines are compared by; ``at`` is the byte at which its field begins."""

    rule: str
    where: str
    at: int
    start: int
    end: int
    value: str


class Fault(NamedTuple):
    """A document on which the engines disagree, or (``slow``) that takes too long; without any value of it."""

    seed: int
    form: str
    missed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    slow: bool = False

    def __str__(self) -> str:
        said = [f"missed {one}" for one in self.missed] + [f"extra {one}" for one in self.extra]
        said += [f"takes more than {MOST_SECONDS:g} s"] * self.slow
        return "\n".join(f"{self.seed} {self.form}: {one}" for one in said)


class TooSlow(BaseException):
    """A document takes too long; no engine holds it back, as it might an Exception."""


def found(engine: Engine, path: str, raw: bytes) -> set[Found]:
    """What an engine finds, the way every door asks it."""
    screening = engine.screen(raw, path)
    if screening is None:
        return set()
    findings = engine.detect(open_document(path, raw), screening)
    return {Found(f.rule, f.field.part.where, f.field.part.start, f.start, f.end, f.value) for f in findings}


def disagreement(path: str, raw: bytes) -> tuple[set[Found], set[Found]]:
    """What only the exhaustive engine finds, and what only the fast one does."""
    fast, exhaustive = found(FAST, path, raw), found(EXHAUSTIVE, path, raw)
    return exhaustive - fast, fast - exhaustive


def compare(seed: int) -> Fault | None:
    """What is wrong with the document that a seed makes. Its process must let ``TooSlow`` be raised (see _timed)."""
    form, path, raw = generated(seed)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
        missed, extra = disagreement(path, raw)
    except TooSlow:
        return Fault(seed, form, slow=True)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return Fault(seed, form, _said(missed), _said(extra)) if missed or extra else None


def _said(findings: set[Found]) -> tuple[str, ...]:
    return tuple(f"{one.rule} {one.where} at {one.at}, {one.start}-{one.end}" for one in sorted(findings))


@contextmanager
def _timed() -> Iterator[None]:
    """Inside, a document whose time is over is left: also in the middle of a regex, which looks for signals."""

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGVTALRM, before)


def compare_range(seeds: range) -> list[Fault]:
    """The faults among the documents of some seeds."""
    with _timed():
        return [fault for fault in map(compare, seeds) if fault is not None]


def run(count: int, seed: int, jobs: int = 1, log: TextIO | None = None) -> Iterator[Fault]:
    """Yields the faults among ``count`` documents from a seed on, compared in ``jobs`` processes."""
    shares = [range(at, min(at + _SHARE, seed + count)) for at in range(seed, seed + count, _SHARE)]
    if jobs == 1:
        yield from _followed(shares, map(compare_range, shares), log)
        return
    gc.freeze()  # what the processes share isn't looked through, and so not copied, by each of them
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool:
        yield from _followed(shares, pool.map(compare_range, shares), log)


def _followed(shares: list[range], results: Iterator[list[Fault]], log: TextIO | None) -> Iterator[Fault]:
    """The faults of all shares; what was done so far goes to the log."""
    started, done, total, faults = time.monotonic(), 0, sum(map(len, shares)), 0
    for share, result in zip(shares, results, strict=True):
        before, done, faults = done, done + len(share), faults + len(result)
        if log is not None:
            for fault in result:
                print(fault, file=log, flush=True)
            if done == total or before // _LOGGED != done // _LOGGED:
                spent = time.monotonic() - started
                print(f"{done:,} of {total:,} documents, {faults} faults, {spent:.0f} s", file=log, flush=True)
        yield from result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--log", type=argparse.FileType("a"), help="a file for the counts, and what is wrong")
    options = parser.parse_args()
    bad = 0
    for fault in run(options.count, options.seed, options.jobs, options.log):
        bad += 1
        print(fault, flush=True)
    print(f"{options.count} documents, {bad} disagreements or too slow")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
