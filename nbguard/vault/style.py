"""What a lookup looks like in generated code: by nbguard, by hvac, from the environment, or from a platform's secrets.

Colab: https://github.com/googlecolab/colabtools/blob/main/google/colab/userdata.py. Databricks:
https://docs.databricks.com/dev-tools/databricks-utils.html#secrets-utility-dbutilssecrets
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nbguard.vault.references import Reference, format_reference

STYLES = ("nbguard", "hvac", "env", "colab", "databricks")
# Styles whose lookups only a notebook of that platform can make.
PLATFORMS = ("colab", "databricks")

# How other kernels read an environment variable.
_ENVIRONMENT = {"julia": 'ENV["{}"]', "r": 'Sys.getenv("{}")', "javascript": "process.env.{}", "ruby": 'ENV["{}"]'}


_READS = re.compile(
    r"""(?:environ|ENV|\buserdata)(?:\.get)?[\[(]\s*["']([A-Za-z_]\w*)["']|get_?env\(\s*["']([A-Za-z_]\w*)["']"""
    r"""|process\.env\.([A-Za-z_]\w*)|printenv\s+([A-Za-z_]\w*)|\$\{?([A-Z][A-Z0-9_]{2,})\b""",
    re.IGNORECASE,
)
_SECRETS_GET = re.compile(
    r"""\.secrets\.get\(\s*(?:scope\s*=\s*)?["']([\w@.-]{1,128})["']\s*,\s*(?:key\s*=\s*)?["']([\w@.-]{1,128})["']"""
)


class Lookup(NamedTuple):
    """A reference, the environment variable that stands for it in style ``env``, and its KV engine's version."""

    reference: Reference
    variable: str
    engine: int = 2


def expression(lookup: Lookup, style: str, quote: str, name: str = "secret") -> str:
    """The Python expression that gives the value. ``quote`` is the quotation mark it may use, ``name`` what
    ``nbguard.secret`` is called there.
    """
    reference = lookup.reference
    if style == "colab":
        return f"userdata.get({quote}{lookup.variable}{quote})"
    if style == "databricks":
        scope, key = databricks_names(reference)
        return f"dbutils.secrets.get(scope={quote}{scope}{quote}, key={quote}{key}{quote})"
    if style == "env":
        return f"os.environ[{quote}{lookup.variable}{quote}]"
    if style == "hvac":
        path = f"path={quote}{reference.path}{quote}, mount_point={quote}{reference.mount}{quote}"
        member = f"[{quote}{reference.key}{quote}]"
        if lookup.engine == 1:
            return f"hvac.Client().secrets.kv.v1.read_secret({path})[{quote}data{quote}]{member}"
        version = f", version={reference.version}" if reference.version else ""
        call = f"read_secret_version({path}{version}, raise_on_deleted_version=True)"
        return f"hvac.Client().secrets.kv.v2.{call}[{quote}data{quote}][{quote}data{quote}]{member}"
    return f"{name}({quote}{format_reference(reference)}{quote})"


def import_line(style: str, name: str = "secret") -> str:
    """The import that :func:`expression` needs; empty where the platform brings the name."""
    if style == "nbguard":
        return "from nbguard import secret" + ("" if name == "secret" else f" as {name}")
    return {"env": "import os", "colab": "from google.colab import userdata", "databricks": ""}.get(
        style, "import hvac"
    )


def databricks_names(reference: Reference) -> tuple[str, str]:
    """The scope and the key for a reference: ``quantum/ionq/lab#api_key`` → ``quantum-ionq-lab`` and ``api_key``."""
    scope, key = (re.sub(r"[^A-Za-z0-9_@.-]+", "-", text)[:128] for text in (reference.path, reference.key))
    return scope, key


def foreign_expression(lookup: Lookup, language: str) -> str | None:
    """The expression of another kernel's language that reads the environment variable; None for unknown ones."""
    form = _ENVIRONMENT.get(language)
    return form.format(lookup.variable) if form else None


def reads_variable(code: str, lookup: Lookup) -> bool:
    """Whether code that was put in a file needs the lookup's environment variable to be set where it runs."""
    name = re.escape(lookup.variable)
    reading = rf"""(?:ENV|os\.environ)\[(["']){name}\1\](?!\s*=)|Sys\.getenv\("{name}"\)|process\.env\.{name}\b"""
    mark = re.escape(format_reference(lookup.reference, marked=True))
    return re.search(rf"{reading}|printenv {name}\b|# {name}: {mark}", code) is not None


def variable_name(reference: Reference) -> str:
    """An environment variable for a reference without one of its own: ``quantum/ionq#api_key`` → ``IONQ_API_KEY``."""
    steps = (
        [*reference.path.split("/")[1:2], reference.key] if "/" in reference.path else [reference.path, reference.key]
    )
    name = re.sub(r"[^A-Z0-9]+", "_", "_".join(steps).upper()).strip("_")
    return name if name[:1].isalpha() else f"SECRET_{name}"


def variable_for(key: str) -> str:
    """The environment variable for a key that says what it is by itself: ``db_password`` → ``DB_PASSWORD``.

    A name of one word may be the system's (``PATH``, ``HOME``, ``USER``): ``path`` → ``SECRET_PATH``.
    """
    name = re.sub(r"[^A-Z0-9]+", "_", key.upper()).strip("_")
    return name if name[:1].isalpha() and "_" in name else f"SECRET_{name}"


def read_variables(code: str) -> set[str]:
    """The environment variables that code reads, in the languages for which lookups are written.

    Among them are names of Colab's secrets, and ``scope/key`` of those of Databricks.
    """
    names = {next(filter(None, found)) for found in _READS.findall(code)}
    return names | {"/".join(found) for found in _SECRETS_GET.findall(code)}


def shell_expression(lookup: Lookup, style: str) -> str:
    """The shell's command substitution that gives the value, without quotes around it.

    None of them has a ``$NAME`` in it, which IPython would try to fill in where it stands in a ``!`` line.
    """
    reference = lookup.reference
    if style == "env":
        return f"$(printenv {lookup.variable})"
    if style == "hvac":
        return f"$(vault kv get -mount={reference.mount} -field={reference.key} {reference.path})"
    return f"$(nbguard vault get '{format_reference(reference)}')"
