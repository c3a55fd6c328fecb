"""Draws the trust boundaries: which notebook uses which SDK, endpoint, device, bucket and path in Vault.

  nbguard map                          Mermaid, which GitHub, GitLab and JupyterLab draw in Markdown
  nbguard map --format svg > map.svg   a picture, drawn here; other programs aren't needed
  nbguard map --format dot | dot -Tpng > map.png
  nbguard map pilots --format json

Only what stands in the code is drawn; no value is. Nothing is run, and nobody is asked.

Exit status: 0 drawn, 2 usage or configuration error, 3 a file could not be read.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; none: the repository")
    parser.add_argument("--config", metavar="FILE", help="configuration to use instead of the repository's")
    parser.add_argument("--format", default="mermaid", choices=("mermaid", "svg", "dot", "json"))


def run(options: argparse.Namespace) -> int:
    """Draws the map."""
    from nbguard.audit.trust_map import as_dot, as_mermaid, as_picture, draw_map
    from nbguard.policy.config import load_config

    config = load_config(next(iter(options.paths), "."), options.config)
    drawn = draw_map(options.paths, config)
    if options.format == "json":
        from nbguard.audit.json_writing import as_json

        sys.stdout.write(as_json(drawn))
    elif options.format == "svg":
        from nbguard.report.map_picture import as_svg

        sys.stdout.write(as_svg(as_picture(drawn)))
    else:
        write = as_dot if options.format == "dot" else as_mermaid
        sys.stdout.write("\n".join(plain(line) for line in write(drawn).split("\n")))
    for skipped in drawn.skipped:
        sys.stderr.write(f"nbguard: not read: {plain(skipped.path)}: {plain(skipped.reason)}\n")
    return ExitCode.INCOMPLETE if drawn.skipped and not config.allow_unreadable else ExitCode.CLEAN
