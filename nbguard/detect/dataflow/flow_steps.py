"""How much work questions about values may take: what goes beyond is unknown."""

from __future__ import annotations

# FlowSteps on one question, and on all questions of a document; a step takes some microseconds.
MAX_STEPS = 3_000
_MAX_STEPS_IN_ALL = 200_000
_FEWEST_STEPS = 32


class FlowSteps:
    """The steps of one document's questions; ``now`` are those that are left for the present one."""

    def __init__(self) -> None:
        self._left = _MAX_STEPS_IN_ALL
        self._granted = self.now = 0

    def begin(self, steps: int = MAX_STEPS) -> None:
        """Starts a new question that may take so many steps; few where the document's steps are used up."""
        self._left = self.left()
        self._granted = self.now = min(steps, max(self._left, _FEWEST_STEPS))

    def left(self) -> int:
        """How many are left for all further questions; less than none where they were used up."""
        return self._left - (self._granted - self.now)

    def spend(self, steps: int) -> None:
        """Counts steps that were taken before, for answers that still hold."""
        self._left -= steps
