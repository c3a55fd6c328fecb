"""What requests may say, as records, and reading them: anything else is refused with one clear line.

Sources, outputs, metadata and attachments are kept as the JSON they came in. They are read where they are needed, by
the reader that reads notebooks, which copes with what other readers refuse (half characters, very deep nesting).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeVar

import msgspec

from nbguard.editing.request_errors import RequestError, malformed

_LONGEST_PATH = 4096
Text = Annotated[str, msgspec.Meta(max_length=_LONGEST_PATH)]
# A whole number may be written 12.0 in JSON.
Offset = Annotated[float, msgspec.Meta(ge=0, le=1 << 40, multiple_of=1)]
Record = TypeVar("Record", bound=msgspec.Struct)

_NOTHING = msgspec.Raw(b"")
_PLACE = re.compile(r" - at `(?P<place>[^`]*)`\Z")
_EXPECTED = re.compile(r"(?:Expected|Object missing required field) [^,]*(?:, got `\w+`)?")
# Each escape of a JSON string; halves that belong together are one.
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.", re.DOTALL
)
_HALF = 6


class RequestCell(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cell as the client has it. What it doesn't give is empty."""

    cell_type: Literal["code", "markdown", "raw"]
    source: msgspec.Raw
    id: Annotated[str, msgspec.Meta(max_length=256)] = ""
    outputs: msgspec.Raw = _NOTHING
    metadata: msgspec.Raw = _NOTHING
    attachments: msgspec.Raw = _NOTHING


class NotebookRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A notebook that needn't be saved, or with ``text`` another file. ``path`` is its contents path."""

    path: Text
    cells: list[msgspec.Raw] = None  # type: ignore[assignment]  # each a RequestCell; none where there is a text
    language: Annotated[str, msgspec.Meta(max_length=64)] = ""
    metadata: msgspec.Raw = _NOTHING
    plain: str | msgspec.UnsetType = msgspec.field(name="text", default=msgspec.UNSET)

    def __post_init__(self) -> None:
        """There is one of both: raises ValueError, which the reader tells."""
        given: object = self.cells
        if (given is None) == (self.plain is msgspec.UNSET):
            raise ValueError("Expected `cells` or `text`")
        if given is None:
            msgspec.structs.force_setattr(self, "cells", [])

    @property
    def text(self) -> str | None:
        """The file's text; None for a notebook."""
        return None if self.plain is msgspec.UNSET else self.plain


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Which finding is meant: its fingerprint and where it stands, in UTF-16 units of its cell's source."""

    fingerprint: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    cell: Annotated[str, msgspec.Meta(max_length=256)]
    start: Offset | None = None
    end: Offset | None = None


class MoveRequest(NotebookRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which finding's value is to be moved, and the lookup's code (empty: as the policy says).

    ``reference`` is a name that a person chose; ``existing``: of a secret that is there, which is looked up and not
    written, also where it holds another value if ``other_value`` says that this is known. ``preview``: nothing is
    stored, the answer says under which name it would be.
    """

    finding: Place
    style: Literal["nbguard", "env", "hvac", ""] = ""
    where: Literal["source"] = "source"
    reference: Annotated[str, msgspec.Meta(max_length=512)] = ""
    existing: bool = False
    other_value: bool = False
    preview: bool = False


class AllowRequest(NotebookRequest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which finding is accepted, and why."""

    finding: Place
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    expires: Annotated[str, msgspec.Meta(pattern=r"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = ""
    approved_by: Annotated[str, msgspec.Meta(max_length=100)] = ""


def read_record(body: bytes, kind: type[Record]) -> Record:
    """The record that a request's body is. Raises RequestError (400) for anything else.

    Half a character, which a text in a browser can hold and UTF-8 can't, becomes the character for what is none
    (U+FFFD); it counts as many units.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise malformed(explain_invalid(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        whole = _ESCAPE.sub(_replace_half, body)
        if whole == body:
            raise malformed("the body isn't JSON") from None
        return read_record(whole, kind)
    except RecursionError:
        raise malformed("the body is nested too deep") from None


def _replace_half(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape.end() - escape.start() == _HALF else escape.group()


def check_path(path: str) -> str:
    """A notebook's path below the server's root. Raises RequestError (400) for one that isn't below it."""
    steps = path.split("/")
    if (
        len(path) > _LONGEST_PATH
        or not all(steps)
        or any(step in (".", "..") for step in steps)
        or any(ord(character) < 32 or character == "\\" for character in path)
        or ":" in steps[0]
    ):
        raise RequestError(400, "path must be a notebook's path below the server's root, such as a/b.ipynb", "path")
    return path


def explain_invalid(error: msgspec.ValidationError, place: str = "") -> str:
    """What is wrong and where, without what the client sent: that may be a value, even in a field's name.

    ``place`` is where the record stands in the body.
    """
    message = str(error)
    found = _PLACE.search(message)
    where = place + found["place"].removeprefix("$") if found else place
    if "unknown field" in message:
        what = "there is a field that isn't known"
    elif (expected := _EXPECTED.match(message)) is not None:
        what = expected.group().replace("`", "")
    elif "Invalid enum value" in message:
        what = "this isn't one of the values there are"
    else:
        what = "this isn't valid"
    where = where.removeprefix(".")
    return f"{what}, at {where}" if where else what
