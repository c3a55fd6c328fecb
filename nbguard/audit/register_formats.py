"""Writes the register: a line a credential for people, JSON, CSV for spreadsheets, and one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from nbguard.documents.how_many import how_many
from nbguard.documents.plain import plain
from nbguard.report.aligned_rows import align
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbguard.audit.register import Credential, Register

_HEADER = ("CREDENTIAL", "RULE", "VALUE", "FIRST SEEN", "LAST SEEN", "AGE", "NOW", "HISTORY", "VAULT", "ROTATE BY")
_COLUMNS = (
    "fingerprint", "provider", "rule", "name", "severity", "match", "first_seen", "last_seen", "age_days", "now",
    "refs", "history", "vault", "rotate_days", "rotate_source", "rotate_by", "overdue", "accepted", "approvals", "also",
    "live", "live_reason",
)  # fmt: skip


def write_text(register: Register, credentials: Sequence[Credential], stream: TextIO) -> None:
    """A table, then in a sentence what it comes to."""
    if credentials:
        stream.writelines(f"{line}\n" for line in align([_HEADER, *map(_row, credentials)]))
        stream.write("\n")
    stream.writelines(f"{line}\n" for line in _tell_live(credentials))
    stream.writelines(
        f"not looked at  {plain_path(skipped.path)}: {plain(skipped.reason)}\n" for skipped in register.skipped
    )
    stream.writelines(f"note: {plain(note)}\n" for note in register.notes)
    stream.write(conclusion(register) + "\n")
    if any(credential.rotation.days is None for credential in credentials):
        stream.write("For a - under ROTATE BY, nobody says after how many days; set credentials.rotate_days.\n")
    if credentials:
        stream.write("`nbguard trace CREDENTIAL` tells every commit of one.\n")


def write_json(register: Register, credentials: Sequence[Credential], stream: TextIO) -> None:
    """The records of the register, as the schema ``nbguard-credentials-1.schema.json`` has them."""
    from msgspec import structs

    from nbguard.audit.json_writing import as_json

    shown = structs.replace(register, credentials=tuple(credentials))
    stream.write(as_json(shown))


def write_csv(_: Register, credentials: Sequence[Credential], stream: TextIO) -> None:
    """A row a credential. Several places are separated by ``; ``."""
    import csv

    from nbguard.report.csv_report import safe_cell

    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    writer.writerows([safe_cell(value) for value in _csv_row(credential)] for credential in credentials)


def write_html(register: Register, credentials: Sequence[Credential], stream: TextIO) -> None:
    """One page without a script; nothing is loaded from elsewhere."""
    from nbguard.report.html_charts import escape, table
    from nbguard.report.html_style import head
    from nbguard.version import __version__

    stream.write(f"{head('nbguard credentials')}<h1>Credentials</h1>\n<p>{escape(conclusion(register))}</p>\n")
    columns = ("Credential", "What", "Seen", "Age", "Now", "In history", "Vault", "Rotate by", "Accepted")
    stream.write(table(columns, (tuple(_html_row(credential)) for credential in credentials)))
    if register.skipped:
        rows = ((escape(skipped.path), escape(skipped.reason)) for skipped in register.skipped)
        stream.write(f"<h2>Not looked at</h2>\n{table(('File', 'Reason'), rows)}")
    if register.notes:
        notes = "".join(f"<li>{escape(note)}</li>\n" for note in register.notes)
        stream.write(f"<h2>Notes</h2>\n<ul>\n{notes}</ul>\n")
    stream.write(f'<p class="faint">nbguard {escape(__version__)}, {register.made}</p>\n</body>\n</html>\n')


FORMATS: dict[str, Callable[[Register, Sequence[Credential], TextIO], None]] = {
    "text": write_text,
    "json": write_json,
    "csv": write_csv,
    "html": write_html,
}


def _tell_live(credentials: Sequence[Credential]) -> Iterator[str]:
    """What the providers said, those that still work first."""
    told = [(credential, credential.live) for credential in credentials if credential.live is not None]
    for credential, live in sorted(told, key=lambda pair: pair[1].state):
        yield f"{live.state:<8} {credential.fingerprint}  {plain(live.host)}: {plain(live.reason)}"
    if told:
        yield ""


def conclusion(register: Register) -> str:
    """The register in a sentence or two."""
    credentials = register.credentials
    if not credentials:
        return "No credential was found." if not register.skipped else "No credential was found where it could be read."
    here = sum(bool(credential.now or credential.refs) for credential in credentials)
    late = sum(credential.rotation.overdue for credential in credentials)
    unknown = sum(credential.rotation.due is None for credential in credentials)
    said = f"{how_many(len(credentials), 'credential')}: {here} in files or branches of today, "
    said += f"{len(credentials) - here} in the history only. {late} overdue for rotation"
    return f"{said}, {unknown} without a date for it." if unknown else f"{said}."


def _row(credential: Credential) -> tuple[str, ...]:
    rotation = credential.rotation
    late = " overdue" if rotation.overdue else ""
    return (
        credential.fingerprint,
        plain(credential.rule),
        plain(credential.match),
        _day(credential.first_seen),
        _day(credential.last_seen),
        f"{credential.age_days} d" if credential.age_days is not None else "-",
        _here(credential),
        how_many(len(credential.history), "path") if credential.history else "-",
        _vault(credential),
        (rotation.due or "-") + late,
    )


def _here(credential: Credential) -> str:
    words = []
    if credential.now:
        words.append(how_many(len({place.path for place in credential.now}), "file"))
    if credential.refs:
        words.append(how_many(len(credential.refs), "ref"))
    return ", ".join(words) or ("?" if credential.now is None else "-")


def _vault(credential: Credential) -> str:
    if credential.vault is None:
        return "?"
    return "; ".join(f"{plain(stored.reference)} {_day(stored.created)}" for stored in credential.vault) or "no"


def _day(moment: str | None) -> str:
    return plain(moment[:10]) if moment else "-"


def _csv_row(credential: Credential) -> list[Any]:
    rotation = credential.rotation
    fields = {name: getattr(credential, name) for name in credential.__struct_fields__} | {
        "now": "; ".join(f"{place.path}:{place.file_line}" for place in credential.now or ()),
        "refs": "; ".join(credential.refs),
        "history": "; ".join(f"{stay.path} ({stay.first_date[:10]})" for stay in credential.history),
        "vault": "" if credential.vault is None else _vault(credential),
        "rotate_days": rotation.days,
        "rotate_source": rotation.source,
        "rotate_by": rotation.due,
        "overdue": "yes" if rotation.overdue else "no",
        "accepted": "; ".join(f"{waiver.kind}: {waiver.reason}" for waiver in credential.accepted),
        "approvals": "; ".join(credential.approvals),
        "also": "; ".join(credential.also),
        "live": credential.live.state if credential.live is not None else "",
        "live_reason": credential.live.reason if credential.live is not None else "",
    }
    return [fields[column] for column in _COLUMNS]


def _html_row(credential: Credential) -> Iterator[str]:
    from nbguard.report.html_charts import escape

    def lines(texts: Sequence[str]) -> str:
        return "<br>".join(map(escape, texts)) or "-"

    rotation = credential.rotation
    yield f"<code>{credential.fingerprint}</code>"
    live = f"<br>{escape(f'{credential.live.state}: {credential.live.reason}')}" if credential.live is not None else ""
    yield f"{escape(credential.name)}<br><code>{escape(credential.rule)} {escape(credential.match)}</code>{live}"
    yield f"{_day(credential.first_seen)} to {_day(credential.last_seen)}"
    yield f"{credential.age_days} days" if credential.age_days is not None else "-"
    now = [f"{place.path}, line {place.file_line}" for place in credential.now or ()]
    yield lines([*now, *credential.refs]) if now or credential.refs else escape(_here(credential))
    yield lines([f"{stay.path} ({stay.first_commit[:12]})" for stay in credential.history])
    yield escape(_vault(credential))
    yield f'<span class="{"critical" if rotation.overdue else "faint"}">{escape(_row(credential)[-1])}</span>'
    yield lines([f"{waiver.kind}: {waiver.reason}" for waiver in credential.accepted])
