"""Tells what is documented of the providers' credentials: as a table, in full for one provider, or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from nbguard.detect.providers.vendors import QUESTIONS, load_vendors
from nbguard.report.aligned_rows import align

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nbguard.detect.providers.vendors import Vendor

_HEADER = ("PROVIDER", *(question.upper() for question in QUESTIONS), "ROTATE AFTER")


def write_vendors(stream: TextIO, form: str, wanted: Collection[str] | None) -> None:
    """Writes the facts of the ``wanted`` providers (None: all); in full where it is one."""
    vendors = [vendor for name, vendor in load_vendors().items() if wanted is None or name in wanted]
    if form == "json":
        import json

        records = [
            vendor._asdict() | {"facts": {name: fact._asdict() for name, fact in vendor.facts.items()}}
            for vendor in vendors
        ]
        stream.write(json.dumps(records, indent=2, ensure_ascii=False) + "\n")
    elif len(vendors) == 1:
        stream.writelines(f"{line}\n" for line in _in_full(vendors[0]))
    else:
        stream.writelines(f"{line}\n" for line in _table(vendors))


def _in_full(vendor: Vendor) -> Iterator[str]:
    yield f"{vendor.name} (read on {vendor.read})" if vendor.read else vendor.name
    for question, asked in QUESTIONS.items():
        fact = vendor.facts.get(question)
        yield ""
        yield f"{asked}: {fact.answer if fact else 'not documented, as far as we know'}"
        if fact is not None:
            yield f"  {fact.text}"
            yield f"  {fact.source}"
    if vendor.rotate_days is not None:
        yield ""
        yield f"New credentials after {vendor.rotate_days} days"
        yield f"  {vendor.rotate_source}"


def _table(vendors: list[Vendor]) -> Iterator[str]:
    yield from align([_HEADER, *map(_row, vendors)])
    yield ""
    answered = sum(len(vendor.facts) for vendor in vendors)
    yield f"{answered} of {len(vendors) * len(QUESTIONS)} questions have a public answer."
    yield "-: not documented, as far as we know. `nbguard rules --vendors --provider NAME` gives the pages."


def _row(vendor: Vendor) -> tuple[str, ...]:
    answers = (vendor.facts[question].answer if question in vendor.facts else "-" for question in QUESTIONS)
    return vendor.provider, *answers, f"{vendor.rotate_days} days" if vendor.rotate_days is not None else "-"
