"""What the guard says. Short, with the way out in it, and never with a value: a message is shown, logged and kept.

The same findings always give the same text: JupyterLab shows one dialog for equal messages, however often it saves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord

# Findings that are named one by one.
_NAMED = 3
_PLACES = {
    "output": "an output of ",
    "traceback": "a traceback of ",
    "metadata": "the metadata of ",
    "attachment": "an attachment of ",
    "widget": "a widget of ",
}


def refusal(findings: Sequence[FindingRecord], what: str, config: Config) -> str:
    """Why something is refused: ``what`` wasn't done. An allow is named only where the policy lets one count."""
    from nbguard.policy.verdict import acceptance_of

    text = f"nbguard: not {what}, because of {list_findings(findings)}. {_way_out(findings)}"
    here = [finding for finding in findings if finding.where in ("source", "file")]
    accepted = next((f.rule for f in here if acceptance_of(f.rule, f.kind, f.path, config) == "mark"), "")
    if accepted:
        text += f' To accept it, write # nbguard: allow {accepted} reason="why" on its line.'
    return _plain(text)


def warning(findings: Sequence[FindingRecord], what: str) -> str:
    """What was let through: ``what`` was done."""
    return _plain(f"nbguard: {what} with {list_findings(findings)}. {_way_out(findings)}")


def stripped() -> str:
    """What stripping on save does."""
    return "nbguard: outputs were left out of the file. They stay on the screen until it is opened again."


def over() -> str:
    """That a refusal doesn't hold any more."""
    return "nbguard: what was refused before is saved now, or the file is gone."


def failure(problem: str, what: str, *, refused: bool) -> str:
    """That the guard couldn't do its work, and what that means here."""
    problem = problem.rstrip(".")
    if refused:
        return _plain(f"nbguard: not {what}, because it couldn't be checked: {problem}. Mend this and try again.")
    return _plain(f"nbguard: {what} unchecked: {problem}.")


def list_findings(findings: Sequence[FindingRecord]) -> str:
    """The first findings with their places, and how many more there are."""
    named = [f"{finding.rule} in {_place(finding)}" for finding in findings[:_NAMED]]
    more = len(findings) - len(named)
    return "; ".join(named) + (f" and {more} more" if more else "")


def _place(finding: FindingRecord) -> str:
    if finding.cell is None:
        return f"line {finding.line}" if finding.where == "file" else "the notebook's metadata"
    cell = f"cell {finding.cell.number + 1}"
    if finding.where != "source":
        return _PLACES.get(finding.where, "") + cell
    return f"{cell}, line {finding.line}"


def _way_out(findings: Sequence[FindingRecord]) -> str:
    if all(finding.where in ("output", "traceback", "widget") for finding in findings):
        return "Clear the outputs and save again."
    if findings[0].kind == "credential":
        return "Move it to Vault or take it out, and save again."
    return "Take it out and save again."


def _plain(text: str) -> str:
    # Tornado doubles every per cent sign, and a rule pack may have any name for its rules.
    return "".join(" " if char == "%" or not char.isprintable() else char for char in text)
