"""Says what of nbguard is installed in this repository, what is in its way, and which modifications are none.

  nbguard status                        what is set up here
  nbguard status --refresh              and end modifications that are none

A notebook that was run again looks modified to git until git looks into it: --refresh has it do so.

What is to be mended is told with how; `nbguard doctor` looks further.

Exit status: 0 the filter or a hook is active and nothing is wrong, 1 otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError

if TYPE_CHECKING:
    import argparse

    from nbguard.policy.policy_settings import Config


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard status` takes."""
    parser.add_argument("--refresh", action="store_true", help="have git look into notebooks that only look modified")


def run(options: argparse.Namespace) -> int:
    """Writes the state of doors, configuration and salt, in the words of `nbguard doctor`."""
    from nbguard.policy.config import load_config
    from nbguard.repository.checkup import check_configuration, check_doors, check_salt
    from nbguard.repository.filter_setup import find_filter
    from nbguard.repository.git import top_of
    from nbguard.repository.hooks import has_hook

    top = top_of(".")
    state = find_filter(".")
    config = load_config(".")
    checks = [*check_doors(top), check_configuration(config), check_salt(top, config)]
    lines = [("repository", top), *((check.what, check.state) for check in checks if not check.do)]
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        _write(value, f"{name.ljust(width)}  ")
        if name == "git filter" and state.process:
            _write(state.process, f"{'  run as'.ljust(width)}  ")
    for check in checks:
        if check.do:
            _write(f"{check.what}: {check.state}")
            _write(check.do, "  ")
    if state.active:
        _explain_modifications(top, config, options.refresh)
    return ExitCode.CLEAN if (state.active or has_hook(".")) and not state.problems else ExitCode.FINDINGS


def _explain_modifications(top: str, config: Config, refresh_them: bool) -> None:
    from nbguard.repository.phantoms import find_phantoms, read_tracked, refresh
    from nbguard.strip.filters import make_clean

    clean = make_clean(config, lambda _path, _reason: None)
    phantoms = find_phantoms(top, clean, config.max_file_size)
    if phantoms and refresh_them:
        refresh(top, phantoms)
        _write(f"refreshed: {len(phantoms)} notebooks that only looked modified")
    for file in () if refresh_them else phantoms:
        _write(f"not really modified: {file.path} (nothing but what is stripped; --refresh tells git so)")
    unstripped = 0
    for file, content in read_tracked(top):
        try:
            unstripped += clean(file.path, content) is not content
        except NbguardError:
            _write(f"unreadable as git has it: {file.path}")
    if unstripped:
        _write(
            f"stored unstripped: {unstripped} notebooks, committed before the filter was set up;"
            " `nbguard renormalize` stages them stripped"
        )


def _write(text: str, head: str = "") -> None:
    """What is there. Paths and settings are the repository's: nothing in them is for a terminal to obey."""
    from nbguard.cli.console import tell
    from nbguard.documents.plain import plain

    tell(plain(text), indent=" " * len(head), head=head)
