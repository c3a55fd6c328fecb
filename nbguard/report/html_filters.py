"""Filters of the HTML report's table, by severity, kind and repository: check boxes and style, and no script."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.finding import KINDS, SEVERITIES
from nbguard.report.html_charts import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.report.records import FindingRecord

# Repositories with a box of their own; the others share one.
_MOST = 40


class FilterBox(NamedTuple):
    """A check box: the class of the rows it shows, and its label."""

    name: str
    label: str


class Filters:
    """The filters for some findings. Of a property that all of them share there is none."""

    def __init__(self, findings: Iterable[FindingRecord]) -> None:
        findings = list(findings)
        kinds, severities = {f.kind for f in findings}, {f.severity for f in findings}
        repositories = sorted({_repository(f) for f in findings})
        self._numbers = {name: min(number, _MOST) for number, name in enumerate(repositories)}
        named = [FilterBox(f"r{number}", name or "none") for number, name in enumerate(repositories[:_MOST])]
        if len(repositories) > _MOST:
            named.append(FilterBox(f"r{_MOST}", f"{len(repositories) - _MOST} others"))
        groups = (
            ("Severity", [FilterBox(f"s-{name}", name) for name in reversed(SEVERITIES) if name in severities]),
            ("Kind", [FilterBox(f"k-{name}", name) for name in KINDS if name in kinds]),
            ("Repository", named),
        )
        self.groups = [(title, choices) for title, choices in groups if len(choices) > 1]

    def classes(self, finding: FindingRecord) -> str:
        """The classes of a finding's row."""
        return f"s-{finding.severity} k-{finding.kind} r{self._numbers[_repository(finding)]}"

    def style(self) -> str:
        """What hides a row whose box isn't checked. A browser that doesn't know ``:has`` shows all rows."""
        boxes = [choice.name for _, choices in self.groups for choice in choices]
        return "".join(f"body:has(#f-{name}:not(:checked)) tr.{name} {{ display: none; }}\n" for name in boxes)

    def markup(self) -> str:
        """The check boxes; empty where there is nothing to choose from."""
        if not self.groups:
            return ""
        return f'<div class="filters">\n{"".join(map(_group, *zip(*self.groups, strict=True)))}</div>\n'


def _group(title: str, choices: Sequence[FilterBox]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" id="f-{choice.name}" checked> {escape(choice.label)}</label>\n'
        for choice in choices
    )
    return f"<fieldset><legend>{title}</legend>\n{boxes}</fieldset>\n"


def _repository(finding: FindingRecord) -> str:
    return finding.origin.repository if finding.origin else ""
