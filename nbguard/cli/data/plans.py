"""Plans the changes of files, in several processes where that is worth it; they are carried out in this one, in order.

A plan is what a file would become. It is made of the file's bytes alone and of what was known before the first one.
"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.errors import NbguardError
from nbguard.scan.file_workers import in_groups_by_size, worth_processes
from nbguard.scan.open_files import open_blobs, sources_of
from nbguard.scan.scanner import sample_settings
from nbguard.scan.sources import read_paths
from nbguard.scan.workers import run_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config
    from nbguard.scan.blobs import Blob

    Make = Callable[[], Callable[["Read"], Any]]

# Bytes of files from which starting processes repays itself: tables are read at a few megabytes a second.
_MUCH = 1_000_000


class Read(NamedTuple):
    """A document, where it is on disk, and what counts as sample data there."""

    document: Document
    path: str
    settings: SampleSettings


class FilePlan(NamedTuple):
    """A file and its plan, or why there is none: what keeps it from being read, or an error.

    The document of a file that another process planned has no parts.
    """

    path: str
    read: Read | None = None
    plan: Any = None
    problem: str = ""
    error: NbguardError | None = None

    def __repr__(self) -> str:
        """Shows no content."""
        return f"FilePlan({self.path})"


def plan_each(paths: Sequence[str], config: Config, make: Make, jobs: int) -> Generator[FilePlan, None, None]:
    """The files below some paths, each with what the function that ``make`` gives makes of it.

    Where processes can't be forked, ``make`` and plans are pickled.
    """
    sources = sources_of(paths, config)
    jobs = worth_processes(sources.files, jobs, _MUCH)
    if jobs < 2:
        yield from _plan(config, make(), chain(sources.unread, read_paths(sources.files, config.max_file_size)))
        return
    yield from _plan(config, make(), sources.unread)
    with closing(run_in_order(in_groups_by_size(sources.files), partial(_planner, config, make), jobs)) as groups:
        for group in groups:
            yield from group


def _planner(config: Config, make: Make) -> Callable[[Sequence[str]], list[FilePlan]]:
    plan = make()

    def plan_group(paths: Sequence[str]) -> list[FilePlan]:
        planned = _plan(config, plan, read_paths(paths, config.max_file_size))
        return [_without_parts(one) for one in planned]

    return plan_group


def _without_parts(planned: FilePlan) -> FilePlan:
    read = planned.read
    return planned if read is None else planned._replace(read=read._replace(document=read.document._replace(parts=())))


def _plan(config: Config, plan: Callable[[Read], Any], blobs: Iterable[Blob]) -> Iterator[FilePlan]:
    settings_at = sample_settings(config)
    for path, document, problem in open_blobs(blobs, config):
        if document is None or problem:
            yield FilePlan(path, problem=problem)
            continue
        read = Read(document, path, settings_at(document.path))
        try:
            yield FilePlan(path, read, plan(read))
        except NbguardError as error:
            yield FilePlan(path, error=error)
