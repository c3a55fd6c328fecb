"""Lists the quantum SDKs that a repository installs, locks or imports, and what is wrong with them.

  nbguard sdk                                     of the repository
  nbguard sdk --osv PyPI-all.zip                  and which versions an export of OSV knows to be vulnerable
  nbguard sdk --index index/                      and which an export of an index says were yanked
  nbguard sdk --format cyclonedx > quantum.cdx.json

Read are notebooks and programs, requirements, pyproject.toml, setup.cfg, Pipfile, conda's environments, Dockerfiles,
scripts and CI files, and uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock and conda-lock.yml. Nothing is
installed, run or asked of a network. The policy's list is sdk.approved; its exports are sdk.osv and sdk.index.

Exit status: 0 all is well, 1 an SDK is unpinned, not approved, vulnerable or yanked, 2 usage or configuration error, 3
a file could not be read.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.documents.how_many import how_many
from nbguard.documents.plain import plain
from nbguard.errors import ExitCode
from nbguard.report.aligned_rows import align
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nbguard.audit.sdk.sdk_list import Sdk, SdkList

_HEADER = ("SDK", "VERSION", "PINNED", "HASHED", "APPROVED", "USED IN", "WHAT IS WRONG")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; none: the repository")
    parser.add_argument(
        "--osv", metavar="FILE", help="an export of OSV on disk: zip, folder, JSON or JSON Lines (default: sdk.osv)"
    )
    parser.add_argument(
        "--index", metavar="FILE", help="an index's answers on disk: JSON, HTML, a folder or zip (default: sdk.index)"
    )
    parser.add_argument("--config", metavar="FILE", help="configuration to use instead of the repository's")
    parser.add_argument("--format", default="text", choices=("text", "json", "cyclonedx"))


def run(options: argparse.Namespace) -> int:
    """Lists the SDKs. Raises UsageError for an export that can't be read."""
    from datetime import UTC, datetime

    from nbguard.audit.sdk.sdk_list import FAILING, SdkKnowledge, list_sdks, read_uses
    from nbguard.detect.sdk_files.index_export import read_yanked
    from nbguard.detect.sdk_files.osv import read_advisories
    from nbguard.policy.config import load_config

    config = load_config(next(iter(options.paths), "."), options.config)
    found = read_uses(options.paths, config)
    packages = {use.package for use in found.uses}
    osv, index = (given or config.sdk.get(name) for name, given in (("osv", options.osv), ("index", options.index)))
    advisories = read_advisories(osv, packages) if osv else {}
    yanked = read_yanked(index, packages) if index else {}
    listed = list_sdks(found, config, SdkKnowledge(advisories, yanked))
    if options.format == "json":
        from nbguard.audit.json_writing import as_json

        sys.stdout.write(as_json(listed))
    elif options.format == "cyclonedx":
        from nbguard.audit.sdk.cyclonedx import as_cyclonedx

        sys.stdout.write(as_cyclonedx(listed, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _tell(listed))
    if listed.skipped and not config.allow_unreadable:
        return ExitCode.INCOMPLETE
    failing = any(problem in FAILING for sdk in listed.sdks for problem in sdk.problems)
    return ExitCode.FINDINGS if failing else ExitCode.CLEAN


def _tell(listed: SdkList) -> Iterator[str]:
    if listed.sdks:
        yield from align([_HEADER, *map(_row, listed.sdks)])
        yield ""
    for sdk in listed.sdks:
        for fact in sdk.facts:
            yield f"{sdk.package}: {plain(fact.text)}"
            yield f"  {fact.source}"
        for known in sdk.vulnerabilities:
            said = ", ".join((known.id, *known.aliases))
            yield f"{sdk.package} {plain(known.version)}: {plain(said)} {plain(known.summary)}".rstrip()
        for taken_back in sdk.yanked:
            yield f"{sdk.package} {plain(taken_back.version)}: yanked: {plain(taken_back.reason)}"
    for path, reason in ((skipped.path, skipped.reason) for skipped in listed.skipped):
        yield f"not read  {plain_path(path)}: {plain(reason)}"
    bad = sum(bool(sdk.problems) for sdk in listed.sdks)
    yield f"{how_many(len(listed.sdks), 'quantum SDK')}, {bad} with something to do."


def _row(sdk: Sdk) -> tuple[str, ...]:
    files = {place.path for place in sdk.places}
    approved = "?" if sdk.approved is None else "yes" if sdk.approved else "no"
    return (
        sdk.package,
        plain(", ".join(sdk.versions)) or "any",
        "yes" if sdk.pinned else "no",
        "yes" if sdk.hashed else "no",
        approved,
        how_many(len(files), "file"),
        ", ".join(sdk.problems) or "-",
    )
