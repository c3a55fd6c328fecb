"""Which signed approvals count. The signatures are ssh-keygen's own, and so is the verdict on them."""

import base64
import random
from collections import Counter

import pytest

from nbguard.errors import UsageError
from nbguard.policy.approval import Approval, parse_approvals, write_approvals
from nbguard.policy.approvals import Approvals, Subject
from nbguard.policy.ground import Ground
from nbguard.policy.signers import digest_of, read_signer, revoked_digest
from nbguard.policy.ssh_signatures import ask_ssh_keygen, find_fault, framed, read_signature, sign
from tests.signing_keys import Keys, address

TODAY, SALT = "2026-06-15", "0123abcd"
HERE = "4e1f" * 10
GROUND = Ground(lambda: frozenset({HERE}))
PATHS = ("a.ipynb", "lib/b.py")
GENUINE = Approval(
    "ionq-api-key", "f" * 32, SALT, PATHS, "security", address("alice"), "a fake", "2026-06-01", "2026-12-01",
    repository=HERE,
)  # fmt: skip
SUBJECT = Subject("ionq-api-key", "credential", "f" * 32, "a.ipynb")
TWICE = GENUINE.line().strip().replace("{", '{"reason":"what people read first",', 1).encode()
DATA = Subject("sample-table-personal", "sample-data", "d" * 32, "rows.csv")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def approvers(keys: Keys) -> dict[str, tuple[str, ...]]:
    """Alice and the author may approve for security, Bob for data, Carol could once; Alice may for data, too."""
    security = tuple(map(keys.line, ("alice", "carol", "author", "ecdsa")))
    data = (*map(keys.line, ("bob", "carol")), f"alice.private@example.org {keys.public('alice')}")
    return {"security": security, "data": data, "revoked": (keys.public("carol"),)}


def agree(approvals: list[Approval], approvers: dict[str, tuple[str, ...]], subject: Subject = SUBJECT, **how: object):
    held = Approvals(approvals, approvers, 200, SALT, GROUND)
    return held.agree(subject, TODAY, lambda: frozenset({address("author")}), **how)


@pytest.mark.parametrize("name", ["alice", "ecdsa"])
def test_a_signature_by_a_listed_key_counts(keys: Keys, approvers: dict, name: str) -> None:
    approval = keys.signed(GENUINE._replace(signer=address(name)), name)
    for path in PATHS:
        agreed = agree([approval], approvers, SUBJECT._replace(path=path))
        assert (agreed.problem, agreed.approvals) == ("", (approval,))
    assert "other files" in agree([approval], approvers, SUBJECT._replace(path="c.py")).problem


def test_of_several_approvals_one_that_counts_is_enough(keys: Keys, approvers: dict) -> None:
    good = keys.signed(GENUINE, "alice")
    expired = keys.signed(GENUINE._replace(expires="2026-06-02"), "alice")
    for order in ([good, expired], [expired, good]):
        assert agree(order, approvers).approvals == (good,)


def test_sample_data_takes_two_people(keys: Keys, approvers: dict) -> None:
    base = GENUINE._replace(rule=DATA.rule, fingerprint=DATA.fingerprint, paths=(DATA.path,))
    security = keys.signed(base, "alice")
    data = keys.signed(base._replace(role="data", signer=address("bob")), "bob")
    alice_again = keys.signed(base._replace(role="data", signer="alice.private@example.org"), "alice")
    assert agree([security, data], approvers, DATA).problem == ""
    assert "by data" in agree([security], approvers, DATA).problem
    assert "by security" in agree([data], approvers, DATA).problem
    assert "the same person" in agree([security, alice_again], approvers, DATA).problem


def test_who_brought_it_can_not_approve_it_under_another_name(keys: Keys, approvers: dict) -> None:
    """All names of a key are one person, and all keys of a name."""
    own = keys.signed(GENUINE._replace(signer=address("alice")), "alice")
    held = Approvals([own], approvers, 200, SALT, GROUND)
    for name in (address("alice"), "alice.private@example.org"):
        assert "who brought" in held.agree(SUBJECT, TODAY, lambda name=name: frozenset({name})).problem


def test_options_of_allowed_signers_hold(keys: Keys) -> None:
    approval = keys.signed(GENUINE, "alice")
    for options, counts in (
        ('namespaces="approval@nbguard"', True),
        ('namespaces="git"', False),
        ('valid-before="20200101"', False),
        ('valid-after="20200101"', True),
    ):
        agreed = agree([approval], {"security": (keys.line("alice", options),)})
        assert (agreed.problem == "") is counts, (options, agreed.problem)


def test_a_revoked_key_is_named_by_itself_or_by_its_fingerprint(keys: Keys) -> None:
    approval, line = keys.signed(GENUINE, "alice"), keys.line("alice")
    signer = read_signer(line)
    assert signer is not None
    for revoked in (keys.public("alice"), digest_of(signer.key)):
        assert agree([approval], {"security": (line,), "revoked": (revoked,)}).problem.endswith("its key is revoked")


@pytest.mark.parametrize(
    "line",
    [
        "", "alice", "alice ssh-ed25519", "alice ssh-ed25519 !!!!", "alice ssh-ed25519 AAAAC3Nz",
        "alice ssh-dss AAAAB3NzaC1kc3M=",
        "alice ssh-ed25519 AAAAB3NzaC1yc2E=", "*@example.org {}", "a?b {}", "!a,b {}", "a,,b {}", "a cert-authority {}",
        "a unknown=1 {}", "a {}\nb {}",
    ],
)  # fmt: skip
def test_a_line_that_we_do_not_take_is_no_signer(keys: Keys, line: str) -> None:
    assert read_signer(line.replace("{}", keys.public("alice"))) is None
    assert revoked_digest("SHA256:short") == ""


def test_a_file_says_the_same_in_any_order(keys: Keys) -> None:
    made = [GENUINE._replace(signature="AA==", fingerprint=f"{n:032x}") for n in range(20)]
    raw = write_approvals(made)
    lines = raw.splitlines(keepends=True)
    random.Random(3).shuffle(lines)
    assert parse_approvals(b"".join([*lines, *lines[:5]])) == parse_approvals(raw) == tuple(made)
    assert write_approvals(parse_approvals(b"".join(lines))) == raw


@pytest.mark.parametrize(
    "line", [b"<<<<<<< HEAD", b"[]", b"{}", b'{"schema":"nbguard-approval/1"}', TWICE, b"\xff", b"[" * 100_000, b'"x"']
)
def test_a_line_that_is_no_approval_is_an_error(line: bytes) -> None:
    with pytest.raises(UsageError, match=r"approvals\.jsonl: "):
        parse_approvals(line)


def test_ssh_keygen_says_why_it_does_not_sign(tmp_path: object) -> None:
    with pytest.raises(UsageError, match="can't sign with /nowhere: "):
        sign(b"x", "/nowhere", "approval@nbguard")


class Attacks:
    """Makes approvals that must not count out of some that do. Everything comes from the seed and the keys."""

    def __init__(self, keys: Keys, seed: int) -> None:
        self.keys, self.random = keys, random.Random(seed)
        # What ssh-keygen has to sign is signed once; an attack begins with one of these.
        self.pool = [
            keys.signed(
                GENUINE._replace(fingerprint=f"{n:032x}", paths=(f"src/{n}.py",), reason=f"a fake, number {n}"), "alice"
            )
            for n in range(24)
        ]
        one = GENUINE._replace(fingerprint=f"{0:032x}", paths=("src/0.py",))
        changed = {
            "expired": {"expires": "2026-06-14"},
            "for too long": {"expires": "2027-06-01"},
            "dated in the future": {"made": "2026-06-16"},
            "no date": {"expires": "9999-99-99"},
            "no reason": {"reason": " "},
            "another salt": {"salt": "99999999"},
            "other files": {"paths": ("src/00.py", "src/*", "**")},
            "a role that is none": {"role": "everybody"},
            "as somebody else": {"signer": address("bob")},
            "for another repository": {"repository": "0bad" * 10},
            "for no repository": {"repository": ""},
        }
        self.signed = {name: [keys.signed(one._replace(**fields), "alice")] for name, fields in changed.items()}
        for name, person in (("revoked", "carol"), ("by the author", "author"), ("listed in the branch only", "eve")):
            self.signed[name] = [keys.signed(one._replace(signer=address(person)), person)]
        self.signed["listed in the branch only"].append(keys.signed(one, "eve"))
        self.signed["a listed name, another key"] = [keys.signed(one, "bob"), keys.signed(one, "author")]
        self.signed["wrong namespace"] = [keys.signed(one, "alice", name) for name in ("git", "file", "policy@nbguard")]
        self.signed["the data role's key"] = [keys.signed(one._replace(signer=address("bob")), "bob")]
        self.kinds = (*self.signed, *(name[1:] for name in dir(self) if name.startswith("_a_")))

    def make(self, kind: str) -> tuple[list[Approval], Subject]:
        """One attack: the approvals in the file, and the finding that they shall have accepted."""
        if kind in self.signed:
            approval = self.random.choice(self.signed[kind])
            return [approval], SUBJECT._replace(fingerprint=f"{0:032x}", path="src/0.py")
        approval, target = getattr(self, f"_{kind}")(self.random.choice(self.pool))
        rest = [a for a in self.pool if a.fingerprint != target.fingerprint]
        return [*self.random.sample(rest, 3), approval], target

    def _target(self, approval: Approval) -> Subject:
        return SUBJECT._replace(fingerprint=approval.fingerprint, path=approval.paths[0])

    def _a_replay_on_another_finding(self, approval: Approval) -> tuple[Approval, Subject]:
        other = f"{self.random.getrandbits(128):032x}"
        return approval._replace(fingerprint=other), self._target(approval)._replace(fingerprint=other)

    def _a_replay_without_a_change(self, approval: Approval) -> tuple[Approval, Subject]:
        return approval, self._target(approval)._replace(path=f"src/{self.random.randrange(100, 999)}.py")

    def _a_wider_scope(self, approval: Approval) -> tuple[Approval, Subject]:
        path = self.random.choice(["other.py", "src/", "../x", "*"])
        paths = self.random.choice([(path,), (*approval.paths, path), (path, *approval.paths)])
        return approval._replace(paths=paths), self._target(approval)._replace(path=path)

    def _a_later_end(self, approval: Approval) -> tuple[Approval, Subject]:
        day = f"2026-{self.random.randrange(7, 12):02}-{self.random.randrange(1, 29):02}"
        return approval._replace(expires="2026-11-30" if day == approval.expires else day), self._target(approval)

    def _a_word_that_was_changed(self, approval: Approval) -> tuple[Approval, Subject]:
        field = self.random.choice(["reason", "made", "rule"])
        changed = {"reason": approval.reason + "!", "made": "2026-06-02", "rule": "ionq-*"}[field]
        made = approval._replace(**{field: changed})
        return made, self._target(made)._replace(rule=made.rule)

    def _a_flipped_bit(self, approval: Approval) -> tuple[Approval, Subject]:
        raw = bytearray(base64.b64decode(approval.signature))
        raw[self.random.randrange(len(raw))] ^= 1 << self.random.randrange(8)
        return approval._replace(signature=base64.b64encode(raw).decode()), self._target(approval)

    def _a_cut(self, approval: Approval) -> tuple[Approval, Subject]:
        raw = base64.b64decode(approval.signature)
        cut = raw[: self.random.randrange(len(raw))]
        cut = self.random.choice([cut, raw + raw, raw + b"\0", raw[self.random.randrange(1, len(raw)) :]])
        return approval._replace(signature=base64.b64encode(cut).decode()), self._target(approval)

    def _a_reordering(self, approval: Approval) -> tuple[Approval, Subject]:
        """The fields of the signature in another order, or the signature of another line."""
        if self.random.random() < 0.3:
            other = self.random.choice([a for a in self.pool if a is not approval])
            return approval._replace(signature=other.signature), self._target(approval)
        words, raw, at = [], base64.b64decode(approval.signature), 10
        while at < len(raw):
            size = int.from_bytes(raw[at : at + 4], "big")
            words.append(raw[at : at + 4 + size])
            at += 4 + size
        before = list(words)
        while words == before:
            self.random.shuffle(words)
        return approval._replace(signature=base64.b64encode(raw[:10] + b"".join(words)).decode()), self._target(
            approval
        )

    def _a_signature_of_random_bytes(self, approval: Approval) -> tuple[Approval, Subject]:
        raw = base64.b64decode(approval.signature)
        kept = self.random.choice([0, 6, 10, len(raw) - 64])
        forged = raw[:kept] + self.random.randbytes(len(raw) - kept)
        return approval._replace(signature=base64.b64encode(forged).decode()), self._target(approval)

    def _a_text_in_the_place_of_a_signature(self, approval: Approval) -> tuple[Approval, Subject]:
        text = self.random.choice(["", "santa", framed(approval.signature), f" {approval.signature}", "é", "=" * 9999])
        return approval._replace(signature=text), self._target(approval)


@pytest.mark.parametrize("number", [400, pytest.param(10_000, marks=pytest.mark.slow)])
def test_no_attack_is_accepted(keys: Keys, approvers: dict, number: int) -> None:
    """All kinds in turn. Most are refused before a process is started, some hundred by ssh-keygen itself."""
    attacks = Attacks(keys, number)
    for approval in attacks.pool[:5]:  # so that it isn't the test that refuses
        assert agree([approval], approvers, attacks._target(approval)).problem == ""
    before = ask_ssh_keygen.cache_info().misses
    accepted, tried = [], Counter()
    for n in range(number):
        kind = attacks.kinds[n % len(attacks.kinds)]
        made, subject = attacks.make(kind)
        tried[kind] += 1
        agreed = agree(made, approvers, subject)
        if not agreed.problem:
            accepted.append((kind, made[-1], subject))
    by_ssh_keygen = ask_ssh_keygen.cache_info().misses - before
    assert accepted == []
    assert len(tried) == len(attacks.kinds) >= 20
    assert number / 50 < by_ssh_keygen < number / 2


def test_a_cut_file_accepts_nothing_that_it_does_not_hold(keys: Keys, approvers: dict) -> None:
    """A file cut anywhere is an error, or holds whole lines only."""
    approval = keys.signed(GENUINE, "alice")
    raw = write_approvals([approval])
    for end in range(len(raw) - 1):
        try:
            left = parse_approvals(raw[:end])
        except UsageError:
            continue
        assert left == ()
    assert read_signature(approval.signature) is not None


def test_an_approval_of_the_first_schema_is_read_and_counts_nowhere(keys: Keys, approvers: dict) -> None:
    """It names no repository, so that it would count in every one with the same salt."""
    old = keys.signed(GENUINE._replace(repository=""), "alice")
    assert old.line().count('"schema":"nbguard-approval/1"') == 1
    assert parse_approvals(old.line().encode()) == (old,)
    assert write_approvals([old]) == old.line().encode()
    assert "named no repository in it" in agree([old], approvers).problem


@pytest.mark.parametrize("change", [("nbguard-approval/2", "nbguard-approval/1"), (HERE, "")])
def test_a_line_of_two_schemas_is_none(keys: Keys, change: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        parse_approvals(GENUINE.line().replace(*change).encode())


def test_an_approval_is_for_one_repository(keys: Keys, approvers: dict) -> None:
    approval = keys.signed(GENUINE, "alice")
    for identities, problem in ((frozenset(), "can't be told"), (frozenset({"0bad" * 10}), "another repository")):
        ground = Ground(lambda identities=identities: identities)
        assert problem in Approvals([approval], approvers, 200, SALT, ground).agree(SUBJECT, TODAY).problem


def test_many_forged_signatures_cost_a_bounded_time(
    keys: Keys, approvers: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is of a form that only ssh-keygen can refuse, and each would cost a process."""
    genuine = base64.b64decode(keys.signed(GENUINE, "alice").signature)
    asked = []
    monkeypatch.setattr("nbguard.policy.approvals.find_fault", lambda *given: asked.append(given) or "no")
    forged = [
        GENUINE._replace(reason=f"number {n}", signature=base64.b64encode(genuine[:-4] + n.to_bytes(4, "big")).decode())
        for n in range(5_000)
    ]
    assert "no more are verified" in agree(forged, approvers).problem
    assert len(asked) == 200


def test_what_hangs_on_the_moment_is_asked_anew(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server lives for weeks: a key's last day comes, and an ssh-keygen that was missing is put there."""
    tool = tmp_path / "ssh-keygen"
    monkeypatch.setenv("PATH", str(tmp_path))
    given = b"x", "AAAA", "approval@nbguard", "alice"
    assert "can't be run" in find_fault(*given, "alice ssh-ed25519 AAAA")
    for status in (0, 1, 0):
        tool.write_text(f"#!/bin/sh\nexit {status}\n")
        tool.chmod(0o755)
        assert bool(find_fault(*given, 'alice valid-before="20270101" ssh-ed25519 AAAA')) == bool(status)
    assert find_fault(*given, "alice ssh-ed25519 AAAA") == ""
