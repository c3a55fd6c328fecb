"""The options of nbstripout and nb-clean, said in those of our table strip.

Options: https://github.com/kynan/nbstripout#readme, https://github.com/srstevenson/nb-clean#readme
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Options of the strippers by what they say in [strip]; "" is what nbguard does anyway, or what has no meaning for it.
_SWITCHES = {
    "nbstripout": {
        "--keep-output": "keep_output", "--keep-count": "keep_count", "--drop-empty-cells": "drop_empty_cells",
        "--strip-init-cells": "strip_init_cells", "--keep-id": "", "--force": "", "-f": "",
    },
    "nb-clean": {
        "--preserve-cell-outputs": "keep_output", "-o": "keep_output", "--preserve-execution-counts": "keep_count",
        "-c": "keep_count", "--remove-empty-cells": "drop_empty_cells", "-e": "drop_empty_cells",
        "--preserve-notebook-metadata": "", "-n": "",
    },
}  # fmt: skip
_VALUED = {
    "--extra-keys": "extra_keys", "--keep-metadata-keys": "keep_metadata_keys",
    "--drop-tagged-cells": "drop_tagged_cells", "--max-size": "max_size",
    "--drop-output-type": "drop_output_types", "--drop-output-types": "drop_output_types",
    "--keep-output-type": "keep_output_types", "--keep-output-types": "keep_output_types",
}  # fmt: skip
# Those of them that take more out; all others keep something.
_TAKING_OUT = ("extra_keys", "drop_tagged_cells", "drop_output_types", "drop_empty_cells", "strip_init_cells")
# nb-clean's way to keep all metadata of cells: here, what would go without a word.
_CELL_METADATA = tuple(
    f"cell.metadata.{name}"
    for name in ("collapsed", "ExecuteTime", "execution", "heading_collapsed", "hidden", "scrolled")
)
_METADATA = ("--preserve-cell-metadata", "-m", "--preserve-cell-metadata-field")


def split_options(words: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Each option with the words behind it, ``--a=b`` as ``--a b``; words before the first option have an empty one."""
    option, values = "", list[str]()
    for word in words:
        if re.match(r"-[A-Za-z]|--", word):
            yield option, values
            option, has_value, value = word.partition("=")
            values = [value] if has_value else []
        else:
            values.append(word)
    yield option, values


def options_of(tool: str, words: tuple[str, ...], by_hand: list[str]) -> dict[str, Any]:
    """What a stripper's command line says, as options of [strip]; what that can't say is added to ``by_hand``."""
    options: dict[str, Any] = {}

    def leave(what: str) -> None:
        by_hand.append(f"{tool}: {what} isn't taken over (docs/strip.md has the settings)")

    for option, values in split_options(words):
        switch = _SWITCHES[tool].get(option)
        name = _VALUED.get(option, "") if tool == "nbstripout" else ""
        single = [word for value in values for word in value.split()]
        if switch is not None:
            if switch:
                options[switch] = True
        elif name == "max_size" and re.fullmatch(r"[0-9]{1,15}[kKmMgG]?", "".join(values)):
            options[name] = values[0]
        elif name and name != "max_size":
            options[name] = [*options.get(name, ()), *single]
        elif tool == "nb-clean" and option in _METADATA:
            keys = [f"cell.metadata.{word}" for word in single] or _CELL_METADATA
            options["keep_metadata_keys"] = [*options.get("keep_metadata_keys", ()), *keys]
        elif tool == "nb-clean" and option in ("-M", "--remove-all-notebook-metadata"):
            options["extra_keys"] = ["metadata.*"]
        elif option and option != "--":
            leave(option)
        elif "check" in values:
            leave("check (nbguard strips where that complained)")
    _take_out_contradictions(options, leave)
    return options


def _take_out_contradictions(options: dict[str, Any], leave: Callable[[str], None]) -> None:
    """What our configuration refuses goes: an option that is invalid would stop every command."""
    for name in ("extra_keys", "keep_metadata_keys"):
        for key in list(options.get(name, ())):
            again = name == "extra_keys" and key in options.get("keep_metadata_keys", ())
            if not key.startswith(("metadata.", "cell.")) or key.endswith(".") or again:
                options[name].remove(key)
                leave(f"{name} {key!r}")
    for kind in list(options.get("drop_output_types", ())):
        if kind in options.get("keep_output_types", ()):
            options["drop_output_types"].remove(kind)
            leave(f"drop_output_types {kind!r}")
    for name in ("max_size", "keep_output_types"):
        if options.get("keep_output") and name in options:
            del options[name]
            leave(f"{name} beside --keep-output")
    for name in [name for name, value in options.items() if value == []]:
        del options[name]


def join_options(hooks: list[tuple[str, dict[str, Any]]], by_hand: list[str]) -> dict[str, Any]:
    """What several strippers do that run one after the other on the same files, as options of [strip].

    What one of them takes out is gone, whatever another keeps.
    """
    every = [options for _, options in hooks]
    together = {name: value for name, value in every[0].items() if all(o.get(name) == value for o in every)}
    for tool, options in hooks:
        for name in [name for name in options if name not in together]:
            if name in _TAKING_OUT:
                together[name] = _all_of([o[name] for o in every if name in o])
            else:
                by_hand.append(f"{tool}: {name} isn't taken over, for another stripper's hook undid it")
    _take_out_contradictions(together, lambda what: by_hand.append(f"{what} isn't taken over"))
    return together


def _all_of(values: list[Any]) -> Any:
    """A switch that is on, or one list of several."""
    return True if True in values else list(dict.fromkeys(word for value in values for word in value))
