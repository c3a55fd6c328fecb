"""What is known of SDKs: which keep credentials in clear, and which send something home. Each with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.sdk_names import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.providers.provider_rules import Provider

_CATALOGUE = "nbguard's catalogue: `nbguard explain {}`"


class SdkFact(NamedTuple):
    """``kind`` is keeps-in-clear or phones-home."""

    kind: str
    text: str
    source: str


def facts_of(package: str) -> Iterator[SdkFact]:
    """The facts about a package, by its normalised name."""
    for kind, told in load_knowledge("sdks")["facts"].get(package, {}).items():
        yield SdkFact(kind, told["text"], told["source"])
    for provider in load_catalogue().providers:
        if any(normalise(name) == package for name in provider.packages):
            places = credential_places(provider)
            if places:
                said = f"{provider.name}'s packages read or keep a credential in clear in {', '.join(places)}."
                yield SdkFact("keeps-in-clear", said, _CATALOGUE.format(provider.rules[0].id))
            return


def credential_places(provider: Provider) -> list[str]:
    """The files in a home directory in which a provider's packages keep credentials, as globs below it."""
    globs = {file.glob.removeprefix("**/") for rule in provider.rules for file in rule.files}
    homes = {glob for glob in globs if glob.startswith(".")}
    homes.update(load_knowledge("sdks")["homes"].get(provider.id, ()))
    return sorted(f"~/{glob}" for glob in homes)
