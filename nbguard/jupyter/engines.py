"""Engines for configurations, kept while a configuration and its rule packs stay as they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.scan.engines import make_engine

if TYPE_CHECKING:
    from nbguard.detect.engine import Engine
    from nbguard.policy.config import Config

_KEPT = 8


class Engines:
    """The engines of one thread: none of them may be used on two."""

    def __init__(self) -> None:
        self._known: list[tuple[Config, object, Engine]] = []

    def engine_for(self, config: Config) -> Engine:
        """The engine for a configuration (the very object). Raises UsageError for rules there are not."""
        packs = _sign(config.rules)
        for number, (known, signature, engine) in enumerate(self._known):
            if known is config and signature == packs:
                self._known.append(self._known.pop(number))
                return engine
        engine = make_engine(config)
        self._known.append((config, packs, engine))
        del self._known[:-_KEPT]
        return engine


def _sign(rules: tuple[str, ...]) -> tuple[object, ...]:
    """What changes when a rule pack does; a pack that is missing is the engine's to complain of."""
    signature: list[object] = []
    for path in rules:
        try:
            status = os.stat(path)
            signature.append((status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            signature.append(None)
    return tuple(signature)
