"""A finding as a small picture: what it is, where, the line with its value masked, and the next step."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from nbguard.documents.how_many import how_many
from nbguard.documents.plain import plain
from nbguard.report.causes import headline, spot
from nbguard.report.next_steps import steps
from nbguard.report.places import commit_of, plain_path
from nbguard.report.terminal import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.report.causes import Cause
    from nbguard.report.frames import Frame
    from nbguard.report.next_steps import Advice
    from nbguard.report.records import FindingRecord
    from nbguard.report.situation import Telling
    from nbguard.report.terminal import Look

_WORDS = {"critical": "critical", "high": "error", "medium": "warning", "low": "note"}
# More than this is a wall that nobody reads.
MOST_LINES = 8


def block(cause: Cause, telling: Telling, look: Look) -> tuple[list[str], set[str]]:
    """The lines of one cause, at most MOST_LINES unless all is asked for; and the paths of the files they name."""
    finding = cause.first
    head = _head(cause, look)
    places = _place(finding, telling, look)
    others, files = _others(cause, telling, look) if cause.others else ([], [])
    told = [] if telling.quiet else [(step.label, _step(step, look)) for step in steps(cause, telling.situation)]
    room = MOST_LINES - len(head) - len(places) - (2 if finding.frame else 0)
    if not telling.verbose:
        told, kept = _fit(told, others, room)
        if others and not kept:
            # Never left out without a word: whoever mends the first place alone would be refused again.
            places[0] += f" and {how_many(len(cause.others), 'more place')}"
        others = kept
    advice = [line for _, lines in told for line in lines]
    places += others
    room = MOST_LINES - len(head) - len(places)
    gutter = len(str(_line_number(finding)))
    # With an empty line above it, where there is room for one.
    picture = list(_picture(finding, gutter, look, spare=room - len(advice) > 2)) if finding.frame else []
    lines = [*head, *(f"{' ' * gutter}{line}" for line in places), *picture]
    lines += [f"{' ' * gutter} {line}" for line in advice]
    if telling.verbose:
        lines += [f"{' ' * gutter} {line}" for line in _details(finding, look)]
    return [*lines, ""], {finding.path, *(files if others else ())}


_Told = list[tuple[str, list[str]]]


def _fit(told: _Told, others: list[str], room: int) -> tuple[_Told, list[str]]:
    """The steps and other places that there is room for: what can be done without goes first."""
    for label in ("or", "", "trace", "else"):
        if sum(len(lines) for _, lines in told) + len(others) <= room:
            break
        told, others = [step for step in told if step[0] != label], others if label else []
    return told, others


def _head(cause: Cause, look: Look) -> list[str]:
    finding, severity = cause.first, cause.severity
    name = f"{_WORDS[severity]}[{plain(finding.rule)}]"
    lines = wrap(f"{name}: {headline(finding)}", look.width, "    ")
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][: look.width - 2]} …"]
    lines[0] = look.paint(name, severity) + look.paint(lines[0][len(name) :], "bold")
    lines[1:] = [look.paint(line, "bold") for line in lines[1:]]
    return lines


def _place(finding: FindingRecord, telling: Telling, look: Look) -> list[str]:
    path = telling.situation.shown(finding.path)
    linked = look.link(plain_path(path), "" if finding.origin else path.partition("!/")[0])
    lines = [f"{look.paint('-->', 'edge')} {linked}  {spot(finding)}"]
    if finding.origin is not None:
        lines += [f"    {line}" for line in wrap(commit_of(finding), look.width - 8)]
    return lines


def _others(cause: Cause, telling: Telling, look: Look) -> tuple[list[str], list[str]]:
    """The other places of the same cause in a line, here by their cells, elsewhere by their files; and which files."""
    here = [other for other in cause.others if other.path == cause.first.path]
    cells = [f"{name}, {lines}" for name, lines in _by_cell(here)]
    files = list(dict.fromkeys(other.path for other in cause.others if other.path != cause.first.path))
    parts = cells + [plain_path(telling.situation.shown(path)) for path in files]
    shown = parts if telling.verbose else parts[:3]
    more = f" and {len(parts) - len(shown)} more" if len(parts) > len(shown) else ""
    lines = wrap(f"also {'; '.join(shown)}{more}", look.width - 8)
    if telling.verbose or len(lines) == 1:
        return [f"    {line}" for line in lines], files[: max(len(shown) - len(cells), 0)]
    return [f"    also in {how_many(len(cause.others), 'more place')} (-v shows them)"], []


def _by_cell(findings: list[FindingRecord]) -> Iterator[tuple[str, str]]:
    def name(finding: FindingRecord) -> str:
        where = "" if finding.where in ("source", "file") else finding.where
        return f"cell {finding.cell.number + 1} {where}".strip() if finding.cell else where

    for key, members in groupby(findings, key=name):
        numbers = [str(m.line if m.cell else m.file_line) for m in members]
        numbers = list(dict.fromkeys(numbers))
        lines = f"line {numbers[0]}" if len(numbers) == 1 else f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"
        yield key or "here", lines


def _picture(finding: FindingRecord, gutter: int, look: Look, *, spare: bool) -> Iterator[str]:
    frame = _cut(finding.frame, look.width - gutter - 4) if finding.frame else None
    if frame is None:
        return
    edge = look.paint("|", "edge")
    if spare:
        yield f"{' ' * gutter} {edge}"
    number = look.paint(str(_line_number(finding)), "edge")
    yield f"{number} {edge} {frame.text}"
    mark = " " * _columns(frame.text[: frame.start])
    yield f"{' ' * gutter} {edge} {mark}{look.paint('^' * _columns(_marked(frame)), finding.severity)}"


def _marked(frame: Frame) -> str:
    return frame.text[frame.start : frame.start + frame.length]


def _cut(frame: Frame, room: int) -> Frame:
    """The frame cut to ``room`` columns, with the value in it, and ``…`` where something was cut."""
    text, start = frame.text, frame.start
    if _columns(text[: start + frame.length]) > room:
        keep = max(room - frame.length - 12, 8)
        text, start = f"…{text[start - keep :]}", keep + 1
    while _columns(text) > room and len(text) > start + frame.length:
        text = f"{text[: max(len(text) - 1 - max(_columns(text) - room, 1), start + frame.length)].rstrip('…')}…"
        if len(text) <= start + frame.length + 1:
            break
    return frame._replace(text=text, start=start)


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 1 + (east_asian_width(c) in "WF") for c in text)


def _line_number(finding: FindingRecord) -> int:
    return finding.line if finding.cell else finding.file_line


def _step(step: Advice, look: Look) -> list[str]:
    label = f"= {(step.label + ':').ljust(6)}"
    # A command is copied: it stays in one line, however long its path is.
    command = step.text.startswith(("nbguard ", "git ", "#"))
    lines = [step.text] if command else wrap(step.text, look.width - 12, "")
    room = look.width - 12 - len(lines[-1]) if lines else 0
    if step.why and len(lines) == 1 and len(step.why) + 4 <= room:
        lines[0] = f"{lines[0]}{' ' * 4}{look.paint(step.why, 'faint')}"
    if not lines:
        return []
    return [f"{look.paint(label, 'edge')} {lines[0]}", *(f"         {line}" for line in lines[1:])]


def _details(finding: FindingRecord, look: Look) -> Iterator[str]:
    yield look.paint(f"= {plain(finding.match)}, fingerprint {finding.fingerprint}", "faint")
    for line in wrap(plain(finding.remedy), look.width - 8, ""):
        yield look.paint(f"  {line}", "faint")
