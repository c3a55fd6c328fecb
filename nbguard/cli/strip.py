"""Takes outputs, execution counts and volatile metadata out of notebooks; every other byte stays as it is.

  nbguard strip a.ipynb                 take outputs out, in place
  nbguard strip --check .               say what would be taken out, for CI
  nbguard strip --diff a.ipynb          the same, as a diff

Paths are files or directories; without any, the notebooks of the repository are stripped. `-` reads standard input
and writes standard output. Options come from [tool.nbguard.strip] in pyproject.toml and from the command line.

Exit status: 0 nothing to strip, 1 files were (or would be) changed, 2 wrong options, 3 a file couldn't be read.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from nbguard.policy.policy_settings import Config
    from nbguard.scan.scanner import Scanner
    from nbguard.strip.batch import Outcome
    from nbguard.strip.options import StripOptions

_SWITCHES = {
    "keep_output": "leave outputs in",
    "keep_count": "leave execution counts in",
    "keep_id": "leave cell ids as they are (the default); --no-keep-id numbers them",
    "drop_empty_cells": "take cells without source out",
    "strip_init_cells": "strip the outputs of cells marked init_cell, too",
    "normalize": "write notebooks in nbformat's layout",
}
_LISTS = {
    "extra_keys": ("KEYS", "metadata to strip besides: metadata.x cell.metadata.y; * is every key"),
    "keep_metadata_keys": ("KEYS", "metadata to keep"),
    "drop_tagged_cells": ("TAGS", "take cells with these tags out"),
    "drop_output_types": ("TYPES", "strip outputs of these types even where outputs are kept: error stream:stderr"),
    "keep_output_types": ("TYPES", "keep outputs of these types"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard strip` takes."""
    from argparse import REMAINDER, BooleanOptionalAction

    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or directories; none: the repository; -: stdin")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", "--verify", action="store_true", help="change nothing; say what would go, and why")
    mode.add_argument("--diff", action="store_true", help="change nothing; show what would go as a unified diff")
    mode.add_argument("-t", "--textconv", action="store_true", help="change nothing; print the stripped notebooks")
    parser.add_argument("--staged", action="store_true", help="strip what is staged; working copies stay as they are")
    parser.add_argument("--hook", action="store_true", help="leave files alone that are staged stripped already")
    for name, text in _SWITCHES.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action=BooleanOptionalAction, default=None, help=text)
    for name, (metavar, text) in _LISTS.items():
        option = f"--{name.replace('_', '-')}"
        names = [option, option.removesuffix("s")] if name.endswith("types") else [option]
        parser.add_argument(*names, dest=name, metavar=metavar, action="append", help=text)
    parser.add_argument("--max-size", metavar="SIZE", help="keep outputs of up to so many characters: 5000, 5K, 2M")
    parser.add_argument("--strip-regex", metavar="REGEX", help="strip kept outputs whose text this RE2 pattern matches")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="processes that share many files (default: as many as pay)"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="don't list the files that were stripped")
    parser.add_argument("--config", metavar="FILE", help="read the configuration from this file")
    parser.add_argument("--compat", nargs=REMAINDER, metavar="TOOL ...", help="behave as nbstripout or nb-clean does")


def run(options: argparse.Namespace) -> int:
    """Strips, checks or shows; returns the worst exit status of all files."""
    if options.compat:
        if any(value for name, value in vars(options).items() if name != "compat"):
            raise UsageError("--compat comes first, as two words: --compat nbstripout, then that tool's own options")
        from nbguard.strip.compat import run_as

        return run_as(options.compat[0], options.compat[1:])
    if options.jobs is not None and options.jobs < 1:
        raise UsageError("--jobs must be 1 or more")
    settings = _Settings(options)
    if options.staged:
        return _strip_staged(options, settings)
    if options.paths == ["-"]:
        return _strip_stdin(options, settings)
    from nbguard.cli.console import track
    from nbguard.strip.batch import strip_files

    worst = ExitCode.CLEAN
    write = not (options.check or options.diff or options.textconv)
    paths = list(_find_paths(options.paths, settings))
    if options.hook:
        paths = _to_strip_before_commit(paths, settings)
    written = []
    if options.check and not options.hook:
        worst = _tell_rendered(paths, settings)
    for outcome in track(strip_files(paths, settings.of, write, options.jobs), "Notebooks", len(paths)):
        worst = max(worst, outcome.exit_code)
        _report(outcome, options, settings)
        if write and outcome.exit_code == ExitCode.FINDINGS:
            written.append(outcome.path)
    if written:
        from nbguard.repository.phantoms import refresh_written

        refresh_written(written)
    return ExitCode.CLEAN if options.textconv and worst == ExitCode.FINDINGS else worst


def _tell_rendered(paths: list[str], settings: _Settings) -> ExitCode:
    """Names what shows the outputs of notebooks beside them, and can't be stripped."""
    from nbguard.strip.rendered import find_rendered

    worst = ExitCode.CLEAN
    for rendered, path in find_rendered(path for path in paths if not settings.of(path)[0].keep_output):
        sys.stdout.write(
            f"{plain(rendered)}: shows the outputs of {plain(os.path.basename(path))}: git rm, or ignore it\n"
        )
        worst = ExitCode.FINDINGS
    return worst


class _Settings:
    """The options that hold for each file: its repository's configuration, and the command line over it."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._by_root: dict[str, tuple[Config, StripOptions]] = {}
        self._configs: dict[str, tuple[Config, StripOptions]] = {}
        self._scanners: dict[str, Scanner] = {}

    def find(self, folder: str) -> tuple[Config, StripOptions]:
        """The configuration for a folder, and the options that follow from it."""
        if folder not in self._configs:
            from nbguard.policy.config import load_config

            config = load_config(folder, self._arguments.config)
            if config.root not in self._by_root:
                self._by_root[config.root] = (config, _merge(config, self._arguments))
            self._configs[folder] = self._by_root[config.root]
        return self._configs[folder]

    def of(self, path: str) -> tuple[StripOptions, int]:
        """The options for a file, and the largest size in bytes it may have."""
        config, options = self.find(os.path.dirname(os.path.abspath(path)))
        return options, config.max_file_size

    def scanner_for(self, path: str) -> Scanner:
        """What finds in a file whatever must not be shown, reported or not."""
        from nbguard.scan.scanner import Scanner

        config = self.find(os.path.dirname(os.path.abspath(path)))[0]
        if config.root not in self._scanners:
            self._scanners[config.root] = Scanner(config, frozenset(("credential", "sample-data")))
        return self._scanners[config.root]

    def excludes(self, path: str) -> bool:
        """Whether the configuration says to leave a file alone."""
        config = self.find(os.path.dirname(os.path.abspath(path)))[0]
        if not config.exclude:
            return False
        from nbguard.policy.globs import matches_any

        return matches_any(os.path.relpath(path, config.root).replace(os.sep, "/"), config.exclude)


def _to_strip_before_commit(paths: list[str], settings: _Settings) -> list[str]:
    """The files whose outputs a commit would hold. Those that are staged stripped keep theirs in the working copy."""
    from nbguard.strip.batch import strip_files
    from nbguard.strip.index_stripping import is_clean_in_index

    looked_at = strip_files(paths, settings.of, write=False)
    return [
        outcome.path
        for outcome in looked_at
        if outcome.exit_code != ExitCode.FINDINGS or not is_clean_in_index(outcome.path, settings.of(outcome.path)[0])
    ]


def _merge(config: Config, arguments: argparse.Namespace) -> StripOptions:
    from nbguard.strip.options import check, from_config, parse_size

    options = from_config(config.strip)
    given: dict[str, object] = {name: value for name in _SWITCHES if (value := getattr(arguments, name)) is not None}
    for name in _LISTS:
        words = tuple(word for text in getattr(arguments, name) or () for word in text.split())
        if words:
            given[name] = (*getattr(options, name), *words)
    if arguments.max_size is not None:
        given["max_size"] = parse_size(arguments.max_size)
    if arguments.strip_regex is not None:
        given["strip_regex"] = arguments.strip_regex
    return check(options._replace(**given)) if given else options  # type: ignore[arg-type]


def _find_paths(paths: list[str], settings: _Settings) -> Iterator[str]:
    if not paths:
        from nbguard.repository.listing import list_repository

        paths = list_repository()
    for path in paths:
        if path == "-":
            raise UsageError("- stands for standard input and can't be mixed with paths")
        if os.path.isdir(path):
            from nbguard.repository.listing import list_notebooks

            yield from (found for found in list_notebooks(path) if not settings.excludes(found))
        elif not settings.excludes(path):
            yield path


def _strip_stdin(arguments: argparse.Namespace, settings: _Settings) -> int:
    from nbguard.strip.batch import Outcome
    from nbguard.strip.strip_bytes import find_volatile, strip

    _, options = settings.find(os.getcwd())
    before = sys.stdin.buffer.read()
    after = strip(before, options)
    if not (arguments.check or arguments.diff):
        sys.stdout.buffer.write(after)
        return ExitCode.CLEAN
    if after is before:
        return ExitCode.CLEAN
    volatile = tuple(find_volatile(before, options))
    _report(Outcome("standard input", before, after, volatile, exit_code=ExitCode.FINDINGS), arguments, settings)
    return ExitCode.FINDINGS


def _strip_staged(arguments: argparse.Namespace, settings: _Settings) -> int:
    from nbguard.strip.index_stripping import strip_staged

    if arguments.paths or arguments.textconv:
        raise UsageError("--staged takes no paths and no --textconv")
    config, options = settings.find(os.getcwd())
    write = not (arguments.check or arguments.diff)
    outcomes = strip_staged(".", options, lambda path: settings.excludes(os.path.join(config.root, path)), write)
    for outcome in outcomes:
        _report(outcome, arguments, settings)
    worst = max((outcome.exit_code for outcome in outcomes), default=ExitCode.CLEAN)
    # A commit goes on with what was stripped.
    return ExitCode.CLEAN if write and worst == ExitCode.FINDINGS else worst


def _report(outcome: Outcome, arguments: argparse.Namespace, settings: _Settings) -> None:
    write: Callable[[str], object] = sys.stdout.write
    path = plain(outcome.path)
    if outcome.problem:
        sys.stdout.flush()
        sys.stderr.write(f"nbguard: {path}: {plain(outcome.problem)}\n")
    elif arguments.textconv:
        sys.stdout.flush()
        sys.stdout.buffer.write(outcome.after)
    elif outcome.exit_code == ExitCode.CLEAN:
        return
    elif arguments.check:
        for volatile in outcome.volatile:
            write(f"{path}: {plain(str(volatile))}\n")
    elif arguments.diff:
        from nbguard.strip.difference import show_difference

        found = settings.scanner_for(outcome.path).scan_or_raise(outcome.path, outcome.before, notebook=True).findings
        for line in show_difference(outcome.path, outcome.before, outcome.after, found):
            write(f"{line}\n")
    elif not arguments.quiet:
        write(f"stripped {path}\n")
