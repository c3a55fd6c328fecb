"""What the client may set. The repository's policy says what is found; here is how it is shown, and who is trusted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from nbguard.errors import UsageError


class Settings(msgspec.Struct, frozen=True, rename="camel"):
    """The settings, from ``initializationOptions`` or from the client's section ``nbguard``.

    ``trusted``: the user trusts the workspace. ``delay``: milliseconds without a change until a document is scanned.
    ``show_allowed``: show accepted findings, too. ``references``: say beside a reference whether it resolves.
    ``diagnostics``: whether the client asks for findings (``pull``) or is told them (``push``); ``auto`` goes by what
    the client can. ``ask_name``: the client has a command ``nbguard.moveAs`` of its own, which asks for a name.
    """

    trusted: bool = True
    delay: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 50
    show_allowed: bool = False
    references: bool = True
    diagnostics: Literal["auto", "push", "pull"] = "auto"
    ask_name: bool = False


def read_settings(given: Any, before: Settings) -> Settings:
    """The settings that a client gives; those that it doesn't name stay. Raises UsageError for one with a wrong value.

    Names that aren't known are left alone: they may be those of another version's client.
    """
    if not isinstance(given, dict):
        return before
    inner = given.get("nbguard")
    if isinstance(inner, dict):
        given = inner
    names = dict(zip(Settings.__struct_fields__, Settings.__struct_encode_fields__, strict=True))
    known = {said: getattr(before, name) for name, said in names.items()}
    told = {said: given[said] for said in known if given.get(said) is not None}
    try:
        return msgspec.convert(known | told, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"the editor's settings of nbguard: {error}") from None
