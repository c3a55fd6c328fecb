"""Says what the policy is, what a change of it would let through, and bundles one for others to keep to.

  nbguard policy show                   what holds here, and where it comes from
  nbguard policy check                  whether it can be read, and what in it helps nobody
  nbguard policy diff OLD NEW           what NEW lets through and OLD doesn't (status 1 if anything)
  nbguard policy bundle nbguard.toml --issuer security@example.org --version 7 -o .nbguard-policy.toml
                                        a signed policy, as one file
  nbguard policy verify FILE            whether a bundle is whole, and signed by who may issue it

A bundle holds where it lies as .nbguard-policy.toml in a repository's root, or where NBGUARD_POLICY names it. The
repository's own settings go over it and may only be stricter. NBGUARD_POLICY_SIGNERS names a file of allowed signers;
then a bundle counts only with a signature of its issuer.

Exit status: 0 fine, 1 diff found something weaker, or verify a signature that doesn't count, 2 usage or configuration
error.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="show|check|diff|bundle|verify")
    show = actions.add_parser("show", help="what holds here")
    check = actions.add_parser("check", help="whether it can be read, and what in it helps nobody")
    diff = actions.add_parser("diff", help="what one policy lets through and another doesn't")
    diff.add_argument("old", metavar="OLD", help="a configuration file or a bundle")
    diff.add_argument("new", metavar="NEW", nargs="?", help="another one (default: what holds here)")
    bundle = actions.add_parser("bundle", help="make a bundle of a configuration file")
    bundle.add_argument("file", metavar="FILE", help="the configuration, written as nbguard.toml is")
    bundle.add_argument("--issuer", required=True, metavar="NAME", help="who issues it, as allowed signers name them")
    bundle.add_argument("--version", required=True, help="which one it is, such as 7 or 2026.3")
    bundle.add_argument("--issued", metavar="YYYY-MM-DD", help="the day of issue (default: today)")
    bundle.add_argument("--key", metavar="FILE", help="the key to sign with (default: git's user.signingKey)")
    bundle.add_argument("--unsigned", action="store_true", help="don't sign it")
    bundle.add_argument("-o", "--output", required=True, metavar="FILE", help="where to write it")
    verify = actions.add_parser("verify", help="whether a bundle is whole and signed")
    verify.add_argument("file", metavar="FILE", help="the bundle")
    verify.add_argument("--signers", metavar="FILE", help="allowed signers (default: NBGUARD_POLICY_SIGNERS)")
    for action in (show, check):
        action.add_argument(
            "--config", metavar="FILE", help="the configuration file (default: found in the repository)"
        )
    for action in (show, check, diff, verify):
        action.add_argument("--format", default="text", choices=("text", "json"))


def run(options: argparse.Namespace) -> int:
    """Does one of the five actions and returns the exit status."""
    return {"show": _show, "check": _check, "diff": _diff, "bundle": _bundle, "verify": _verify}[options.action](
        options
    )


def _show(options: argparse.Namespace) -> int:
    from nbguard.policy.config import load_config
    from nbguard.policy.description import describe_policy

    said = describe_policy(load_config(".", options.config))
    if options.format == "json":
        _write_json(said, "ShownPolicy")
    else:
        for name, value in said.items():
            if name != "schema" and (words := _in_words(value)):
                sys.stdout.write(f"{name.replace('_', ' ')}: {words}\n")
    return ExitCode.CLEAN


def _check(options: argparse.Namespace) -> int:
    from nbguard.policy.config import load_config
    from nbguard.policy.description import doubts_about
    from nbguard.scan.scanner import Scanner

    config = load_config(".", options.config)
    Scanner(config)  # rules and plugins there are not
    doubts = list(doubts_about(config))
    if options.format == "json":
        said = {"schema": "nbguard-policy-check/1", "source": config.source, "doubts": doubts}
        _write_json(said, "CheckedPolicy")
        return ExitCode.CLEAN
    for doubt in doubts:
        sys.stdout.write(f"{plain(doubt)}\n")
    sys.stdout.write(f"{config.source or 'The defaults'}: can be read and used.\n")
    return ExitCode.CLEAN


def _diff(options: argparse.Namespace) -> int:
    from nbguard.policy.config import load_config, load_file
    from nbguard.policy.weakening import find_weaker

    old, new = load_file(options.old), load_file(options.new) if options.new else load_config(".")
    weaker = find_weaker(old, new)
    if options.format == "json":
        said = {"schema": "nbguard-policy-diff/1", "weaker": [weakness._asdict() for weakness in weaker]}
        _write_json(said, "PolicyDifference")
    else:
        for weakness in weaker:
            sys.stdout.write(f"weaker: {plain(weakness.message)}\n")
        if not weaker:
            sys.stdout.write("Nothing is weaker.\n")
    return ExitCode.FINDINGS if weaker else ExitCode.CLEAN


def _bundle(options: argparse.Namespace) -> int:
    import os

    from nbguard.documents.named_files import read_needed, write_given
    from nbguard.errors import UnreadableError
    from nbguard.policy.bundle import NAMESPACE, make_bundle, read_bundle
    from nbguard.policy.config import load_file
    from nbguard.policy.days import today
    from nbguard.policy.ssh_signatures import sign
    from nbguard.repository.git import setting

    raw = read_needed(options.file, 1_000_000, "configuration file")
    key = "" if options.unsigned else os.path.expanduser(options.key or setting(".", "user.signingkey"))
    if not key and not options.unsigned:
        raise UsageError("say which key signs, with --key FILE, or set git's user.signingKey, or --unsigned")
    issued = options.issued or today()
    made = make_bundle(
        raw, options.issuer, options.version, issued, lambda message: sign(message, key, NAMESPACE) if key else ""
    )
    config = load_file(options.output, made)  # it can be used, then
    if any(not os.path.isabs(path) for path in read_bundle(made, options.output).table.get("rules", ())):
        raise UsageError(f"{options.file}: rules of a bundle must be absolute paths, as it is used anywhere")
    try:
        write_given(options.output, made)
    except UnreadableError as error:
        raise UsageError(f"{options.output}: {error}") from None
    sys.stdout.write(f"{options.output}: {config.bundle}, {'signed' if key else 'not signed'}\n")
    return ExitCode.CLEAN


def _verify(options: argparse.Namespace) -> int:
    import os

    from nbguard.documents.named_files import read_given
    from nbguard.errors import UnreadableError
    from nbguard.policy.bundle import fault_of, read_allowed_signers, read_bundle
    from nbguard.policy.policy_settings import SIGNERS_VARIABLE

    path = options.signers or os.environ.get(SIGNERS_VARIABLE, "")
    if not path:
        raise UsageError(f"say whose signatures count, with --signers FILE or {SIGNERS_VARIABLE}")
    try:
        raw = read_given(options.file, 1_000_000)
    except UnreadableError as error:
        raise UsageError(f"{options.file}: {error}") from None
    bundle = read_bundle(raw or b"", options.file)
    fault = fault_of(bundle, read_allowed_signers(path))
    if options.format == "json":
        words = {name: value for name, value in bundle._asdict().items() if name not in ("table", "signature", "name")}
        said = {"schema": "nbguard-policy-verify/1", **words, "verified": not fault, "problem": fault}
        _write_json(said, "VerifiedBundle")
    else:
        sys.stdout.write(f"{options.file}: {bundle.title}\n")
        sys.stdout.write(f"It doesn't count: {fault}.\n" if fault else "The signature is that of its issuer.\n")
    return ExitCode.FINDINGS if fault else ExitCode.CLEAN


def _in_words(value: Any) -> str:
    """A setting for people; what says nothing is left out, at every depth."""
    if isinstance(value, dict):
        said = {name: _in_words(item) for name, item in value.items()}
        return ", ".join(f"{name} {words}" for name, words in said.items() if words)
    if isinstance(value, list):
        return "; ".join(map(_in_words, value))
    return "" if value is None else plain(str(value).lower() if isinstance(value, bool) else str(value))


def _write_json(body: dict[str, Any], record: str) -> None:
    """Writes what a record of ``policy_records`` holds, as its published schema has it."""
    import msgspec

    from nbguard.audit import policy_records
    from nbguard.audit.json_writing import as_json

    sys.stdout.write(as_json(msgspec.convert(body, getattr(policy_records, record))))
