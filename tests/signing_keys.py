"""Real SSH keys, made by ssh-keygen, and approvals signed with them."""

import subprocess
from pathlib import Path

from nbguard.policy.approval import NAMESPACE, Approval
from nbguard.policy.ssh_signatures import sign


class Keys:
    """The keys of some people, each made when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> str:
        """The file of a person's private key; the public half lies beside it."""
        path = self.folder / name
        if not path.exists():
            kind = ("ecdsa",) if name.startswith("ecdsa") else ("ed25519",)
            subprocess.run(["ssh-keygen", "-q", "-t", *kind, "-N", "", "-C", name, "-f", path], check=True)
        return str(path)

    def public(self, name: str) -> str:
        """A person's public key, without the comment."""
        return " ".join(Path(self.path(name) + ".pub").read_text().split()[:2])

    def line(self, name: str, options: str = "") -> str:
        """A person's line of allowed signers."""
        return f"{address(name)} {options + ' ' if options else ''}{self.public(name)}"

    def signed(self, approval: Approval, name: str, namespace: str = NAMESPACE) -> Approval:
        """An approval with a person's signature."""
        return approval._replace(signature=sign(approval.message(), self.path(name), namespace))


def address(name: str) -> str:
    """A person's e-mail address."""
    return f"{name}@example.org"
