"""Shows what stripping changes as a unified diff, for people to read: what is found in it is masked."""

from __future__ import annotations

import json
from difflib import unified_diff
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.finding import Finding

_LONGEST = 200
_SHORTEST_MASKED = 6


def show_difference(
    path: str, before: bytes, after: bytes, found: Iterable[Finding], *, context: int = 3
) -> Iterator[str]:
    """The lines of a unified diff between two versions of a file; lines over 200 characters are cut short.

    What was ``found`` in the first is masked as in a report: the outputs that go are where it is printed.
    """
    masks = sorted(_make_masks(found).items(), key=lambda item: -len(item[0]))
    # What a last line ends with begins no line; bytes other than "\n" may stand in one.
    old, new = (raw.decode("utf-8", "replace").removesuffix("\n").split("\n") if raw else [] for raw in (before, after))
    name = plain(path)
    for line in unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="", n=context):
        line = line.rstrip("\r")
        for value, mask in masks:
            line = line.replace(value, mask)
        shown = "\t".join(map(plain, line[:_LONGEST].split("\t")))
        yield shown if len(line) <= _LONGEST else f"{shown}… ({len(line)} characters)"


def _make_masks(found: Iterable[Finding]) -> dict[str, str]:
    from nbguard.policy.masked_value import mask_finding

    masks = {}
    for finding in found:
        for line in finding.value.splitlines():
            if len(line.strip()) >= _SHORTEST_MASKED:
                for written in (line, json.dumps(line)[1:-1], json.dumps(line, ensure_ascii=False)[1:-1]):
                    masks[written] = mask_finding(finding)
    return masks
