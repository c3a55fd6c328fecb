"""What a user asks for beside nbguard's own rules: rule packs, and plugins of detect-secrets."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.detector import Detector
from nbguard.detect.prefilter import Prefilter
from nbguard.documents.decode import decode
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.adapters.all_plugins import AllPlugins
    from nbguard.detect.adapters.pack_gate import RuleGate
    from nbguard.detect.adapters.rule_packs import RulePack
    from nbguard.detect.detector import Candidates
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Document, Field

# A keyword of other characters may be written in another way in raw JSON, so that the prefilter can't know it there.
_WRITTEN_ONE_WAY = re.compile(r"[A-Za-z0-9._/:=-]+")


class Near(NamedTuple):
    """Where in a file the extra rules have to look: near these byte offsets, or ``everywhere``."""

    offsets: tuple[int, ...]
    everywhere: bool


class ExtraRules(Detector):
    """The rule packs and the plugins of one scope, loaded once."""

    def __init__(self, scope: Scope) -> None:
        """Takes the scope's ``plugins``, which are class names or ``all``, and ``rules``, paths of rule packs.

        Raises UsageError for a plugin that isn't there, and for what a rule pack says and can't be honoured.
        """
        super().__init__(scope)
        from nbguard.detect.adapters.rule_packs import load_rule_pack

        self._packs: list[RulePack] = [load_rule_pack(path, scope.default_rules) for path in dict.fromkeys(scope.rules)]
        self._plugins: AllPlugins | None = _load_plugins(scope.plugins)
        keywords = {keyword for pack in self._packs for keyword in pack.keywords}
        self._keywords = sorted(keyword for keyword in keywords if _WRITTEN_ONE_WAY.fullmatch(keyword))
        self._everywhere = len(self._keywords) < len(keywords) or any(pack.everywhere for pack in self._packs)

    @property
    def rule_ids(self) -> set[str]:
        """The ids of the rules, for whoever names them in a configuration."""
        ids = {rule for pack in self._packs for rule in pack.rules}
        return ids | (self._plugins.rule_ids if self._plugins is not None else set())

    @cached_property
    def _prefilter(self) -> Prefilter:
        return Prefilter(self._keywords)

    @cached_property
    def _gates(self) -> list[RuleGate | None]:
        """One for each pack; none in a scan that takes no shortcut."""
        from nbguard.detect.adapters.pack_gate import RuleGate

        return [None if self.scope.exhaustive else RuleGate(pack.rules.values()) for pack in self._packs]

    @cached_property
    def _has_paths(self) -> bool:
        return any(rule.regex is None for pack in self._packs for rule in pack.rules.values())

    def screen(self, file: RawFile, exhaustive: bool) -> Near | None:
        """Where the rules have to look in a file; None where they can find nothing.

        As in gitleaks, rules look into no binary file.
        """
        offsets: tuple[int, ...] = ()
        everywhere = self._everywhere or ((file.blind or exhaustive) and bool(self._packs))
        if file.binary:
            everywhere = False
        elif self._keywords and not everywhere:
            offsets = tuple(sorted(hit.end for hit in file.places(self._prefilter)))
        if offsets or everywhere or self._has_paths or self._plugins is not None:
            return Near(offsets, everywhere)
        return None

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what the rule packs and the plugins find in a document."""
        yield from self._find_by_packs(candidates.document, candidates.evidence)
        yield from self._find_by_plugins(candidates.document)

    def _find_by_packs(self, document: Document, asked: Near) -> Iterator[Finding]:
        from nbguard.detect.adapters.pack_matching import find_by_pack, find_by_path

        for pack in self._packs:
            yield from find_by_path(document.path, pack)
        offsets = asked.offsets

        def is_asked(start: int, end: int) -> bool:
            return asked.everywhere or bisect_right(offsets, start) < bisect_right(offsets, end)

        for part in document.parts:
            if is_asked(part.start, part.end):
                for field in decode(document, part, is_asked):
                    for pack, gate in zip(self._packs, self._gates, strict=True):
                        yield from find_by_pack(field, document.path, pack, gate=gate)

    def _find_by_plugins(self, document: Document) -> Iterator[Finding]:
        """Yields what detect-secrets reports for a document; in a notebook at the place in its cell."""
        if self._plugins is None:
            return
        from nbguard.detect.adapters.all_plugins import find_by_all_plugins

        places = _Places(document)
        for finding in find_by_all_plugins(document, self._plugins):
            yield places.in_cell(finding) if document.kind == "notebook" else finding


def _load_plugins(names: Sequence[str]) -> AllPlugins | None:
    if not names:
        return None
    from nbguard.detect.adapters.all_plugins import AllPlugins, plugin_names

    known = plugin_names()
    for name in names:
        if name != "all" and name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, [*known, "all"], 1, 0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known are all, {', '.join(sorted(known))}"
            raise UsageError(f"detect-secrets has no plugin {name!r}; {hint}")
    return AllPlugins(None if "all" in names else frozenset(names))


class _Places:
    """Says where in a notebook's fields a place in its file is. Near in file order, it reads the file once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ends = [part.end for part in document.parts]
        self._number = -1
        self._fields: list[Field] = []
        self._cursor = (0, 0)
        self._last = ("", 0)

    def in_cell(self, finding: Finding) -> Finding:
        """A finding in the file's text as one in a field; as it is where no field holds the value as written there."""
        start = self._byte_of(finding.field.text, finding.start)
        number = bisect_right(self._ends, start)
        if number == len(self._ends) or self._document.parts[number].start > start:
            return finding
        if number != self._number:
            self._number, self._fields = number, list(decode(self._document, self._document.parts[number]))
        # Strings inside JSON are parts of their own.
        at = bisect_right([field.part.start for field in self._fields], start) - 1
        if at < 0 or self._fields[at].part.end <= start:
            return finding
        field = self._fields[at]
        after = self._last[1] if self._last[0] is field.text else 0
        found = field.text.find(finding.value, after)
        found = field.text.find(finding.value) if found < 0 else found
        if found < 0:
            return finding
        self._last = (field.text, found)
        return finding._replace(field=field, start=found, end=found + len(finding.value))

    def _byte_of(self, text: str, at: int) -> int:
        """The byte offset of a character of the file."""
        character, byte = self._cursor if self._cursor[0] <= at else (0, 0)
        byte += len(text[character:at].encode("utf-8", "surrogateescape"))
        self._cursor = (at, byte)
        return byte
