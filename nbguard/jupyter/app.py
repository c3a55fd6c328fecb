"""The extension as jupyter_server runs it: settings, routes, the save guard, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Integer

from nbguard.editing.workspace import Workspace
from nbguard.jupyter import save_guard
from nbguard.jupyter.front_end import MISSING, has_front_end
from nbguard.jupyter.guard.leaving import handlers_for
from nbguard.jupyter.heartbeat import PERIOD, Heartbeat
from nbguard.jupyter.routes import ROUTES

if TYPE_CHECKING:
    from nbguard.editing.events import Events
    from nbguard.jupyter.guard.health import GuardHealth


class NbguardApp(ExtensionApp):
    """Warns of credentials and sample data in notebooks, moves credentials to Vault, and guards saving."""

    name = "nbguard"
    description = "Warns of credentials and sample data in notebooks before anything is saved."
    load_other_extensions = True

    max_body_size = Integer(
        64_000_000, min=10_000, help="Bytes of a request that are read at most. A notebook's outputs count."
    ).tag(config=True)

    workspace: Workspace

    def initialize_settings(self) -> None:
        """Makes what requests share, and sets the save guard up."""
        serverapp: Any = self.serverapp
        root = getattr(serverapp.contents_manager, "root_dir", "") or serverapp.root_dir
        self.workspace = Workspace(root, self.max_body_size)
        self.settings["nbguard_workspace"] = self.workspace
        self.settings["nbguard_max_body_size"] = self.max_body_size
        guard = save_guard.register(serverapp, self.workspace)
        self._start_heartbeat(serverapp.web_app.settings[save_guard.EVENTS], guard.health)
        if not has_front_end():
            self.log.warning("nbguard's front end for JupyterLab is %s", MISSING)

    def initialize_handlers(self) -> None:
        """Adds the routes of the REST interface, and the look before downloads and exports."""
        self.handlers.extend(ROUTES)
        serverapp: Any = self.serverapp
        self.handlers.extend(handlers_for(serverapp.contents_manager))

    def _start_heartbeat(self, events: Events, health: GuardHealth) -> None:
        from tornado.ioloop import PeriodicCallback

        self._events = events
        self._heartbeat = Heartbeat(self.workspace, events, health)
        self._heartbeat.beat()
        self._beating = PeriodicCallback(self._heartbeat.beat, PERIOD)
        self._beating.start()

    async def stop_extension(self) -> None:
        """Says that the guard is going, and lets requests to Vault end."""
        self._beating.stop()
        self._heartbeat.end()
        self._events.close()
        self.workspace.close()
