"""One page about a period, for people: what came, what went, who accepted what, what is overdue and what wasn't seen.

  nbguard review --since 30d
  nbguard review ~/repos/* --since 2026-06-01 -o review.md

It says what `nbguard evidence` says, shorter, in Markdown, or with --format json as sections with all their lines. The
whole history is looked at; --since says what is new.

Exit status: 0 written, 2 usage or configuration error, 3 not all could be scanned (it says what).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    from nbguard.cli.evidence import add_scope

    add_scope(parser, "30d")
    parser.add_argument("--format", default="markdown", choices=("markdown", "json"))
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of standard output")


def run(options: argparse.Namespace) -> int:
    """Writes the page. Raises UsageError and GitError."""
    from nbguard.audit.json_writing import as_json
    from nbguard.audit.review_page import review_of, write_review
    from nbguard.cli.evidence import gather
    from nbguard.cli.output_file import write_output

    evidence, status = gather(options)
    page = as_json(review_of(evidence)) if options.format == "json" else write_review(evidence)
    write_output(options.output, lambda file: file.write(page))
    return status
