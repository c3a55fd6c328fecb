"""Scans the commits that a CI job is about: what a push brought, or what a merge request would bring.

The range comes from the runner's environment: GitHub Actions, GitLab, Azure Pipelines, Jenkins, Bitbucket Pipelines,
CircleCI, Buildkite, Woodpecker, Drone. The clone must be deep enough (`fetch-depth: 0`, `GIT_DEPTH: 0`). Where what
was there before isn't known, all that the job's commit reaches is scanned. On GitHub the findings are annotations,
and a summary of the step.

  nbguard ci
  nbguard ci --base main                anywhere: what HEAD has and main hasn't
  nbguard ci --format gitlab -o gl-secret-detection-report.json

The commits don't judge themselves: configuration, baseline and allows in files count as the target or main branch has
them now. What the commits make weaker is a finding of its own (policy-weakened).
Commits that hold what the pre-commit hook refuses are named on standard error, and are events where events are kept.

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
    from nbguard.repository.history import Selection
    from nbguard.repository.runners import Job
    from nbguard.scan.pipeline import ScanResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.cli.history_options import add_exhaustive_option, add_jobs_option, add_policy_options, add_text_options
    from nbguard.report.writing import FORMATS
    from nbguard.scan.scan_paths import KIND_NAMES

    parser.add_argument("--base", metavar="REF", default="", help="leave out what this has, whatever the runner says")
    parser.add_argument("--only", action="append", choices=KIND_NAMES, help="look for this kind only (repeatable)")
    parser.add_argument("--format", choices=FORMATS, help="how to report (default: github on GitHub, else text)")
    add_text_options(parser)
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to a file, and the text to the log")
    whose = "whose policy, baseline and allows count: those before the commits, or their own"
    add_policy_options(parser, whose, "the configuration file (default: found in the repository)")
    parser.add_argument("--no-cache", action="store_true", help="look at every version anew, and remember nothing")
    add_jobs_option(parser)
    add_exhaustive_option(parser)
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 even if something was found")


def run(options: argparse.Namespace) -> int:
    """Scans, reports, and returns the exit status. Raises UsageError outside of a known CI job, without ``--base``."""
    from nbguard.audit.past_the_hook import as_lines, in_report
    from nbguard.cli.console import tell
    from nbguard.cli.scan import write_result
    from nbguard.cli.text_telling import telling_of
    from nbguard.policy.config import find_root
    from nbguard.policy.policy_settings import Config
    from nbguard.report.github import append_step_summary
    from nbguard.report.next_steps import closing
    from nbguard.report.writing import write_report
    from nbguard.repository.pushes import select_job
    from nbguard.repository.runners import NO_JOB, find_job
    from nbguard.scan.scan_paths import KIND_NAMES

    root = find_root(".")
    try:
        job = find_job(os.environ)
    except UsageError:
        # Whoever says what was there before needs no runner to say it.
        if not options.base:
            raise
        job = NO_JOB
    selection, words = select_job(root, job, options.base)
    sys.stderr.write(f"nbguard: {job.runner}: {words}\n")
    kinds = frozenset(KIND_NAMES[name] for name in options.only or ())
    outcome, judged_by = _judge(options, root, job, selection, kinds)
    default = "github" if job.runner == "GitHub Actions" else "text"
    options.format = options.format or default
    config = Config(root)  # only for where paths begin: whose policy counts is settled above
    write_result(outcome, options, config, "ci", judged_by, words)
    if options.output:
        telling = telling_of(options, outcome.report, judged_by, "ci") if default == "text" else None
        write_report(outcome.report, default, sys.stdout, telling)
    if options.format != "text" and not (options.output and default == "text"):
        # Reports of other forms are for machines; how to get green is for whoever reads the log.
        told = telling_of(options, outcome.report, judged_by, "ci")
        sys.stderr.writelines(f"{line}\n" for line in (closing(outcome.report, told.situation) if told else ()))
    past = in_report(root, outcome.report, judged_by.fail_on)
    for line in as_lines(past):
        tell(f"nbguard: {line}", sys.stderr)
    if job.runner == "GitHub Actions":
        append_step_summary(outcome.report, os.environ)
    if options.exit_zero and outcome.exit_code == ExitCode.FINDINGS:
        return ExitCode.CLEAN
    return outcome.exit_code


def _judge(
    options: argparse.Namespace, root: str, job: Job, selection: Selection, kinds: frozenset[str]
) -> tuple[ScanResult, Config]:
    """Scans the commits under the policy that counts for them, which is handed back, and says whose that is."""
    from nbguard.cli.history_options import scan_and_tell
    from nbguard.cli.scan import tell_bundle
    from nbguard.policy.config import load_config
    from nbguard.repository.history import resolve
    from nbguard.repository.pushes import find_policy_base
    from nbguard.scan.gate import open_gate
    from nbguard.scan.pipeline import with_findings
    from nbguard.scan.policy_changes import find_policy_changes

    cached = not options.no_cache
    if options.policy_from == "head":
        sys.stderr.write("nbguard: policy, baseline and allows: from the commits themselves (--policy-from head)\n")
        config = load_config(".", options.config)._replace(exhaustive=options.exhaustive)
        tell_bundle(config)
        return scan_and_tell(root, selection, config, kinds, cached=cached, jobs=options.jobs), config
    base = find_policy_base(root, job, options.base)
    sys.stderr.write(f"nbguard: policy, baseline and allows: {_from(base.judge)}\n")
    head = resolve(root, job.head or "HEAD")
    with open_gate(base.judge, options.config, kinds, (head,)) as gate:
        config = gate.config._replace(exhaustive=options.exhaustive)
        tell_bundle(config)
        result = scan_and_tell(root, selection, config, kinds, cached=cached, gate=gate, jobs=options.jobs)
        changes = find_policy_changes(root, base.parting, head, gate, options.config)
        return with_findings(result, changes, config), config


def _from(base: str) -> str:
    if base:
        return f"as commit {base[:12]} has them"
    return "the defaults, as what was there before isn't known here; say it with --base REF"
