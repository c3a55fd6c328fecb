"""Finds credentials, sample data and quantum metadata in notebooks and other files.

Without paths, every file that git tracks (or would) in this repository; what git ignores is scanned where it is named.
Archives, Office documents and PDF files are looked into. `-` reads standard input.

  nbguard scan                          the whole repository
  nbguard scan a.ipynb src/             a notebook and a folder
  nbguard scan --format sarif -o x.sarif
  nbguard scan --only credentials       no sample data
  nbguard scan --staged                 what the next commit would hold
  nbguard scan --range main..HEAD       every version of every file in these commits
  nbguard scan --history                every version in all commits
  nbguard scan --rules lab.toml         with a rule pack of your own
  nbguard scan --exhaustive a.ipynb     without any shortcut: much slower, and nothing more is found

Exit status: 0 clean, 1 findings, 2 usage or configuration error, 3 something could not be scanned.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import Report
    from nbguard.scan.pipeline import ScanResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.cli.history_options import (
        add_exhaustive_option,
        add_history_options,
        add_jobs_option,
        add_text_options,
    )
    from nbguard.report.writing import FORMATS
    from nbguard.scan.scan_paths import KIND_NAMES

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; - is standard input")
    parser.add_argument("--only", action="append", choices=KIND_NAMES, help="look for this kind only (repeatable)")
    parser.add_argument("--strip", action="store_true", help="strip notebooks in place first, then scan what remains")
    parser.add_argument("--format", default="text", choices=FORMATS, help="how to report (default: text)")
    add_text_options(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to a file")
    parser.add_argument("--config", metavar="FILE", help="the configuration file (default: found in the repository)")
    parser.add_argument(
        "--rules", action="append", default=[], metavar="FILE", help="a rule pack, as gitleaks has them (repeatable)"
    )
    parser.add_argument(
        "--plugins",
        action="append",
        default=[],
        metavar="NAME,NAME",
        help="ask detect-secrets plugins as well: class names, or `all`",
    )
    add_jobs_option(parser)
    parser.add_argument("--staged", action="store_true", help="what the next commit would hold, not the work tree")
    add_history_options(parser)
    add_exhaustive_option(parser)
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if something was found")
    parser.add_argument(
        "--show-secrets", action="store_true", help="show found values; text format, on a terminal only"
    )


def run(options: argparse.Namespace) -> int:
    """Scans, reports, and returns the exit status."""
    from nbguard.cli.history_options import scan_chosen_commits, wants_history
    from nbguard.policy.config import load_config
    from nbguard.scan.scan_paths import KIND_NAMES, scan_paths

    if options.show_secrets and not (options.format == "text" and not options.output and sys.stdout.isatty()):
        raise UsageError("--show-secrets works on a terminal only, with the text format and without --output")
    handed = None
    if options.paths and "PRE_COMMIT" in os.environ:
        from nbguard.scan.handed_paths import sort_handed

        handed = sort_handed(options.paths, os.environ)
    start = next((path for path in (handed.files if handed else options.paths) if path != "-"), ".")
    config = load_config(start, options.config)
    config = config._replace(exhaustive=options.exhaustive)
    tell_bundle(config, quiet=options.quiet)
    kinds = frozenset(KIND_NAMES[name] for name in options.only or ())
    if options.rules or options.plugins:
        config = _with_extra_rules(config, options, kinds)
    if wants_history(options):
        result = scan_chosen_commits(options, config, kinds)
    elif options.staged:
        from nbguard.scan.staged import scan_staged

        if options.paths or options.strip:
            raise UsageError("--staged takes no paths and no --strip; `nbguard strip --staged` strips what is staged")
        result = scan_staged(config, kinds, reveal=options.show_secrets)
    else:
        from nbguard.cli.console import track
        from nbguard.scan.workers import jobs_from

        result = scan_paths(
            options.paths,
            config,
            kinds,
            handed=handed,
            strip=options.strip,
            reveal=options.show_secrets,
            watch=lambda paths: track(paths, "Files", len(paths)),
            jobs=jobs_from(options.jobs),
        )
    write_result(result, options, config)
    if options.exit_zero and result.exit_code == ExitCode.FINDINGS:
        return ExitCode.CLEAN
    return result.exit_code


def tell_bundle(config: Config, *, quiet: bool = False) -> None:
    """Says on standard error whose policy judges, where an organisation's does."""
    if config.bundle and not quiet:
        sys.stderr.write(f"nbguard: under the policy of {config.bundle}\n")


def _with_extra_rules(config: Config, options: argparse.Namespace, kinds: frozenset[str]) -> Config:
    """The configuration with the rule packs and plugins of the command line beside its own."""
    if kinds and "credential" not in kinds:
        raise UsageError("--rules and --plugins look for credentials, which --only leaves out")
    names = [name.strip() for names in options.plugins for name in names.split(",")]
    return config._replace(
        plugins=(*config.plugins, *filter(None, names)),
        rules=(*config.rules, *map(os.path.abspath, options.rules)),
    )


def _scope_of(options: argparse.Namespace) -> str:
    """Which versions were looked at, in words."""
    if getattr(options, "staged", False):
        return "what is staged"
    for name in ("range", "since", "history"):
        if chosen := getattr(options, name, None):
            return "the whole history" if chosen is True else f"{name} {chosen}"
    paths = ", ".join(map(str, options.paths[:5]))
    return f"files as they are{f': {paths}' if paths else ''}{', …' if len(options.paths) > 5 else ''}"


def wants_commits(options: argparse.Namespace) -> bool:
    """Whether something else is looked at than the files as they are."""
    return any(getattr(options, name, None) for name in ("staged", "range", "since", "history"))


def _with_map(report: Report, options: argparse.Namespace, config: Config) -> Report:
    """The report with the map of the files that were looked at; without one where there are none."""
    # Standard input is on no map, and without a path the map would be that of the repository.
    if options.paths == ["-"] or wants_commits(options):
        return report
    from nbguard.audit.trust_map import as_picture, draw_map

    return report._replace(map=as_picture(draw_map([path for path in options.paths if path != "-"], config)))


def write_result(
    result: ScanResult,
    options: argparse.Namespace,
    config: Config,
    door: str = "scan",
    judged_by: Config | None = None,
    scope: str = "",
) -> None:
    """Writes the report in ``options.format`` to ``options.output`` or standard output. Raises UsageError.

    ``judged_by`` is the policy that judged where it isn't ``config``; ``scope`` says which versions were looked at.
    """
    from nbguard.report.places import plain_path
    from nbguard.report.writing import write_report

    telling = None
    if options.format != "text":
        from nbguard.cli.report_provenance import with_provenance

        judged = judged_by or config
        result = result._replace(report=with_provenance(result.report, judged, scope or _scope_of(options)))
    if options.format == "html" and door == "scan":
        result = result._replace(report=_with_map(result.report, options, config))
    if options.format == "text" and (result.report.findings or result.report.skipped):
        from nbguard.cli.text_telling import telling_of

        telling = telling_of(options, result.report, judged_by or config, door)
    if result.stripped:
        from nbguard.repository.phantoms import refresh_written

        refresh_written(result.stripped)
    for stripped in result.stripped:
        path = stripped
        for value in result.named:
            path = path.replace(value, "…")
        sys.stderr.write(f"{plain_path(path)}: stripped; add it again with `git add`\n")
    if options.output:
        from nbguard.cli.output_file import write_output

        report = result.report
        write_output(options.output, lambda file: write_report(report, options.format, file, telling))
    else:
        write_report(result.report, options.format, sys.stdout, telling)
        for finding, value in result.values.items():
            sys.stdout.write(f"{plain_path(finding.path)}:{finding.file_line}: {value}\n")
    if os.environ.get("NBGUARD_OTLP_ENDPOINT") or os.environ.get("NBGUARD_EVENT_LOG"):
        from nbguard.cli.event_telling import tell_events

        tell_events(result.report, config, door, judged_by)
