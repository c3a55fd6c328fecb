"""Which outputs of a cell go: by type, by size, by what their text says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.documents.spans import Member, read_value
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.strip.options import StripOptions

_NOT_TEXT = ("image/png", "image/jpeg", "image/gif", "application/pdf")


def choose_outputs(text: str, elements: list[Member], keep: bool, options: StripOptions) -> list[int]:
    """The numbers of the outputs that go, in order. ``keep`` says whether the cell's outputs stay on the whole.

    As in nbstripout: without ``keep``, and wherever ``keep_output_types`` is given, an output stays that is of such a
    type or small enough; of what stays, ``drop_output_types`` go; and so does what ``strip_regex`` matches.
    """
    looks = options.max_size or options.keep_output_types or options.drop_output_types or options.strip_regex
    if keep and not looks:
        return []
    matches = compile_regex(options.strip_regex) if options.strip_regex else None
    going = []
    for number, element in enumerate(elements):
        output = read_value(text, element.start)[0]
        stays = keep and not options.keep_output_types
        stays = stays or measure(output) <= options.max_size or _is_one_of(output, options.keep_output_types)
        if stays and _is_one_of(output, options.drop_output_types):
            stays = False
        if stays and matches is not None and any(map(matches, _texts(output))):
            stays = False
        if not stays:
            going.append(number)
    return going


def measure(item: Any) -> int:
    """The size of a JSON value as nbstripout counts it: characters of all values, keys and marks left out."""
    if isinstance(item, str):
        return len(item)
    if isinstance(item, list):
        return sum(map(measure, item))
    if isinstance(item, dict):
        return sum(map(measure, item.values()))
    return len(str(item))


def _is_one_of(output: Any, types: tuple[str, ...]) -> bool:
    if not types or not isinstance(output, dict):
        return False
    kind = output.get("output_type")
    name = output.get("name", output.get("stream"))
    return any(kind == wanted or f"{kind}:{name}" == wanted for wanted in types)


def _texts(output: Any) -> Iterator[str]:
    if not isinstance(output, dict):
        return
    data = output.get("data")
    for key, value in (*output.items(), *(data.items() if isinstance(data, dict) else ())):
        if key in _NOT_TEXT or key in ("output_type", "name"):
            continue
        if isinstance(value, str):
            yield value
        elif isinstance(value, list) and all(isinstance(line, str) for line in value):
            yield ("\n" if key == "traceback" else "").join(value)


def compile_regex(pattern: str) -> Any:
    """The search function of an RE2 pattern. Raises UsageError where it is none, or RE2 isn't installed."""
    # The pattern comes from outside: RE2 matches in linear time whatever it is.
    from importlib import import_module

    try:
        re2: Any = import_module("re2")
    except ImportError:
        from nbguard.version import how_to_add

        raise UsageError(f"strip_regex needs the extra 'rules': {how_to_add('rules')}") from None
    quiet = re2.Options()
    quiet.log_errors = False  # RE2 would write to standard error itself
    try:
        search = re2.compile(pattern, quiet).search
    except re2.error:
        raise UsageError(f"strip_regex: {pattern!r} is no RE2 pattern") from None
    # Halves of surrogate pairs, and bytes that are no UTF-8, have no form that RE2 reads.
    return lambda text: search(text.encode("utf-8", "replace").decode())
