"""Runs the detectors over a document: what the prefilter lets through is decoded and looked at closely."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.confirmations import Confirmer
from nbguard.detect.prefilter import Prefilter
from nbguard.detect.triggers import Trigger, join_triggers, load_triggers
from nbguard.documents.binary import is_binary
from nbguard.documents.decode import decode, encoding_of
from nbguard.documents.enclosing import enclosing_string
from nbguard.documents.fields import Field, Part
from nbguard.documents.reading import open_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbguard.detect.adapters.extra_rules import Asked, ExtraRules
    from nbguard.detect.credentials.provider_rules import Catalogue
    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document
    from nbguard.tables.signals import Signals


# How far around a literal the JSON string is looked for that holds it, in bytes.
_LINE = 20_000
# Plugins that see no further than this from a literal.
_NEARSIGHTED = frozenset(("EncodedLayers", "ArtifactoryDetector", "JwtTokenDetector"))
_NEAR = 6_500
# How many such strings are looked at one by one in a notebook.
_MOST_LINES = 500


class Scope(NamedTuple):
    """What to look for: kinds of finding, and the thresholds of ``[tool.nbguard.sample_data]``.

    ``plugins`` are detect-secrets plugins by their class names, or ``all``; ``rules`` are paths of rule packs. Both
    look for credentials. ``sample_data_at`` says the thresholds of a path, where not all have the same; ``bulk_from``
    is the least ``bulk_bytes`` among them.
    """

    kinds: frozenset[str] = frozenset(("credential", "sample-data"))
    sample_data: Mapping[str, object] = {}
    plugins: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sample_data_at: Callable[[str], Mapping[str, object]] | None = None
    bulk_from: int = 0


class Screening(NamedTuple):
    """What the prefilter says of a file.

    ``hits`` are pairs of byte offset and literal number, sorted. ``blind``: raw bytes prove nothing here (escaped
    ASCII, UTF-16), so every field has to be decoded. ``samples``: where sample data is possible, None for nowhere.
    ``config``: the file is a provider's configuration by its path. ``keeps``: by its path it is made to keep
    credentials, a provider's or not. ``extra``: where the scope's rule packs and plugins have to look. ``binary``: it
    is no text, so names mean nothing.
    """

    hits: tuple[tuple[int, int], ...]
    blind: bool
    samples: Signals | None
    config: bool
    keeps: bool = False
    extra: Asked | None = None
    binary: bool = False


class Engine:
    """The detectors of one scope; the catalogue and the prefilter are made once, when first needed."""

    def __init__(self, scope: Scope | None = None) -> None:
        self.scope = scope or Scope()
        self._credentials = "credential" in self.scope.kinds
        self._samples = "sample-data" in self.scope.kinds
        self._triggers = load_triggers()
        self._hygiene = "hygiene" in self.scope.kinds
        self._literals = self.scope.kinds != {"sample-data"}
        self._table = self._triggers.for_kinds(self.scope.kinds)
        self.extra_rules: ExtraRules | None = None
        if self._credentials and (self.scope.plugins or self.scope.rules):
            from nbguard.detect.adapters.extra_rules import ExtraRules

            self.extra_rules = ExtraRules(self.scope.plugins, self.scope.rules)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The providers and their rules."""
        from nbguard.detect.credentials.provider_rules import load_catalogue

        return load_catalogue()

    @cached_property
    def _prefilter(self) -> Prefilter:
        # Addresses are everywhere, those with a password in them are not.
        narrow = {
            t.literal: t.confirm.replace("++", "+")
            for t in self._table
            if t.literal == "://" and t.confirm and not (t.shapes or t.sinks or t.escape or t.identifiers or t.hygiene)
        }
        return Prefilter([t.literal for t in self._table], stems=[t.stem for t in self._table], narrow=narrow)

    @cached_property
    def _is_config_file(self) -> Callable[[str], bool]:
        return lru_cache(1000)(self._triggers.is_config_file)

    @cached_property
    def _table_for_binary(self) -> tuple[Trigger, ...]:
        from nbguard.detect.binary_files import without_names

        return without_names(self._table)

    def screen(self, raw: bytes, path: str) -> Screening | None:
        """What a file's path and raw bytes say, or None where it can hold no finding and needn't be parsed."""
        binary = is_binary(path, raw)
        table = self._table_for_binary if binary else self._table
        blind = encoding_of(raw)[0] != "utf-8"
        hits: list[tuple[int, int]] = []
        if self._literals and not blind:
            found = self._prefilter.search(raw)
            if found:
                confirms = Confirmer(raw).confirms
                hits = sorted([(end, number) for number, end in found if confirms(table[number], end)])
            if hits and path.lower().endswith(".ipynb"):
                judged: dict[tuple[str, tuple[str, ...]], bool] = {}
                hits = [(end, number) for end, number in hits if _may_matter(table[number], raw, end, judged)]
                blind = any(table[number].escape for _, number in hits)
        config = self._credentials and not binary and self._is_config_file(path)
        keeps = self._hygiene and self._triggers.is_credential_file(path)
        samples: Signals | None = None
        if self._samples:
            samples = _screen_samples(raw, blind, binary, self._bulk, path.lower().endswith(".ipynb"))
        extra = self.extra_rules.screen(raw, blind, binary) if self.extra_rules is not None else None
        if not (hits or blind or samples or config or keeps or extra):
            return None
        return Screening(tuple(hits), blind, samples, config, keeps, extra, binary)

    def detect(self, document: Document, screening: Screening | None = None) -> list[Finding]:
        """The findings in a document, in file order, each value in each place once."""
        screening = screening or self.screen(document.raw, document.path)
        if screening is None:
            return []
        findings: list[Finding] = []
        foreign: list[Finding] = []
        if screening.binary and screening.hits:
            from nbguard.detect.binary_files import find_in_binary

            findings += find_in_binary(document, screening.hits, self._table_for_binary, self.catalogue)
        elif self._literals and (screening.hits or screening.blind or screening.config):
            findings += self._find_by_literals(document, screening)
        if screening.keeps:
            from nbguard.detect.hygiene.credential_files import find_credential_file

            findings += find_credential_file(document, self.catalogue)
        if screening.samples is not None:
            findings += self._find_samples(document, screening.samples)
        if screening.extra is not None and self.extra_rules is not None:
            findings += self.extra_rules.find(document, screening.extra)
            foreign = list(self.extra_rules.find_by_plugins(document))
        if not (findings or foreign):
            return []
        from nbguard.detect.echoes import find_echoes
        from nbguard.detect.overlaps import keep_most_specific

        findings = keep_most_specific(findings)
        findings = keep_most_specific([*findings, *find_echoes(document, findings, findings)])
        findings += foreign  # reported as detect-secrets does, whatever else stands in the same place
        return sorted(findings, key=lambda finding: (finding.field.part.start, finding.start, finding.rule))

    def _find_by_literals(self, document: Document, screening: Screening) -> Iterator[Finding]:
        any_sink = stored = False
        for field, trigger in self._candidates(document, screening):
            if trigger.shapes:
                from nbguard.detect.credentials.shapes import find_shapes

                yield from find_shapes(field, trigger.shapes, self.catalogue)
            if trigger.plugins:
                from nbguard.detect.generic.generic import find_generic

                yield from find_generic(field, trigger.plugins)
            if trigger.sinks:
                from nbguard.detect.credentials.text_contexts import find_contexts

                any_sink = any_sink or field.part.where in ("source", "file")
                yield from find_contexts(field, document, self.catalogue)
            if trigger.identifiers:
                from nbguard.detect.metadata import find_identifiers

                yield from find_identifiers(field, trigger.identifiers, document, self.catalogue)
            if "unpinned-sdk" in trigger.hygiene:
                from nbguard.detect.hygiene.installs import find_unpinned

                yield from find_unpinned(field)
            stored = stored or "save-account" in trigger.hygiene
        if any_sink and document.language == "python":
            from nbguard.detect.credentials.python_sinks import find_sinks

            yield from find_sinks(document, self.catalogue)
        if stored:
            from nbguard.detect.hygiene.saving import find_saved

            yield from find_saved(document, self.catalogue)

    def _candidates(self, document: Document, screening: Screening) -> Iterator[tuple[Field, Trigger]]:
        """The fields in which a literal fired, with what it triggers."""
        table = self._table
        if screening.config:
            for part in document.parts:
                for field in decode(document, part):
                    yield field, Trigger("", sinks=("any",))
        if screening.blind:
            for part in document.parts:
                for field in decode(document, part):
                    numbers = {hit.literal for hit in self._prefilter.search(field.text.encode("utf-8", "replace"))}
                    if numbers:
                        yield field, join_triggers(table[number] for number in numbers)
            return
        offsets = [offset for offset, _ in screening.hits]

        def numbers_within(start: int, end: int) -> set[int]:
            first, last = bisect_right(offsets, start), bisect_right(offsets, end)
            return {number for _, number in screening.hits[first:last]}

        for part in document.parts:
            numbers = numbers_within(part.start, part.end)
            if not numbers:
                continue
            trigger = join_triggers(table[number] for number in numbers)
            for field in decode(document, part, lambda start, end: bool(numbers_within(start, end))):
                yield field, trigger

    @cached_property
    def _bulk(self) -> int:
        """The size in bytes from which a table may count anywhere, 0 where none does."""
        settings = self._sample_settings
        if self.scope.sample_data_at is not None:
            return min(self.scope.bulk_from or settings.bulk_bytes, settings.bulk_bytes)
        return settings.bulk_bytes if "bulk" in settings.classes else 0

    @cached_property
    def _sample_settings(self) -> SampleSettings:
        from nbguard.detect.samples.settings import SampleSettings

        return SampleSettings.from_config(self.scope.sample_data)

    def _settings_at(self, path: str) -> SampleSettings:
        settings = self._sample_settings
        if self.scope.sample_data_at is not None:
            settings = settings.from_config(self.scope.sample_data_at(path))
        return settings

    def _find_samples(self, document: Document, signals: Signals) -> Iterator[Finding]:
        from nbguard.detect.samples.sizes import LARGE

        raw = document.raw
        if len(raw) > LARGE and document.kind == "text":
            from nbguard.detect.samples.sampling import find_in_large, head_of

            head = open_document(document.path, head_of(raw))
            settings = self._settings_at(document.path)
            yield from find_in_large(head, len(raw), lambda start, end: raw[start:end], settings, "")
            return
        from nbguard.detect.samples.detector import find_samples

        yield from find_samples(document, self._settings_at(document.path), signals)

    def find_samples_in_large(
        self, document: Document, size: int, read: Callable[[int, int], bytes], path: str
    ) -> Iterator[Finding]:
        """The sample data in a sample of a file that is too large to be read whole.

        ``document`` is made of its head (``large_files.head_of``), ``read`` gives the bytes between two offsets, and
        ``path`` is where the file can be opened.
        """
        if self._samples:
            from nbguard.detect.samples.sampling import find_in_large

            yield from find_in_large(document, size, read, self._settings_at(document.path), path)


def _screen_samples(raw: bytes, blind: bool, binary: bool, bulk: int, notebook: bool) -> Signals | None:
    """Where a file can hold sample data; data files and photographs are looked into, and samples of large files."""
    from nbguard.detect.samples.sizes import LARGE
    from nbguard.tables.files.formats import is_data_file

    if is_data_file(raw) or (len(raw) > LARGE and not notebook and not binary):
        from nbguard.tables.signals import Signals

        return Signals([], False, b"")
    if binary:
        return None
    from nbguard.detect.samples.signal_search import signals_in_file

    signals = signals_in_file(raw, bulk)
    return signals if blind or signals.offsets or signals.hidden or signals.traces else None


def _may_matter(trigger: Trigger, raw: bytes, end: int, judged: dict[tuple[str, tuple[str, ...]], bool]) -> bool:
    """Whether a notebook has to be parsed for a literal; where only a plugin asks, its one line is looked at first.

    ``judged`` keeps what was said of a line; where there are many lines to look at, parsing is cheaper.
    """
    if trigger.shapes or trigger.sinks or trigger.escape or trigger.identifiers or trigger.hygiene:
        return True
    if "NamedProvider" in trigger.plugins:
        return True  # looked at in its confirmation: what is given to a provider's name may stand lines below it
    text = enclosing_string(raw, end - 1, _LINE) if len(judged) < _MOST_LINES else None
    if text is None and _NEARSIGHTED.issuperset(trigger.plugins):
        # Most such literals are chance in the base64 of an image.
        text = raw[max(0, end - _NEAR) : end + _NEAR].decode("latin-1")
    if text is None:
        return True
    line = (text, tuple(trigger.plugins))
    if line not in judged:
        judged[line] = _has_generic(*line)
    return judged[line]


def _has_generic(text: str, plugins: tuple[str, ...]) -> bool:
    from nbguard.detect.generic.generic import find_generic

    part = Part("source", None, "", "text/plain", "string", 0, 0)
    return any(True for _ in find_generic(Field(text, part), plugins))
