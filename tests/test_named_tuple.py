"""A named tuple of ours is one of ``typing``, but for how fast its class is made."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import typing
from typing import Generic, TypeVar

import msgspec
import pytest

import nbguard.named_tuple as ours

T = TypeVar("T")


def made(named_tuple, fields: dict[str, object]):
    """A class with these fields and their defaults (``...`` for none), and what people write in one."""
    lines = [f"    {name}: int{'' if default is ... else f' = {default!r}'}" for name, default in fields.items()]
    script = "\n".join(
        (
            "from __future__ import annotations",
            "class X(NamedTuple):",
            "    '''Some.'''",
            *lines,
            "    @property",
            "    def first(self) -> int: return self[0]",
            "    @classmethod",
            "    def of(cls, number: int) -> X: return cls(*[number] * len(cls._fields))",
        )
    )
    content = {"NamedTuple": named_tuple, "__name__": __name__}
    exec(script, content)
    return content["X"]


FORMS = [
    {"a": ...},
    {"a": ..., "b": None},
    {"t": 1, "cls": 2, "self": 3},
    {f"f{number}": ... if number < 9 else number for number in range(13)},
    {f"f{number}": ... if number < 9 else number for number in range(14)},
    {f"f{number}": number for number in range(40)},
]


@pytest.mark.parametrize("fields", FORMS, ids=len)
def test_it_does_what_that_of_typing_does(fields):
    mine, theirs = (made(named_tuple, fields) for named_tuple in (ours.NamedTuple, typing.NamedTuple))
    few = list(range(100, 100 + sum(default is ... for default in fields.values())))
    for a, b in (
        (mine(*few), theirs(*few)),
        (mine.of(7), theirs.of(7)),
        (mine(**dict.fromkeys(fields, 5)), theirs(**dict.fromkeys(fields, 5))),
        (mine._make(range(len(fields))), theirs._make(range(len(fields)))),
        (mine(*few)._replace(**{list(fields)[-1]: 1}), theirs(*few)._replace(**{list(fields)[-1]: 1})),
    ):
        assert type(a) is mine
        assert a == b
        assert hash(a) == hash(b)
        assert repr(a) == repr(b)
        assert a._asdict() == b._asdict()
        assert [getattr(a, name) for name in fields] == list(b)
        assert a.first == b.first
        assert json.dumps(a) == json.dumps(b)
        assert type(copy.copy(a)) is mine
        assert copy.deepcopy(a) == a
        assert a.__getnewargs__() == b.__getnewargs__()
        with pytest.raises(AttributeError):
            a.other = 1
        with pytest.raises(AttributeError):
            setattr(a, next(iter(fields)), 1)
    for name in ("_fields", "_field_defaults", "__match_args__", "__slots__", "__doc__", "__name__", "__module__"):
        assert getattr(mine, name) == getattr(theirs, name)
    assert [(p.name, p.default, p.kind) for p in inspect.signature(mine).parameters.values()] == [
        (p.name, p.default, p.kind) for p in inspect.signature(theirs).parameters.values()
    ]
    for arguments, names in (([0] * (len(fields) + 1), {}), ([], {"nothing": 1}), ([1], {next(iter(fields)): 1})):
        messages = []
        for kind in (mine, theirs):
            with pytest.raises(TypeError) as error:
                kind(*arguments, **names)
            messages.append(str(error.value))
        assert messages[0] == messages[1]
    with pytest.raises(TypeError):
        mine._make(range(len(fields) + 1))
    with pytest.raises(ValueError, match="nothing"):
        mine.of(1)._replace(nothing=1)


class Place(ours.NamedTuple):
    path: str
    line: int = 1
    further: tuple[int, ...] = ()


class Kept(ours.NamedTuple, Generic[T]):
    value: T


class Shown(ours.NamedTuple):
    value: str

    def __repr__(self) -> str:
        return "…"


def test_what_else_a_class_may_be():
    assert pickle.loads(pickle.dumps(Place("a", 2))) == Place("a", 2)
    assert type(pickle.loads(pickle.dumps(Place("a", 2)))) is Place
    assert Kept[int](3).value == 3
    assert repr(Shown("secret")) == "…"
    assert typing.get_type_hints(Place) == {"path": str, "line": int, "further": tuple[int, ...]}
    assert msgspec.json.decode(b'["a", 2, [3]]', type=Place) == Place("a", 2, (3,))
    assert msgspec.json.schema(Place)["$defs"]["Place"]["type"] == "array"
    match Place("a", 2):
        case Place(path, line):
            assert (path, line) == ("a", 2)


def test_a_class_whose_fields_cannot_be_seen_is_refused():
    with pytest.raises(TypeError, match="from __future__ import annotations"):
        exec("class X(NamedTuple):\n    pass", {"NamedTuple": ours.NamedTuple, "__name__": __name__})
