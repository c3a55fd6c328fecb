"""Replays the updates of a shared document (Yjs) and collects each text that stood in it at some time.

An update holds what one person typed in one moment, often a single character, and the document's end state no longer
holds what was deleted. So what a cell said before a move to Vault only shows when the updates are applied one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# An insertion of this many characters was pasted: what was there before it is kept, too.
_PASTED = 8


class Replay:
    """One document, from its first update on. Needs pycrdt; raises ImportError without."""

    def __init__(self) -> None:
        from pycrdt import Array, Doc, Map, Text, TextEvent

        self._text_event: Any = TextEvent
        self._doc: Any = Doc()
        # What jupyter_ydoc names the roots of a notebook and of a text file.
        self._roots = [
            self._doc.get("cells", type=Array),
            self._doc.get("meta", type=Map),
            self._doc.get("source", type=Text),
        ]
        self._seen: list[str] = []
        self._run: dict[tuple[object, ...], tuple[int, int]] = {}
        self._subscriptions = [root.observe_deep(self._note) for root in self._roots]

    def apply(self, updates: Iterable[bytes]) -> None:
        """Applies updates in their order. One that can't be read raises what pycrdt raises."""
        for update in updates:
            self._doc.apply_update(update)

    def texts(self) -> list[str]:
        """Each text that stood in the document at some time once, in the order they came up."""
        return [text for text in dict.fromkeys(self._seen) if text]

    def _note(self, events: list[Any]) -> None:
        for event in events:
            if isinstance(event, self._text_event):
                self._note_text(tuple(event.path), str(event.target), event.delta)
            elif hasattr(event, "delta"):  # an array
                self._keep_strings([change.get("insert") for change in event.delta])
            else:
                self._keep_strings([change.get("newValue") for change in event.keys.values()])

    def _note_text(self, place: tuple[object, ...], text: str, changes: list[dict[str, Any]]) -> None:
        """Keeps a text; while somebody types on in one place, only the last of many."""
        at = sum(change.get("retain", 0) for change in changes)
        inserted = "".join(change.get("insert", "") for change in changes)
        deleted = any("delete" in change for change in changes)
        number, end = self._run.get(place, (-1, -1))
        goes_on = number >= 0 and at == end and not deleted and 0 < len(inserted) < _PASTED
        if goes_on and text[:at] + text[at + len(inserted) :] == self._seen[number]:
            self._seen[number] = text
        else:
            self._seen.append(text)
            number = len(self._seen) - 1
        # What was pasted is kept as it was, whatever is typed behind it.
        self._run[place] = (number if len(inserted) < _PASTED else -1), at + len(inserted)

    def _keep_strings(self, value: Any) -> None:
        """All strings in what was put into an array or a map: sources, outputs, metadata."""
        to_python = getattr(value, "to_py", None)
        if to_python is not None:
            value = to_python()
        if isinstance(value, str):
            self._seen.append(value)
        elif isinstance(value, dict):
            self._keep_strings(list(value.values()))
        elif isinstance(value, (list, tuple)):
            for item in value:
                self._keep_strings(item)
