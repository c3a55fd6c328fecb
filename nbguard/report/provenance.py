"""Where a report comes from: what was looked at, at which commit, by whose policy and which rules."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbguard.documents.plain import plain


class ReportTarget(NamedTuple):
    """A repository (or another place) that was looked at; ``findings`` are those that count, None where not counted."""

    name: str
    uri: str = ""
    commit: str = ""
    branch: str = ""
    findings: int | None = None


class Provenance(NamedTuple):
    """``scope`` says in words which versions were looked at. ``policy`` is the file, ``bundle`` whose it is.

    The two digests (SHA-256) say whether two reports were made by the same policy and the same rules.
    """

    targets: tuple[ReportTarget, ...]
    scope: str
    profile: str
    policy: str
    bundle: str
    policy_sha256: str
    rules_sha256: str

    def as_data(self) -> dict[str, Any]:
        """As JSON has it, empty fields left out."""
        fields = self._asdict()
        fields["targets"] = [
            {key: value for key, value in target._asdict().items() if value not in ("", None)}
            for target in self.targets
        ]
        return {key: value for key, value in fields.items() if value != ""}

    def words(self) -> list[tuple[str, str]]:
        """As name and value, for formats that have texts only. Many targets are counted."""
        shown = [plain(f"{t.name} at {t.commit[:12]}" if t.commit else t.name) for t in self.targets[:5]]
        more = [f"{len(self.targets) - 5} more"] if len(self.targets) > 5 else []
        policy = plain(self.policy or "the defaults")
        said = [
            ("targets", ", ".join(shown + more)),
            ("scope", plain(self.scope)),
            ("profile", self.profile),
            ("policy", f"{policy} (sha256 {self.policy_sha256[:12]})"),
            ("bundle", plain(self.bundle)),
            ("rules", f"sha256 {self.rules_sha256[:12]}"),
        ]
        return [(name, value) for name, value in said if value]
