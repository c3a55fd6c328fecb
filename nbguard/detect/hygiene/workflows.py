"""Finds, in files of CI, quantum credentials that live long although the job could prove who it is, and people's own.

GitHub: https://docs.github.com/en/actions/concepts/security/openid-connect
GitLab: https://docs.gitlab.com/ci/secrets/id_token_authentication/
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.documents.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.detector import Candidates, Knowledge, Literal
    from nbguard.detect.finding import Finding
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Document

_MOST_READ = 1_000_000
# A name that is given a secret of the CI: `NAME: ${{ secrets.OTHER }}`, `NAME: $OTHER`, `NAME: $(OTHER)`.
_GIVEN = re.compile(
    r"""^[ \t]*(?:-[ \t]{1,8})?["']?(?P<name>[A-Za-z][\w-]{1,80})["']?[ \t]*:[ \t]*["']?"""
    r"""(?:\$\{\{[ \t]{0,4}secrets\.(?P<secret>\w{1,80})|\$[({]?(?P<variable>[A-Za-z]\w{0,80}))""",
    re.MULTILINE,
)


class WorkflowDetector:
    """Files of CI, known by their paths."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, _: Knowledge) -> tuple[Literal, ...]:
        """None."""
        return ()

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields each name that gets such a credential."""
        if candidates.claimed:
            yield from find_in_workflow(candidates.document)


def find_in_workflow(document: Document) -> Iterator[Finding]:
    """Yields a finding for each name in a CI file that gets a long-lived quantum credential."""
    part = next((part for part in document.parts if part.where == "file"), None)
    if part is None:
        return
    words = load_knowledge("hygiene")["workflows"]
    for field in decode(document, part):
        text = field.text[:_MOST_READ]
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
