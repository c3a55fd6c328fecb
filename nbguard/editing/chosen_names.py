"""The name under which a value is to be stored, where a person chose one: a new one, or a secret that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.editing.request_errors import RequestError
from nbguard.errors import UsageError
from nbguard.vault.existing_secrets import OtherValueError
from nbguard.vault.plan import TakenError, read_name

if TYPE_CHECKING:
    from nbguard.vault.plan import VaultSettings


def with_chosen_name(settings: VaultSettings, name: str, *, existing: bool, other: bool) -> VaultSettings:
    """The settings with a name that was chosen (empty: none), of a secret that is there if ``existing``.

    ``other``: it may hold another value. Raises RequestError for a name that is none.
    """
    if not name:
        if existing or other:
            raise RequestError(422, "which secret? give its `reference`", "reference")
        return settings
    try:
        _, reference = read_name(name, settings.mount)
    except UsageError as error:
        raise RequestError(422, str(error).partition(": see")[0], "reference") from None
    if existing:
        return settings._replace(existing=(("", reference),), other=other)
    return settings._replace(names=(("", reference),))


def refusal(error: UsageError) -> RequestError:
    """What a request is told where the name that was chosen won't do."""
    if isinstance(error, OtherValueError):
        return RequestError(409, str(error), "other-value")
    if isinstance(error, TakenError):
        return RequestError(
            409, "this name holds another value: choose another name, or look up what is there", "taken"
        )
    return RequestError(422, str(error), "reference")
