"""Decides which signed approvals count for a finding: the key is listed for the role, and signs just this, for now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UnreadableError, UsageError
from nbguard.policy.approval import FILE_NAME, LARGEST, NAMESPACE, Approval, days_between, parse_approvals
from nbguard.policy.policy_settings import read_policy_file
from nbguard.policy.signers import ROLES, Signer, digest_of, read_signers, revoked_digest
from nbguard.policy.ssh_signatures import find_fault, read_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nbguard.policy.ground import Ground
    from nbguard.policy.policy_settings import Config, Read

# Who must approve a finding of a kind. What isn't named here is for the security team.
_NEEDED: Mapping[str, tuple[str, ...]] = {"sample-data": ROLES}
# Forged signatures that are verified before nothing more is; some milliseconds each.
_MOST_FORGED = 200
WHO_BROUGHT_IT = "who brought the finding can't approve it"


class Subject(NamedTuple):
    """A finding, as far as an approval is for it: its file by the path that policies know."""

    rule: str
    kind: str
    fingerprint: str
    path: str


class Agreed(NamedTuple):
    """The approvals that count for a finding, one for each role; or why there aren't enough of them."""

    approvals: tuple[Approval, ...] = ()
    problem: str = ""
    identities: frozenset[str] = frozenset()


class Approvals:
    """The approvals of a repository and the people whose signatures count.

    ``approvers`` are lines of allowed signers by role, and ``revoked`` keys; ``longest`` is how many days an approval
    may count. Signatures are verified when a finding asks for them: those of other findings cost nothing. ``ground`` is
    what git knows.
    """

    def __init__(
        self,
        approvals: Iterable[Approval],
        approvers: Mapping[str, tuple[str, ...]],
        longest: int,
        salt_id: str,
        ground: Ground,
    ) -> None:
        self.all = tuple(approvals)
        self._ground = ground
        self._patience = _MOST_FORGED
        self._longest = longest
        self._salt = salt_id
        self._signers = {role: read_signers(approvers.get(role, ())) for role in ROLES}
        self._revoked = frozenset(map(revoked_digest, approvers.get("revoked", ())))
        self._by_finding: dict[tuple[str, str], list[Approval]] = {}
        for approval in self.all:
            self._by_finding.setdefault((approval.rule, approval.fingerprint), []).append(approval)

    def agree(self, subject: Subject, today: str, authors: Callable[[], frozenset[str]] = frozenset) -> Agreed:
        """The approvals that accept a finding on a day (an ISO date), by everybody who must.

        ``authors`` says who brought the finding (e-mail addresses in lower case): no approval by one of them counts.
        """
        needed = _NEEDED.get(subject.kind, ROLES[:1])
        chosen: list[Approval] = []
        people: frozenset[str] = frozenset()
        for role in needed:
            problem = f"it takes an approval by {role}, see `nbguard approve --help`"
            for approval in self._by_finding.get((subject.rule, subject.fingerprint), ()):
                if approval.role != role:
                    continue
                fault = self.fault_of(approval, subject.path, today)
                same = self.identities_of(approval)
                if not fault and same & people:
                    fault = "the same person gave the other approval"
                if not fault and authors() & same:
                    fault = WHO_BROUGHT_IT
                if not fault:
                    chosen.append(approval)
                    people |= same
                    break
                problem = f"the approval by {approval.signer} for {role} doesn't count: {fault}"
            else:
                return Agreed(problem=problem)
        return Agreed(tuple(chosen), "", people)

    def speaks_of(self, rule: str, fingerprint: str) -> bool:
        """Whether there is an approval for a finding, whatever it is worth."""
        return (rule, fingerprint) in self._by_finding

    def fault_of(self, approval: Approval, path: str, today: str) -> str:
        """Why an approval doesn't count for its finding in a file on a day; empty where it does."""
        fault = self._fault_of_words(approval, path, today)
        if fault:
            return fault
        given = read_signature(approval.signature)
        if given is None:
            return "it has no signature that can be read"
        if given.namespace != NAMESPACE:
            return "its signature was made for something else"
        if digest_of(given.key) in self._revoked:
            return "its key is revoked"
        signer = self._signer(approval, given.key)
        if signer is None:
            return f"its key isn't listed for {approval.signer} as {approval.role}"
        return self._fault_of_place(approval) or self._fault_of_signature(approval, signer)

    def _fault_of_place(self, approval: Approval) -> str:
        if not approval.repository:
            return "it was made by an nbguard that named no repository in it: approve anew"
        identities = self._ground.identities()
        if not identities:
            return (
                "what repository this is can't be told (no commit yet, or a clone that doesn't reach back to the first"
                " one); [waivers] repository can name it"
            )
        if approval.repository not in identities:
            return "it is for another repository"
        if approval in self._ground.taken_out():
            return "it was withdrawn: its line was taken out before"
        return ""

    def _fault_of_signature(self, approval: Approval, signer: Signer) -> str:
        """What ssh-keygen says. Many that are forged end its being asked: each costs a process."""
        if self._patience <= 0:
            return f"{_MOST_FORGED} signatures here aren't those of their texts, so no more are verified"
        fault = find_fault(approval.message(), approval.signature, NAMESPACE, approval.signer.lower(), signer.line)
        if fault:
            self._patience -= 1
        return fault

    def identities_of(self, approval: Approval) -> frozenset[str]:
        """All names, in lower case, under which whoever signed an approval is listed, in whatever role."""
        given = read_signature(approval.signature)
        names = {approval.signer.lower()}
        grown = True
        while grown:
            rows = [s for signers in self._signers.values() for s in signers]
            alike = [s for s in rows if names & set(s.names) or (given is not None and s.key == given.key)]
            more = names.union(*(s.names for s in alike)) if alike else names
            grown, names = more != names, more
        return frozenset(names)

    def _signer(self, approval: Approval, key: bytes) -> Signer | None:
        return next(
            (s for s in self._signers.get(approval.role, ()) if s.key == key and approval.signer.lower() in s.names),
            None,
        )

    def _fault_of_words(self, approval: Approval, path: str, today: str) -> str:
        if path not in approval.paths:
            return "it is for other files"
        if approval.salt != self._salt:
            return "it was made under another salt"
        if not approval.reason.strip():
            return "it gives no reason"
        counts, begun, left = (
            days_between(approval.made, approval.expires),
            days_between(approval.made, today),
            days_between(today, approval.expires),
        )
        if counts is None or begun is None or left is None:
            return "its days must be dates written YYYY-MM-DD"
        if begun < 0:
            return f"it is dated {approval.made}, which is still to come"
        if left < 0:
            return f"it expired on {approval.expires}"
        if counts > self._longest:
            return f"it is to count {counts} days, and the policy allows {self._longest}"
        return ""


def load_approvals(config: Config, salt: bytes, ground: Ground, read: Read | None = None) -> Approvals:
    """The repository's approvals, held against the approvers that the configuration lists and what git knows.

    ``read`` gives the repository's files by name as they stand elsewhere than in the work tree (see load_config).
    Raises UsageError for a file that can't be read or holds a line that is no approval.
    """
    try:
        raw = read_policy_file(config.root, FILE_NAME, LARGEST) if read is None else read(FILE_NAME, LARGEST)
    except UnreadableError as error:
        raise UsageError(f"{FILE_NAME}: {error}") from None
    return approvals_under(config, salt, parse_approvals(raw or b""), ground)


def approvals_under(config: Config, salt: bytes, approvals: Iterable[Approval], ground: Ground) -> Approvals:
    """Approvals, held against the approvers that a configuration lists, and the name it gives to the repository."""
    from nbguard.policy.fingerprint import salt_id

    if name := config.waivers.repository:
        ground = ground._replace(identities=lambda: frozenset((name,)))
    return Approvals(approvals, config.approvers, config.waivers.longest_days, salt_id(salt), ground)
