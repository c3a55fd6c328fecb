"""Reads what asks for packages: requirements, pyproject.toml, setup.cfg, Pipfile, conda's environments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.sdk_files.uses import SdkUse, is_sdk, parse_requirement
from nbguard.detect.sdk_names import normalise
from nbguard.documents.positions import line_index
from nbguard.documents.yaml_loading import load_yaml
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUIREMENTS = lazy_regex(r"(?i)(?:.*requirements.*|.*constraints.*)\.(?:txt|in)|requirements")
CONDA = lazy_regex(r"(?i)(?:conda[-_]?)?(?:environment|env|conda)[\w.-]*\.ya?ml")
_COMMENT = lazy_regex(r"(?:^|\s)#.*")
_EDITABLE = lazy_regex(r"^(?:-e\s*|--editable[\s=]+)")
_OPTION = lazy_regex(r"\s--?[a-z].*")
_CONDA_SPEC = lazy_regex(r"(?:[\w./-]+::)?(?P<name>[A-Za-z0-9._-]+)\s*(?P<rest>.*)")


def is_list_of_requirements(name: str) -> bool:
    """Whether a file of this name is a list of requirements. Others can be, too, where such a list includes them."""
    return REQUIREMENTS.fullmatch(name) is not None


def reader_of(name: str) -> Any:
    """The function that reads a file of this name, taking path and text; None where it asks for no packages."""
    known = {"pyproject.toml": _pyproject, "setup.cfg": _setup_cfg, "Pipfile": _pipfile}
    if name in known:
        return known[name]
    if is_list_of_requirements(name):
        return read_requirements
    return _conda if CONDA.fullmatch(name) else None


def _use(path: str, text: str, line: int = 0, hashed: bool = False) -> Iterator[SdkUse]:
    package, wanted, version = parse_requirement(text)
    if package and is_sdk(package):
        yield SdkUse(package, "install", wanted, version, hashed, path, line)


def read_requirements(path: str, text: str) -> Iterator[SdkUse]:
    """The SDKs that a list of requirements asks for.

    https://pip.pypa.io/en/stable/reference/requirements-file-format/
    """
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        first, whole = number + 1, lines[number]
        while whole.endswith("\\") and number + 1 < len(lines):
            number += 1
            whole = whole[:-1] + " " + lines[number].strip()
        number += 1
        whole = _EDITABLE.sub("", _COMMENT.sub("", whole).strip())
        if whole and not whole.startswith("-"):
            yield from _use(path, _OPTION.sub("", whole), first, "--hash=" in whole)


def _pyproject(path: str, text: str) -> Iterator[SdkUse]:
    from nbguard.documents.toml_loading import load_toml

    data = load_toml(text.encode("utf-8", "surrogatepass"))
    project, tool = _table(data, "project"), _table(data, "tool")
    lists = [project.get("dependencies"), _table(data, "build-system").get("requires")]
    for groups in (
        _table(project, "optional-dependencies"),
        _table(data, "dependency-groups"),
        _table(_table(tool, "pdm"), "dev-dependencies"),
    ):
        lists += groups.values()
    lists += (_table(tool, "uv").get(name) for name in load_knowledge("sdks")["lists_of_uv"])
    for requirements in lists:
        for requirement in requirements if isinstance(requirements, list) else ():
            if isinstance(requirement, str):
                yield from _use(path, requirement, _line_of(text, requirement))
    poetry = _table(tool, "poetry")
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(group, "dependencies") for group in _table(poetry, "group").values() if isinstance(group, dict)]
    for table in tables:
        yield from _named(path, text, table)


def _pipfile(path: str, text: str) -> Iterator[SdkUse]:
    from nbguard.documents.toml_loading import load_toml

    data = load_toml(text.encode("utf-8", "surrogatepass"))
    for name in ("packages", "dev-packages"):
        yield from _named(path, text, _table(data, name))


def _named(path: str, text: str, table: dict[str, Any]) -> Iterator[SdkUse]:
    """Packages as keys, as poetry and Pipenv write them; a bare number means a range there (``1.2`` is ``^1.2``)."""
    for name, wanted in table.items():
        spec = wanted.get("version", "") if isinstance(wanted, dict) else wanted
        if is_sdk(name):
            asked = spec if isinstance(spec, str) and spec != "*" else ""
            exact = asked.removeprefix("==").strip() if asked.startswith("==") and "*" not in asked else ""
            yield SdkUse(normalise(name), "install", asked, exact, False, path, _line_of(text, name))


def _setup_cfg(path: str, text: str) -> Iterator[SdkUse]:
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except Error as error:
        raise ValueError(f"not a setup.cfg: {type(error).__name__}") from None
    sections = [dict(parser[name]) for name in ("options", "options.extras_require") if parser.has_section(name)]
    for section in sections:
        for key, value in section.items():
            if key in ("install_requires", "setup_requires", "tests_require") or (
                len(sections) == 2 and section is sections[1]
            ):
                for line in value.splitlines():
                    yield from _use(path, line.strip(), _line_of(text, line.strip())) if line.strip() else ()


def _conda(path: str, text: str) -> Iterator[SdkUse]:
    """https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html."""
    data = load_yaml(text)
    listed = data.get("dependencies") if isinstance(data, dict) else None
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            for requirement in item.get("pip") or ():
                if isinstance(requirement, str) and not (asked := _EDITABLE.sub("", requirement)).startswith("-"):
                    yield from _use(path, _OPTION.sub("", asked), _line_of(text, requirement))
        elif isinstance(item, str) and (found := _CONDA_SPEC.fullmatch(item.strip())) and is_sdk(found["name"]):
            version, _, build = found["rest"].lstrip("= ").partition("=")
            exact = version if found["rest"].startswith("=") and version and not set(version) & set("*<>!,|") else ""
            # One sign stands for any version that begins so; a build or two signs for this one.
            exact = exact if build or found["rest"].startswith("==") else ""
            yield SdkUse(normalise(found["name"]), "install", found["rest"], exact, False, path, _line_of(text, item))


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _line_of(text: str, words: str) -> int:
    at = text.find(words)
    return line_index(text).line(at) if at >= 0 else 0
