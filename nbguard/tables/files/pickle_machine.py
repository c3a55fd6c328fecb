"""Steps through a pickle's opcodes without running them: calls stay calls, only plain values are put together.

The opcodes are those of the standard library's pickletools.
"""

from __future__ import annotations

import pickletools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Opcodes that are read, at most.
_OPCODES = 400_000


class PickledCall:
    """A call that isn't made: what would be called, and what it would be given; its state comes last."""

    __slots__ = ("name", "parts")

    def __init__(self, name: str, parts: Sequence[Any] = ()) -> None:
        self.name, self.parts = name, list(parts)


class Pairs(list[tuple[Any, Any]]):
    """A dict's items; keys may be anything."""


_MARK = object()


class _Machine:
    """The stack machine of pickles, for as many opcodes as can be read."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self, raw: bytes) -> Any:
        """What lies on the stack when the opcodes end: the whole value, or the pieces of a broken one."""
        try:
            for number, (opcode, argument, _) in enumerate(pickletools.genops(raw)):
                if number > _OPCODES:
                    break
                self._do(opcode.name, argument)
        except Exception:  # noqa: BLE001, S110 - what was read of a broken or hostile pickle is what there is
            pass
        return self.stack[0] if len(self.stack) == 1 else [value for value in self.stack if value is not _MARK]

    def _do(self, name: str, argument: Any) -> None:
        if name in _STEPS:
            _STEPS[name](self)
        elif "PUT" in name:
            self.memo[int(argument)] = self.stack[-1]
        elif "GET" in name:
            self.stack.append(self.memo[int(argument)])
        elif name in ("GLOBAL", "INST"):
            self.stack.append(PickledCall(str(argument), self.popped() if name == "INST" else ()))
        elif name not in ("PROTO", "FRAME", "STOP"):
            # Everything else brings a value along, or one that is kept elsewhere.
            self.stack.append(argument if "PERSID" not in name and "EXT" not in name else PickledCall(name))

    def popped(self) -> list[Any]:
        """Takes what lies above the last mark, and the mark."""
        at = len(self.stack) - 1
        while self.stack[at] is not _MARK:
            at -= 1
        values = self.stack[at + 1 :]
        del self.stack[at:]
        return values

    def take(self, count: int) -> tuple[Any, ...]:
        """Takes so many values from the top."""
        if len(self.stack) < count:
            raise ValueError
        values = tuple(self.stack[-count:])
        del self.stack[-count:]
        return values

    def call(self, count: int) -> None:
        """Puts a call where a callee and its arguments lay; bytes of old protocols are written as one."""
        callee, *arguments = self.take(count)
        name = callee.name if isinstance(callee, PickledCall) else ""
        given = arguments[0] if arguments and isinstance(arguments[0], tuple) else tuple(arguments)
        if name == "_codecs encode" and given and isinstance(given[0], str):
            self.stack.append(given[0].encode("latin-1", "replace"))
        else:
            self.stack.append(PickledCall(name, given))

    def build(self) -> None:
        """Gives the object on top its state."""
        (state,) = self.take(1)
        if isinstance(self.stack[-1], PickledCall):
            self.stack[-1].parts.append(state)

    def extend(self, values: Sequence[Any]) -> None:
        """Adds values to the list on top, or to the call that would make something like a list."""
        held = self.stack[-1]
        (held.parts if isinstance(held, PickledCall) else held).extend(values)

    def add_items(self, values: Sequence[Any]) -> None:
        """Adds keys and values in turn to the dict on top, or to the call that would make one."""
        items = zip(values[::2], values[1::2], strict=False)
        if isinstance(self.stack[-1], PickledCall):
            self.stack[-1].parts.append(Pairs(items))
        else:
            self.stack[-1].extend(items)

    def make_dict(self) -> None:
        """Makes a dict of what lies above the mark."""
        values = self.popped()
        self.stack.append(Pairs())
        self.add_items(values)

    def make_object(self) -> None:
        """Makes a call of what lies above the mark."""
        callee, *arguments = self.popped()
        self.stack.append(PickledCall(callee.name if isinstance(callee, PickledCall) else "", arguments))


_STEPS: dict[str, Callable[[_Machine], object]] = {
    "MARK": lambda m: m.stack.append(_MARK),
    "POP": lambda m: m.stack.pop(),
    "POP_MARK": lambda m: m.popped(),
    "DUP": lambda m: m.stack.append(m.stack[-1]),
    "NONE": lambda m: m.stack.append(None),
    "NEWTRUE": lambda m: m.stack.append(True),
    "NEWFALSE": lambda m: m.stack.append(False),
    "EMPTY_LIST": lambda m: m.stack.append([]),
    "EMPTY_TUPLE": lambda m: m.stack.append(()),
    "EMPTY_DICT": lambda m: m.stack.append(Pairs()),
    "EMPTY_SET": lambda m: m.stack.append([]),
    "APPEND": lambda m: m.extend(m.take(1)),
    "APPENDS": lambda m: m.extend(m.popped()),
    "ADDITEMS": lambda m: m.extend(m.popped()),
    "LIST": lambda m: m.stack.append(m.popped()),
    "FROZENSET": lambda m: m.stack.append(m.popped()),
    "TUPLE": lambda m: m.stack.append(tuple(m.popped())),
    "TUPLE1": lambda m: m.stack.append(m.take(1)),
    "TUPLE2": lambda m: m.stack.append(m.take(2)),
    "TUPLE3": lambda m: m.stack.append(m.take(3)),
    "DICT": lambda m: m.make_dict(),
    "SETITEM": lambda m: m.add_items(m.take(2)),
    "SETITEMS": lambda m: m.add_items(m.popped()),
    "MEMOIZE": lambda m: m.memo.__setitem__(len(m.memo), m.stack[-1]),
    "STACK_GLOBAL": lambda m: m.stack.append(PickledCall(" ".join(map(str, m.take(2))))),
    "REDUCE": lambda m: m.call(2),
    "NEWOBJ": lambda m: m.call(2),
    "NEWOBJ_EX": lambda m: m.call(3),
    "OBJ": lambda m: m.make_object(),
    "BUILD": lambda m: m.build(),
    "NEXT_BUFFER": lambda m: m.stack.append(PickledCall("buffer")),
    "READONLY_BUFFER": lambda m: m.stack[-1],
}


def step_through(raw: bytes) -> Any:
    """The value in a pickle, or the pieces of it where it is broken; what isn't plain is a Call."""
    return _Machine().run(raw)
