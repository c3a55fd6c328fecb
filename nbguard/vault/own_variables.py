"""A variable of the environment for each reference: two that share one would give a program the wrong value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.vault.style import Lookup, variable_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbguard.vault.references import Reference


def keep_variables_apart(lookups: Mapping[str, Lookup]) -> dict[str, Lookup]:
    """The same lookups, with a variable of its own for each reference: the first reference keeps the one it has."""
    owners: dict[str, Reference] = {}
    apart: dict[str, Lookup] = {}
    for value, lookup in sorted(lookups.items(), key=lambda item: str(item[1].reference)):
        variable, number = lookup.variable, 1
        while owners.setdefault(variable, lookup.reference) != lookup.reference:
            variable = variable_name(lookup.reference) + (f"_{number}" if number > 1 else "")
            number += 1
        apart[value] = lookup._replace(variable=variable)
    return {value: apart[value] for value in lookups}
