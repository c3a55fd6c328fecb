"""Runs the language server, for editors: findings while you type, moves to Vault and allows as quick fixes.

  nbguard lsp                    over standard input and output, as editors start it
  nbguard lsp --tcp 7658         on 127.0.0.1, for the first editor that comes

Nothing leaves this machine but what you move to your Vault. docs/editors.md says how each editor is set up. The status
is 0 where the editor said goodbye (`shutdown`), 1 where it is gone without.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.cli.process_end import leave
from nbguard.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="standard input and output (this is the default)")
    how.add_argument("--tcp", metavar="PORT", type=int, help="listen on this port of 127.0.0.1")


def run(options: argparse.Namespace) -> int:
    """Serves until the editor says goodbye, and ends as the protocol says: 0 if it did, 1 if it is gone without.

    A scan under way isn't waited for: it writes nothing, and nobody wants to know any more.

    Raises UsageError where the extra isn't installed or the port is taken.
    """
    import gc

    # A server makes thousands of classes at the start and none later: looking for rubbish among them takes a third.
    gc.disable()
    try:
        from nbguard.lsp.protocol import quiet
        from nbguard.lsp.serving import serve_port, serve_streams
        from nbguard.lsp.starting import make_server
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] in ("pygls", "lsprotocol", "cattrs", "attrs"):
            from nbguard.version import how_to_add

            raise UsageError(f"the language server isn't installed: {how_to_add('lsp')}") from None
        raise
    quiet()
    server = make_server()
    gc.freeze()
    gc.enable()
    if options.tcp is not None:
        try:
            leave(serve_port(server, options.tcp))
        except (OSError, OverflowError) as error:
            raise UsageError(f"can't listen on port {options.tcp}: {error}") from None
    # What anything else prints must not come between two messages, or read what is ours.
    stdout, sys.stdout = sys.stdout.buffer, sys.stderr
    leave(serve_streams(server, os.fdopen(os.dup(sys.stdin.fileno()), "rb"), stdout))
