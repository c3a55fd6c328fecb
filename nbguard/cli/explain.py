"""Says what a rule looks for, with made-up examples, where its value is usually passed, and how it is rotated.

  nbguard explain ionq-api-key

Exit status: 0 explained, 2 no such rule.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator

    from nbguard.detect.providers.provider_rules import Call, Provider, Rule
    from nbguard.detect.rule_list import RuleSummary

_WIDTH = 78


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("rule", metavar="RULE", help="the rule's id, as findings and `nbguard rules` name it")


def run(options: argparse.Namespace) -> int:
    """Prints the explanation and returns the exit status. Raises UsageError for an unknown rule."""
    from nbguard.detect.rule_list import find_rule, nearest_rule

    rule = find_rule(options.rule)
    if rule is None:
        near = nearest_rule(options.rule)
        raise UsageError(
            f"there is no rule {options.rule!r}{f' (did you mean {near!r}?)' if near else ''}; see `nbguard rules`"
        )
    sys.stdout.write("\n".join(_explain(rule)) + "\n")
    return ExitCode.CLEAN


def _explain(rule: RuleSummary) -> Iterator[str]:
    from nbguard.detect.providers.provider_rules import load_catalogue

    catalogue = load_catalogue()
    yield rule.name
    yield ""
    yield f"  rule      {rule.id}"
    yield f"  kind      {rule.kind}"
    if rule.provider:
        provider = next((known.name for known in catalogue.providers if known.id == rule.provider), "")
        yield f"  provider  {provider} ({rule.provider})" if provider else f"  provider  {rule.provider}"
    yield f"  severity  {rule.severity}"
    yield from _explain_live(rule.id)
    if rule.kind == "sample-data":
        from nbguard.detect.samples.sample_rules import rule_of

        known = rule_of(rule.id)
        yield f"  class     {known.data_class}, in W3C's terms {', '.join(known.dpv)}"
    if rule.id in catalogue.by_rule:
        yield from _explain_credential(*catalogue.by_rule[rule.id])
    elif rule.id in catalogue.identifiers:
        yield from _explain_identifier(rule)
    else:
        yield from _section("What it finds", [rule.explanation] if rule.explanation else [])
        yield from _section("What to do", [rule.remedy] if rule.remedy else [])


def _explain_live(rule: str) -> Iterator[str]:
    from nbguard.audit.live.live_calls import load_live_calls

    call = load_live_calls().get(rule)
    if call is not None:
        yield f"  asked at  {call.host or call.address_from}, with --check-live only"
        yield f"            {call.source}"
        if call.revoke is not None:
            yield "  revoked   by nbguard revoke"
            yield f"            {call.revoke.source}"


def _explain_credential(provider: Provider, rule: Rule) -> Iterator[str]:
    source = _source_of(provider.id, "credentials", rule.id)
    yield f"  Vault     {provider.vault_path}, key {rule.vault_key}"
    if rule.shapes:
        found = ["By its shape alone, wherever it stands, and by the call, variable, header or file it goes to."]
    else:
        found = ["By where it goes: its value has no shape of its own. The value is followed from there to its text."]
    yield from _section("How it is found", found)
    yield from _section("Where it is usually passed", _usual_places(rule))
    yield from _section("Found (made-up values)", _fill_in(source["examples"], source["sample"]))
    yield from _section("Not found", _fill_in(source["lookalikes"], source["sample"]))
    steps = [provider.rotation]
    if provider.rotation_page:
        steps.append(f"{'Described at' if provider.rotation_documented else 'See'} {provider.rotation_page}")
    yield from _section("How to rotate it", [*steps, "Put the new value into Vault, not into the file."])


def _explain_identifier(rule: RuleSummary) -> Iterator[str]:
    example = _source_of(rule.provider, "identifiers", rule.id)["example"]
    yield from _section("What it finds", ["No secret, but it tells who runs what, where and when.", _make(example)])
    yield from _section("What to do", [rule.remedy])


def _usual_places(rule: Rule) -> Iterator[str]:
    yield from (f"call      {_spell_call(call)}" for call in rule.calls)
    generic = [f"{name} (with the provider's module imported)" for name in rule.generic_attributes]
    variables = [f"{name}, also at the end of a longer name" for name in rule.env]
    for label, names in (("name", (*rule.attributes, *generic)), ("variable", variables), ("command", rule.commands)):
        yield from (f"{label:<9} {name}" for name in names)
    yield from (f"header    {header.name}: {header.scheme} …".replace(":  ", ": ") for header in rule.headers)
    for file in rule.files:
        yield f"file      {file.glob.removeprefix('**/')}" + (f": {', '.join(file.keys)}" if file.keys else "")


def _spell_call(call: Call) -> str:
    arguments = [f"{keyword}=…" for keyword in call.keywords]
    if call.position is not None:
        arguments.insert(0, f"argument {call.position + 1}")
    first = f'"{call.device}…", ' if call.device else ""
    note = ", with the provider's module imported" if call.generic else ""
    return f"{', '.join(call.names)} ({first}{' or '.join(arguments)}){note}"


def _source_of(provider: str, table: str, rule_id: str) -> dict[str, Any]:
    """A rule's table in its provider file, where the examples are."""
    import os

    from nbguard.detect.catalogue.provider_file import FOLDER, read_provider_file

    tables = read_provider_file(os.path.join(FOLDER, f"{provider}.toml"))[table]
    return next(found for found in tables if found["id"] == rule_id)


def _fill_in(examples: Iterable[str | dict[str, str]], sample: str) -> Iterator[str]:
    value = _make(sample)
    for example in examples:
        if isinstance(example, dict):
            yield f"(in {example['file']})\n" + example["text"].replace("{secret}", value).strip()
        else:
            yield example.replace("{secret}", value).strip()


def _make(pattern: str) -> str:
    import random

    from nbguard.detect.catalogue.sample import make_sample

    return make_sample(pattern, random.Random(pattern))  # noqa: S311 - a made-up value


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    from textwrap import wrap

    body = list(lines)
    if not body:
        return
    yield ""
    yield title
    for text in body:
        # Code keeps its lines; only sentences are wrapped.
        folded = wrap(text, _WIDTH) if text.endswith(".") else text.split("\n")
        yield from (f"  {line}" for line in folded)
