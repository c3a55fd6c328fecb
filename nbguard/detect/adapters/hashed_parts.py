"""What detect-secrets hashes of a value: for some plugins a group of their pattern, not the whole.

A baseline of it then holds, for each GitHub token, the SHA-1 of ``ghp``. Source:
``RegexBasedDetector.analyze_string`` of detect-secrets 1.5.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha1
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def part_digests(value: str) -> frozenset[str]:
    """The SHA-1 (hex) of each part of the value that a plugin with a pattern would hash, but not the value's own."""
    parts = {
        part
        for plugin in _plugins()
        for part in plugin.analyze_string(value)
        if isinstance(part, str) and part != value
    }
    return frozenset(sha1(part.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest() for part in parts)


@cache
def _plugins() -> list[Any]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector

    classes: Iterable[Any] = get_mapping_from_secret_type_to_class().values()
    return [plugin() for plugin in classes if issubclass(plugin, RegexBasedDetector)]
