"""Looks through the bytes of one file as a scan does, with an engine that is kept while the configuration stays."""

from __future__ import annotations

import os
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.engine import Engine
from nbguard.detect.finding import SEVERITIES
from nbguard.detect.rule_list import all_rules
from nbguard.documents.reading import NotebookChecker, open_document
from nbguard.policy.config import check_rule_names, wanted_kinds
from nbguard.scan.judging import judge_findings
from nbguard.scan.pipeline import scope_of

if TYPE_CHECKING:
    from nbguard.jupyter.policies import Policy
    from nbguard.policy.config import Config
    from nbguard.report.records import FindingRecord

# Configurations whose engines are kept, and files whose last examination is.
_ENGINES = 8
_FILES = 256


class Examined(NamedTuple):
    """What a file holds that its policy fails a scan for, in reading order; ``problem``: why it couldn't be read."""

    findings: tuple[FindingRecord, ...] = ()
    problem: str = ""


class Examiner:
    """Examines files under their policies. Used on one thread."""

    def __init__(self) -> None:
        self._engines: list[tuple[Config, object, Engine]] = []
        self._checker = NotebookChecker()
        self._known: dict[tuple[str, str], tuple[tuple[object, ...], Policy, Engine, Examined]] = {}

    def examine(self, raw: bytes, policy: Policy, *, notebook: bool) -> Examined:
        """What a scan of these bytes would fail for, at ``policy.name``. Raises UsageError for rules there are not.

        The last answer for a file is kept: most saves of a notebook come twice, as a save and as a checkpoint.
        """
        engine = self._engine_for(policy.config)
        state = (date.today(), blake2b(raw, digest_size=16).digest(), notebook)
        place = (policy.config.root, policy.name)
        known = self._known.pop(place, None)
        if known is not None and known[0] == state and known[2] is engine and _is_same(known[1], policy):
            examined = known[3]
        else:
            examined = self._examine(raw, policy, engine, notebook)
        self._known[place] = (state, policy, engine, examined)
        if len(self._known) > _FILES:
            del self._known[next(iter(self._known))]
        return examined

    def _examine(self, raw: bytes, policy: Policy, engine: Engine, notebook: bool) -> Examined:
        config = policy.config
        if len(raw) > config.max_file_size:
            return Examined(problem=f"too large (limit {config.max_file_size // 1_000_000} MB)")
        # A notebook may be saved under another ending (jupytext); what it is goes by that ending here.
        path = policy.name + (".ipynb" if notebook and not policy.name.lower().endswith(".ipynb") else "")
        screening = engine.screen(raw, path)
        if screening is None:
            return Examined(problem=self._checker.find_problem(raw) if notebook else "")
        document = open_document(path, raw)._replace(path=policy.name)
        found = [(document, finding) for finding in engine.detect(document, screening)]
        failing = SEVERITIES[SEVERITIES.index(config.fail_on) :]
        judged = judge_findings(found, config, policy.salt, policy.baseline)
        records = [record for _, record in judged if record.waived is None and record.severity in failing]
        return Examined(tuple(sorted(records, key=_reading_order)), document.problem)

    def _engine_for(self, config: Config) -> Engine:
        packs = _sign(config.rules)
        for number, (known, signature, engine) in enumerate(self._engines):
            if known is config and signature == packs:
                self._engines.append(self._engines.pop(number))
                return engine
        engine = Engine(scope_of(config, wanted_kinds(config)))
        extra = engine.extra_rules.rule_ids if engine.extra_rules is not None else set()
        check_rule_names(config, {rule.id for rule in all_rules()} | extra)
        self._engines.append((config, packs, engine))
        del self._engines[:-_ENGINES]
        return engine


def _sign(rules: tuple[str, ...]) -> tuple[object, ...]:
    """What changes when a rule pack does; a pack that is missing is the engine's to complain of."""
    signature: list[object] = []
    for path in rules:
        try:
            status = os.stat(path)
            signature.append((status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            signature.append(None)
    return tuple(signature)


def _is_same(one: Policy, other: Policy) -> bool:
    # Comparing what is in them would cost more than the examination.
    return one.config is other.config and one.baseline is other.baseline and one.salt == other.salt


def _reading_order(record: FindingRecord) -> tuple[int, bool, int, int, str]:
    return record.cell.number if record.cell else -1, record.where != "source", record.line, record.column, record.rule
