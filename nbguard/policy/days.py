"""The day by which acceptances are judged: the one in UTC, so that a laptop, a server and an audit agree on it."""

from __future__ import annotations

import time


def today() -> str:
    """Today in UTC, as an ISO date."""
    return time.strftime("%Y-%m-%d", time.gmtime())
