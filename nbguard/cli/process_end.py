"""The end of a process that needs nothing more."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn


def leave(status: int) -> NoReturn:
    """Ends the process at once: what was to be done at its end is done, and its memory isn't taken apart.

    Threads that still run are left where they are.
    """
    atexit._run_exitfuncs()  # noqa: SLF001 - there is no other way to have them run before the end
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(status)  # which says what is wrong
    os._exit(status)
