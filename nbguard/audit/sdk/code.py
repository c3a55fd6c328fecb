"""Finds installs and imports of SDKs in notebooks, programs, scripts, Dockerfiles and CI files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.sdk_files.uses import SdkUse, is_sdk, package_of_module, parse_requirement
from nbguard.documents.decode import decode
from nbguard.documents.positions import line_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.documents.fields import Document, Field

# A command of pip, uv, pipx, poetry, pdm or conda that installs; the line may go on behind a backslash.
_INSTALL = re.compile(
    r"(?<![\w./-])(?:pip[\d.]{0,5}[ \t]+(?:-[\w=-]+[ \t]+)*install|uv[ \t]+(?:pip[ \t]+install|add|tool[ \t]+install)"
    r"|pipx[ \t]+install|(?:poetry|pdm)[ \t]+add|(?:conda|mamba|micromamba)[ \t]+install)(?=[ \t\\])"
    r"(?P<rest>(?:[^\n\\;|&]|\\\r?\n|\\.)*)"
)
# Words of a command as JSON or Python has them: `RUN ["pip", "install", "x"]`, `run(["pip", "install", "x"])`.
_LIST = re.compile(r"\[(?=\s*(?:[\"']|[\w.]{1,99}\s*,\s*[\"']))(?:[^\[\]\"'#]|\"[^\"\n]*+\"|'[^'\n]*+'){1,300}+\]")
_STRING = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_NO_SIGNS = str.maketrans(",\n\r", "   ")
_COMMENTED = re.compile(r"[ \t]*#")
_WORD = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+")
_TAKES_A_VALUE = frozenset(
    ("-r", "-c", "-i", "-f", "-t", "--requirement", "--constraint", "--index-url", "--target", "-n", "--name")
)
_AS = r"(?:[ \t]+as[ \t]+\w+)?"
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<source>[A-Za-z_][\w.]*)[ \t]+import\b"
    rf"|import[ \t]+(?P<modules>[A-Za-z_][\w.]*{_AS}(?:[ \t]*,[ \t]*[A-Za-z_][\w.]*{_AS})*))",
    re.MULTILINE,
)
# Text that runs commands, beside notebooks and programs.
_SCRIPTS = re.compile(
    r"(?i)(?:.*/)?(?:(?:docker|container)file[\w.-]*|[\w.-]*\.(?:docker|container)file|[\w.-]+\.(?:sh|bash|ps1|bat)"
    r"|makefile|justfile|tox\.ini|noxfile\.py|postbuild|\.gitlab-ci[\w.-]*\.ya?ml|azure-pipelines\.ya?ml)"
    r"|(?:.*/)?(?:\.github/(?:workflows|actions)|\.devcontainer|\.circleci)/.*"
)


def find_uses(document: Document) -> Iterator[SdkUse]:
    """The SDKs that a document installs or imports: in code cells, Python programs, and text that runs commands."""
    python = document.kind == "notebook" or document.path.endswith((".py", ".pyw"))
    script = _SCRIPTS.fullmatch(document.path) is not None
    if not (python or script):
        return
    for part in document.parts:
        code = part.where == "source" and part.cell is not None and part.cell.type == "code"
        if part.where in ("source", "file") and (code or document.kind != "notebook"):
            for field in decode(document, part):
                yield from _installs(document.path, field)
                if python:
                    yield from _imports(document.path, field)


def commands_in(text: str) -> Iterator[re.Match[str]]:
    """The commands that install something; ``rest`` is what follows. In a list, each word is a string of its own."""
    plain = _LIST.sub(_as_words, text) if "install" in text else text
    for found in _INSTALL.finditer(plain):
        line_start = text.rfind("\n", 0, found.start()) + 1
        if not _COMMENTED.match(text, line_start, found.start()):
            yield found


def _as_words(found: re.Match[str]) -> str:
    """A list of strings as a command of the same length."""
    return _STRING.sub(lambda one: f" {one[1] or one[2] or ''} ", found[0]).translate(_NO_SIGNS)


def _installs(path: str, field: Field) -> Iterator[SdkUse]:
    for found in commands_in(field.text):
        skip = False
        for word in _WORD.finditer(found["rest"]):
            text = word.group().strip("\"'")
            if skip or text.startswith("-") or text in ("\\", "."):
                skip = not skip and text in _TAKES_A_VALUE
                continue
            if text.startswith("#"):
                break
            package, wanted, version = parse_requirement(text.partition("::")[2] or text)
            if package and is_sdk(package):
                line = line_index(field.text).line(found.start("rest") + word.start())
                yield SdkUse(
                    package, "install", wanted, version, "--require-hashes" in found["rest"], path, line, _cell(field)
                )


def _imports(path: str, field: Field) -> Iterator[SdkUse]:
    seen = set()
    for found in _IMPORT.finditer(field.text):
        modules = [found["source"]] if found["source"] else [name.split()[0] for name in found["modules"].split(",")]
        for module in modules:
            package = package_of_module(module)
            if package and package not in seen:
                seen.add(package)
                line = line_index(field.text).line(found.end())
                yield SdkUse(package, "import", module, "", False, path, line, _cell(field))


def _cell(field: Field) -> int | None:
    return field.part.cell.number if field.part.cell is not None else None
