"""Reads YAML that somebody else wrote (https://yaml.org/spec/1.1/); nothing is run for a tag."""

from __future__ import annotations

from typing import Any

# What the constructors of PyYAML raise for tags on texts that aren't theirs (`!!int ""`, `!!bool x`, a year of 0).
_WRONG = (ValueError, LookupError, AttributeError, TypeError, ArithmeticError, RecursionError)


def load_yaml(text: str) -> Any:
    """What a YAML file says. Raises ValueError, which names nothing of the file, for what is no YAML."""
    import yaml  # type: ignore[import-untyped]

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, *_WRONG) as error:
        raise ValueError(f"not valid YAML: {type(error).__name__}") from None
