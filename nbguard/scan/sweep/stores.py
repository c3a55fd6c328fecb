"""The tasks of a worker on an object store: list its objects and read them, by way of fsspec."""

from __future__ import annotations

from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbguard.errors import UsageError
from nbguard.report.records import Origin, Skipped
from nbguard.scan.sources import is_excluded
from nbguard.scan.sweep.repositories import Loaded
from nbguard.scan.sweep.work import KEY_BYTES, Answer, Item

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.report.records import FindingRecord
    from nbguard.scan.sweep.work import Setup, Target, Work

# Objects that are asked for at once: small ones cost a round trip each.
_TOGETHER, _TOGETHER_BYTES = 32, 16_000_000
# What a store may say of an object's version, by the kind of store.
_VERSIONS = ("ETag", "etag", "md5Hash", "version_id", "generation", "mtime", "LastModified", "last_modified", "created")


def list_objects(setup: Setup, target: Target, signature: str = "") -> Answer:
    """Every object below the target's URL. Raises UsageError where the store can't be asked."""
    system, root = _open(target)
    try:
        found = system.find(root, detail=True)
        if not found and not system.exists(root):
            raise UsageError("there is nothing at this URL")
    except OSError as error:
        raise UsageError(f"can't be listed: {_reason(error)}") from None
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - each store has errors of its own, and their texts may hold anything
        raise UsageError(f"can't be listed: {_reason(error)}") from None
    items: list[Item] = []
    skipped: list[Skipped] = []
    digest = blake2b(digest_size=16)
    for name in sorted(found):
        about = found[name]
        path = _relative(name, root)
        if about.get("islink"):
            skipped.append(Skipped(path, "a symbolic link, which isn't followed"))
            continue
        if about.get("type", "file") != "file":
            # A pipe would be waited for until somebody writes into it.
            skipped.append(Skipped(path, "no file: a pipe, a socket or a device"))
            continue
        if setup.config.exclude and is_excluded(path, setup.config.exclude):
            continue
        version = next((str(about[key]) for key in _VERSIONS if about.get(key) is not None), "")
        key = _key(target, name, about.get("size"), version)
        digest.update(key)
        items.append(Item(key, name, path, int(about.get("size") or 0)))
    now = digest.hexdigest()
    if now == signature:
        return Answer(signature=now)
    notes: tuple[str, ...] = () if items else ("no objects: there is nothing here, or all of it is excluded",)
    return Answer(items=tuple(items), skipped=tuple(skipped), notes=notes, signature=now)


def read_objects(target: Target, items: Sequence[Item], limit: int) -> Iterator[Loaded]:
    """Each object with its bytes, or why it couldn't be read."""
    system, _ = _open(target)
    waiting: list[Item] = []
    weight = 0
    for item in items:
        if item.size > limit:
            megabytes = (item.size // 1_000_000, limit // 1_000_000)
            yield Loaded(item, b"", "too large: {} MB (limit {} MB)".format(*megabytes))
            continue
        if waiting and (weight + item.size > _TOGETHER_BYTES or len(waiting) >= _TOGETHER):
            yield from _load(system, waiting, limit)
            waiting, weight = [], 0
        waiting.append(item)
        weight += item.size
    yield from _load(system, waiting, limit)


def place_objects(work: Work) -> Answer:
    """The records of a store's findings: there are no commits to place them in."""
    name = work.target.name
    origin = Origin("", "", "", "", 0, name)
    records: list[FindingRecord] = []
    skipped: list[Skipped] = []
    for notable in work.notable:
        records += [r._replace(path=f"{name}/{r.path}", origin=origin) for r in notable.records]
        skipped += notable.problems
    return Answer(findings=tuple(records), skipped=tuple(skipped))


def _load(system: Any, items: Sequence[Item], limit: int) -> Iterator[Loaded]:
    if not items:
        return
    # One more byte than allowed: an object may have grown since it was listed.
    ends = [limit + 1] * len(items)
    names = [item.id for item in items]
    try:
        loaded = system.cat_ranges(names, [0] * len(items), ends, on_error="return")
    except Exception as error:  # noqa: BLE001 - see above
        loaded = [error] * len(items)
    for item, raw in zip(items, loaded, strict=True):
        if isinstance(raw, BaseException):
            yield Loaded(item, b"", f"can't be read: {_reason(raw)}", elsewhere=True)
        elif len(raw) > limit:
            yield Loaded(item, b"", f"too large (limit {limit // 1_000_000} MB)")
        else:
            yield Loaded(item, bytes(raw))


def _open(target: Target) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. Raises UsageError."""
    scheme = target.place.partition("://")[0].lower()
    try:
        url_to_fs = import_module("fsspec.core").url_to_fs
    except ImportError:
        from nbguard.version import how_to_add

        raise UsageError(f"{scheme}:// needs fsspec: {how_to_add('cloud')}") from None
    try:
        # What a store's listing said minutes ago may not be true any more.
        system, root = url_to_fs(target.place, use_listings_cache=False)
    except ImportError:
        from nbguard.version import how_to_add

        raise UsageError(f"{scheme}:// needs another package: {how_to_add('cloud')}") from None
    except Exception as error:  # noqa: BLE001 - see above
        raise UsageError(f"can't be opened: {_reason(error)}") from None
    return system, root


def _relative(name: str, root: str) -> str:
    inside = name.removeprefix(root.rstrip("/")).lstrip("/")
    return inside or name.rpartition("/")[2]


def _key(target: Target, name: str, size: object, version: str) -> bytes:
    text = f"{target.name}\0{name}\0{size}\0{version}".encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=KEY_BYTES).digest()


def _reason(error: BaseException) -> str:
    """What went wrong, in the system's words; of other errors only the type, as their texts may hold keys or URLs."""
    if isinstance(error, OSError) and error.strerror and error.errno:
        import os

        return os.strerror(error.errno).lower()
    return type(error).__name__
