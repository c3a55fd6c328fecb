"""Real stores of jupyter-collaboration, written as its server writes them."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_ydoc import YFile, YNotebook
from pycrdt import Text
from pycrdt.store import SQLiteYStore


def notebook_updates(edit: Callable[[YNotebook], Any], source: str = "x = 1") -> list[bytes]:
    """The updates that come of a notebook with one cell, and of an edit of it."""
    notebook, updates = YNotebook(), []
    notebook.ydoc.observe(lambda event: updates.append(event.update))
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, "id": "a1"}
    notebook.set({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    edit(notebook)
    return updates


def file_updates(edit: Callable[[Any], Any]) -> list[bytes]:
    """The updates that come of a text file, given its shared text."""
    file, updates = YFile(), []
    file.ydoc.observe(lambda event: updates.append(event.update))
    edit(file.ydoc.get("source", type=Text))
    return updates


def source_of(notebook: YNotebook) -> Any:
    return notebook.ycells[0]["source"]


def typed(text: Any, what: str) -> None:
    """One character after the other, at the end."""
    for character in what:
        text.insert(len(str(text).encode()), character)


def write_store(path: Path, *rooms: list[bytes]) -> Path:
    """A store with a document for each list of updates."""

    class Store(SQLiteYStore):
        db_path = str(path)

    async def write() -> None:
        for number, updates in enumerate(rooms):
            async with Store(f"json:notebook:{number}") as store:
                await store.db_initialized.wait()
                for update in updates:
                    await store.write(update)

    asyncio.run(write())
    return path
