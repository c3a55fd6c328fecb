"""Approves a finding with a signature, so that it counts as accepted where the policy lists your key.

  nbguard approve 3f2a91c0 --role security --reason "revoked 2026-03-01" --expires 2026-12-31
  nbguard approve 3f2a91c0 --role data --reason "made up" --expires 2026-12-31 --key ~/.ssh/id_ed25519

The fingerprint is in every report, its first 8 characters will do. `ssh-keygen -Y sign` signs, so keys in an agent and
hardware keys work: name the public half. Without --key it is the key that git signs with (user.signingKey). Approvals
are kept in .nbguard-approvals.jsonl, one a line; commit it. An approval is for one finding in the files it names; the
policy says who may give one, and for how long. Sample data takes two, by security and by data. Nobody can approve what
they committed themselves.

Exit status: 0 approved, 2 usage error or an approval that wouldn't count, 3 something could not be scanned.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse

    from nbguard.policy.approval import Approval
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord, Report

_SHORTEST = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("fingerprint", metavar="FINGERPRINT", help="the finding's, or how it begins")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="only in these files (default: wherever it is now)")
    parser.add_argument("--role", choices=("security", "data"), required=True, help="for whom you speak")
    parser.add_argument("--reason", required=True, help="why it is accepted")
    parser.add_argument("--expires", required=True, metavar="YYYY-MM-DD", help="the last day on which it counts")
    parser.add_argument("--key", metavar="FILE", help="the key to sign with (default: git's user.signingKey)")
    parser.add_argument("--config", metavar="FILE", help="the configuration file (default: found in the repository)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say what was approved")


def run(options: argparse.Namespace) -> int:
    """Signs the approval, holds it against the policy, and keeps it. Returns the exit status."""
    from nbguard.policy.approval import NAMESPACE, Approval
    from nbguard.policy.config import load_config
    from nbguard.policy.days import today
    from nbguard.policy.fingerprint import find_salt, salt_id
    from nbguard.policy.ssh_signatures import sign
    from nbguard.repository.git import setting
    from nbguard.scan.scan_paths import scan_paths

    config = load_config(".", options.config)
    report = scan_paths(options.paths, config, frozenset()).report
    found = _find(report, options.fingerprint.lower())
    first = found[0]
    key = os.path.expanduser(options.key or setting(".", "user.signingkey"))
    if not key:
        raise UsageError("say which key signs, with --key FILE, or set git's user.signingKey")
    signer = _name_of(_public_half(key), config, options.role)
    salt = find_salt(config).key
    paths = tuple(sorted({finding.path for finding in found}))
    approval = Approval(
        first.rule, first.fingerprint, salt_id(salt), paths, options.role, signer,
        options.reason.strip(), today(), options.expires, "", _repository(config),
    )  # fmt: skip
    approval = approval._replace(signature=sign(approval.message(), key, NAMESPACE))
    missing = _keep(approval, config, salt, found)
    if options.format == "json":
        _write_json(approval, missing)
    else:
        _tell(approval, missing)
    return ExitCode.INCOMPLETE if report.skipped and not config.allow_unreadable else ExitCode.CLEAN


def _repository(config: Config) -> str:
    """What the repository is known by: the name its policy gives it, else its first commit.

    Raises UsageError where it has neither.
    """
    from nbguard.repository.approval_ground import first_commits

    known = config.waivers.repository or min(first_commits(config.root), default="")
    if not known:
        raise UsageError(
            "what repository this is can't be told: it has no commit yet, or this clone doesn't reach back to the"
            " first; commit, fetch with --unshallow, or name it: repository under [waivers]"
        )
    return known


def _find(report: Report, beginning: str) -> list[FindingRecord]:
    """The findings that a fingerprint means; all are of one value."""
    if len(beginning) < _SHORTEST:
        raise UsageError(f"give at least {_SHORTEST} characters of the fingerprint")
    found = [finding for finding in report.findings if finding.fingerprint.startswith(beginning)]
    if not found:
        raise UsageError(f"nothing that is found here has the fingerprint {beginning}")
    if len({finding.fingerprint for finding in found}) > 1:
        raise UsageError(f"several findings have a fingerprint that begins with {beginning}; give more of it")
    return found


def _keep(approval: Approval, config: Config, salt: bytes, found: list[FindingRecord]) -> str:
    """Writes an approval to the file, in the place of what the same person said before.

    Returns what is missing still for the finding to be accepted. Raises UsageError where the approval won't count.
    """
    from nbguard.documents.named_files import write_inside
    from nbguard.errors import UnreadableError
    from nbguard.policy.approval import FILE_NAME, write_approvals
    from nbguard.policy.approvals import Subject, approvals_under, load_approvals
    from nbguard.repository.approval_ground import ground_of

    ground = ground_of(config.root)
    before = load_approvals(config, salt, ground).all
    same = [a for a in before if _subject_of(a) == _subject_of(approval)]
    approvals = approvals_under(config, salt, [approval, *(a for a in before if a not in same)], ground)
    for path in approval.paths:
        if fault := approvals.fault_of(approval, path, approval.made):
            raise UsageError(f"this approval wouldn't count: {fault}")
    if _authors_of(found, config) & approvals.identities_of(approval):
        raise UsageError("this approval wouldn't count: who brought the finding can't approve it")
    try:
        write_inside(config.root, FILE_NAME, write_approvals(approvals.all))
    except UnreadableError as error:
        raise UsageError(f"{FILE_NAME}: {error}") from None
    first = found[0]
    return approvals.agree(Subject(first.rule, first.kind, first.fingerprint, first.path), approval.made).problem


def _subject_of(approval: Approval) -> Approval:
    return approval._replace(reason="", made="", expires="", signature="", repository="")


def _authors_of(found: list[FindingRecord], config: Config) -> frozenset[str]:
    from nbguard.repository.authors import authors_of_content

    authors: set[str] = set()
    for finding in found:
        with open(os.path.join(config.root, finding.path.partition("!/")[0]), "rb") as file:
            raw = file.read()
        region = finding.region
        authors |= authors_of_content(config.root, finding.path, raw, region.line, region.end_line)
    return frozenset(authors)


def _public_half(key: str) -> str:
    """The public key that belongs to a file: itself, what lies beside it, or what ssh-keygen makes of it."""
    if key.startswith("key::"):
        raise UsageError("user.signingKey holds a key itself; name its file with --key")
    for path in (key, f"{key}.pub"):
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read(100_000).strip()
        except (OSError, UnicodeDecodeError):
            continue
        if text and "\n" not in text:
            return text
    raise UsageError(f"{key}: there is no public key here or beside it ({key}.pub)")


def _name_of(public: str, config: Config, role: str) -> str:
    """The name under which a key is listed for a role. Raises UsageError where it isn't."""
    from nbguard.policy.signers import read_signer, read_signers

    own = read_signer(f"own {public}")
    listed = read_signers(config.approvers.get(role, ()))
    name = next((signer.names[0] for signer in listed if own is not None and signer.key == own.key), "")
    if not name:
        raise UsageError(f"this key isn't listed under [approvers] {role}, so its approvals would count for nothing")
    return name


def _tell(approval: Approval, missing: str) -> None:
    from nbguard.documents.plain import plain
    from nbguard.policy.approval import FILE_NAME

    where = ", ".join(map(plain, approval.paths))
    sys.stdout.write(f"{approval.signer} approves {approval.rule} {approval.fingerprint[:8]} as {approval.role}\n")
    sys.stdout.write(f"    in {where}, until {approval.expires}\n")
    sys.stdout.write(f"Commit {FILE_NAME}.\n" if not missing else f"It isn't accepted yet: {missing}.\n")


def _write_json(approval: Approval, missing: str) -> None:
    import msgspec

    from nbguard.audit.json_writing import as_json
    from nbguard.audit.policy_records import APPROVE, GivenApproval

    said = approval._asdict() | {"schema": APPROVE, "accepted": not missing, "problem": missing}
    sys.stdout.write(as_json(msgspec.convert(said, GivenApproval)))
