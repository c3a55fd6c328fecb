"""Lists the rules: what is looked for, of which provider, and how severe it is.

  nbguard rules                              all of them
  nbguard rules --provider ionq              one provider's
  nbguard rules --kind sample-data           one kind's
  nbguard rules --format json
  nbguard rules --export gitleaks            the catalogue's credentials for another scanner, on standard output
  nbguard rules --vendors                    what is documented of each provider: revoking, limits, audit, …

`nbguard explain RULE` says more of one. Exit status: 0 listed, 2 no such provider or kind.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.detect.finding import KINDS
from nbguard.errors import ExitCode, UsageError
from nbguard.report.aligned_rows import align

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nbguard.detect.rule_list import RuleSummary

EXPORTS = ("github", "gitlab", "gitleaks", "betterleaks", "detect-secrets")
_HEADER = ("RULE", "PROVIDER", "KIND", "SEVERITY", "NAME")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("--provider", metavar="NAME", help="only the rules of this provider")
    parser.add_argument("--kind", choices=KINDS, help="only the rules of this kind")
    parser.add_argument(
        "--vendors", action="store_true", help="what is documented of each provider's credentials, with the pages"
    )
    parser.add_argument(
        "--export", choices=EXPORTS, help="write the credentials' rules in the format of another scanner"
    )
    parser.add_argument("--format", default="text", choices=("text", "json"))


def run(options: argparse.Namespace) -> int:
    """Prints the rules and returns the exit status."""
    from nbguard.detect.rule_list import all_rules

    rules = all_rules()
    if options.export:
        return _export(options, rules)
    if options.vendors:
        from nbguard.cli.vendor_table import write_vendors

        if options.kind:
            raise UsageError("--vendors and --kind don't go together")
        wanted = {rule.provider for rule in _of_provider(options.provider, rules)} if options.provider else None
        write_vendors(sys.stdout, options.format, wanted)
        return ExitCode.CLEAN
    if options.provider:
        rules = _of_provider(options.provider, rules)
    if options.kind:
        rules = [rule for rule in rules if rule.kind == options.kind]
    if options.format == "json":
        import json

        records = [dict(zip(("id", *rule._fields[1:5]), rule[:5], strict=True)) for rule in rules]
        sys.stdout.write(json.dumps(records, indent=2, ensure_ascii=False) + "\n")
    else:
        _write_table(rules)
    return ExitCode.CLEAN


def _export(options: argparse.Namespace, rules: list[RuleSummary]) -> int:
    from nbguard.detect.catalogue.exports.export_formats import export
    from nbguard.detect.providers.provider_rules import load_catalogue

    if options.vendors or options.kind:
        raise UsageError("--export goes with --provider only")
    wanted = {rule.provider for rule in _of_provider(options.provider, rules)} if options.provider else None
    providers = [known for known in load_catalogue().providers if wanted is None or known.id in wanted]
    sys.stdout.write(export(options.export, [rule for provider in providers for rule in provider.rules]))
    return ExitCode.CLEAN


def _of_provider(wanted: str, rules: list[RuleSummary]) -> list[RuleSummary]:
    found = [rule for rule in rules if rule.provider == wanted.lower()]
    if not found:
        from difflib import get_close_matches

        known = sorted({rule.provider for rule in rules if rule.provider})
        near = [name for name in known if wanted.lower() in name] or get_close_matches(wanted.lower(), known, 1)
        hint = f" (did you mean {' or '.join(map(repr, near[:3]))}?)" if near else "; `nbguard rules` names them"
        raise UsageError(f"there is no provider {wanted!r}{hint}")
    return found


def _write_table(rules: Iterable[RuleSummary]) -> None:
    rows = [_HEADER, *((rule.id, rule.provider or "-", rule.kind, rule.severity, rule.name) for rule in rules)]
    sys.stdout.writelines(f"{line}\n" for line in align(rows))
