"""A secret that is in Vault takes a value's place: which one, and whether it is meant where it holds another value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from nbguard.editing.request_errors import RequestError
from nbguard.lsp.client_requests import ask
from nbguard.lsp.finding_commands import find_meant, move, read_named
from nbguard.lsp.secret_requests import secrets

if TYPE_CHECKING:
    from nbguard.lsp.language_server import EditorSession

# As many buttons as editors show of one question.
_MOST = 12
_USE = "Use the one in Vault"


async def use_existing(server: EditorSession, *given: Any) -> dict[str, Any] | None:
    """Puts the lookup of ``reference`` in a value's place, or of the secret that is chosen where none is given.

    Nothing is stored. Where the secret holds another value, somebody is asked whether it is meant; None: nothing was
    done. Raises RequestError and VaultError as a move does.
    """
    named = read_named(given)
    reference = named.get("reference") or await _ask_which(server, named)
    if not reference:
        return None
    wanted = named | {"reference": reference, "existing": True}
    try:
        return await move(server, wanted)
    except RequestError as error:
        if error.reason != "other-value":
            raise
        said = str(error)
    question = f"nbguard: {said}. Use it all the same, as after a rotation? The value here is stored nowhere."
    if await ask(server, question, [_USE], types.MessageType.Warning) != _USE:
        return None
    return await move(server, wanted | {"otherValue": True})


async def _ask_which(server: EditorSession, named: dict[str, Any]) -> str:
    """The reference that is chosen, those of the value's provider first; empty where none is."""
    _, target = await find_meant(server, named)
    return await ask_reference(
        server, named, "which secret takes the value's place?", target.record.provider, "move the value there"
    )


async def ask_reference(
    server: EditorSession, named: dict[str, Any], question: str, provider: str | None, otherwise: str
) -> str:
    """The reference that is chosen of all that a document may mean; empty where none is. Raises RequestError."""
    references = [secret["reference"] for secret in await secrets(server, named)]
    if not references:
        raise RequestError(404, f"there is no secret yet that your token may list; {otherwise}", "missing")
    references.sort(key=lambda reference: not (provider and provider in reference))
    more = len(references) - _MOST
    among = f" ({more} more are in Vault)" if more > 0 else ""
    return await ask(server, f"nbguard: {question}{among}", references[:_MOST])
