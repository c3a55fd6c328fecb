"""The quantum rules as detect-secrets plugins: ``detect-secrets scan -p FILE``, where FILE is this file.

One plugin a provider, so that a baseline names the provider. A line is looked at by itself, with the shapes and the
sinks of the catalogue; values that go through several lines are found by nbguard only. nbguard has to be installed
beside detect-secrets. ``python -m nbguard.detect.adapters.detect_secrets_plugins`` prints the path of this file.

detect-secrets drops lines of the form ``name = call(...)`` before any plugin sees them; give it ``--disable-filter
detect_secrets.filters.heuristic.is_indirect_reference`` to have tokens found in such lines.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from detect_secrets.plugins.base import BasePlugin

from nbguard.detect.engine import Engine
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document

if TYPE_CHECKING:
    from collections.abc import Generator

_ENGINE = Engine(Scope(kinds=frozenset(("credential",))))
# A line of a notebook's source or output as it is written in the file.
_JSON_STRING = re.compile(r'\s*("(?:[^"\\]|\\.)*+"),?\s*')


class _QuantumDetector(BasePlugin):
    """What the plugins of all providers share."""

    provider = ""

    def analyze_string(self, string: str) -> Generator[str, None, None]:
        """Yields the provider's credentials in a line."""
        for provider, value in _credentials_in(string):
            if provider == self.provider:
                yield value


@lru_cache(maxsize=256)
def _credentials_in(line: str) -> tuple[tuple[str, str], ...]:
    """Provider and value of each credential in a line; kept, because every plugin asks about the same line."""
    encoded = _JSON_STRING.fullmatch(line)
    if encoded is not None:
        try:
            line = json.loads(encoded[1], strict=False)
        except ValueError:
            pass
    by_rule = load_catalogue().by_rule
    findings = _ENGINE.detect(open_document("line.py", line.encode("utf-8", "surrogatepass")))
    return tuple((finding.provider or "", finding.value) for finding in findings if finding.rule in by_rule)


def _class_name(provider: str) -> str:
    return "".join(word.capitalize() for word in provider.split("-")) + "CredentialDetector"


def _plugins() -> dict[str, type[BasePlugin]]:
    """A plugin class for each provider of the catalogue, by its name."""
    classes = {}
    for provider in load_catalogue().providers:
        if provider.rules:
            name = _class_name(provider.id)
            attributes = {
                "__doc__": f"Finds credentials of {provider.name}.",
                "__module__": __name__,
                "secret_type": f"{provider.name} credential",
                "provider": provider.id,
            }
            classes[name] = type(name, (_QuantumDetector,), attributes)
    return classes


# detect-secrets takes every plugin class that is an attribute of the module.
globals().update(_plugins())

if __name__ == "__main__":
    print(__file__)
