"""What happened, for logs and for the front end: as Jupyter events, and as JSON Lines. Never with a value."""

from nbguard.editing.events.emitting import Events

__all__ = ["Events"]
