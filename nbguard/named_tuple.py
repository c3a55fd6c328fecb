"""``typing.NamedTuple`` for modules on the way of the hook and the filter: a class is made in a fifth of the time.

That of ``typing`` compiles a function for each class and every annotation of it, though nothing asks for these, and
makes the class twice. Here a class is made once, from a function that is there for each number of fields, and gets its
own names for the arguments. What a class and its tuples do is the same (``tests/test_named_tuple.py``), but for what
type checkers see anyhow: names that no field may have, and defaults before fields without one.
"""

from __future__ import annotations

from _collections import _tuplegetter  # type: ignore[import-not-found]
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType
    from typing import ClassVar
    from typing import NamedTuple as NamedTuple

_new = tuple.__new__

# How a tuple is made of so many fields; longer ones are compiled as they come.
_MAKERS: dict[int, Callable[..., Any]] = {
    1: lambda t, a: _new(t, (a,)),
    2: lambda t, a, b: _new(t, (a, b)),
    3: lambda t, a, b, c: _new(t, (a, b, c)),
    4: lambda t, a, b, c, d: _new(t, (a, b, c, d)),
    5: lambda t, a, b, c, d, e: _new(t, (a, b, c, d, e)),
    6: lambda t, a, b, c, d, e, f: _new(t, (a, b, c, d, e, f)),
    7: lambda t, a, b, c, d, e, f, g: _new(t, (a, b, c, d, e, f, g)),
    8: lambda t, a, b, c, d, e, f, g, h: _new(t, (a, b, c, d, e, f, g, h)),
    9: lambda t, a, b, c, d, e, f, g, h, i: _new(t, (a, b, c, d, e, f, g, h, i)),
    10: lambda t, a, b, c, d, e, f, g, h, i, j: _new(t, (a, b, c, d, e, f, g, h, i, j)),
    11: lambda t, a, b, c, d, e, f, g, h, i, j, k: _new(t, (a, b, c, d, e, f, g, h, i, j, k)),
    12: lambda t, a, b, c, d, e, f, g, h, i, j, k, m: _new(t, (a, b, c, d, e, f, g, h, i, j, k, m)),
    13: lambda t, a, b, c, d, e, f, g, h, i, j, k, m, n: _new(t, (a, b, c, d, e, f, g, h, i, j, k, m, n)),
}


class _Record(tuple[Any, ...]):
    """What all named tuples have in common."""

    __slots__ = ()
    if TYPE_CHECKING:
        _fields: ClassVar[tuple[str, ...]]

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Any:
        made = _new(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self, /, **changes: Any) -> Any:
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"Got unexpected field names: {list(changes)!r}")
        return made

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        """As one would write it."""
        values = ", ".join(map("{}={!r}".format, self._fields, self))
        return f"{type(self).__name__}({values})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        """For copies and pickles."""
        return tuple(self)


class _Making(type):
    """Makes the class of a class statement whose base is ``NamedTuple``."""

    def __new__(cls, name: str, bases: tuple[type, ...], content: dict[str, Any]) -> Any:
        if not bases:
            return type.__new__(cls, name, bases, content)
        if "__annotations__" not in content:
            # From Python 3.14 on a class statement makes them only when somebody asks, but for this import.
            raise TypeError(f"{name} has no fields, or its module lacks `from __future__ import annotations`")
        fields = tuple(content["__annotations__"])
        defaults = {field: content[field] for field in fields if field in content}
        content.update({field: _tuplegetter(at, f"Alias for field number {at}") for at, field in enumerate(fields)})
        content["__slots__"] = ()
        content["__match_args__"] = content["_fields"] = fields
        content["_field_defaults"] = defaults
        made_by = FunctionType(
            _code_for(len(fields)).replace(
                co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__"
            ),
            globals(),
            "__new__",
            tuple(defaults.values()) or None,
        )
        made_by.__module__ = content["__module__"]
        content["__new__"] = made_by
        return type(name, tuple(_Record if base is _Base else base for base in bases), content)


def _code_for(count: int) -> CodeType:
    if count not in _MAKERS:
        names = "".join(f"_{number}, " for number in range(count))
        _MAKERS[count] = eval(f"lambda t, {names}: _new(t, ({names}))", globals())  # noqa: S307 - numbers only
    return _MAKERS[count].__code__


class _Base(metaclass=_Making):
    """What ``NamedTuple`` stands for among the bases of a class that is being made."""


if not TYPE_CHECKING:

    class _NamedTuple:
        """The name in the list of bases."""

        def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
            return (_Base,)

    NamedTuple = _NamedTuple()
