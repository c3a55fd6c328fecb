"""The next step: what a person can do about a finding, at the door where it was met."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.documents.file_kinds import NAMES, WITH_LOOKUPS, language_of
from nbguard.documents.plain import plain
from nbguard.named_tuple import NamedTuple
from nbguard.report.shell_word import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.report.causes import Cause
    from nbguard.report.records import FindingRecord, Report
    from nbguard.report.situation import Situation

_OUTPUTS = frozenset(("output", "traceback", "widget", "attachment"))
# Formats that have no comments, so that an allow has no place in them.
_WITHOUT_COMMENTS = (".json", ".jsonl", ".csv", ".tsv", ".txt", ".log", ".zip", ".gz", ".pdf", ".parquet", ".xlsx")
# What no edit of ours goes into.
_CLOSED = (
    ".parquet", ".feather", ".arrow", ".h5", ".hdf5", ".xlsx", ".duckdb", ".sqlite", ".db", ".npy", ".npz", ".pkl",
)  # fmt: skip
_PYTHON = (".py", ".ipynb")
# The finding of a change that lets more through. It is a person's to decide, not to be mended.
_POLICY = "policy-weakened"
_MERGED = (
    "What loosens the policy, new baseline entries among it, counts once it is merged. Nothing is to be taken out for"
    " it: ask who may decide to merge although this is red; later commits are judged by it."
)
# Doors that judge commits.
_OF_COMMITS = ("ci", "pre-push", "pre-receive")


class Advice(NamedTuple):
    """A line of advice: ``label`` says what it is to the reader, ``why`` what it does, for where there is room."""

    label: str
    text: str
    why: str = ""


def steps(cause: Cause, situation: Situation) -> list[Advice]:
    """What to do about one cause, the first step first; at most three."""
    finding = cause.first
    path = quote(situation.shown(finding.path))
    # What came by standard input, or in a message, is no file that a command could change.
    found = [] if finding.path.startswith("<") else list(_mend(finding, path, situation))
    if finding.path in NAMES:
        found = [Advice("next", "give it another name, and rotate the credential", "names are in every listing")]
    if finding.origin is not None:
        found = _steps_in_history(finding, situation)
    said = finding.message.rstrip(".").partition(". ")[2]
    note = [Advice("note", plain(said))] if said else []
    return [*note, *found[:2], *([] if finding.origin else _accept(finding, situation))]


def _steps_in_history(finding: FindingRecord, situation: Situation) -> list[Advice]:
    """Commits are mended in one way whatever is in them: the closing lines say how."""
    if finding.kind == "credential" and situation.has_left:
        text = f"rotate it: nbguard explain {plain(finding.rule)}"
        return [Advice("next", text, "says how"), Advice("trace", f"nbguard trace {finding.fingerprint}")]
    if situation.door in _OF_COMMITS and not (finding.kind == "hygiene" and finding.remedy):
        return [Advice("next", "take it out of the commit, as said below")]
    return [Advice("next", plain(finding.remedy))] if finding.remedy else []


def _mend(finding: FindingRecord, path: str, situation: Situation) -> Iterator[Advice]:
    packed = "!/" in finding.path
    if finding.kind == "credential":
        yield from _mend_credential(finding, path, situation)
    elif finding.kind == "sample-data" and not packed and finding.where in _OUTPUTS:
        yield Advice("next", f"nbguard strip {path}", "takes the outputs out")
    elif finding.kind == "sample-data" and not packed and not finding.path.lower().endswith(_CLOSED):
        yield Advice("next", f"nbguard data redact {path}", "puts stand-ins in its place")
        if _is_code(finding):
            to = "" if os.environ.get("NBGUARD_DATA") else "--to ~/data "
            yield Advice("or", f"nbguard data extract {to}{path}", "moves it out, and loads it")
        elif finding.path.lower().endswith(_WITHOUT_COMMENTS):
            yield Advice("or", f"git rm --cached {path}", "keeps the file, outside of git")
    elif finding.kind == "sample-data" and not packed:
        yield Advice("next", f"git rm --cached {path}", "keeps the file, outside of git")
    elif finding.remedy:
        yield Advice("next", plain(finding.remedy))


def _mend_credential(finding: FindingRecord, path: str, situation: Situation) -> Iterator[Advice]:
    branch = situation.reach.get((finding.path, finding.fingerprint))
    if branch:
        yield Advice("first", f"rotate it, {branch} has it: nbguard explain {plain(finding.rule)}")
    if "!/" in finding.path:
        yield Advice("next", "take it out of the file that is packed here")
    elif finding.where in _OUTPUTS:
        yield Advice("next", f"nbguard strip {path}", "takes the outputs out")
    elif finding.where == "metadata":
        yield Advice("next", "take it out of the notebook's metadata")
    elif finding.where == "file" and not _takes_lookups(finding.path):
        yield Advice("next", "let it read the value from the environment", "no lookup of ours runs in such a file")
    else:
        yield Advice("next", f"nbguard vault move {path}", "puts a lookup in its place")
    if branch == "":
        yield Advice("then", "git commit --amend, or git rebase -i: a commit here holds it")
    elif branch is None and _is_code(finding):
        name = _variable(finding.rule)
        if finding.cause.startswith("os.environ"):
            yield Advice("or", "delete the line", "and set the variable outside the repository")
        elif name:
            yield Advice("or", f'os.environ["{name}"]', "set outside the repository")


def _takes_lookups(path: str) -> bool:
    """Whether `nbguard vault move` can put something into a file; it says itself where in the file it can't."""
    from nbguard.documents.structure.formats import is_image_file, is_makefile, is_program

    if is_makefile(path) or is_image_file(path):
        return False
    return language_of(path) in WITH_LOOKUPS or not is_program(path, "")


def _is_code(finding: FindingRecord) -> bool:
    return finding.path.lower().endswith(_PYTHON) and finding.where in ("source", "file")


def _variable(rule: str) -> str:
    """The environment variable that the provider's own library reads; empty where none is known."""
    from nbguard.detect.providers.provider_rules import load_catalogue

    known = load_catalogue().by_rule.get(rule)
    return next(iter(known[1].env), "") if known else ""


def _accept(finding: FindingRecord, situation: Situation) -> list[Advice]:
    by = situation.accepted_by(finding.rule, finding.kind, finding.path)
    if by == "nothing":
        return []
    if by == "signature":
        return [Advice("else", f"nbguard approve {finding.fingerprint[:8]} --help", "by who may, with a signature")]
    return [_mark(finding)]


def _mark(finding: FindingRecord) -> Advice:
    if finding.path.lower().endswith(_WITHOUT_COMMENTS) or "!/" in finding.path or finding.path in NAMES:
        return Advice("else", "nbguard baseline update", "accepts what is there")
    when = "if it is made up" if finding.kind == "sample-data" else "if it is no secret"
    return Advice("else", f'# nbguard: allow {plain(finding.rule)} reason="…"', when)


def closing(report: Report, situation: Situation) -> list[str]:
    """What holds for the whole run, said once: how to get a push or a job through, what explains a rule."""
    counted = [finding for finding in report.findings if finding.waived is None]
    lines = []
    if situation.door in _OF_COMMITS:
        lines += get_through(counted, situation, bool(report.skipped))
    elif counted:
        lines.append("More on a rule, and how to rotate: nbguard explain RULE")
    if counted and situation.missing and situation.door != "pre-receive":
        lines += situation.missing
    return lines


def get_through(counted: list[FindingRecord], situation: Situation, skipped: bool) -> list[str]:
    """How commits that were refused get through, in the same words at every door."""
    policy = [finding for finding in counted if finding.rule == _POLICY]
    others = [finding for finding in counted if finding.rule != _POLICY]
    points = [_MERGED] if policy else []
    if others:
        points += _take_out(others, situation)
    if skipped:
        points.append("What could not be scanned is refused too: make it smaller or whole, or ask the operator.")
    if not points:
        return []
    if others or skipped:
        pushed = situation.door == "ci" and situation.has_left
        points.append(f"Then git push{' --force-with-lease' * pushed}.")
    return ["To get this through:", *(point if point.startswith("    ") else f"- {point}" for point in points)]


def _take_out(found: list[FindingRecord], situation: Situation) -> Iterator[str]:
    if situation.has_left and any(finding.kind == "credential" for finding in found):
        yield "Rotate what was pushed: others may have it."
    yield "Take it out of the commit that holds it, not in a later one:"
    commits = [finding.origin.commit for finding in found if finding.origin and finding.origin.commit]
    yield f"    git commit --amend    # where it is the last one{', else' * bool(commits)}"
    if commits:
        yield f"    git rebase -i {commits[0][:12]}^    # mark it `edit` (the first of all: --root)"
    ways = {situation.accepted_by(finding.rule, finding.kind, finding.path) for finding in found}
    if "signature" in ways:
        yield "Is it to stay? Here a signature accepts it, by who may give one: nbguard approve --help"
    if "mark" not in ways:
        return
    kinds = {finding.kind for finding in found}
    words = ["no secret"] * (kinds != {"sample-data"}) + ["made up"] * ("sample-data" in kinds)
    question = f"Is it {', or '.join(words)}?"
    if situation.new_allows:
        yield f'{question} Say so beside it: # nbguard: allow RULE reason="…"'
    else:
        yield (
            f"{question} An allow or a baseline counts once it stands on the branch this goes to: ask who may merge it."
        )
