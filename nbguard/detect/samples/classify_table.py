"""Decides what a table is: which data class, how severe, and the sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.bulk_data import is_data_set
from nbguard.detect.pii.categories import CATEGORIES, categories_with
from nbguard.detect.pii.column_meaning import meaning_of
from nbguard.detect.pii.column_names import categories_by_name
from nbguard.detect.pii.first_names import has_first_name
from nbguard.detect.pii.value_kinds import is_cast, is_person_name
from nbguard.detect.samples.sample_rules import RULES_OF_ROWS, SampleRule, rule_of
from nbguard.documents.how_many import how_many
from nbguard.tables.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbguard.detect.pii.value_shapes import Meaning
    from nbguard.detect.samples.settings import SampleSettings

_KNOWN = load_knowledge("columns")
# What reaches or singles out a person, and what only describes one.
NAMES, DIRECT, _DESCRIBING = (categories_with("tells", what) for what in ("name", "direct", "describing"))
_IDENTIFYING = DIRECT | NAMES
_LIMITS: dict[str, float] = _KNOWN["tables"]
# Column names of data sets that are published for teaching; rows of people in them are public.
_TEACHING = tuple(frozenset(names.split()) for names in _KNOWN["teaching"])


class TableVerdict(NamedTuple):
    """What a table is: the rule, and the sentence about it."""

    rule: SampleRule
    message: str


def judge(table: Table, settings: SampleSettings) -> TableVerdict | None:
    """The verdict about a table; None where it is no sample data."""
    if _says_too_little(table):
        return None
    meanings = [meaning for meaning in map(meaning_of, table.columns) if meaning.category]
    held = _held(meanings)
    rule = _rule(table, held, settings) if held else None
    if rule is not None:
        about = rule.rows or RULES_OF_ROWS["personal"].rows
        return TableVerdict(rule, f"{_rows(table)} of {about} ({_labels(held)}) in {table.form}")
    if (turned := transposed(table)) is not None:
        return judge(turned, settings)
    if _is_keyed_by_people(table):
        return TableVerdict(RULES_OF_ROWS["personal"], f"values of people, by name, in {table.form}")
    if table.rows < settings.rows:
        return None
    if _is_large(table, settings) and is_data_set(table):
        return TableVerdict(rule_of("sample-bulk"), f"{_rows(table)} of data in {table.form}")
    if any(meaning.synthetic for meaning in meanings):
        labels = _labels(meaning.category for meaning in meanings)
        return TableVerdict(rule_of("sample-synthetic"), f"{_rows(table)} of made-up data ({labels}) in {table.form}")
    return None


def _labels(categories: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(CATEGORIES[category]["label"] for category in categories))


def _says_too_little(table: Table) -> bool:
    """Whether a table can be nobody's data: a short record, a data set for teaching."""
    names = {column.name.lower() for column in table.columns}
    if any(teaching <= names for teaching in _TEACHING):
        return True
    return table.rows == 1 and (
        len(table.columns) < _LIMITS["identities"] or sum(map(_may_identify, table.columns)) < _LIMITS["identities"] - 1
    )


def _may_identify(column: Column) -> bool:
    """Whether a column of one value can be what makes a record somebody's; most records have none."""
    return any(value.find("@") > 0 for value in column.values) or not _IDENTIFYING.isdisjoint(
        categories_by_name(column.name)
    )


def transposed(table: Table) -> Table | None:
    """The table with rows as columns, where its first column holds what names columns; else None."""
    if not table.columns or len(table.columns) < 2 or len(table.columns[0].values) > _LIMITS["turned_rows"]:
        return None
    labels = table.columns[0].values
    if sum(bool(categories_by_name(label)) for label in labels) < 2 or table.form.endswith("transposed"):
        return None
    cells = [column.values for column in table.columns[1:]]
    # Columns may be of different length: what looks like a table may be a dictionary of lists.
    columns = [Column(label, tuple(column[n] for column in cells if n < len(column))) for n, label in enumerate(labels)]
    return table._replace(form=f"{table.form}, transposed", columns=tuple(columns), rows=len(cells))


def _held(meanings: Sequence[Meaning]) -> dict[str, Meaning]:
    """The categories with values that count, each with its best column."""
    held: dict[str, Meaning] = {}
    for meaning in meanings:
        if (
            meaning.real > meaning.synthetic
            and meaning.real > held.get(meaning.category, meaning._replace(real=0)).real
        ):
            held[meaning.category] = meaning
    # Two columns of capitalised words without headers are names only beside what goes with people.
    parts = [meaning for meaning in meanings if meaning.category == "name_part"]
    held.pop("name_part", None)
    if len(parts) == 2 and held.keys() & {"birth", "address", "phone", "email", "mrn", "iban", "card", "national_id"}:
        held["first_name"], held["last_name"] = parts
    return held


def _rule(table: Table, held: dict[str, Meaning], settings: SampleSettings) -> SampleRule | None:
    direct = held.keys() & DIRECT
    has_name = bool(held.keys() & {"full_name", "name"}) or {"first_name", "last_name"} <= held.keys()
    identities = len(direct) + has_name
    if table.rows < settings.rows:
        # Too few rows for a table: check digits speak for themselves elsewhere; a whole person is worth a word.
        return rule_of("sample-contact") if identities >= _LIMITS["identities"] else None
    if classes := _classes(held, has_name):
        return RULES_OF_ROWS[classes[0]]
    if (len(table.columns) == 1 or identities == 1) and (rule := _rule_of_lists(held, has_name, settings)):
        return rule
    names_somebody = identities >= 2 and (direct - {"birth"} or has_name)
    if names_somebody or (has_name and (_describes(held) or _has_people_for_keys(table))):
        return RULES_OF_ROWS["personal"]
    return None


def _rule_of_lists(held: dict[str, Meaning], has_name: bool, settings: SampleSettings) -> SampleRule | None:
    """The rule for addresses or numbers that stand alone, or beside what singles nobody out."""
    if "email" in held and held["email"].real >= settings.emails:
        return RULES_OF_ROWS["personal"] if len(held) > 1 else rule_of("sample-email")
    if "phone" in held and not has_name and held["phone"].real >= settings.rows and len(held) == 1:
        return rule_of("sample-phone")
    return None


def are_people(names: Iterable[str]) -> bool:
    """Whether strings are people's full names: nearly all are written so, and enough have a common first name."""
    full = {name for name in names if " " in name}
    known = sum(map(has_first_name, full))
    return (
        len(full) >= _LIMITS["people"]
        and known >= _LIMITS["known"]
        and known >= _LIMITS["known_share"] * len(full)
        and sum(map(is_person_name, full)) >= _LIMITS["written_share"] * len(full)
        and sum(map(is_cast, full)) < _LIMITS["cast_share"] * len(full)
    )


def _has_people_for_keys(table: Table) -> bool:
    keyed = table.form in ("a dict", "a JSON object")
    return keyed and are_people(value for column in table.columns[:2] for value in column.values)


def _is_keyed_by_people(table: Table) -> bool:
    """Whether people are what a table's values belong to: the keys of a dict or of its lists, or the ends of edges."""
    if table.form == "a dict of lists":
        return are_people(column.name for column in table.columns)
    if table.form == "a dict of dicts":
        return are_people(table.columns[0].values)
    if table.form == "a list of rows" and len(table.columns) == 2 and not any(c.name for c in table.columns):
        return all(are_people(column.values) for column in table.columns)
    return False


def _describes(held: dict[str, Meaning]) -> bool:
    """Whether names stand beside enough that describes people: one such column where the name's own is explicit."""
    beside = held.keys() & (_DESCRIBING - {"date"})
    explicit = "full_name" in held or "last_name" in held
    return len(beside) >= (1 if explicit else 2)


def _classes(held: dict[str, Meaning], has_name: bool) -> list[str]:
    """The classes above personal, the one with most columns first, then in the order of CLASSES."""
    counts = {"health": 0, "government-id": 0, "payment": 0}
    for category in held:
        kind = CATEGORIES[category]["class"]
        if kind in counts:
            counts[kind] += 1
    if "health" in held and not (has_name or held.keys() & (DIRECT | {"person_id"})):
        counts["health"] = 0
    if counts["health"] and "health" not in held and not (has_name or len(held) > 1):
        counts["health"] = 0
    if not held.keys() & {"iban", "card"}:
        # Bank accounts without check digits count beside a name.
        counts["payment"] = int("account" in held and has_name)
    return sorted((kind for kind in counts if counts[kind]), key=lambda kind: -counts[kind])


def _is_large(table: Table, settings: SampleSettings) -> bool:
    """Whether a table takes enough of the text, or its cells do where they stand in no text, as the sample tells."""
    if table.end - table.start >= settings.bulk_bytes:
        return True
    read = max((len(column.values) for column in table.columns), default=0)
    size = sum(len(value) for column in table.columns for value in column.values)
    return size * table.rows // max(read, 1) >= settings.bulk_bytes


def _rows(table: Table) -> str:
    about = "" if table.exact else "about "
    return f"{about}{how_many(table.rows, 'row')}"
