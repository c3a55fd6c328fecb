"""The command line of nbstripout 0.9: options, messages, layout and exit status.

Interface: https://github.com/kynan/nbstripout#readme
"""

from __future__ import annotations

import argparse
import sys

from nbguard.documents.plain import plain
from nbguard.errors import NbguardError, UnreadableError
from nbguard.repository.phantoms import refresh_written
from nbguard.strip.layout import normalize
from nbguard.strip.options import DEFAULT, StripOptions, parse_size
from nbguard.strip.strip_bytes import strip
from nbguard.version import __version__

_SWITCHES = (
    "--verify", "--keep-count", "--keep-output", "--keep-id", "--drop-empty-cells", "--strip-init-cells",
    "--unix-newlines",
)  # fmt: skip
_WORDS = ("--extra-keys", "--keep-metadata-keys", "--drop-tagged-cells")


def main(arguments: list[str]) -> int:
    """Runs nbstripout's command line; returns its exit status: 0, or 1 for an error or (verified) a change."""
    given = _parse(arguments)
    if given.version:
        sys.stdout.write(f"{__version__}\n")
        return 0
    if given.install or given.uninstall or given.is_installed or given.status:
        return _manage(given)
    options = _options(given)
    changed = False
    for path in given.files:
        if not given.force and not path.endswith((".ipynb", ".zpln")):
            continue
        try:
            changed |= _process_file(path, given, options)
        except FileNotFoundError:
            return _complain(f"Could not strip '{path}': file not found")
        except NbguardError as error:
            return _complain(_explain(error, f"in '{path}'"))
        except OSError as error:
            return _complain(f"Could not strip '{path}': {error.strerror}")
    if not given.files:
        raw = sys.stdin.buffer.read()
        try:
            stripped = strip(raw, options)
            changed = stripped is not raw
            if not given.dry_run:
                sys.stdout.buffer.write(_lay_out(stripped, given.mode))
            elif changed:
                sys.stdout.write("Dry run: would have stripped input from stdin\n")
        except NbguardError as error:
            return _complain(_explain(error, "on stdin"))
    return 1 if given.verify and changed else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="nbstripout", description="nbstripout's command line, run by nbguard.", allow_abbrev=False
    )
    task = parser.add_mutually_exclusive_group()
    for name in ("--dry-run", "--install", "--uninstall", "--is-installed", "--status", "--version"):
        task.add_argument(name, action="store_true")
    for name in _SWITCHES:
        parser.add_argument(name, action="store_true")
    for name in _WORDS:
        parser.add_argument(name, default="")
    for name in ("--drop-output-type", "--keep-output-type"):
        parser.add_argument(name, nargs="+", default=[])
    parser.add_argument("--max-size", default="0")
    parser.add_argument("--attributes", metavar="FILEPATH")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--global", dest="scope", action="store_const", const="global", default="local")
    place.add_argument("--system", dest="scope", action="store_const", const="system")
    place.add_argument("--python")
    parser.add_argument("--force", "-f", action="store_true")
    parser.add_argument("--mode", "-m", default="jupyter", choices=["jupyter", "zeppelin"])
    parser.add_argument("--textconv", "-t", action="store_true")
    parser.add_argument("files", nargs="*")
    given = parser.parse_args(arguments)
    given.dry_run = given.dry_run or given.verify
    return given


def _options(given: argparse.Namespace) -> StripOptions:
    from nbguard.repository.git import setting

    extra = []
    for key in (setting(".", "filter.nbstripout.extrakeys") + " " + given.extra_keys).split():
        if key.startswith(("cell.", "metadata.")):
            extra.append(key)
        else:
            sys.stderr.write(f"Ignoring invalid extra key `{key}`\n")
    kept = setting(".", "filter.nbstripout.keepmetadatakeys") + " " + given.keep_metadata_keys
    return DEFAULT._replace(
        keep_output=True if given.keep_output else None,
        keep_count=given.keep_count,
        keep_id=given.keep_id,
        extra_keys=tuple(extra),
        keep_metadata_keys=tuple(kept.split()),
        drop_empty_cells=given.drop_empty_cells,
        drop_tagged_cells=tuple(given.drop_tagged_cells.split()),
        strip_init_cells=given.strip_init_cells,
        max_size=parse_size(given.max_size),
        drop_output_types=tuple(given.drop_output_type),
        keep_output_types=tuple(given.keep_output_type),
    )


def _process_file(path: str, given: argparse.Namespace, options: StripOptions) -> bool:
    from nbguard.documents.files import write_file

    with open(path, "rb") as file:
        raw = file.read()
    stripped = strip(raw, options)
    changed = stripped is not raw
    if given.dry_run:
        if changed:
            sys.stdout.write(f"Dry run: would have stripped {plain(path)}\n")
    elif given.textconv:
        sys.stdout.buffer.write(_lay_out(stripped, given.mode))
        sys.stdout.buffer.flush()
    elif changed:
        write_file(path, _lay_out(stripped, given.mode), raw)
        refresh_written([path])
    return changed


def _lay_out(raw: bytes, mode: str) -> bytes:
    if mode == "zeppelin":
        import json

        return (json.dumps(json.loads(raw), indent=2) + "\n").encode()
    return normalize(raw, oldest=True)


def _explain(error: NbguardError, place: str) -> str:
    if isinstance(error, UnreadableError) and "keep_output" in str(error):
        return "MetadataError: cell metadata contradicts tags: `keep_output` is false, but `keep_output` in tags"
    if isinstance(error, UnreadableError) and str(error).startswith("not "):
        return f"No valid notebook detected {place}"
    return f"Could not strip what is {place}: {error}"


def _manage(given: argparse.Namespace) -> int:
    """Sets nbguard's own filter up, takes it out, or says whether it is active."""
    from nbguard.repository.filter_setup import find_filter, install_filter, uninstall_filter

    try:
        if given.install:
            install_filter(".", given.scope, given.attributes)
            return 0
        if given.uninstall:
            uninstall_filter(".", given.scope, given.attributes)
            return 0
        state = find_filter(".")
    except NbguardError as error:
        return _complain(str(error))
    if given.status:
        sys.stdout.write(f"the filter of nbguard is {'' if state.active else 'not '}active here\n")
        sys.stdout.write(f"\nFilter:\n  process = {state.process}\n" if state.active else "")
    return 0 if state.active else 1


def _complain(message: str) -> int:
    sys.stderr.write(f"{plain(message)}\n")
    return 1
