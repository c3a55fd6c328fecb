"""The forms of the labelled set: read from TOML, and filled with a service's names and made-up values."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from evaluation import values

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

HERE = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{(callx:|r:[\w+/-]+(?::\d+)?\}|[A-Za-z0-9_!]+\})")
# The escapes of a form, whatever kind of string it stands in.
_ESCAPE = re.compile(r"\\([\\nt])")
_ESCAPES = {"\\": "\\", "n": "\n", "t": "\t"}
# What a form plants, the first of these that it names.
SECRETS = ("V", "V1", "V64", "P", "P!", "P64", "T", "A", "B", "F", "h32", "h64", "b43", "dwave", "pem", "call", "callx")
# Forms that name one of these say whose the value is.
_NAMING = ("N", "n", "k", "K", "d", "label", "slug", "imports", "call", "callx", "host", "hostname", "dwave")
_GENERIC_LENGTHS = (16, 20, 24, 32, 40)


class Form(NamedTuple):
    """A way of writing a credential, or something that looks like one: the text with placeholders, and the file."""

    family: str
    id: str
    text: str
    path: str


class Service(NamedTuple):
    """A service, by the names that people use for it; ``quantum`` is the id that a finding has to name, or empty."""

    label: str
    quantum: str
    env: str
    name: str
    value: str
    imports: str
    call: str
    host: str
    header: tuple[str, str]


class Filled(NamedTuple):
    """A form with its values. ``secret`` is what is to be found; ``provider`` whose it is, None where nothing says."""

    form: Form
    text: str
    secret: str
    provider: str | None

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Filled({self.form.family}/{self.form.id})"


@cache
def read_forms(folder: str) -> tuple[Form, ...]:
    """The forms of a folder (``forms`` or ``lookalikes``), in the order of their files."""
    found = []
    for path in sorted((HERE / folder).glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, text, *other in data["forms"]:
            written = _ESCAPE.sub(lambda match: _ESCAPES[match[1]], text)
            found.append(Form(data["family"], name, written, other[0] if other else data["file"]))
    return tuple(found)


@cache
def read_services() -> tuple[Service, ...]:
    """The services that credentials are planted for."""
    data = tomllib.loads((HERE / "services.toml").read_text(encoding="utf-8"))
    return tuple(Service(**{**row, "header": tuple(row["header"])}) for row in data["service"])


def fill(form: Form, service: Service, chooser: random.Random) -> Filled:
    """A form with a service's names and values from a generator of random numbers."""
    filler = _Filler(service, chooser)
    text = filler.fill(form.text)
    secret = next((filler.secrets[name] for name in SECRETS if name in filler.secrets), "")
    named = any(name in _NAMING for name in filler.used)
    provider = ("dwave" if "dwave" in filler.used else service.quantum) if named else ""
    return Filled(form, text, secret, provider or None)


class _Filler:
    """Fills placeholders; the same placeholder has the same value throughout a form."""

    def __init__(self, service: Service, chooser: random.Random) -> None:
        self._service = service
        self._chooser = chooser
        self._made: dict[str, str] = {}
        self.used: set[str] = set()
        self.secrets: dict[str, str] = {}

    def fill(self, text: str) -> str:
        out, at = [], 0
        while match := _PLACEHOLDER.search(text, at):
            out.append(text[at : match.start()])
            if match[1] == "callx:":
                end = _closing(text, match.start())
                self.used.add("callx")
                out.append(self._service.call.replace("{x}", self.fill(text[match.end() : end])))
                at = end + 1
                continue
            name, at = match[1][:-1], match.end()
            out.append(self._value_of(name, match[0]))
        return "".join([*out, text[at:]])

    def _value_of(self, name: str, written: str) -> str:
        if name.startswith("r:"):
            return values.make_value(self._chooser, name[2:])
        if name not in self._made:
            made = self._make(name)
            if made is None:
                return written  # a brace of the form's own
            self._made[name] = made
        self.used.add(name)
        return self._made[name]

    def _make(self, name: str) -> str | None:
        plain = self._plain().get(name)
        if plain is not None:
            return plain
        make = _MAKERS.get(name)
        if make is None:
            return self._parts(name)
        self.secrets[name] = made = make(self._chooser)
        return made

    def _parts(self, name: str) -> str | None:
        if name in ("V", "V1", "V2", "V64", "call"):
            value = self._made.setdefault("V", values.make_value(self._chooser, self._service.value))
            self.secrets["V"] = value
            half = len(value) // 2
            call = self._service.call.replace("{x}", f'"{value}"')
            return {
                "V": value,
                "V1": value[:half],
                "V2": value[half:],
                "V64": values.encode_base64(value),
                "call": call,
            }[name]
        if name == "P64":
            password = values.make_password(self._chooser, safe=False)
            self.secrets["P64"] = password
            return values.encode_base64(password)
        return None

    def _plain(self) -> dict[str, str]:
        service = self._service
        words = service.name.split("_")
        camel = words[0] + "".join(word.capitalize() for word in words[1:])
        header = service.header[0]
        return {
            "N": service.env, "n": service.name, "k": camel, "K": camel[0].upper() + camel[1:],
            "d": service.name.replace("_", "-"), "label": service.label, "slug": words[0], "imports": service.imports,
            "host": service.host, "hostname": service.host.split("/")[2], "H": header, "S": service.header[1],
            "H_": header if header.isidentifier() else f'"{header}"', "q": "'", "jwt_io": values.documented_jwt(),
            "aws_doc": values.AWS_DOCUMENTED, "mac": "02:42:ac:11:00:02",
        }  # fmt: skip


_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "P": lambda chooser: values.make_password(chooser, safe=False),
    "P!": lambda chooser: values.make_password(chooser, safe=True),
    "T": lambda chooser: values.draw(chooser, chooser.choice(("alnum", "alnum-_", "hex", "lower")), _length(chooser)),
    "A": lambda chooser: values.draw(chooser, "b64", 40),
    "B": lambda chooser: values.encode_base64(f"svc:{values.make_password(chooser, safe=True)}"),
    "F": lambda chooser: values.draw(chooser, "alnum-_", 43) + "=",
    "h32": lambda chooser: values.draw(chooser, "hex", 32),
    "h64": lambda chooser: values.draw(chooser, "hex", 64),
    "b43": lambda chooser: values.draw(chooser, "alnum-_", 43),
    "dwave": lambda chooser: values.make_value(chooser, "dwave"),
    "pem": values.make_private_key,
}


def _length(chooser: random.Random) -> int:
    return chooser.choice(_GENERIC_LENGTHS)


def _closing(text: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if not depth:
            return at
    raise ValueError(f"a brace is missing in {text!r}")
