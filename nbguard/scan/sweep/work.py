"""What is handed to workers and what comes back. No secret is in any of it: ids, paths, redacted records."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nbguard.documents.positions import Stretch
from nbguard.policy.allow import Waiver
from nbguard.report.records import CellRecord, FindingRecord, Origin, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.policy.policy_settings import Config

KEY_BYTES = 16
# The stages of a target, in their order: list what there is; scan it; list again where something was found, and look
# for the found values in all of it; say which commits they belong to.
PLAN, SCAN, RELIST, ECHO, PLACE = "plan", "scan", "relist", "echo", "place"


class Setup(NamedTuple):
    """What holds for a whole sweep; each worker gets it once, when it starts. ``config`` has the salt in it.

    ``timeout``: so many seconds a task may take in a worker (0: any).
    """

    sweep: str
    config: Config
    kinds: frozenset[str]
    timeout: float = 0

    def __repr__(self) -> str:
        """Shows no salt."""
        return f"Setup({self.sweep})"


class Target(NamedTuple):
    """A repository or an object store. ``name`` is what reports say, ``place`` a git directory or a URL."""

    name: str
    kind: str
    place: str


class Item(NamedTuple):
    """One content to look at: a blob of git or an object of a store (``id``), under one of its paths.

    ``key`` is the same for the same content in the same kind of place, in whatever repository.
    """

    key: bytes
    id: str
    path: str
    size: int


class Notable(NamedTuple):
    """A content of which there is something to say. ``values``: fingerprints of what is to be looked for in others."""

    key: bytes
    id: str
    place: str
    path: str
    values: tuple[str, ...]
    records: tuple[FindingRecord, ...]
    problems: tuple[Skipped, ...]


class Unread(NamedTuple):
    """A content that this target doesn't have as it should: another one may have it."""

    key: bytes
    path: str
    reason: str


class Work(NamedTuple):
    """One task. ``sources`` are the contents that bring values, ``notable`` what is to be placed in commits."""

    stage: str
    target: Target
    items: tuple[Item, ...] = ()
    sources: tuple[Item, ...] = ()
    notable: tuple[Notable, ...] = ()
    signature: str = ""


class Answer(NamedTuple):
    """What became of a task. ``signature`` tells whether a target is as it was when it was listed before."""

    items: tuple[Item, ...] = ()
    notable: tuple[Notable, ...] = ()
    unread: tuple[Unread, ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    signature: str = ""
    contents: int = 0
    bytes: int = 0
    seconds: float = 0.0


class Lost(NamedTuple):
    """A task whose worker is gone, and why."""

    reason: str


class Executor(Protocol):
    """Where tasks run. Used from one thread: ``submit`` and ``wait`` as ``concurrent.futures`` has them."""

    @property
    def slots(self) -> int:
        """How many tasks it is worth to have under way."""

    def submit(self, number: int, work: Work) -> None:
        """Starts a task, or puts it into a queue."""

    def wait(self) -> list[tuple[int, Answer | Lost]]:
        """Blocks until a task is done; the answers of all that are."""

    def close(self) -> None:
        """Stops the workers."""


def pack_items(items: Iterable[Item]) -> bytes:
    """Items as they are stored until they are done."""
    rows = [(item.key.hex(), item.id, item.path, item.size) for item in items]
    return zlib.compress(json.dumps(rows).encode("ascii"), 1)


def unpack_items(packed: bytes) -> tuple[Item, ...]:
    """What was packed."""
    rows = json.loads(zlib.decompress(packed))
    return tuple(Item(bytes.fromhex(key), identity, path, size) for key, identity, path, size in rows)


def record_as_text(record: FindingRecord) -> str:
    """A record as JSON in ASCII: a path that isn't UTF-8 stays what it is. Its line stays where it was read."""
    return json.dumps(record._replace(frame=None))


def record_from_text(text: str) -> FindingRecord:
    """The record that was written. Nothing is run for it, whoever wrote the text."""
    fields: dict[str, Any] = dict(zip(FindingRecord._fields, json.loads(text), strict=True))
    parts = (("cell", CellRecord), ("region", Stretch), ("waived", Waiver), ("origin", Origin))
    for name, kind in parts:
        if fields[name] is not None:
            fields[name] = kind(*fields[name])
    return FindingRecord(**fields)


def notable_as_text(notable: Notable) -> str:
    """A content's records and problems as JSON, without its key."""
    return json.dumps((notable.records, notable.problems))


def notable_from_text(text: str) -> tuple[tuple[FindingRecord, ...], tuple[Skipped, ...]]:
    """Records and problems that were written."""
    records, problems = json.loads(text)
    return tuple(record_from_text(json.dumps(record)) for record in records), tuple(Skipped(*p) for p in problems)


def in_portions(items: Iterable[Item], most_bytes: int, most_items: int) -> Iterator[tuple[Item, ...]]:
    """Items in portions of at most so many bytes (or one item) and so many items."""
    portion: list[Item] = []
    weight = 0
    for item in items:
        if portion and (weight + item.size > most_bytes or len(portion) >= most_items):
            yield tuple(portion)
            portion, weight = [], 0
        portion.append(item)
        weight += max(item.size, 0)
    if portion:
        yield tuple(portion)
