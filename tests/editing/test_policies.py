"""The policy that an editor's server keeps: it follows every file that makes it."""

from nbguard.editing.policies import Policies
from nbguard.errors import UsageError
from nbguard.policy.bundle import NAMESPACE, make_bundle
from nbguard.policy.policy_settings import BUNDLE_NAME
from nbguard.policy.ssh_signatures import sign
from tests.signing_keys import Keys, address


def verdict(policies):
    try:
        return policies.policy_of("a.ipynb").config.bundle.partition(",")[0]
    except UsageError as error:
        return str(error).partition(": ")[2]


def test_the_verdict_on_a_bundle_follows_the_file_of_allowed_signers(tmp_path, monkeypatch):
    """Who takes a key from the list, or names another list, needs to start no server again."""
    keys = Keys(tmp_path)
    root, signers = tmp_path / "r", tmp_path / "signers"
    (root / ".git").mkdir(parents=True)
    made = make_bundle(b"", address("alice"), "1", "2026-06-01", lambda m: sign(m, keys.path("alice"), NAMESPACE))
    (root / BUNDLE_NAME).write_bytes(made)
    monkeypatch.delenv("NBGUARD_POLICY", raising=False)
    policies = Policies(str(root))
    assert verdict(policies) == address("alice")
    signers.write_text(keys.line("bob") + "\n")
    monkeypatch.setenv("NBGUARD_POLICY_SIGNERS", str(signers))
    assert "isn't listed" in verdict(policies)
    signers.write_text(f"{keys.line('alice')}\n{keys.line('bob')}\n")
    assert verdict(policies) == address("alice")
    signers.write_text(keys.line("bob") + "\n")
    assert "isn't listed" in verdict(policies)
