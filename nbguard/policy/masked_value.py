"""How much of a value a report may show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.detect.finding import Finding

_SHORTEST_SHOWN = 12
_SHOWN = 2


def mask(value: str, prefix: int = 0) -> str:
    """The provider's public prefix (its first ``prefix`` characters), two more, and the length: ``sU…(32)``.

    Where fewer than twelve characters are secret, none of them is shown.
    """
    prefix = max(0, min(prefix, len(value)))
    shown = prefix + (_SHOWN if len(value) - prefix >= _SHORTEST_SHOWN else 0)
    if len(value) < _SHORTEST_SHOWN:
        shown = 0
    head = "".join(character if character.isprintable() else "?" for character in value[:shown])
    return f"{head}…({len(value)})"


def mask_finding(finding: Finding) -> str:
    """The masked value of a finding. Of sample data only the amount is shown: characters, and lines if several."""
    if finding.kind != "sample-data":
        return mask(finding.value, finding.prefix)
    lines = len(finding.value.splitlines())
    return f"…({lines} lines, {len(finding.value)})" if lines > 1 else f"…({len(finding.value)})"


def without_value(text: str, finding: Finding) -> str:
    """A sentence about a finding, with the value masked should it stand in it after all."""
    for piece in {finding.value, finding.value.strip(), finding.field.text[finding.start : finding.end].strip("'\" ")}:
        if len(piece) >= 6 and piece in text:
            text = text.replace(piece, mask(piece))
    return text
