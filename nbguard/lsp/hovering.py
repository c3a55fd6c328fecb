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

    from nbguard.editing.resolving import State
    from nbguard.lsp.placed_findings import ClientPlace
    from nbguard.lsp.reference_hints import Spotted
    from nbguard.scan.scanner import Judged


class _Plain:
    """A text for a client that shows it as it is."""

    kind = MarkupKind.PlainText
    between = "\n\n"

    def plain(self, text: str) -> str:
        """A text letter by letter, on one line."""
        return " ".join(text.split())

    strong = code = plain

    def link(self, shown: str, url: str) -> str:
        """A text that leads somewhere."""
        return f"{shown}: {url}"


class _Markdown(_Plain):
    kind = MarkupKind.Markdown
    between = "\n\n---\n\n"

    def plain(self, text: str) -> str:
        escaped = "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in text)
        return " ".join(escaped.split())

    def strong(self, text: str) -> str:
        return f"**{self.plain(text)}**"

    def code(self, text: str) -> str:
        return f"`{text.replace('`', '')}`"

    def link(self, shown: str, url: str) -> str:
        return f"[{shown}]({url})"


def hover_finding(found: Sequence[tuple[Judged, ClientPlace]], *, markdown: bool) -> Hover | None:
    """The findings at one place; None where there are none."""
    if not found:
        return None
    form = _Markdown() if markdown else _Plain()
    told = form.between.join(_tell(item, form) for item, _ in found)
    return Hover(MarkupContent(form.kind, told), found[0][1].range)


def hover_reference(spotted: Spotted, state: State, *, markdown: bool) -> Hover:
    """A reference to Vault: whether it resolves, its version and its age."""
    form = _Markdown() if markdown else _Plain()
    lines = [f"{form.strong(format_reference(spotted.reference))} · {describe(state)}"]
    if state.version is not None:
        lines.append(f"Version {state.version}" + (f", {age_of(state.created)}." if state.created else "."))
    if state.reason:
        lines.append(form.plain(state.reason))
    return Hover(MarkupContent(form.kind, "\n\n".join(lines)), spotted.place.range)


def _tell(item: Judged, form: _Plain) -> str:
    record = item.record
    page = page_of(record.rule)
    rule = form.link(form.code(record.rule), page) if page else form.code(record.rule)
    lines = [f"{form.strong(describe_place(record.where, record.message))} · {rule} · {record.severity}"]
    if record.match:
        cause = f" · {form.plain(record.cause)}" if record.cause else ""
        lines.append(f"{form.code(record.match)}{cause}")
    if record.waived is not None:
        lines.append(f"Allowed: {form.plain(record.waived.reason) or 'no reason given'}")
    rotation = as_answer(item)["rotation"]
    if record.waived is None and record.remedy and not rotation:
        lines.append(form.plain(record.remedy))
    if rotation:
        where = f" ({form.link('where', rotation['url'])})" if rotation["url"] else ""
        lines.append(f"{form.strong('To rotate it')}{where}: {form.plain(' '.join(rotation['steps']))}")
    return "\n\n".join(lines)
