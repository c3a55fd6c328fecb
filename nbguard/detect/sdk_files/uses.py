"""A use of a quantum SDK: a line that installs, locks or imports one."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.sdk_names import is_quantum_sdk, normalise
from nbguard.lazy_regex import lazy_regex

_NAME = lazy_regex(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_ADDRESS = lazy_regex(r"(?:(?:git|hg|svn|bzr)\+)?[a-z]{2,9}://|\.{0,2}/|[\w.-]+/|\S+\.whl\b")
_EGG = lazy_regex(r"[#&]egg=([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_WHEEL = lazy_regex(r"(?:^|[/\\])([A-Za-z0-9_.]+)-([\w.!+]+)(?:-[\w.]+){3,4}\.whl\b")
_REPOSITORY = lazy_regex(r"/([A-Za-z0-9._-]+?)(?:\.git)?/?(?:@[^/]*)?$")
_EXACT = lazy_regex(r"===?\s*([^\s,;*]+)$")

# A version as PEP 440 has it, and a list of what is wanted as pip, poetry and conda write it. Whatever else stands at
# such a place (an address with a login in it, mostly) is shown nowhere.
_VERSION = (
    r"v?\d{1,20}(?:[.!]\d{1,20}){0,8}"
    r"(?:[._-]?(?:alpha|beta|preview|pre|post|rev|dev|rc|a|b|c|r)[._-]?\d{0,9}){0,3}(?:\+[A-Za-z0-9._-]{1,40})?"
)
_WANTED_ONE = rf"[<>=!~^]{{0,3}}\s{{0,9}}(?:{_VERSION}(?:\.?\*)?|\*)(?:=[a-z0-9_]{{1,20}})?"
_IS_VERSION = lazy_regex(_VERSION)
_IS_WANTED_ONE = lazy_regex(_WANTED_ONE)
_MOST_WANTED = 21
_AFTER_SIGN = lazy_regex(r"(?<=[<>=!~^])\s+")
_BETWEEN = lazy_regex(r"[\s,|]+")
_IS_REVISION = lazy_regex(rf"@ (?:{_VERSION}|[0-9a-f]{{7,64}})")
UNKNOWN = "unknown"


class SdkUse(NamedTuple):
    """A package that a file names. ``how``: install, lock or import. ``wanted`` is the version as it is asked for.

    ``version`` is the one that is meant, empty where several are; ``hashed``: its files are known by their hashes.
    ``line`` counts from 1, 0 where the format tells none; ``cell`` from 0.
    """

    package: str
    how: str
    wanted: str
    version: str
    hashed: bool
    path: str
    line: int = 0
    cell: int | None = None


def with_versions_only(use: SdkUse) -> SdkUse:
    """The use, whose versions are versions: what isn't one is ``UNKNOWN``, which no list approves."""
    if use.how == "import":
        return use
    wanted = use.wanted
    if not _is_wanted(wanted) and not _IS_REVISION.fullmatch(wanted):
        wanted = f"@ {UNKNOWN}" if wanted.startswith("@") else UNKNOWN
    version = use.version if not use.version or _IS_VERSION.fullmatch(use.version) else UNKNOWN
    return use._replace(wanted=wanted, version=version)


def _is_wanted(text: str) -> bool:
    """Whether the text is a list of versions and nothing else; the empty one is."""
    parts = _BETWEEN.split(_AFTER_SIGN.sub("", text))
    return not text or (len(parts) <= _MOST_WANTED and all(map(_IS_WANTED_ONE.fullmatch, parts)))


@cache
def catalogue_packages() -> dict[str, str]:
    """The packages of the catalogue, normalised, and the provider that each is for."""
    return {
        normalise(name): provider.id for provider in reversed(load_catalogue().providers) for name in provider.packages
    }


def is_sdk(name: str) -> bool:
    """Whether a package is a quantum SDK, or one that the catalogue knows as the way to a provider."""
    return normalise(name) in catalogue_packages() or is_quantum_sdk(name)


def parse_requirement(text: str) -> tuple[str, str, str]:
    """Name, wanted versions and exact version of a requirement; an empty name where it is none.

    https://packaging.python.org/en/latest/specifications/dependency-specifiers/
    """
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        requirement = None
    # A wheel's name by itself has the form of a requirement.
    bare = requirement is None or (not requirement.url and text.rstrip().endswith(".whl"))
    if bare and (addressed := _of_address(text.strip())):
        return addressed
    if requirement is None:
        named = _NAME.match(text)
        return (normalise(named[1]), text[named.end() :].strip(), "") if named else ("", "", "")
    if requirement.url:
        return normalise(requirement.name), *_asked_by(requirement.url)
    wanted = str(requirement.specifier)
    exact = _EXACT.match(wanted)
    return normalise(requirement.name), wanted, exact[1] if exact else ""


def _of_address(text: str) -> tuple[str, str, str] | None:
    """The same of an address or a path, None for others: ``#egg=`` names the package, or a wheel or repository does.

    https://pip.pypa.io/en/stable/topics/vcs-support/
    """
    if not _ADDRESS.match(text):
        return None
    named = _EGG.search(text) or _WHEEL.search(text)
    if named is None and "+" in text.partition(":")[0]:
        named = _REPOSITORY.search(text.partition("#")[0])
    return (normalise(named[1]), *_asked_by(text)) if named else ("", "", "")


def _asked_by(address: str) -> tuple[str, str]:
    """What an address asks for, and the version that it is: a wheel's is in its name."""
    if wheel := _WHEEL.search(address):
        return f"=={wheel[2]}", wheel[2]
    path = address.partition("#")[0].partition("://")[2]
    revision = path.partition("/")[2].rpartition("@")
    return f"@ {revision[2] if revision[1] else UNKNOWN}", ""


@cache
def package_of_module(module: str) -> str:
    """The package that brings a module of an SDK; empty where it is none's. Dotted modules count by their beginning."""
    known, plain = load_knowledge("sdks")["packages_of_modules"], load_knowledge("sdks")["plain_modules"]
    steps = module.split(".")
    for length in range(len(steps), 0, -1):
        name = ".".join(steps[:length])
        if name in plain:
            return ""
        if name in known:
            return str(known[name])
        if normalise(name) in catalogue_packages() or (length == 1 and is_sdk(name)):
            return normalise(name)
    return _package_of_provider(module)


def _package_of_provider(module: str) -> str:
    plain = load_knowledge("sdks")["plain_modules"]
    for provider in load_catalogue().providers:
        for known in provider.modules:
            if (module == known or module.startswith(f"{known}.")) and known not in plain and provider.packages:
                return normalise(provider.packages[0])
    return ""
