"""Writes the catalogue for people: ``python -m nbguard.detect.catalogue.document [--check]`` in a checkout.

Makes ``docs/rules.md`` and ``docs/vendors.md``, and fills the block between the two ``providers`` marks of
``README.md`` where it has them.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
from typing import TYPE_CHECKING

from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.providers.vendors import QUESTIONS, load_vendors
from nbguard.documents.generated_files import CHECKOUT, keep_generated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.providers.provider_rules import Catalogue, Provider, Rule

_BLOCK = re.compile(r"(<!-- providers: begin -->\n).*?(<!-- providers: end -->)", re.DOTALL)


def rules_page(catalogue: Catalogue) -> str:
    """The text of ``docs/rules.md``."""
    return "\n".join(_page(catalogue)) + "\n"


def vendors_page() -> str:
    """The text of ``docs/vendors.md``."""
    return "\n".join(_vendors()) + "\n"


def readme_block(catalogue: Catalogue) -> str:
    """Every provider by name, and how many rules there are, for the README."""
    names = ", ".join(sorted((provider.name for provider in catalogue.providers), key=str.lower))
    shaped = sum(bool(rule.shapes) for _, rule in catalogue.by_rule.values())
    text = (
        f"{len(catalogue.by_rule)} kinds of credential of {len(catalogue.providers)} providers, {shaped} of them known "
        f"by their shape, the others by where they go ([the list](docs/rules.md)): {names}.\n"
    )
    return textwrap.fill(text, 118, break_long_words=False, break_on_hyphens=False) + "\n"


def _page(catalogue: Catalogue) -> Iterator[str]:
    yield "# Rules of the catalogue"
    yield ""
    yield "<!-- Made from nbguard/detect/catalogue by `python -m nbguard.detect.catalogue.document`: edit there. -->"
    yield ""
    yield "Every credential of a quantum provider that nbguard knows. A credential is found *by shape* wherever it"
    yield "stands, and *by sink* where it goes to its provider: a call, a variable, a header, a file or a command."
    yield "`nbguard explain RULE` shows each with examples, look-alikes and the way to rotate it; `nbguard rules` also"
    yield "lists the rules for other credentials, sample data and hygiene. [Adding a provider](add-a-provider.md) takes"
    yield "one file."
    yield ""
    yield "## Credentials"
    yield ""
    yield "| provider | rule | what it is | severity | found by | key in Vault |"
    yield "|---|---|---|---|---|---|"
    for provider in _sorted(catalogue):
        for rule in provider.rules:
            kind = "shape, sink" if rule.shapes and _has_sink(rule) else "shape" if rule.shapes else "sink"
            yield _row(
                provider.name, f"`{rule.id}`", rule.name, rule.severity, kind,
                f"`{provider.vault_path}#{rule.vault_key}`",
            )  # fmt: skip
    yield ""
    yield "## Quantum metadata"
    yield ""
    yield "No secrets, but they tell who runs what, where and when."
    yield ""
    yield "| provider | rule | what it is | severity |"
    yield "|---|---|---|---|"
    for provider in _sorted(catalogue):
        for known in provider.identifiers:
            yield _row(provider.name, f"`{known.id}`", known.name, known.severity)
    yield ""
    yield "## How each provider's credential is rotated"
    yield ""
    yield "Where the provider describes it, the page is linked. The others say nothing in public that we know of."
    for provider in _sorted(catalogue):
        page = f" ([described here]({provider.rotation_page}))" if provider.rotation_documented else ""
        yield ""
        yield f"**{provider.name}**{page}. {provider.rotation}"


def _vendors() -> Iterator[str]:
    vendors = sorted(load_vendors().values(), key=lambda vendor: vendor.name.lower())
    documented = [vendor for vendor in vendors if vendor.facts or vendor.rotate_days is not None]
    yield "# What vendors document"
    yield ""
    yield "<!-- Made by `python -m nbguard.detect.catalogue.document` from knowledge/vendors.toml: edit there. -->"
    yield ""
    yield "What can be read in public about the credentials of a provider, for the choice of one and for its lifecycle."
    yield "`nbguard rules --vendors` prints it. A dash means that we know of no public page that says: ask the vendor."
    answered = sum(len(vendor.facts) for vendor in vendors)
    asked_in_all = len(vendors) * len(QUESTIONS)
    yield f"{answered} of {asked_in_all} questions have a public answer that was read, on the day that stands with it."
    yield ""
    yield _row("provider", *QUESTIONS, "new ones after")
    yield "|---" * (len(QUESTIONS) + 2) + "|"
    for vendor in documented:
        answers = (vendor.facts[question].answer if question in vendor.facts else "-" for question in QUESTIONS)
        yield _row(vendor.name, *answers, f"{vendor.rotate_days} days" if vendor.rotate_days is not None else "-")
    yield ""
    for question, asked in QUESTIONS.items():
        yield f"- *{question}*: {asked[0].lower()}{asked[1:]}."
    for vendor in documented:
        yield ""
        yield f"## {vendor.name}"
        yield ""
        if vendor.read:
            yield f"Read on {vendor.read}."
            yield ""
        for question, fact in vendor.facts.items():
            yield f"- *{question}*: {fact.answer}. {fact.text} ([page]({fact.source.split()[0]}))"
        if vendor.rotate_days is not None:
            says, _, page = vendor.rotate_source.rpartition(": ")
            yield f"- *new ones after* {vendor.rotate_days} days: [{says}]({page})"
    yield ""
    yield "## The others"
    yield ""
    others = ", ".join(vendor.name for vendor in vendors if vendor not in documented)
    yield f"Of these we know of no public page about any of it: {others}."


def _sorted(catalogue: Catalogue) -> list[Provider]:
    return sorted(catalogue.providers, key=lambda provider: provider.name.lower())


def _has_sink(rule: Rule) -> bool:
    return bool(rule.calls or rule.attributes or rule.generic_attributes or rule.env or rule.headers or rule.files)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: list[str]) -> int:
    """Writes the pages, or with ``--check`` names those that are stale."""
    catalogue = load_catalogue()
    docs = os.path.join(CHECKOUT, "docs")
    wanted = {
        os.path.join(docs, "rules.md"): rules_page(catalogue),
        os.path.join(docs, "vendors.md"): vendors_page(),
    }
    readme = os.path.join(CHECKOUT, "README.md")
    with open(readme, encoding="utf-8") as file:
        wanted[readme] = _BLOCK.sub(lambda found: found[1] + readme_block(catalogue) + found[2], file.read())
    return keep_generated(wanted, arguments, "nbguard.detect.catalogue.document")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
