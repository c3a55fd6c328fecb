"""Says whether references resolve, without giving a value to anybody: what Vault answered is kept as names of keys."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from nbguard.editing.vaults import connect, vault_settings
from nbguard.errors import NbguardError, describe_defect
from nbguard.vault.lookup import is_in_files
from nbguard.vault.vault_errors import (
    BusyError,
    NoAddressError,
    NoSuchPathError,
    SealedError,
    TlsError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from concurrent.futures import Executor

    from nbguard.vault.references import Reference

# Seconds that an answer is kept, a good one and any other.
_GOOD_FOR, _BAD_FOR = 60.0, 10.0
# Seconds that a request waits for Vault in all.
_PATIENCE = 5.0
_MOST_KEPT = 2_000
# Paths of one notebook that Vault is asked for: whoever wrote it may have put any number in.
_MOST_PATHS = 200
_NO_ANSWER = (UnreachableError, TlsError, SealedError, BusyError)
_FRACTION = re.compile(r"\.[0-9]+(?=Z|[+-])")


class State(NamedTuple):
    """Whether a reference resolves (ok, missing, denied, unreachable, unconfigured, deleted), and why not."""

    state: str
    version: int | None = None
    created: str | None = None
    reason: str | None = None


class Found(NamedTuple):
    """What is at a path: the names of its keys, None where nobody looked."""

    state: State
    keys: frozenset[str] | None


class VaultState(NamedTuple):
    """Whether there is a Vault, whether it answers, and whether it knows us; None where that can't be said."""

    configured: bool
    reachable: bool | None = None
    authenticated: bool | None = None
    address: str | None = None
    reason: str | None = None


VaultPath = tuple[str, str, int | None]
_TOO_MANY = Found(
    State("unreachable", reason=f"not looked up: only the first {_MOST_PATHS} paths of a notebook are"), None
)
_DYNAMIC = Found(State("ok", reason="not tried: a dynamic engine makes a credential for each that asks"), None)


class Resolver:
    """Asks Vault on threads of its own, each path once at a time. Used on the event loop."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._settings = vault_settings()
        # What was answered, and when.
        self._kept: dict[VaultPath | None, tuple[float, Found | VaultState]] = {}
        self._asked: dict[VaultPath | None, asyncio.Future[Found | VaultState]] = {}
        self._down: tuple[float, State] = (0.0, State("unreachable"))

    async def resolve(self, references: Iterable[Reference]) -> dict[Reference, State]:
        """The state of each reference."""
        wanted = list(dict.fromkeys(references))
        paths = list(dict.fromkeys((known.mount, known.path, known.version) for known in wanted))
        here = await asyncio.get_running_loop().run_in_executor(self._threads, lambda: list(map(is_in_files, wanted)))
        found = dict.fromkeys(paths[_MOST_PATHS:], _TOO_MANY)
        asked = paths[:_MOST_PATHS]
        keys: dict[VaultPath, set[str]] = {}
        for reference in wanted:
            keys.setdefault((reference.mount, reference.path, reference.version), set()).add(reference.key)
        answers = await asyncio.gather(*(self._find(path, keys[path]) for path in asked))
        found |= zip(asked, answers, strict=True)
        return {
            reference: State("ok") if in_files else _state_of(reference, found[reference[:2] + reference[3:]])
            for reference, in_files in zip(wanted, here, strict=True)
        }

    def forget(self, reference: Reference) -> None:
        """Something was stored at a reference's path: what is known of it, or is being asked, holds no more."""
        place = (reference.mount, reference.path)
        for known in [*self._kept, *self._asked]:
            if known is not None and known[:2] == place:
                self._kept.pop(known, None)
                self._asked.pop(known, None)
        self._down = (0.0, State("unreachable"))

    async def look_into(self, paths: Iterable[VaultPath]) -> dict[VaultPath, Found]:
        """What is at each path, as names of keys."""
        wanted = list(paths)
        return dict(zip(wanted, await asyncio.gather(*(self._find(path, ()) for path in wanted)), strict=True))

    async def ask_vault(self, *, again: bool = False) -> VaultState:
        """Whether Vault can be used; ``again``: whatever was answered a moment ago."""
        if again:
            self._kept.clear()
            self._down = (0.0, State("unreachable"))
        answer = await self._get(None, ())
        return answer if isinstance(answer, VaultState) else VaultState(True, False, None, None, answer.state.reason)

    async def _find(self, path: VaultPath, keys: Collection[str]) -> Found:
        until, state = self._down
        if until > time.monotonic() and path not in self._kept:
            return Found(state, frozenset())
        answer = await self._get(path, keys)
        assert isinstance(answer, Found)  # noqa: S101 - only None stands for Vault itself
        return answer

    async def _get(self, what: VaultPath | None, keys: Collection[str]) -> Found | VaultState:
        """What is kept, what is being asked already, or an answer of Vault's; never for longer than we wait."""
        if self._settings != vault_settings():
            self._settings = vault_settings()
            self._kept.clear()
            self._down = (0.0, State("unreachable"))
        since, known = self._kept.get(what, (0.0, None))
        if known is not None and since + _lasting(known, keys) > time.monotonic():
            return known
        asked = self._asked.get(what)
        if asked is None:
            loop = asyncio.get_running_loop()
            asked = loop.run_in_executor(self._threads, _look_at if what is not None else _look_at_vault, what)
            self._asked[what] = asked
            asked.add_done_callback(lambda done: self._keep(what, done))
        try:
            return await asyncio.wait_for(asyncio.shield(asked), _PATIENCE)
        except TimeoutError:
            reason = "Vault doesn't answer in time"
            if what is None:
                return VaultState(True, False, None, None, reason)
            return Found(State("unreachable", reason=reason), frozenset())

    def _keep(self, what: VaultPath | None, done: asyncio.Future[Found | VaultState]) -> None:
        if self._asked.get(what) is not done:
            return  # forgotten meanwhile
        del self._asked[what]
        if done.cancelled() or done.exception() is not None:
            return
        answer = done.result()
        now = time.monotonic()
        if isinstance(answer, Found) and answer.state.state == "unreachable":
            self._down = (now + _BAD_FOR, answer.state)
        self._kept.pop(what, None)
        self._kept[what] = (now, answer)
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]


def _lasting(answer: Found | VaultState, keys: Collection[str]) -> float:
    """Seconds that an answer is kept: one that lacks a key that is asked for is no good one."""
    if isinstance(answer, VaultState):
        return _GOOD_FOR if answer.authenticated else _BAD_FOR
    lacks = answer.keys is not None and not answer.keys.issuperset(keys)
    return _BAD_FOR if lacks or answer.state.state != "ok" else _GOOD_FOR


def _state_of(reference: Reference, found: Found) -> State:
    if found.state.state == "ok" and found.keys is not None and reference.key not in found.keys:
        reason = f"{reference.mount}/{reference.path} has no key {reference.key!r}"
        return State("missing", found.state.version, found.state.created, reason)
    return found.state


def _look_at(path: VaultPath | None) -> Found:
    """What is at a path; whatever goes wrong is a state."""
    assert path is not None  # noqa: S101 - see _get
    nothing: frozenset[str] = frozenset()
    try:
        vault = connect(quick=True)
        # Opening somebody's notebook must not ask for what only its code may: any path answers to a GET.
        if vault.engine(*path[:2]) == 0:
            return _DYNAMIC
        entry = vault.peek(*path)
        if entry is None:
            raise NoSuchPathError(f"nothing is stored at {path[0]}/{path[1]}")
        version, created = entry.version or None, _FRACTION.sub("", entry.created) or None
        if not entry.data:
            reason = f"{path[0]}/{path[1]} holds nothing any more: its version {version} was deleted"
            return Found(State("deleted", version, created, reason), nothing)
        return Found(State("ok", version, created), frozenset(entry.data))
    except NoAddressError as error:
        return Found(State("unconfigured", reason=str(error)), nothing)
    except NoSuchPathError as error:
        return Found(State("missing", reason=str(error)), nothing)
    except _NO_ANSWER as error:
        return Found(State("unreachable", reason=str(error)), nothing)
    except NbguardError as error:
        return Found(State("denied", reason=str(error)), nothing)
    except Exception as error:  # noqa: BLE001 - one path's defect must not hide the others
        return Found(State("unreachable", reason=describe_defect(error)), nothing)


def _look_at_vault(_: VaultPath | None) -> VaultState:
    try:
        vault = connect(quick=True)
    except NbguardError as error:
        return VaultState(False, reason=str(error))
    host = urlsplit(vault.address).hostname
    try:
        vault.check_login()
    except _NO_ANSWER as error:
        return VaultState(True, False, None, host, str(error))
    except NbguardError as error:
        return VaultState(True, True, False, host, str(error))
    except Exception as error:  # noqa: BLE001 - a defect here isn't Vault's
        return VaultState(True, None, None, host, describe_defect(error))
    return VaultState(True, True, True, host)
