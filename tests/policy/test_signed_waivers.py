"""What signed approvals do to a decision: whose word it is then, until when, and what is told where they do not."""

from pathlib import Path

import pytest

from nbguard.detect.finding import Finding
from nbguard.policy.allow import Decision, Waiver
from nbguard.policy.approval import Approval, write_approvals
from nbguard.policy.approvals import Agreed, Approvals, Subject, load_approvals
from nbguard.policy.fingerprint import salt_id
from nbguard.policy.ground import Ground
from nbguard.policy.policy_settings import Config, WaiverPolicy
from nbguard.policy.signed_waivers import hold_to_approvals, waiver_of
from tests.policy.findings import find, text_document
from tests.signing_keys import Keys, address

TODAY, SALT = "2026-06-15", "0123abcd"
HERE = "4e1f" * 10
GROUND = Ground(lambda: frozenset({HERE}))
APPROVAL = Approval(
    "ionq-api-key", "f" * 32, SALT, ("a.py",), "security", address("alice"), "made up", "2026-06-01", "2026-12-01",
    repository=HERE,
)  # fmt: skip
MARK = Waiver("inline", "allow in line 1", "a fake", "2026-11-01", "carol")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


def finding() -> Finding:
    return find(text_document("t = 'MADE-UP-VALUE'"), "MADE-UP-VALUE")


def held(decision: Decision, approvals: Approvals | None, author: str = "nobody") -> Decision:
    return hold_to_approvals(
        decision, finding(), "a.py", "f" * 32, TODAY, approvals, lambda: frozenset({address(author)})
    )


def test_an_approval_alone_is_the_waiver(keys: Keys) -> None:
    approvals = Approvals([keys.signed(APPROVAL, "alice")], {"security": (keys.line("alice"),)}, 200, SALT, GROUND)
    assert held(Decision(None), approvals).waiver == Waiver(
        "approval", "approval in .nbguard-approvals.jsonl", "made up", "2026-12-01",
        "alice@example.org (security)", "alice@example.org",
    )  # fmt: skip
    refused = held(Decision(None), approvals, "alice")
    assert (refused.waiver, refused.note[:20]) == (None, "It isn't accepted: t")
    assert "alice@example.org" in refused.note


def test_a_mark_that_is_approved_stays_the_mark(keys: Keys) -> None:
    """Its own words and the earlier of both ends; without a reason of its own the approval's."""
    agreed = Agreed((APPROVAL,), "", frozenset({"b@example.org", "a@example.org"}))
    assert waiver_of(agreed, MARK) == Waiver(
        "inline", "allow in line 1", "a fake", "2026-11-01", "alice@example.org (security)",
        "a@example.org,b@example.org",
    )  # fmt: skip
    assert waiver_of(agreed, MARK._replace(expires="2027-01-01")).expires == "2026-12-01"
    assert waiver_of(agreed, MARK._replace(expires="", reason=""))[2:4] == ("made up", "2026-12-01")


def test_two_people_end_with_the_first_of_them() -> None:
    other = APPROVAL._replace(role="data", signer=address("bob"), expires="2026-10-01", reason="other")
    made = waiver_of(Agreed((APPROVAL, other), "", frozenset()), None)
    assert (made.reason, made.expires) == ("made up", "2026-10-01")
    assert made.approved_by == "alice@example.org (security), bob@example.org (data)"


def test_what_is_not_approved_keeps_the_better_note(keys: Keys) -> None:
    """A mark is told that it doesn't count; an approval that is there, why it doesn't; and nothing where none is."""
    nobody = held(Decision(MARK), None)
    expected = "The allow in line 1 doesn't count: the policy lists nobody under [approvers]."
    assert nobody == Decision(None, expected)
    assert held(Decision(None, "as before"), None) == Decision(None, "as before")
    unsigned = Approvals([APPROVAL], {"security": (keys.line("alice"),)}, 200, SALT, GROUND)
    assert held(Decision(None), unsigned).note.startswith("It isn't accepted: the approval by alice@example.org")
    assert held(Decision(None, "as before"), unsigned) == Decision(None, "as before")
    others = Approvals([APPROVAL._replace(rule="aqt-access-token")], {}, 200, SALT, GROUND)
    assert held(Decision(None), others) == Decision(None)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"reason": " "}, "it gives no reason"),
        ({"salt": "other"}, "it was made under another salt"),
        ({"made": "June"}, "its days must be dates written YYYY-MM-DD"),
        ({"expires": "2026-13-01"}, "its days must be dates written YYYY-MM-DD"),
        ({"made": "2026-06-16"}, "it is dated 2026-06-16, which is still to come"),
        ({"expires": "2026-06-14"}, "it expired on 2026-06-14"),
        ({"made": "2026-06-01", "expires": "2026-12-19"}, "it is to count 201 days, and the policy allows 200"),
        ({"repository": ""}, "it was made by an nbguard that named no repository in it: approve anew"),
        ({"repository": "0" * 40}, "it is for another repository"),
    ],
)
def test_each_fault_of_an_approval_s_words_has_its_sentence(keys: Keys, changes: dict, fault: str) -> None:
    approval = keys.signed(APPROVAL._replace(**changes), "alice")
    approvals = Approvals([approval], {"security": (keys.line("alice"),)}, 200, SALT, GROUND)
    assert approvals.fault_of(approval, "a.py", TODAY) == fault
    agreed = approvals.agree(Subject("ionq-api-key", "credential", "f" * 32, "a.py"), TODAY)
    assert agreed.problem == f"the approval by alice@example.org for security doesn't count: {fault}"


def test_an_approval_counts_on_its_first_and_last_day_and_as_long_as_the_policy_allows(keys: Keys) -> None:
    approval = keys.signed(APPROVAL._replace(made=TODAY, expires=TODAY), "alice")
    longest = keys.signed(APPROVAL._replace(expires="2026-12-18"), "alice")
    approvals = Approvals([approval], {"security": (keys.line("alice"),)}, 200, SALT, GROUND)
    assert (approvals.fault_of(approval, "a.py", TODAY), approvals.fault_of(longest, "a.py", TODAY)) == ("", "")


def test_approvals_of_a_repository_are_held_to_its_configuration(tmp_path: Path, keys: Keys) -> None:
    """The salt, the longest time, the listed keys and the name of the repository come from there."""
    salt = b"0123456789abcdef"
    approval = keys.signed(APPROVAL._replace(salt=salt_id(salt), repository="lab/pilot"), "alice")
    (tmp_path / ".nbguard-approvals.jsonl").write_bytes(write_approvals([approval]))
    config = Config(
        str(tmp_path),
        approvers={"security": (keys.line("alice"),)},
        waivers=WaiverPolicy(longest_days=183, repository="lab/pilot"),
    )
    subject = Subject("ionq-api-key", "credential", "f" * 32, "a.py")
    loaded = load_approvals(config, salt, GROUND)
    assert loaded.agree(subject, TODAY).approvals == (approval,)
    shorter = config._replace(waivers=WaiverPolicy(longest_days=182, repository="lab/pilot"))
    assert "policy allows 182" in load_approvals(shorter, salt, GROUND).agree(subject, TODAY).problem
    unnamed = config._replace(waivers=WaiverPolicy(longest_days=183))
    assert "another repository" in load_approvals(unnamed, salt, GROUND).agree(subject, TODAY).problem
    assert "another salt" in load_approvals(config, b"x" * 16, GROUND).agree(subject, TODAY).problem
    elsewhere = load_approvals(config, salt, GROUND, lambda name, limit: None)
    assert elsewhere.all == ()
