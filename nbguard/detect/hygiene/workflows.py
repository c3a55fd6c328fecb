"""Finds, in files of CI, quantum credentials that live long although the job could prove who it is, and people's own.

GitHub: https://docs.github.com/en/actions/concepts/security/openid-connect
GitLab: https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.hygiene.files_by_path import MOST_READ, FilesByPath
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field

# A name that is given a secret of the CI: `NAME: ${{ secrets.OTHER }}`, `NAME: $OTHER`, `NAME: $(OTHER)`.
_GIVEN = re.compile(
    r"""^[ \t]*(?:-[ \t]{1,8})?["']?(?P<name>[A-Za-z][\w-]{1,80})["']?[ \t]*:[ \t]*["']?"""
    r"""(?:\$\{\{[ \t]{0,4}secrets\.(?P<secret>\w{1,80})|\$[({]?(?P<variable>[A-Za-z]\w{0,80}))""",
    re.MULTILINE,
)


class WorkflowDetector(FilesByPath):
    """Files of CI."""

    def find_in(self, _: Document, fields: Iterable[Field], /) -> Iterator[Finding]:
        """Yields a finding for each name in a CI file that gets a long-lived quantum credential."""
        words = load_knowledge("hygiene")["workflows"]
        for field in fields:
            text = field.text[:MOST_READ]
            is_quantum = re.search(words["quantum"], text, re.IGNORECASE) is not None
            for given in _GIVEN.finditer(text):
                name, source = given["name"], given["secret"] or given["variable"]
                provider = _provider_of(name)
                cloud = is_quantum and name.lower().replace("-", "_") in words["clouds"]
                if provider is None and not cloud:
                    continue
                rule = "ci-personal-key" if _is_personal(name, source, words["personal"]) else "ci-long-lived-key"
                start, end = given.span("name")
                yield make_finding(rule, field, start, end, f"{name} from {source}", "a job of the CI", provider)


def _provider_of(name: str) -> str | None:
    return next((provider for env, provider in _variables().items() if _ends_with(name.upper(), env)), None)


def _is_personal(name: str, source: str, pattern: str) -> bool:
    return any(re.search(pattern, text.upper()) for text in (name, source)) or any(
        _ends_with(name.upper(), env) for env in _passwords()
    )


def _ends_with(name: str, env: str) -> bool:
    return name == env or name.endswith(f"_{env}")


@cache
def _variables() -> dict[str, str]:
    """The variables of the catalogue's credentials that no other service uses, with their providers."""
    providers = load_catalogue().providers
    return {env.upper(): provider.id for provider in providers for rule in provider.rules for env in rule.env}


@cache
def _passwords() -> frozenset[str]:
    """Variables with the password that a person signs in with."""
    rules = (rule for provider in load_catalogue().providers for rule in provider.rules if rule.is_password)
    return frozenset(env.upper() for rule in rules for env in rule.env)
