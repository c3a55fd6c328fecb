"""Sets the save guard and the events up on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.editing.events import Events
from nbguard.editing.events.saying import GuardEvents
from nbguard.jupyter.guard.guard import SaveGuard
from nbguard.jupyter.guard.leaving import GUARD
from nbguard.jupyter.guard.refused_saves import follow_files
from nbguard.jupyter.guard.ways import watch_ways

if TYPE_CHECKING:
    from nbguard.editing.workspace import Workspace

# Where handlers find the events, in the application's settings.
EVENTS = "nbguard_events"
# And which saves were refused.
REFUSALS = "nbguard_refusals"


def register(serverapp: Any, workspace: Workspace) -> SaveGuard:
    """Registers the event schemas, puts the events into the settings, and guards the contents manager."""
    events = Events(getattr(serverapp, "event_logger", None), serverapp.log)
    events.register()
    serverapp.web_app.settings[EVENTS] = events
    guard = SaveGuard(workspace, GuardEvents(events))
    manager = serverapp.contents_manager
    manager.register_pre_save_hook(_as_hook(guard))
    watch_ways(manager, guard)
    follow_files(manager, guard.refusals)
    serverapp.web_app.settings[REFUSALS] = guard.refusals
    serverapp.web_app.settings[GUARD] = guard
    return guard


def _as_hook(guard: SaveGuard) -> Any:
    def nbguard_save_guard(**arguments: Any) -> None:  # its name is in the server's log
        guard.before_save(**arguments)

    return nbguard_save_guard
