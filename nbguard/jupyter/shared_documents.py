"""Whether jupyter-collaboration runs on this server, and where it keeps every version of what was typed."""

from __future__ import annotations

from typing import Any, NamedTuple

_EXTENSION = "jupyter_server_ydoc"


class Collaboration(NamedTuple):
    """``store`` is the path of the store of edits as it is configured; None where there is none or it is unknown."""

    active: bool
    store: str | None = None


def find_collaboration(serverapp: Any) -> Collaboration:
    """What holds on a running server."""
    manager = getattr(serverapp, "extension_manager", None)
    apps = getattr(manager, "extension_apps", {}).get(_EXTENSION) or ()
    for app in apps:
        if getattr(app, "disable_rtc", False):
            continue
        store_class = getattr(app, "ystore_class", None)
        if store_class is None:
            return Collaboration(True)
        configured = serverapp.config.get(store_class.__name__, {}).get("db_path")
        default = getattr(store_class, "db_path", None)
        default = getattr(default, "default_value", default)
        store = configured or default
        return Collaboration(True, store if isinstance(store, str) else None)
    return Collaboration(False)
