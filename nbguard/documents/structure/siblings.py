"""A name and its value as two fields of one object: ``name: X`` beside ``value: V``; or the value below its name.

Kubernetes, Helm, ECS, Postman, HAR, ``<add key= value=>``; Camunda and Terraform keep the value under the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.documents.structure.pair import Pair

NAME_KEYS = frozenset(
    """name key variable var field parameter param header id env option label property attribute k setting
    variablename parametername keyname parameterkey optionname""".split()  # noqa: SIM905
)
VALUE_KEYS = frozenset(
    """value default defaultvalue val currentvalue initialvalue secret content text v data plaintext string
    optionvalue parametervalue raw""".split()  # noqa: SIM905
)
_LONGEST_NAME = 160
_BEFORE_NAME = lazy_regex(r"\A[a-z]{1,20}[.:]")


def join_siblings(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yields all pairs, and with them those that two of one object, or one and the object's own name, make together."""
    names: dict[int, Pair] = {}
    values: dict[int, list[Pair]] = {}
    for pair in pairs:
        # Behind an XML name's space, and behind what JMeter writes the element's kind with: `con:name`, `Header.name`.
        key = _BEFORE_NAME.sub("", pair.name.lower()).replace("_", "").replace("-", "")
        if pair.group and key in NAME_KEYS and _is_name(pair.value):
            known = names.setdefault(pair.group, pair)
            if known is pair:
                for value in values.pop(pair.group, ()):
                    yield _joined(pair, value)
        elif key in VALUE_KEYS and pair.value:
            if pair.group in names:
                yield _joined(names[pair.group], pair)
            elif pair.group:
                values.setdefault(pair.group, []).append(pair)
        yield pair
    for lonely in values.values():
        for pair in lonely:
            name = next((step for step in reversed(pair.path) if step.lower() not in VALUE_KEYS), "")
            if name:
                yield pair._replace(name=name, form="below")


def name_by_options(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yields all pairs; of a list's elements one behind an option once more, under the option's name."""
    before: Pair | None = None
    for pair in pairs:
        yield pair
        if before is not None and before.name == pair.name and not pair.group and before.value.startswith("-"):
            yield pair._replace(
                name=before.value.lstrip("-"), name_start=before.start, name_end=before.end, form="listed"
            )
        before = pair if not pair.group else None


def _is_name(value: str) -> bool:
    return 0 < len(value) <= _LONGEST_NAME and value.isprintable() and not value.isdigit()


def _joined(naming: Pair, value: Pair) -> Pair:
    name, start, end = naming.value, naming.start, naming.end
    if name.lower() in VALUE_KEYS or name.lower() in NAME_KEYS:
        above = next((step for step in reversed(value.path) if step.lower() not in VALUE_KEYS), "")
        name = above or name
    return value._replace(name=name, name_start=start, name_end=end, form="sibling")
