"""Makes findings of the tables and values of a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.finding import RANK_GENERIC, Finding
from nbguard.detect.samples.classify_table import TableVerdict, judge
from nbguard.detect.samples.sample_rules import SampleRule, rule_of
from nbguard.detect.samples.single_values import is_credits
from nbguard.tables.table import Table, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.samples.hits import SampleHit
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Field

# Characters before a table in which its name or heading stands.
_TITLE = 60
# What stands before the first value of a table and after the last one.
_AROUND = frozenset(" \t\r\n[](){}\"',;|│")


def verdict_on(field: Field, table: Table, settings: SampleSettings) -> TableVerdict | None:
    """What a table of a field is, if it belongs to a class that is looked for and credits nobody."""
    verdict = judge(table, settings)
    if verdict is None or verdict.rule.data_class not in settings.classes:
        return None
    if verdict.rule.data_class == "personal" and is_credits(field.text, table.start, _TITLE):
        return None
    return verdict


def table_finding(field: Field, table: Table, verdict: TableVerdict, settings: SampleSettings) -> Finding:
    """A table's finding, from its first to its last value."""
    value = canonical(table, field.text)
    start, end = table.start, table.end
    while start < end - 1 and field.text[start] in _AROUND:
        start += 1
    while end > start + 1 and field.text[end - 1] in _AROUND:
        end -= 1
    return _finding(field, verdict.rule, start, end, value, verdict.message, settings)


def _finding(
    field: Field, rule: SampleRule, start: int, end: int, value: str, message: str, settings: SampleSettings
) -> Finding:
    severity = settings.severity.get(rule.data_class, rule.severity)
    cause = f"{rule.data_class} data"
    return Finding(
        rule.id, "sample-data", None, severity, field, start, end, value, cause, message, rule.remedy, 0, RANK_GENERIC
    )


def value_findings(field: Field, hits: Iterable[SampleHit], settings: SampleSettings) -> Iterator[Finding]:
    """The findings of values, of the classes that are looked for."""
    for hit in hits:
        rule = rule_of(hit.rule)
        if rule.data_class in settings.classes:
            yield _finding(field, rule, hit.start, hit.end, hit.value, hit.message, settings)
