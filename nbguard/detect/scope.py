"""What an engine is to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Scope(NamedTuple):
    """What to look for: kinds of finding, and the thresholds of ``[tool.nbguard.sample_data]``.

    ``plugins`` are detect-secrets plugins by their class names, or ``all``; ``rules`` are paths of rule packs. Both
    look for credentials. ``default_rules`` is the pack that one means by ``extend.useDefault``. ``sample_data_at`` says
    the thresholds of a path, where not all have the same; ``bulk_from`` is the least ``bulk_bytes`` among them.
    ``exhaustive``: without any shortcut, as the reference. ``depth``: how many texts in base64 are around what is
    looked at. ``sdk`` is ``[tool.nbguard.sdk]`` where SDKs are judged.
    """

    kinds: frozenset[str] = frozenset(("credential", "sample-data"))
    sample_data: Mapping[str, object] = {}
    plugins: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    default_rules: str = ""
    sample_data_at: Callable[[str], Mapping[str, object]] | None = None
    bulk_from: int = 0
    exhaustive: bool = False
    depth: int = 0
    sdk: Mapping[str, object] | None = None
