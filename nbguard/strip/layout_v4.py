"""Lays a notebook of nbformat 4 out as nbformat's own writer does, without importing it.

The import takes seconds where jsonschema finds packages for formats. Notebooks that aren't built as the format says are
left to nbformat itself: what becomes of those is its own affair.
Layout: https://nbformat.readthedocs.io/en/latest/format_description.html and ``nbformat.v4.rwbase``.
"""

from __future__ import annotations

import json
from typing import Any

_TRANSIENT = ("orig_nbformat", "orig_nbformat_minor", "signature")
# Of a bundle of representations those that are split into lines although they aren't called text.
_SPLIT_AS_WELL = ("application/javascript", "image/svg+xml")
_BUNDLES = ("execute_result", "display_data")


def write_v4(content: Any) -> str | None:
    """The notebook as text, its parts changed in place; None where it isn't built as nbformat 4 says."""
    if not _is_regular(content):
        return None
    for key in _TRANSIENT:
        content["metadata"].pop(key, None)
    for cell in content["cells"]:
        cell["metadata"].pop("trusted", None)
        if "source" in cell:
            cell["source"] = _in_lines(cell["source"])
        for bundle in cell.get("attachments", {}).values():
            _lay_out_bundle(bundle)
        for output in cell["outputs"] if cell["cell_type"] == "code" else ():
            if output["output_type"] in _BUNDLES:
                _lay_out_bundle(output.get("data", {}))
            elif output["output_type"] == "stream":
                output["text"] = _in_lines(output["text"])
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": "))


def _is_regular(content: Any) -> bool:
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list) or not isinstance(content.get("metadata"), dict):
        return False
    return all(isinstance(cell, dict) and _is_regular_cell(cell) for cell in cells)


def _is_regular_cell(cell: dict[str, Any]) -> bool:
    if not isinstance(cell.get("metadata"), dict) or not isinstance(cell.get("cell_type"), str):
        return False
    if not _is_text(cell.get("source", "")) or not _are_bundles(cell.get("attachments", {})):
        return False
    if cell["cell_type"] != "code":
        return True
    outputs = cell.get("outputs")
    return isinstance(outputs, list) and all(isinstance(o, dict) and _is_regular_output(o) for o in outputs)


def _is_regular_output(output: dict[str, Any]) -> bool:
    kind = output.get("output_type")
    if kind in _BUNDLES:
        return isinstance(output.get("data", {}), dict)
    if kind == "stream":
        return _is_text(output.get("text"))
    return kind == "error" and not isinstance(output.get("text"), list)


def _are_bundles(attachments: Any) -> bool:
    return isinstance(attachments, dict) and all(isinstance(bundle, dict) for bundle in attachments.values())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(line, str) for line in value))


def _in_lines(text: str | list[str]) -> list[str]:
    return (text if isinstance(text, str) else "".join(text)).splitlines(keepends=True)


def _lay_out_bundle(bundle: dict[str, Any]) -> None:
    for mime, value in bundle.items():
        if mime == "application/json" or (mime.startswith("application/") and mime.endswith("+json")):
            continue
        if not _is_text(value):
            continue
        lines = mime.startswith("text/") or mime in _SPLIT_AS_WELL
        text = value if isinstance(value, str) else "".join(value)
        bundle[mime] = text.splitlines(keepends=True) if lines else text
