"""What to strip and what to keep, under the names people know from nbstripout and nb-clean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# The metadata nbstripout takes out unless told otherwise.
VOLATILE_KEYS = (
    "metadata.signature",
    "metadata.widgets",
    "cell.metadata.collapsed",
    "cell.metadata.ExecuteTime",
    "cell.metadata.execution",
    "cell.metadata.heading_collapsed",
    "cell.metadata.hidden",
    "cell.metadata.scrolled",
)
_SIZE_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}


class StripOptions(NamedTuple):
    """What to strip. The defaults are nbstripout's, but cell ids are kept.

    ``keep_output`` None leaves the decision to ``metadata.keep_output`` of the notebook. ``extra_keys`` and
    ``keep_metadata_keys`` name metadata as ``metadata.x`` (the notebook's) and ``cell.metadata.x``; ``*`` in the
    place of ``x`` is every key, and a key may hold dots. ``drop_output_types`` and ``keep_output_types`` are
    ``type`` or ``type:name`` (``stream:stderr``). ``max_size`` keeps outputs of up to so many characters.
    ``strip_regex`` takes kept outputs out whose text it matches. ``blank_cells`` says whether a cell of white space
    only counts as empty, ``markers`` whether notebooks and cells may ask for their outputs to stay.
    ``normalize`` writes the notebook in nbformat's own layout.
    """

    keep_output: bool | None = None
    keep_count: bool = False
    keep_id: bool = True
    extra_keys: tuple[str, ...] = ()
    keep_metadata_keys: tuple[str, ...] = ()
    drop_empty_cells: bool = False
    drop_tagged_cells: tuple[str, ...] = ()
    strip_init_cells: bool = False
    max_size: int = 0
    drop_output_types: tuple[str, ...] = ()
    keep_output_types: tuple[str, ...] = ()
    strip_regex: str = ""
    normalize: bool = False
    volatile_keys: tuple[str, ...] = VOLATILE_KEYS
    blank_cells: bool = True
    markers: bool = True


DEFAULT = StripOptions()


def from_config(config: Mapping[str, object]) -> StripOptions:
    """The options in ``[tool.nbguard.strip]``, contradictions refused.

    A list may be given as one string with spaces between. Raises UsageError on an unknown key, a value of the wrong
    type, or a contradiction.
    """
    values: dict[str, object] = {}
    for key, value in config.items():
        name = key.replace("-", "_")
        if name not in StripOptions._fields:
            raise UsageError(f"[tool.nbguard.strip]: there is no option {key!r}")
        values[name] = _read(name, value)
    return check(DEFAULT._replace(**values))  # type: ignore[arg-type]


def parse_size(text: str | int) -> int:
    """A size in characters from ``5000``, ``5K``, ``2M`` or ``1G``. Raises UsageError."""
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    number, unit = str(text).strip().upper(), 1
    if number[-1:] in _SIZE_UNITS:
        number, unit = number[:-1], _SIZE_UNITS[number[-1]]
    if not number.isascii() or not number.isdigit():
        raise UsageError(f"{text!r} is no size; write it as 5000, 5K, 2M or 1G")
    return int(number) * unit


def check(options: StripOptions) -> StripOptions:
    """The same options, if no two of them contradict each other. Raises UsageError with the pair."""
    for key in (*options.extra_keys, *options.keep_metadata_keys):
        if not key.startswith(("metadata.", "cell.")) or key.endswith("."):
            raise UsageError(f"{key!r} names no metadata; write metadata.NAME or cell.metadata.NAME")
    both = set(options.extra_keys) & set(options.keep_metadata_keys)
    if both:
        raise UsageError(f"extra_keys strips {min(both)!r} and keep_metadata_keys keeps it; choose one")
    both = set(options.drop_output_types) & set(options.keep_output_types)
    if both:
        raise UsageError(f"drop_output_types drops {min(both)!r} and keep_output_types keeps it; choose one")
    if options.keep_output and options.max_size:
        raise UsageError("keep_output keeps every output and max_size only small ones; choose one")
    if options.keep_output and options.keep_output_types:
        raise UsageError("keep_output keeps every output and keep_output_types only some; choose one")
    return options


def _read(name: str, value: object) -> object:
    wanted = DEFAULT._asdict()[name]
    if name == "max_size" and isinstance(value, (str, int)):
        return parse_size(value)
    if isinstance(wanted, tuple):
        if isinstance(value, str):
            return tuple(value.split())
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise UsageError(f"[tool.nbguard.strip] {name}: a list of strings is wanted")
    if isinstance(value, str if isinstance(wanted, str) else bool):
        return value
    raise UsageError(
        f"[tool.nbguard.strip] {name}: {'a string' if isinstance(wanted, str) else 'true or false'} is wanted"
    )
