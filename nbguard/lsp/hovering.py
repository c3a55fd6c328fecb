"""What is said of a finding or a reference under the pointer: why, and what to do. Never a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from nbguard.editing.finding_records import as_answer
from nbguard.lsp.diagnostics import describe_place
from nbguard.lsp.reference_hints import age_of, describe
from nbguard.lsp.rule_pages import page_of
from nbguard.vault.references import format_reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lsprotocol.types import Range

    from nbguard.editing.resolving import State
    from nbguard.lsp.placed_findings import ClientPlace
    from nbguard.lsp.reference_hints import Spotted
    from nbguard.scan.scanner import Judged


def hover_finding(found: Sequence[tuple[Judged, ClientPlace]]) -> Hover | None:
    """The findings at one place; None where there are none."""
    if not found:
        return None
    return _hover("\n\n---\n\n".join(_tell(item) for item, _ in found), found[0][1].range)


def hover_reference(spotted: Spotted, state: State) -> Hover:
    """A reference to Vault: whether it resolves, its version and its age."""
    lines = [f"**{_plain(format_reference(spotted.reference))}** · {describe(state)}"]
    if state.version is not None:
        lines.append(f"Version {state.version}" + (f", {age_of(state.created)}." if state.created else "."))
    if state.reason:
        lines.append(_plain(state.reason))
    return _hover("\n\n".join(lines), spotted.place.range)


def _tell(item: Judged) -> str:
    record = item.record
    answer = as_answer(item)
    page = page_of(record.rule)
    rule = f"[`{record.rule}`]({page})" if page else f"`{record.rule}`"
    lines = [f"**{_plain(describe_place(record.where, record.message))}** · {rule} · {record.severity}"]
    if record.match:
        cause = f" · {_plain(record.cause)}" if record.cause else ""
        lines.append(f"`{record.match.replace('`', '')}`{cause}")
    if record.waived is not None:
        lines.append(f"Allowed: {_plain(record.waived.reason) or 'no reason given'}")
    rotation = answer["rotation"]
    if record.waived is None and record.remedy and not rotation:
        lines.append(_plain(record.remedy))
    if rotation:
        where = f" ([where]({rotation['url']}))" if rotation["url"] else ""
        lines.append(f"**To rotate it**{where}: {_plain(' '.join(rotation['steps']))}")
    return "\n\n".join(lines)


def _hover(text: str, where: Range) -> Hover:
    return Hover(MarkupContent(MarkupKind.Markdown, text), where)


def _plain(text: str) -> str:
    """A text as Markdown shows it letter by letter, on one line."""
    escaped = "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in text)
    return " ".join(escaped.split())
