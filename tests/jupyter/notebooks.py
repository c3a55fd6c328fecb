"""Notebooks as the front end sends them."""

from typing import Any


def code(source: str, id: str = "", **given: Any) -> dict[str, Any]:  # noqa: A002 - the field's name
    return {"cell_type": "code", "source": source} | ({"id": id} if id else {}) | given


def markdown(source: str, id: str = "", **given: Any) -> dict[str, Any]:  # noqa: A002
    return code(source, id, **given) | {"cell_type": "markdown"}


def notebook(*cells: dict[str, Any], path: str = "a.ipynb", **given: Any) -> dict[str, Any]:
    named = [cell if "id" in cell else cell | {"id": f"cell{number}"} for number, cell in enumerate(cells)]
    return {"path": path, "cells": named} | given


def meant(finding: dict[str, Any]) -> dict[str, Any]:
    """How a later request names a finding of a scan's answer."""
    place = {"fingerprint": finding["fingerprint"], "cell": finding["cell"]["id"]}
    return place | {key: finding[key] for key in ("from", "to") if finding[key] is not None}


def apply_edits(sent: dict[str, Any], edits: list[dict[str, Any]]) -> dict[str, Any]:
    """What the front end makes of edits: each cell's from the end backwards, in UTF-16 units."""
    cells = []
    for cell in sent["cells"]:
        units = cell["source"].encode("utf-16-le", "surrogatepass")
        for edit in reversed([edit for edit in edits if edit["cell"] == cell["id"]]):
            insert = edit["insert"].encode("utf-16-le", "surrogatepass")
            units = units[: 2 * edit["from"]] + insert + units[2 * edit["to"] :]
        cells.append(cell | {"source": units.decode("utf-16-le", "surrogatepass")})
    return sent | {"cells": cells}
