"""The report for people: what was found, where, why it counts, and how to fix it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from nbguard.report.places import place, plain, plain_path

if TYPE_CHECKING:
    from nbguard.report.records import Report, Summary

_COLOURS = {"critical": "1;31", "high": "31", "medium": "33", "low": "36", "bold": "1", "faint": "2"}
_ACCEPT = 'Accept one: `# nbguard: allow RULE reason="…"` on its line.'


def write(report: Report, stream: TextIO) -> None:
    """Writes the findings that count, the files that were skipped, a summary line and what can be done next.

    Waived findings are counted.

    Colour only on a terminal, and not where NO_COLOR is set (https://no-color.org).
    """
    colour = _wants_colour(stream)

    def paint(text: str, style: str) -> str:
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if colour else text

    told: set[tuple[str, str]] = set()
    for finding in report.findings:
        if finding.waived is not None:
            continue
        head = f"{paint(place(finding), 'bold')}  {paint(finding.severity, finding.severity)}  {plain(finding.rule)}"
        stream.write(f"{head}\n    {plain(finding.message)}\n")
        cause = "known by its shape" if finding.cause == "shape" else finding.cause
        stream.write(paint(f"    {plain(finding.match)}  {plain(cause)}".rstrip(), "faint") + "\n")
        # What is in a history is followed by its fingerprint (nbguard trace), what is in a file by its place.
        if finding.origin is not None and finding.kind == "credential":
            stream.write(paint(f"    fingerprint {finding.fingerprint}", "faint") + "\n")
        # How to fix it is the same for every finding of a rule: once is enough.
        if finding.remedy and (finding.rule, finding.remedy) not in told:
            told.add((finding.rule, finding.remedy))
            stream.write(f"    Fix: {plain(finding.remedy)}\n")
        stream.write("\n")
    stream.writelines(
        f"{paint(plain_path(path), 'bold')}  not scanned: {plain(reason)}\n" for path, reason in report.skipped
    )
    if report.skipped:
        stream.write("\n")
    stream.write(paint(conclusion(report), "bold") + "\n")
    if steps := _next_steps(report):
        stream.write(steps + "\n")


def conclusion(report: Report) -> str:
    """The run in one sentence."""
    summary = report.summary
    skipped = len({skipped.path for skipped in report.skipped})
    if summary.findings:
        hit = len({finding.path for finding in report.findings if finding.waived is None})
        where = _count(hit, "file") if hit >= summary.files else f"{hit} of {_count(summary.files, 'file')}"
        parts = [f"{_count(summary.findings, 'finding')} in {where}"]
    else:
        parts = [f"Nothing found in {_count(max(summary.files - skipped, 0), 'file')}"]
    parts += left_out(summary)
    if skipped:
        parts.append(f"{skipped} not scanned")
    return ", ".join(parts) + f" ({_size(summary.bytes)} in {summary.seconds:.2f} s)."


def left_out(summary: Summary) -> list[str]:
    """What the policy kept from counting, in words."""
    by_baseline = f" ({summary.baselined} in the baseline)" if summary.baselined else ""
    counts = (
        (summary.waived, f"waived{by_baseline}"),
        (summary.disabled, "disabled by the policy"),
        (summary.excluded, f"{'file' if summary.excluded == 1 else 'files'} excluded"),
    )
    return [f"{number} {what}" for number, what in counts if number]


def _next_steps(report: Report) -> str:
    """What can be done about findings in files as they are; what is in a history asks for other steps."""
    here = [finding for finding in report.findings if finding.waived is None and finding.origin is None]
    if not here:
        return ""
    move = any(finding.kind == "credential" for finding in here)
    return f"{'Move credentials: `nbguard vault move FILE`. ' if move else ''}{_ACCEPT}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _size(number: int) -> str:
    amount, unit = float(number), "bytes"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"


def _wants_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
