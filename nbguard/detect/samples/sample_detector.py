"""The detector of sample data: where a file can hold some is said by signals, not by literals."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector
from nbguard.detect.samples import sizes
from nbguard.detect.samples.settings import SampleSettings
from nbguard.tables.files.signatures import is_data_file
from nbguard.tables.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbguard.detect.detector import Candidates
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile
    from nbguard.documents.fields import Document


class SampleDetector(Detector):
    """Tables and single values that look like real data of people; the evidence is the file's signals."""

    def screen(self, file: RawFile, exhaustive: bool) -> Signals | None:
        """Where a file can hold sample data; data files and photographs are looked into, samples of large files."""
        raw = file.raw
        if is_data_file(raw) or (len(raw) > sizes.LARGE and not file.notebook and not file.binary):
            return Signals([], False, b"")
        if file.binary:
            return None
        from nbguard.detect.samples.signal_search import signals_in_file

        signals = signals_in_file(raw, self._bulk, file.stretches, file.edits)
        if exhaustive or file.blind:
            return signals._replace(hidden=True)
        return signals if signals.any() else None

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the sample data in a document; of a large one, in a sample of it."""
        document, raw = candidates.document, candidates.document.raw
        settings = self._settings_at(document.path)
        if len(raw) > sizes.LARGE and document.kind == "text":
            from nbguard.detect.samples.sampling import find_in_large, head_of
            from nbguard.documents.reading import open_document

            head = open_document(document.path, head_of(raw))
            yield from find_in_large(head, len(raw), lambda start, end: raw[start:end], settings, "")
            return
        from nbguard.detect.samples.document_search import find_samples

        yield from find_samples(document, settings, candidates.evidence)

    def find_in_large(
        self, document: Document, size: int, read: Callable[[int, int], bytes], path: str
    ) -> Iterator[Finding]:
        """What is in a sample of a file that is too large to be read whole; see Engine.find_samples_in_large."""
        from nbguard.detect.samples.sampling import find_in_large

        yield from find_in_large(document, size, read, self._settings_at(document.path), path)

    @cached_property
    def _bulk(self) -> int:
        """The size in bytes from which a table may count anywhere, 0 where none does."""
        settings = self._settings
        if self.scope.sample_data_at is not None:
            return min(self.scope.bulk_from or settings.bulk_bytes, settings.bulk_bytes)
        return settings.bulk_bytes if "bulk" in settings.classes else 0

    @cached_property
    def _settings(self) -> SampleSettings:
        return SampleSettings.from_config(self.scope.sample_data)

    def _settings_at(self, path: str) -> SampleSettings:
        settings = self._settings
        if self.scope.sample_data_at is not None:
            settings = settings.from_config(self.scope.sample_data_at(path))
        return settings
