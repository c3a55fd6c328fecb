"""Tells of what the guard did, each thing once for a while: autosave tries again and again."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from nbguard.editing import wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbguard.editing.events import Events
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord

# Seconds in which the same thing about the same file isn't said again.
_QUIET = {"blocked": 600.0, "failed": 600.0, "warned": 3600.0, "stripped": 86400.0}
_REMEMBERED = 10_000
# Finding events for one save: a data set isn't a thousand alarms.
_MOST_FINDINGS = 100


class GuardEvents:
    """Emits the guard's events. ``clock`` gives seconds."""

    def __init__(self, events: Events, clock: Callable[[], float] = monotonic) -> None:
        self._events = events
        self._clock = clock
        self._said: dict[object, float] = {}
        self._last: dict[str, object] = {}

    def tell(
        self,
        path: str,
        action: str,
        message: str,
        findings: Sequence[FindingRecord],
        config: Config | None,
        deed: str = "saved",
    ) -> None:
        """Emits ``save``, and ``finding`` for each that is new, unless just that was said of this file a while ago.

        ``deed`` is what was done or refused: saved, uploaded, copied, renamed, restored, downloaded,
        exported.
        An upload in pieces is saved once it is whole.
        """
        same = (path, action, message, frozenset(finding.fingerprint for finding in findings))
        again = self._was_said(same, _QUIET[action]) and self._last.get(path) == same
        self._last[path] = same
        if len(self._last) > _REMEMBERED:
            del self._last[next(iter(self._last))]
        if again:
            return
        for finding in findings[:_MOST_FINDINGS]:
            place = (path, finding.fingerprint, finding.cell.id if finding.cell else None)
            if not self._was_said(place, _QUIET["stripped"]):
                self._events.finding(path, finding, config)
        rules = (finding.rule for finding in findings)
        self._events.save(path, action, len(findings), rules, message, config, deed)

    def tell_over(self, path: str, config: Config | None) -> None:
        """Emits that a refusal is over: the file is on the disk as it was asked for, or gone."""
        self.forget(path)
        self._events.save(path, "over", 0, (), wording.over(), config)

    def forget(self, path: str) -> None:
        """A file passed: what is said of it next is new."""
        self._last.pop(path, None)

    def _was_said(self, what: object, quiet: float) -> bool:
        now = self._clock()
        before = self._said.pop(what, None)
        if before is not None and now - before < quiet:
            self._said[what] = before
            return True
        self._said[what] = now
        if len(self._said) > _REMEMBERED:
            del self._said[next(iter(self._said))]
        return False
