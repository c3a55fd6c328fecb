"""Notebooks as the front end sends them."""

from typing import Any


def code(source: str, id: str = "", **given: Any) -> dict[str, Any]:  # noqa: A002 - the field's name
    return {"cell_type": "code", "source": source} | ({"id": id} if id else {}) | given


def markdown(source: str, id: str = "", **given: Any) -> dict[str, Any]:  # noqa: A002
    return code(source, id, **given) | {"cell_type": "markdown"}


def notebook(*cells: dict[str, Any], path: str = "a.ipynb", **given: Any) -> dict[str, Any]:
    named = [cell if "id" in cell else cell | {"id": f"cell{number}"} for number, cell in enumerate(cells)]
    return {"path": path, "cells": named} | given
