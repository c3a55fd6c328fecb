"""What every heuristic is worth on the labelled set, without a run of the whole set for each.

One run says what can matter at all (``reach``). What is left is tried on one file of each form, and only what changes
none of these on other forms and on more files of each. Every try is a process of its own, because what is derived from
knowledge is kept for as long as a process lives; it gets only the files that can change.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from evaluation.labelled_set import write_set
from evaluation.reach import record_scan, scan_without
from evaluation.scores import Score, score_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from evaluation.labelled_set import Labelled
    from evaluation.reach import Recorded
    from evaluation.scores import Hit


class Worth(NamedTuple):
    """What a set is without a heuristic: files that had to be scanned again, those with other findings, and scores.

    ``missed`` are credentials that nothing else finds, ``wrong`` what is reported then and isn't one, ``unnamed`` those
    whose provider is lost, ``cut`` those that aren't taken whole any more; below zero where it is better without.
    ``scanned`` is None where the heuristic can't be left out: other code needs what it says.
    """

    name: str
    scanned: int | None = 0
    changed: int = 0
    missed: int = 0
    wrong: int = 0
    unnamed: int = 0
    cut: int = 0


class WorthSet:
    """The files of a seed in a folder, scanned once with everything."""

    def __init__(self, folder: Path, seed: int, each: int, held_out: bool = False) -> None:
        self._folder = folder
        self._labelled: dict[str, Labelled] = {item.path: item for item in write_set(folder, seed, each, held_out)}
        self._recorded: Recorded = _apart(record_scan, folder)
        self._text = "\n".join(f"{item.filled.text}\n{item.filled.secret}" for item in self._labelled.values())

    def measure(self, name: str, whole: bool = False) -> Worth:
        """What the set is without a heuristic; ``whole`` scans all of it again, whatever the record says."""
        paths = frozenset(self._labelled) if whole else self._reached(name)
        if not paths:
            return Worth(name)
        with _some_of(self._folder, paths) as some:
            without: Mapping[str, list[Hit]] | None = _apart(scan_without, name, some)
        if without is None:
            return Worth(name, None)
        return _compare(name, [self._labelled[path] for path in paths], self._recorded.hits, without)

    def _reached(self, name: str) -> Collection[str]:
        """The files in which a heuristic can matter."""
        body, _, key = name.partition(".")
        if not key:
            return self._recorded.asked.get(name, frozenset()) & frozenset(self._labelled)
        if name not in self._recorded.read:
            return ()
        from evaluation.ablation import is_rule
        from nbguard.detect.knowledge.loading import load_knowledge

        entry = load_knowledge(body)[key]
        if is_rule(entry) and not re.search(entry["shape"], self._text):
            return ()
        return frozenset(self._labelled)


def measure_all(names: Sequence[str], seed: int, each: int) -> Iterator[tuple[str, Worth]]:
    """What each heuristic is worth, and where it showed: in one file of each form, or else in the forms that are held
    out, or else in ``each`` files of each form.
    """
    chosen = (("one of each", 1, False), ("held out", 1, True), (f"{each} of each", each, False))
    with tempfile.TemporaryDirectory() as made:
        sets = [(said, WorthSet(Path(made) / said, seed, files, held_out)) for said, files, held_out in chosen]
        for name in names:
            tried = ((said, one.measure(name)) for said, one in sets)
            shown = [(said, worth) for said, worth in tried if worth.scanned != 0]
            yield next((pair for pair in shown if pair[1].changed or pair[1].scanned is None), ("nowhere", Worth(name)))


def _compare(
    name: str, items: Sequence[Labelled], before: Mapping[str, list[Hit]], after: Mapping[str, list[Hit]]
) -> Worth:
    changed, was, now = 0, Score(), Score()
    for item in items:
        had, has = before.get(item.path, []), after.get(item.path, [])
        changed += sorted(had) != sorted(has)
        was += score_file(item, had)
        now += score_file(item, has)
    missed = was.found - now.found
    unnamed = (was.right - now.right) - (was.named - now.named)
    cut = (was.whole - now.whole) - missed
    return Worth(name, len(items), changed, missed, now.wrong - was.wrong, unnamed, cut)


@contextmanager
def _some_of(folder: Path, paths: Collection[str]) -> Iterator[Path]:
    """A folder with links to some files of another one, beside it."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as made:
        for path in paths:
            there = Path(made) / path
            there.parent.mkdir(parents=True, exist_ok=True)
            os.link(folder / path, there)
        yield Path(made)


def _apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Calls a function in a process that has imported nothing yet."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)
