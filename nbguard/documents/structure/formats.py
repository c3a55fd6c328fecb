"""Which format or language a text is in: by its file's name, by a notebook's language, by how it begins."""

from __future__ import annotations

import os
import re

from nbguard.documents.structure.json_text import looks_like_json
from nbguard.documents.structure.xml_text import looks_like_xml
from nbguard.lazy_regex import lazy_regex

# Format or language -> the endings of its files' names.
_FORMATS = {
    "json": "json jsonc json5 jsonl ndjson har webmanifest tfstate avsc geojson lock zpln dbc",
    "yaml": "yaml yml",
    "sections": "ini cfg conf cnf toml env service desktop npmrc pypirc rc envrc editorconfig",
    "properties": "properties props",
    "shell": "sh bash zsh fish ksh command bats dockerfile mk",
    "xml": "xml config plist csproj vbproj fsproj resx xaml xsd wsdl xsl iml nuspec pubxml settings storyboard jmx",
    "html": "html htm xhtml",
    "latex": "tex",
    "table": "csv tsv psv",
    "markdown": "md markdown rst qmd rmd adoc txt log eml",
    "hcl": "tf tfvars hcl nomad",
    "python": "py pyw pyi sage",
    "r": "r",
    "julia": "jl",
    "rust": "rs",
    "go": "go",
    "c": "c h m mm",
    "cpp": "cc cpp cxx hpp hh",
    "java": "java",
    "kotlin": "kt kts",
    "csharp": "cs",
    "javascript": "js mjs cjs jsx",
    "typescript": "ts tsx",
    "php": "php",
    "ruby": "rb",
    "perl": "pl pm",
    "swift": "swift",
    "scala": "scala",
    "lua": "lua",
    "vb": "vb bas vbs",
    "lisp": "lisp el cl scm rkt",
    "clojure": "clj cljs edn",
    "powershell": "ps1 psm1",
    "sql": "sql",
    "groovy": "groovy gradle",
    "dart": "dart",
}
_BY_ENDING = {ending: name for name, endings in _FORMATS.items() for ending in endings.split()}
_BY_NAME = {
    "dockerfile": "shell",
    "makefile": "shell",
    "containerfile": "shell",
    "jenkinsfile": "groovy",
    "vagrantfile": "ruby",
    ".netrc": "netrc",
    "_netrc": "netrc",
    "netrc": "netrc",
    ".pgpass": "pgpass",
    "pgpass.conf": "pgpass",
    "pipfile": "sections",
    "credentials": "sections",
    "config": "sections",
    ".dockercfg": "json",
    ".dockerconfigjson": "json",
}
_ALIASES = {"ir": "r", "bash": "shell", "env": "sections", "ini": "sections", "toml": "sections", "c++": "cpp"}
# What people put behind a file's name.
_SUFFIXES = (".bak", ".orig", ".old", ".tmp", ".template", ".example", ".sample", ".dist", ".j2", ".tpl", ".rej")
# Formats in which a line is data, texts that are read as they are, and code: all others.
DATA = frozenset(("json", "yaml", "sections", "properties", "shell", "xml", "hcl"))
PLAIN = frozenset(("", "markdown", "html", "latex", "netrc", "pgpass", "table"))
CODE = frozenset(_FORMATS) - DATA - PLAIN
# Endings of programs, and of what starts them, whose languages no reader here knows.
_OTHER_PROGRAMS = (
    ".ipy", ".rmd", ".qmd", ".pyx", ".smk", ".snakefile", ".qs", ".fish", ".bat", ".cmd", ".sbatch", ".slurm", ".pbs",
    ".service", ".tcl", ".vue", ".svelte", ".justfile",
)  # fmt: skip

_MAKE = lazy_regex(r"(?:\A|[/\\])(?:GNU)?[Mm]akefile(?:\.[\w.-]{1,40})?\Z|\.mk\Z")
_IMAGE = lazy_regex(r"(?:\A|[/\\])(?:docker|container)file(?:\.[\w.-]{1,40})?\Z|\.dockerfile\Z", re.IGNORECASE)
_YAML_LINE = lazy_regex(r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?[^\W\d][\w.-]{0,60}[\"']?:(?:[ \t]|\r?$)")
_HTML = lazy_regex(r"<(?:html|body|div|span|table|pre|p|a)[\s>]", re.IGNORECASE)
_HEAD = 20_000


def format_of(hint: str) -> str:
    """The format or language that a file's name, or a notebook's language, stands for; empty where it says nothing."""
    name = os.path.basename(hint.replace("\\", "/")).lower().rstrip("~")
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith((".env.", "dockerfile.")):
        return "sections" if name.startswith(".env") else "shell"
    _, dot, ending = name.rpartition(".")
    if dot:
        return _BY_ENDING.get(ending, "")
    name = _ALIASES.get(name, name)
    return name if name in _FORMATS else _BY_ENDING.get(name, "")


def is_program(path: str, text: str) -> bool:
    """Whether a file runs: by its name, or because it says what it is to be started with."""
    name = os.path.basename(path).lower()
    return text.startswith("#!") or format_of(path) in CODE or f".{name}".endswith(_OTHER_PROGRAMS)


def is_makefile(path: str) -> bool:
    """Whether make reads a file: its lines look like a shell's, and `$(…)` is its own."""
    return _MAKE.search(path) is not None


def is_image_file(path: str) -> bool:
    """Whether an image is built by a file's instructions."""
    return _IMAGE.search(path) is not None


def format_by_look(text: str) -> str:
    """The format that a text without a name seems to be in; empty for prose, logs and code."""
    head = text[:_HEAD]
    if looks_like_json(head):
        return "json"
    if looks_like_xml(head):
        return "html" if _HTML.search(head) else "xml"
    return "yaml" if len(_YAML_LINE.findall(head)) > 1 else ""
