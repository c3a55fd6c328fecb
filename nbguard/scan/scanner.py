"""The one way from bytes to judged findings: read, screen, detect, judge. Every door goes through it.

What decides a verdict is settled here and nowhere else: the path that policies know a file by, the kinds that are
looked for, rule packs and plugins, salt and baseline.
"""

from __future__ import annotations

from copy import copy
from functools import cached_property, partial
from typing import TYPE_CHECKING

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.reading import NotebookChecker, open_document
from nbguard.documents.stretches import LARGE
from nbguard.errors import describe_defect
from nbguard.named_tuple import NamedTuple
from nbguard.policy.config import wanted_kinds
from nbguard.policy.covered_paths import name_in_repository
from nbguard.scan.blobs import STANDARD_INPUT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document
    from nbguard.policy.approvals import Approvals
    from nbguard.policy.baseline import Accepted
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord
    from nbguard.scan.known_parts import KnownParts

# Kinds that profiles leave out, wholly or in part: reported in full where they are asked for.
_OFTEN_OFF = frozenset(("quantum-metadata", "hygiene"))


class Scanned(NamedTuple):
    """What a file came to, before any policy.

    ``document`` is None where the file can hold no finding and wasn't parsed. ``problem`` says why it couldn't be read
    as what its name says, ``defect`` what went wrong with us.
    """

    document: Document | None = None
    findings: Sequence[Finding] = ()
    problem: str = ""
    defect: str = ""

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Scanned({len(self.findings)} findings)"


class Judged(NamedTuple):
    """A finding and its record. It holds the value, so it doesn't outlive the request."""

    finding: Finding
    record: FindingRecord

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Judged({self.record.rule})"


class Scanner:
    """Scans under one configuration for some kinds of finding (none given: those that the configuration reports).

    ``known_parts`` remembers what was clean, for whoever sees many versions of a file. Raises UsageError for rules
    there are not. Not shared between threads.
    """

    def __init__(
        self, config: Config, kinds: frozenset[str] = frozenset(), known_parts: KnownParts | None = None
    ) -> None:
        self.config = widen(config, kinds)
        self.kinds = kinds or wanted_kinds(config)
        self._engine = Engine(_scope_of(self.config, self.kinds))
        self._checker = NotebookChecker()
        self._parts = known_parts
        self._stood_before: Callable[[str, str], bool] | None = None
        self._knows_authors = False
        _check_named_rules(config, self._engine.added_rules or ())

    def expect_edits(self) -> None:
        """Remembers what it screens, as an editor's files come again after each edit."""
        self._engine.expect_edits()

    def accepting(
        self,
        salt: bytes,
        baseline: Accepted | None,
        stood_before: Callable[[str, str], bool] | None = None,
        approvals: Approvals | None = None,
    ) -> Scanner:
        """The same scanner with a salt, a baseline and approvals that the caller keeps up to date.

        ``stood_before``: see judge.
        """
        same = copy(self)
        same.__dict__.update(salt=salt, baseline=baseline, approvals=approvals, _stood_before=stood_before)
        return same

    def leaving_authors(self) -> Scanner:
        """The same scanner for whoever knows the commits of a finding, and holds the approvals against them.

        See ``self_approval``.
        """
        same = copy(self)
        same.__dict__["_knows_authors"] = True
        return same

    @cached_property
    def salt(self) -> bytes:
        """The key of the fingerprints (see fingerprint)."""
        from nbguard.policy.fingerprint import find_salt

        return find_salt(self.config).key

    @cached_property
    def baseline(self) -> Accepted | None:
        """The findings that the repository accepted. Raises UsageError."""
        from nbguard.policy.baseline import load_baseline

        return load_baseline(self.config)

    @cached_property
    def approvals(self) -> Approvals | None:
        """The signed approvals; None where nobody is listed whose signature would count. Raises UsageError."""
        if not self.config.approvers:
            return None
        from nbguard.policy.approvals import load_approvals
        from nbguard.repository.approval_ground import ground_of

        return load_approvals(self.config, self.salt, ground_of(self.config.root))

    @cached_property
    def without_samples(self) -> Scanner | None:
        """The scanner for everything but sample data; None where nothing else is looked for."""
        kinds = self.kinds - {"sample-data"}
        return Scanner(self.config, kinds) if kinds else None

    def name_of(self, path: str) -> str:
        """A file's path from the repository's root, as policies know it; outside the repository, as it was given."""
        return path if path.startswith(STANDARD_INPUT) else name_in_repository(path, self.config.root)

    def may_hold(self, raw: bytes, name: str) -> bool:
        """Whether a text has to be scanned; what holds for several joined ones holds for each."""
        return self._engine.added_rules is not None or self._engine.screen(raw, name) is not None

    def scan(self, name: str, raw: bytes) -> Scanned:
        """What a file holds, by its path in the repository. One file's defect must not hide what others hold."""
        defects: list[str] = []
        try:
            scanned = self._scan(name, raw, name, defects)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this file's
            return Scanned(defect=describe_defect(error))
        return scanned._replace(defect="; ".join(dict.fromkeys(defects))) if defects else scanned

    def scan_or_raise(self, name: str, raw: bytes, *, notebook: bool = False) -> Scanned:
        """What a file holds. A defect of ours raises whatever it raises: for those who have an answer to that.

        ``notebook``: it is one, whatever its name says (Jupytext saves notebooks under other endings).
        """
        known = name if not notebook or name.lower().endswith(".ipynb") else f"{name}.ipynb"
        return self._scan(name, raw, known, None)

    def _scan(self, name: str, raw: bytes, known: str, defects: list[str] | None) -> Scanned:
        is_notebook = known.lower().endswith(".ipynb")
        # Most of a large notebook are pictures, which needn't be looked at once it is known where they are.
        opened = open_document(known, raw) if is_notebook and len(raw) >= LARGE else None
        screening = self._engine.screen(raw, known, opened)
        if screening is None:
            if opened is not None:
                return Scanned(problem=opened.problem)
            return Scanned(problem=self._checker.find_problem(raw) if is_notebook else "")
        document = opened or open_document(known, raw)
        unknown: dict[int, int] = {}
        if self._parts is not None:
            screening, unknown = self._parts.leave_out(document, screening, self._zone_of(name))
        findings = self._engine.detect(document, screening, defects)
        if self._parts is not None and not defects:
            self._parts.learn(unknown, findings)
        if known is not name:
            document = document._replace(path=name)
        return Scanned(document, findings, document.problem)

    def find_in(self, document: Document) -> list[Finding]:
        """The findings in a document that was read already, before any policy."""
        return self._engine.detect(document)

    def find_samples_in_large(
        self, document: Document, size: int, read: Callable[[int, int], bytes], path: str
    ) -> Iterator[Finding]:
        """The sample data in a sample of a file that is too large to be read whole (see Engine)."""
        return self._engine.find_samples_in_large(document, size, read, path)

    def judge(
        self,
        document: Document,
        findings: Sequence[Finding],
        switched_off: set[tuple[str, str]] | None = None,
        *,
        framed: bool = False,
    ) -> Iterator[Judged]:
        """The findings of a document that are reported today, waived ones too, with their records.

        Those that the policy switches off by name are noted in ``switched_off``, by path and fingerprint. ``framed``:
        the records show the line, masked; not where credentials aren't looked for, as then nobody masks them.
        """
        from nbguard.policy.days import today
        from nbguard.policy.fingerprint import fingerprint
        from nbguard.policy.verdict import is_switched_off, judge
        from nbguard.report.records import record

        day = today()
        frames = None
        if framed and findings and "credential" in self.kinds:
            from nbguard.report.frames import Frames

            frames = Frames(findings)
        for finding in findings:
            mark = fingerprint(finding.rule, finding.value, self.salt)
            judgement = judge(
                finding, document, self.config, day, self.baseline, mark, self._stood_before, self.approvals,
                frozenset if self._knows_authors else partial(self._authors_of, document, finding),
            )  # fmt: skip
            if not judgement.dropped:
                yield Judged(finding, record(finding, document, judgement, self.salt, frames))
            elif switched_off is not None and is_switched_off(finding, self.config, document.path):
                switched_off.add((document.path, mark))

    def _authors_of(self, document: Document, finding: Finding) -> frozenset[str]:
        from nbguard.documents.positions import stretch_of
        from nbguard.repository.authors import authors_of_content

        region = stretch_of(document, finding.field, finding.start, finding.end)
        return authors_of_content(self.config.root, document.path, document.raw, region.line, region.end_line)

    def _zone_of(self, name: str) -> str:
        return zone_name(name, self.config)


def widen(config: Config, kinds: frozenset[str]) -> Config:
    """The configuration that reports in full what was asked for by name, whatever the profile leaves out."""
    missing = sorted((kinds & _OFTEN_OFF).difference(config.enable))
    return config._replace(enable=(*config.enable, *missing)) if missing else config


def sample_settings(config: Config) -> Callable[[str], SampleSettings]:
    """What counts as sample data at a path, for those who change it where it stands."""
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.policy.verdict import sample_data_by_path

    thresholds = sample_data_by_path(config)
    return lambda name: SampleSettings.from_config(thresholds(name) if thresholds else config.sample_data)


def zone_name(name: str, config: Config) -> str:
    """What tells the zones of a configuration apart: the number of the one a path lies in, empty outside of all."""
    if not config.zones:
        return ""
    from nbguard.policy.verdict import zone_of

    zone = zone_of(name, config)
    return str(config.zones.index(zone)) if zone is not None else ""


def _scope_of(config: Config, kinds: frozenset[str]) -> Scope:
    """What the engine is to look for under a configuration."""
    scope = Scope(
        kinds, config.sample_data, config.plugins, config.rules, config.default_rules, exhaustive=config.exhaustive
    )
    if "hygiene" in kinds and (config.profile == "enterprise" or config.enable or config.severity or config.zones):
        from nbguard.policy.verdict import judges_sdks

        scope = scope._replace(sdk=config.sdk) if judges_sdks(config) else scope
    if not config.zones:
        return scope
    from nbguard.policy.verdict import sample_data_by_path

    least = [zone.sample_data["bulk_bytes"] for zone in config.zones if "bulk_bytes" in zone.sample_data]
    return scope._replace(sample_data_at=sample_data_by_path(config), bulk_from=min(least, default=0))


def _check_named_rules(config: Config, extra: Collection[str]) -> None:
    """Raises UsageError where a configuration names a rule that neither we have nor is among the ``extra`` ids."""
    if config.enable or config.disable or config.severity or config.zones:
        from nbguard.detect.rule_list import all_rules
        from nbguard.policy.rule_names import check_rule_names

        check_rule_names(config, {rule.id for rule in all_rules()} | set(extra))
