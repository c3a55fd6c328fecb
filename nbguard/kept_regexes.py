"""Compiled regexes of the package in the user's cache folder: to make one of its code takes a fiftieth of compiling it.

The code is that of this very interpreter, by whose version the file is named. What doesn't fit is compiled anew, as
is everything where an interpreter has another way to do so. Patterns of users never come here (see ``lazy_regex``).
"""

from __future__ import annotations

import marshal
import os
import re
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, AnyStr, cast

from nbguard.cache_folder import cache_file, keep_file

if TYPE_CHECKING:
    from collections.abc import Iterator

# As many bytes of code are kept at most; the package's own take a quarter of that.
_MOST = 8_000_000
_LENGTH = 8
# Pattern and flags as they were given; flags, groups and their names as they were read; the code.
_Code = tuple[str | bytes, int, int, int, dict[str, int], bytes]


class KeptRegexes:
    """The regexes in one file, which is read when the first is asked for and written when the process ends."""

    def __init__(self) -> None:
        self._file: _File | None = None
        self._added: dict[tuple[str | bytes, int], _Code] = {}

    def __repr__(self) -> str:
        """How many were added."""
        return f"KeptRegexes({len(self._added)} new)"

    def compile(self, pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
        """What ``re.compile`` gives; raises what it raises."""
        flags = int(flags)
        try:
            if self._file is None:
                self._file = _File(_path())
            kept = self._file.find(pattern, flags) or self._added.get((pattern, flags))
            if kept is None:
                kept = _compile(pattern, flags)
                self._keep(kept)
            return _made(pattern, kept)
        except (re.error, RecursionError, OverflowError):
            raise
        except Exception:  # noqa: BLE001 - whatever an unknown interpreter says: it has a way that all of them have
            return re.compile(pattern, flags)

    def _keep(self, code: _Code) -> None:
        if not self._added:
            import atexit

            atexit.register(self._write_at_the_end)
        self._added[code[0], code[1]] = code

    def _write_at_the_end(self) -> None:
        # The work is done: whoever ends the process now ends this only.
        with suppress(SystemExit, KeyboardInterrupt):
            self.write()

    def write(self) -> None:
        """Writes what was compiled to the file, with what it has; without that where both were too much."""
        if not (path := _path()):
            return
        # Another process may have added others meanwhile.
        codes = {(code[0], code[1]): code for code in _File(path).all()} | self._added
        if sum(len(code[-1]) for code in codes.values()) > _MOST:
            codes = self._added
        index: dict[int, list[int]] = {}
        records: list[bytes] = []
        at = 0
        for (pattern, flags), code in codes.items():
            index.setdefault(_mark(pattern, flags), []).append(at)
            records.append(marshal.dumps(code))
            at += len(records[-1])
        written = marshal.dumps(index)
        keep_file(path, b"".join((len(written).to_bytes(_LENGTH, "little"), written, *records)))


class _File:
    """The regexes of a file of ours, none where it is another's or isn't whole; each is read when it is asked for."""

    def __init__(self, path: str) -> None:
        self._index: dict[int, list[int]] = {}
        self._records = memoryview(b"")
        try:
            with open(path, "rb") as file:
                status = os.fstat(file.fileno())
                if hasattr(os, "getuid") and (status.st_uid != os.getuid() or status.st_mode & 0o022):
                    return
                raw = file.read()
            end = _LENGTH + int.from_bytes(raw[:_LENGTH], "little")
            index: Any = _loads(raw[_LENGTH:end])
        except (OSError, ValueError, EOFError, TypeError):
            return
        if isinstance(index, dict):
            self._index, self._records = index, memoryview(raw)[end:]

    def find(self, pattern: str | bytes, flags: int) -> _Code | None:
        for at in self._index.get(_mark(pattern, flags), ()):
            code = self._read(at)
            if code is not None and code[:2] == (pattern, flags):
                return code
        return None

    def all(self) -> Iterator[_Code]:
        """All regexes that can be read."""
        return (code for places in self._index.values() for at in places if (code := self._read(at)) is not None)

    def _read(self, at: int) -> _Code | None:
        try:
            found: Any = _loads(self._records[at:])
        except (ValueError, EOFError, TypeError):
            return None
        return found if isinstance(found, tuple) and len(found) == 6 else None


def _loads(data: Any) -> Any:
    return marshal.loads(data)  # noqa: S302 - the user's own file, as modules' byte code is


def _mark(pattern: str | bytes, flags: int) -> int:
    """A number under which few other patterns are kept."""
    raw = pattern if isinstance(pattern, bytes) else pattern.encode("utf-8", "surrogatepass")
    some = raw[:: max(1, len(raw) // 8)][:8]
    return int.from_bytes(some, "little") << 64 | len(raw) << 32 | flags


def _path() -> str:
    made_by = f"{sys.implementation.cache_tag}-{sys.hexversion:x}-{_magic()}-{sys.byteorder}"
    return cache_file(f"regexes-2-{made_by}.bin")


def _magic() -> int:
    try:
        return int(import_module("_sre").MAGIC)
    except (ImportError, AttributeError):
        return 0


def _compile(pattern: str | bytes, flags: int) -> _Code:
    """A regex as ``re`` compiles it, in the form in which it is kept."""
    from array import array
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(pattern, flags)
    code = _compiler._code(parsed, flags)  # noqa: SLF001 - re has no other way to get at it
    state = parsed.state
    read = int(flags | state.flags), int(state.groups), dict(state.groupdict)
    return pattern, flags, *read, array("I", code).tobytes()


def _made(pattern: AnyStr, kept: _Code) -> re.Pattern[AnyStr]:
    """The regex of kept code. The interpreter checks the code, and raises for what is none."""
    _, _, flags, groups, named, code = kept
    numbers = memoryview(code).cast("I").tolist()
    names: list[str | None] = [None] * groups
    for name, number in named.items():
        names[number] = name
    made = import_module("_sre").compile(pattern, flags, numbers, groups - 1, named, tuple(names))
    return cast("re.Pattern[AnyStr]", made)


KEPT = KeptRegexes()
