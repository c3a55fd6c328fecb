"""Does one task in a worker. Nothing gets out of here but redacted records: no value, and no error as it was raised."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from nbguard.errors import NbguardError, describe_defect
from nbguard.report.records import Skipped
from nbguard.repository.git_guard import distrust
from nbguard.scan.history_scan import LARGEST
from nbguard.scan.sweep import repositories, stores
from nbguard.scan.sweep.sweep_targets import REPOSITORY
from nbguard.scan.sweep.work import ECHO, PLACE, PLAN, RELIST, SCAN, Answer, Notable, Unread
from nbguard.scan.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.scan.sweep.repositories import Loaded
    from nbguard.scan.sweep.work import Item, Setup, Target, Work


class _Reader(Versions):
    """Versions that says of each content which values it holds that are to be looked for elsewhere."""

    def find_values(self, loaded: Loaded) -> tuple[str, ...]:
        """Looks into a content as if it were the only one; the fingerprints of those values."""
        self.forget_values()
        self.look_into(loaded.item.id, loaded.item.path, loaded.raw)
        return tuple(self.fingerprints())


def perform(setup: Setup, work: Work) -> Answer:
    """Does a task. What goes wrong is in the answer's ``skipped``, in our own words."""
    started = perf_counter()
    try:
        with distrust():
            answer = _TASKS[work.stage](setup, work)
    except NbguardError as error:
        answer = _failed(work, str(error))
    except Exception as error:  # noqa: BLE001 - its text, and the frames it came through, may hold a value
        answer = _failed(work, describe_defect(error))
    return answer._replace(seconds=perf_counter() - started)


def _failed(work: Work, reason: str) -> Answer:
    """Nothing of it was looked at."""
    if work.stage == SCAN:
        return Answer(unread=tuple(Unread(item.key, item.path, reason) for item in work.items))
    if work.stage == ECHO:
        return Answer(skipped=(Skipped("", f"not searched for known values everywhere: {reason}"),))
    return Answer(skipped=(Skipped("", reason),))


def _list(setup: Setup, work: Work) -> Answer:
    if work.target.kind == REPOSITORY:
        return repositories.list_contents(setup, work.target, work.signature)
    return stores.list_objects(setup, work.target, work.signature)


def _place(setup: Setup, work: Work) -> Answer:
    if work.target.kind == REPOSITORY:
        return repositories.place_findings(setup, work)
    return stores.place_objects(work)


def _read(setup: Setup, target: Target, items: Sequence[Item]) -> Iterator[Loaded]:
    limit = min(setup.config.max_file_size, LARGEST)
    if target.kind == REPOSITORY:
        return repositories.read_items(target, items, limit)
    return stores.read_objects(target, items, limit)


def _scan(setup: Setup, work: Work) -> Answer:
    """What is in some contents."""
    reader = _Reader(setup.config, setup.kinds)
    notable, unread = [], []
    contents = size = 0
    for loaded in _read(setup, work.target, work.items):
        item = loaded.item
        if loaded.problem and loaded.elsewhere:
            unread.append(Unread(item.key, item.path, loaded.problem))
            continue
        contents, size = contents + 1, size + len(loaded.raw)
        place = reader.place_of(item.path) or ""
        if loaded.problem:
            problem = Skipped(item.path, loaded.problem)
            notable.append(Notable(item.key, item.id, place, item.path, (), (), (problem,)))
            continue
        reader.skipped.clear()
        values = reader.find_values(loaded)
        records = tuple(reader.found.pop(item.id, {}).get(place, ()))
        if records or values or reader.skipped:
            problems = tuple(reader.skipped)
            notable.append(Notable(item.key, item.id, place, item.path, values, records, problems))
    notes = [f"{path}: searched as text: {reason}" for path, reason in reader.odd.items()]
    return Answer(notable=tuple(notable), unread=tuple(unread), notes=tuple(notes), contents=contents, bytes=size)


def _find_echoes(setup: Setup, work: Work) -> Answer:
    """Where else the values of ``work.sources`` stand. They are found anew here, so that no task carries a value."""
    reader = _Reader(setup.config, setup.kinds)
    skipped = []
    for loaded in _read(setup, work.target, work.sources):
        if loaded.problem:
            skipped.append(Skipped(loaded.item.path, f"its values weren't looked for elsewhere: {loaded.problem}"))
        else:
            reader.look_into(loaded.item.id, loaded.item.path, loaded.raw)
    search = reader.echo_search()
    reader.skipped.clear()
    if search is None:
        return Answer(skipped=tuple(skipped))
    notable = []
    for loaded in _read(setup, work.target, work.items):
        item = loaded.item
        # What can't be read was said when it was scanned.
        if loaded.problem or not any(search(part) for part in reader.parts_of(item.path, loaded.raw)):
            continue
        reader.found.pop(item.id, None)
        reader.look_for_echoes(item.id, item.path, loaded.raw)
        place = reader.place_of(item.path) or ""
        if records := tuple(reader.found.pop(item.id, {}).get(place, ())):
            notable.append(Notable(item.key, item.id, place, item.path, (), records, ()))
    return Answer(notable=tuple(notable), skipped=tuple(skipped))


_TASKS = {PLAN: _list, SCAN: _scan, RELIST: _list, ECHO: _find_echoes, PLACE: _place}
