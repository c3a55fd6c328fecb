"""Which files aren't on the disk as somebody asked for: a refusal holds until a save of the file works.

A refusal is told once, in a dialog or an event; who opens the file later, or asks, has to find it here.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.jupyter.guard.replaced_methods import replace_method

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # Takes the call's arguments in their order, once the call has worked.
    After = Callable[..., None]

# Files whose refusal is kept.
_KEPT = 10_000
# The deeds by which somebody asks for other bytes than the disk has.
_ASKED = frozenset(("saved", "uploaded"))
_COPYING = ContextVar("nbguard_copying", default=False)


class Refusal(NamedTuple):
    """Why a file on the disk isn't what was asked to be saved. ``since``: the first refusal in a row, ISO 8601 (UTC).

    ``findings``: how many there were when it was refused last; 0 where it couldn't be looked through.
    """

    since: str
    reason: str
    findings: int


class Refusals:
    """The refusals of one server, by contents path. ``now`` gives the time."""

    def __init__(self, over: Callable[[str], None], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._over = over
        self._now = now
        self._known: dict[str, Refusal] = {}

    def of(self, path: str) -> Refusal | None:
        """What holds for a file; None where its last save worked."""
        return self._known.get(path.strip("/"))

    def refused(self, path: str, what: str, reason: str, findings: int) -> None:
        """A deed was refused. Only saves and uploads leave the disk behind what was asked."""
        if what not in _ASKED:
            return
        path = path.strip("/")
        before = self._known.pop(path, None)
        since = before.since if before else self._now().isoformat(timespec="seconds").replace("+00:00", "Z")
        self._known[path] = Refusal(since, reason, findings)
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]

    def written(self, path: str) -> None:
        """The file is on the disk as it was asked for, or is gone."""
        if self._known.pop(path.strip("/"), None) is not None:
            self._over(path.strip("/"))

    def deleted(self, path: str) -> None:
        """A file or a folder is gone, and what was refused with it."""
        for known in self._below(path):
            self.written(known)

    def renamed(self, old_path: str, new_path: str) -> None:
        """A file or a folder has another name: it still isn't what was asked for."""
        old, new = old_path.strip("/"), new_path.strip("/")
        for known in self._below(old):
            self._known[new + known[len(old) :]] = self._known.pop(known)

    def _below(self, path: str) -> list[str]:
        path = path.strip("/")
        return [known for known in self._known if known == path or known.startswith(path + "/")]


def deed_of_a_save() -> str:
    """What a save is, in messages: a copy is one that the contents manager makes by itself."""
    return "copied" if _COPYING.get() else "saved"


def follow_files(manager: Any, refusals: Refusals) -> None:
    """Wraps the methods of a contents manager, so that a refusal ends, or goes along, when its file does."""

    def saved(model: dict[str, Any], path: str = "", *_: Any) -> None:
        if model.get("chunk") in (None, -1) and model.get("type") != "directory":
            refusals.written(path)

    def restored(_checkpoint_id: str, path: str, *_: Any) -> None:
        refusals.written(path)

    afters: dict[str, After] = {
        "save": saved,
        "restore_checkpoint": restored,
        "delete_file": refusals.deleted,
        "rename_file": refusals.renamed,
    }
    for name, after in afters.items():
        _do_after(manager, name, after)
    replace_method(manager, "copy", _copy)


def _do_after(manager: Any, name: str, after: After) -> None:
    """Has something done after a method ran without an error."""
    if not hasattr(manager, name):
        return
    parameters = signature(getattr(manager, name))

    async def settle(original: Any, *args: Any, **kwargs: Any) -> Any:
        result = await original(*args, **kwargs)
        after(*parameters.bind(*args, **kwargs).arguments.values())
        return result

    replace_method(manager, name, settle)


async def _copy(original: Any, *args: Any, **kwargs: Any) -> Any:
    """Makes saves that a copy makes known as such: there is no file yet that could be behind."""
    with _copying():
        return await original(*args, **kwargs)


@contextmanager
def _copying() -> Iterator[None]:
    before = _COPYING.set(True)
    try:
        yield
    finally:
        _COPYING.reset(before)
