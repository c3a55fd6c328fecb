"""What is left to do after a move in style ``colab`` or ``databricks``: the platform has to get the values, too."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.vault.transaction import MoveResult


def platform_steps(moved: MoveResult, style: str) -> Iterator[str]:
    """The steps, each value once; none for other styles. No command has a value among its words."""
    from nbguard.vault.references import format_reference
    from nbguard.vault.style import databricks_names

    lookups = moved.plan.lookups
    gone = {credential.value for credential in moved.plan.credentials}
    placed = [lookup for value, lookup in lookups.items() if value in gone]
    if style == "colab":
        yield "\nColab reads its own secrets (the key on the left). Add there, and allow this notebook to read them:"
        for lookup in placed:
            get = f"nbguard vault get {shlex.quote(format_reference(lookup.reference))}"
            yield f"  {lookup.variable}: what `{get}` prints"
    elif style == "databricks":
        yield "\nDatabricks reads its own secrets. Put them there:"
        names = [databricks_names(lookup.reference) for lookup in placed]
        for scope in dict.fromkeys(scope for scope, _ in names):
            yield f"  databricks secrets create-scope {scope}"
        for (scope, key), lookup in zip(names, placed, strict=True):
            get = f"nbguard vault get {shlex.quote(format_reference(lookup.reference))}"
            yield f'  printf %s "$({get})" | databricks secrets put-secret {scope} {key}'
