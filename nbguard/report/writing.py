"""Chooses a report's format; the module that writes it is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from nbguard.report.records import Report
    from nbguard.report.situation import Telling

FORMATS = {
    "text": "nbguard.report.text",
    "json": "nbguard.report.json_report",
    "jsonl": "nbguard.report.jsonl",
    "sarif": "nbguard.report.sarif",
    "gitlab": "nbguard.report.gitlab",
    "github": "nbguard.report.github",
    "junit": "nbguard.report.junit",
    "csv": "nbguard.report.csv_report",
    "markdown": "nbguard.report.markdown",
    "html": "nbguard.report.html_report",
    "ocsf": "nbguard.report.ocsf",
}


def write_report(report: Report, format_name: str, stream: TextIO, telling: Telling | None = None) -> None:
    """Writes a report in one of FORMATS; ``telling`` is for the text. Raises UsageError for a format there is not.

    A character that the stream's encoding doesn't have (a file name on an old Windows console) becomes an escape.
    """
    if format_name not in FORMATS:
        raise UsageError(f"there is no report format {format_name!r}; known are {', '.join(FORMATS)}")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    write = import_module(FORMATS[format_name]).write
    if format_name == "text" and telling is not None:
        write(report, stream, telling)
    else:
        write(report, stream)
