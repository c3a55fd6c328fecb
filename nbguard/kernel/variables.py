"""Environment variables with providers' credentials in them: `nbguard run` and hubs fill them, cells print them."""

from __future__ import annotations

import os
from functools import cache

# Set to 0, only what `secret()` hands out is masked.
SWITCH = "NBGUARD_MASK_VARIABLES"


def credential_variables() -> dict[str, str]:
    """The values of the catalogue's variables that are set now, by name."""
    if os.environ.get(SWITCH) == "0":
        return {}
    return {name: value for name in _names() if (value := os.environ.get(name))}


@cache
def _names() -> tuple[str, ...]:
    from nbguard.detect.providers.provider_rules import load_catalogue

    known = {name for _, rule in load_catalogue().by_rule.values() for name in (*rule.env, *rule.shared_env)}
    return tuple(sorted(known))
