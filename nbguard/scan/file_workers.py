"""Looks into many files, in several processes where that is worth it; what comes out is in the order of the files."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from nbguard.scan.sources import read_paths
from nbguard.scan.workers import in_groups, run_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nbguard.scan.file_scan import FileScan, Looked
    from nbguard.scan.known_values import KnownValues

# Bytes of files from which starting processes repays itself (they take some 20 ms each).
_MUCH = 8_000_000
# What a worker is given at a time, in bytes and files: a notebook of this size takes some 50 ms.
_GROUP_BYTES, _GROUP_FILES = 2_000_000, 200


def look_into_paths(
    scan: FileScan, paths: Sequence[str], watched: Iterable[str], limit: int, jobs: int
) -> Iterator[Looked]:
    """What each file came to. ``watched`` are the same paths, handed on by whoever shows how far it is."""
    jobs = worth_processes(paths, jobs, _MUCH)
    if jobs < 2:
        yield from map(scan.look_into, read_paths(watched, limit, heads=True))
        return
    groups = in_groups_by_size(watched)
    look = partial(_look, scan, limit)
    # What the first files make this process load is there in every worker that is forked from it.
    yield from look(next(groups, ()))
    for looked in run_in_order(groups, partial(_itself, look), jobs):
        yield from looked


def search_paths(
    scan: FileScan, paths: Sequence[str], limit: int, known: KnownValues, jobs: int
) -> Iterator[tuple[str, bytes, set[str]]]:
    """The files, and parts of archives, in which known values stand: name, bytes and which values."""
    make = partial(_searcher, scan, limit, known)
    jobs = worth_processes(paths, jobs, _MUCH)
    groups = in_groups_by_size(paths) if jobs > 1 else iter([paths])
    for found in run_in_order(groups, make, jobs):
        yield from found


def _itself(look: Callable[[Sequence[str]], list[Looked]]) -> Callable[[Sequence[str]], list[Looked]]:
    return look


def _look(scan: FileScan, limit: int, paths: Sequence[str]) -> list[Looked]:
    return [scan.look_into(blob) for blob in read_paths(paths, limit, heads=True)]


def _searcher(
    scan: FileScan, limit: int, known: KnownValues
) -> Callable[[Sequence[str]], Iterable[tuple[str, bytes, set[str]]]]:
    search = known.make_search()

    def find(paths: Sequence[str]) -> list[tuple[str, bytes, set[str]]]:
        parts = scan.parts_holding(read_paths(paths, limit, heads=True), search) if search is not None else ()
        return [(name, raw, here) for name, raw in parts if search is not None and (here := search(raw))]

    return find


def worth_processes(paths: Sequence[str], jobs: int, much: int) -> int:
    """How many processes are worth it for some files: from ``much`` bytes on all; standard input is read by one."""
    if jobs < 2 or "-" in paths:
        return 1
    weight = 0
    for path in paths:
        weight += _size_of(path)
        if weight >= much:
            return jobs
    return 1


def in_groups_by_size(paths: Iterable[str]) -> Iterator[list[str]]:
    """Files in groups, each a task for a worker."""
    return in_groups(paths, _size_of, _GROUP_FILES, _GROUP_BYTES)


def _size_of(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
