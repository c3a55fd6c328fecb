"""Finds, in files of CI, quantum credentials that live long although the job could prove who it is, and people's own.

GitHub: https://docs.github.com/en/actions/concepts/security/openid-connect
GitLab: https://docs.gitlab.com/ci/secrets/id_token_authentication/
Jenkins: https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#handling-credentials
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.hygiene.files_by_path import MOST_READ, FilesByPath
from nbguard.detect.hygiene.hygiene_rules import make_finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from nbguard.detect.finding import Finding
    from nbguard.documents.fields import Document, Field

# A name that is given a secret of the CI: `NAME: ${{ secrets.OTHER }}`, `NAME: $OTHER`, `NAME: $(OTHER)`.
_GIVEN = lazy_regex(
    r"""^[ \t]*(?:-[ \t]{1,8})?["']?(?P<name>[A-Za-z][\w-]{1,80})["']?[ \t]*:[ \t]*["']?"""
    r"""(?:\$\{\{[ \t]{0,4}secrets\.(?P<secret>\w{1,80})|\$[({]?(?P<variable>[A-Za-z]\w{0,80}))""",
    re.MULTILINE,
)
# The same in a Jenkinsfile: `NAME = credentials('id')`, and `variable: 'NAME'` of a binding with its credentialsId.
_BOUND = lazy_regex(
    r"""^[ \t]*(?P<name>[A-Za-z]\w{1,80})[ \t]*=[ \t]*credentials\([ \t]*["'](?P<id>[^"'\n]{1,80})["']"""
    r"""|credentialsId:[ \t]*["'](?P<id2>[^"'\n]{1,80})["'][^)]{0,200}?"""
    r"""\b(?:passwordV|v)ariable:[ \t]*["'](?P<name2>\w{1,80})""",
    re.MULTILINE,
)
# A command that hands a variable of the CI on: `NAME=$OTHER`, also under its own name.
_HANDED_ON = lazy_regex(r"""(?<![\w$({.-])(?P<name>[A-Za-z]\w{1,80})=["']?\$\{?(?P<variable>[A-Za-z]\w{0,80})""")
# A name that something sets, perhaps from a vault; `NAME=$NAME` sets nothing.
_SET = lazy_regex(r"""(?<![\w$({])(?P<name>[A-Za-z]\w{0,80})\b(?!=["']?\$\{?(?P=name)\b)""")
# A secret of the CI that is used as it is, without a name of the job's own.
_USED = lazy_regex(r"\$\{\{[ \t]{0,4}secrets\.(?P<secret>\w{1,80})|\$[({]?(?P<variable>[A-Za-z]\w{1,80})")


class _Given(NamedTuple):
    """A name that gets a secret, or a secret that is used, and where it is named."""

    name: str
    source: str
    start: int
    end: int


class WorkflowDetector(FilesByPath):
    """Files of CI."""

    def find_in(self, _: Document, fields: Iterable[Field], /) -> Iterator[Finding]:
        """Yields a finding for each name in a CI file that gets a long-lived quantum credential."""
        words = load_knowledge("hygiene")["workflows"]
        for field in fields:
            text = field.text[:MOST_READ]
            is_quantum = re.search(words["quantum"], text, re.IGNORECASE) is not None
            clouds = frozenset(words["clouds"] if is_quantum else ())
            for name, source, start, end in _given_in(text, clouds):
                provider = _provider_of(name)
                rule = "ci-personal-key" if _is_personal(name, source, words["personal"]) else "ci-long-lived-key"
                yield make_finding(rule, field, start, end, f"{name} from {source}", "a job of the CI", provider)


def _given_in(text: str, clouds: Container[str]) -> Iterator[_Given]:
    """Every known name that a job gives a secret, then the known secrets that are used as they are, each once."""
    told = set()
    for given in _GIVEN.finditer(text):
        if _is_known(given["name"], clouds):
            told |= {given["name"], given["secret"] or given["variable"]}
            yield _Given(given["name"], given["secret"] or given["variable"], *given.span("name"))
    for bound in _BOUND.finditer(text):
        group = "name" if bound["name"] else "name2"
        if _is_known(bound[group], clouds):
            told.add(bound[group])
            yield _Given(bound[group], bound["id"] or bound["id2"], *bound.span(group))
    # A variable that nothing in the file sets is the CI's.
    own = frozenset(found["name"] for found in _SET.finditer(text))
    for found in (*_HANDED_ON.finditer(text), *_USED.finditer(text)):
        group = "name" if found.re.groupindex.get("name") else "secret" if found["secret"] else "variable"
        name = found[group]
        line = text.rfind("\n", 0, found.start()) + 1
        if name in told or not _is_known(name, clouds) or text[line : found.start()].lstrip().startswith(("#", "//")):
            continue
        source = found["variable"] if group == "name" else name
        if group == "secret" or source not in own:
            told |= {name, source}
            yield _Given(name, source, *found.span(group))


def _is_known(name: str, clouds: Container[str]) -> bool:
    return _provider_of(name) is not None or name.lower().replace("-", "_") in clouds


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
