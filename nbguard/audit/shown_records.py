"""What `nbguard waivers`, `doctor` and `review` say, as records: their published schemas are made from these."""

from __future__ import annotations

import msgspec

WAIVERS, DOCTOR, REVIEW = "nbguard-waivers/1", "nbguard-doctor/1", "nbguard-review/1"


class ShownWaiver(msgspec.Struct, frozen=True):
    """A mark, a baseline entry or an approval. ``state`` is used, unused, or what keeps it from counting; ``cell``
    counts from 0; ``verified``: a signature says that it is ``approved_by`` whom it says. ``made`` is the day of an
    approval.
    """

    path: str
    cell: int | None
    where: str
    kind: str
    detail: str
    reason: str
    expires: str
    approved_by: str
    state: str
    verified: bool
    made: str


class Waivers(msgspec.Struct, frozen=True):
    """All that was accepted."""

    schema: str
    waivers: list[ShownWaiver]


class DoctorTool(msgspec.Struct, frozen=True):
    """The program that looked."""

    name: str
    version: str


class DoctorCheck(msgspec.Struct, frozen=True):
    """Something that was looked at. ``do`` is what mends it, null where nothing is to be mended (``ok``)."""

    what: str
    state: str
    do: str | None
    ok: bool


class Diagnosis(msgspec.Struct, frozen=True):
    """What a machine's set-up looks like; ``repository`` is null outside of one."""

    schema: str
    tool: DoctorTool
    repository: str | None
    checks: list[DoctorCheck]


class ReviewSection(msgspec.Struct, frozen=True):
    """A part of the page: how many things there are, and all of them, a sentence each."""

    title: str
    count: int
    items: list[str]


class Review(msgspec.Struct, frozen=True):
    """A period, from the day ``since`` to ``as_of``, what was looked at, and what came, went and was accepted."""

    schema: str
    since: str
    as_of: str
    looked_at: str
    sections: list[ReviewSection]
