"""The report for people: what was found, where, and the one next step; then the run in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from nbguard.documents.how_many import how_many
from nbguard.documents.plain import plain
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.report.records import Report, Summary
    from nbguard.report.situation import Telling
    from nbguard.report.terminal import Look


def write(report: Report, stream: TextIO, telling: Telling | None = None) -> None:
    """Writes the findings that count, the files that were skipped, a summary line and what can be done next.

    Waived findings are counted; with ``verbose`` they are listed. ``quiet`` leaves everything but the findings out.
    """
    if not report.findings and not report.skipped:
        # Most runs end here, and load no more than that.
        if telling is None or not telling.quiet:
            stream.write(conclusion(report) + "\n")
        return
    from nbguard.report.situation import Telling
    from nbguard.report.terminal import look_of

    look = look_of(stream)

    telling = telling or Telling()
    stream.writelines(f"{line}\n" for line in _lines(report, telling, look))


def _lines(report: Report, telling: Telling, look: Look) -> Iterator[str]:
    from nbguard.report.terminal import wrap

    yield from _findings(report, telling, look)
    for path, reason in report.skipped:
        yield f"{look.paint(plain_path(telling.situation.shown(path)), 'bold')}  not scanned: {plain(reason)}"
    if telling.verbose:
        yield from _waived(report, telling)
    if telling.quiet:
        return
    if report.skipped:
        yield ""
    for line in wrap(_result(report, telling.situation.door), look.width):
        yield look.paint(line, "bold")
    from nbguard.report.next_steps import closing

    for text in closing(report, telling.situation):
        # What is indented is a command: it stays in one line.
        yield from [text] if text.startswith("    ") else wrap(text, look.width, "  " if text.startswith("- ") else "")


def _findings(report: Report, telling: Telling, look: Look) -> Iterator[str]:
    if telling.form == "full":
        from nbguard.report.causes import group
        from nbguard.report.finding_block import block

        named: set[str] = set()
        for cause in group(report.findings):
            lines, paths = block(cause, telling, look)
            named |= paths
            yield from lines
        yield from _not_named(report, telling, look, named)
        return
    from nbguard.report.concise import concise, grouped

    counted = [finding for finding in report.findings if finding.waived is None]
    yield from (concise if telling.form == "concise" else grouped)(counted, telling.situation, look)


def _not_named(report: Report, telling: Telling, look: Look, named: set[str]) -> Iterator[str]:
    """The files that a block left to "and 4 more": each file that holds something is named once."""
    from nbguard.report.terminal import wrap

    counted = dict.fromkeys(finding.path for finding in report.findings if finding.waived is None)
    hidden = [plain_path(telling.situation.shown(path)) for path in counted if path not in named]
    if hidden:
        yield from wrap(f"The same values also in: {', '.join(hidden)}", look.width, "  ")
        yield ""


def _waived(report: Report, telling: Telling) -> Iterator[str]:
    from nbguard.report.causes import short_spot

    for finding in report.findings:
        if finding.waived is not None:
            path = plain_path(telling.situation.shown(finding.path))
            reason = f": {plain(finding.waived.reason)}" if finding.waived.reason else ""
            yield f"{path}:{short_spot(finding)}: waived {plain(finding.rule)}, {plain(finding.waived.detail)}{reason}"


def _result(report: Report, door: str) -> str:
    """The run in one sentence; at a hook, with what that means for the commit."""
    if door != "hook" or not (report.summary.findings or report.skipped):
        return conclusion(report)
    return f"Refused: {_counted(report)}. Nothing was committed."


def conclusion(report: Report) -> str:
    """The run in one sentence."""
    return f"{_counted(report)} ({_size(report.summary.bytes)} in {report.summary.seconds:.2f} s)."


def _counted(report: Report) -> str:
    summary = report.summary
    skipped = len({skipped.path for skipped in report.skipped})
    if summary.findings:
        hit = len({finding.path for finding in report.findings if finding.waived is None})
        where = how_many(hit, "file") if hit >= summary.files else f"{hit} of {how_many(summary.files, 'file')}"
        parts = [f"{how_many(summary.findings, 'finding')} in {where}"]
    else:
        parts = [f"Nothing found in {how_many(max(summary.files - skipped, 0), 'file')}"]
    parts += left_out(summary)
    if skipped:
        parts.append(f"{skipped} not scanned")
    return ", ".join(parts)


def left_out(summary: Summary) -> list[str]:
    """What the policy kept from counting, in words."""
    by_baseline = f" ({summary.baselined} in the baseline)" if summary.baselined else ""
    counts = (
        (summary.waived, f"waived{by_baseline}"),
        (summary.disabled, "disabled by the policy"),
        (summary.excluded, f"{'file' if summary.excluded == 1 else 'files'} excluded"),
    )
    return [f"{number} {what}" for number, what in counts if number]


def _size(number: int) -> str:
    amount, unit = float(number), "bytes"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
