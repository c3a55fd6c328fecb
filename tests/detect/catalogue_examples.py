"""The examples and look-alikes of every provider file, with fake credentials made from a seed.

Tests and benchmarks share them. Each example comes in the forms it can be met in: ``py`` (a Python file), ``cell``
(a code cell's source), and for credentials known by shape also ``stream`` (an output) and ``metadata`` (a string in
the notebook's metadata); ``file`` is a configuration file under the name it is known by.
"""

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from nbguard.detect.catalogue.provider_file import list_provider_files, read_provider_file
from nbguard.detect.catalogue.sample import make_sample
from tests import notebook_builder as build

STRUCTURAL_FORMS = ("py", "cell", "stream", "metadata")
CONTEXTUAL_FORMS = ("py", "cell")


class Example(NamedTuple):
    """A text with a credential in it, or a look-alike (then ``secret`` is what stands in place of ``{secret}``).

    ``path`` is the name under which the text is met as a file. ``structural``: the credential is known by its shape.
    """

    rule_id: str
    provider: str
    text: str
    secret: str
    form: str
    path: str
    structural: bool


def iterate_examples(seed: int) -> Iterator[Example]:
    """Every example of every credential in each of its forms. The same seed gives the same values."""
    yield from _iterate("examples", seed)


def iterate_lookalikes(seed: int) -> Iterator[Example]:
    """Everything that looks like a credential and must stay silent, in each of its forms."""
    yield from _iterate("lookalikes", seed)


def as_file(example: Example) -> tuple[str, bytes]:
    """The file that holds an example, as path and bytes."""
    if example.form in ("py", "file"):
        return example.path, (example.text.strip("\n") + "\n").encode()
    cells, metadata = [build.code(example.text.strip("\n"))], {}
    if example.form == "stream":
        cells = [build.code("connect()", build.stream(example.text.strip("\n") + "\n"))]
    elif example.form == "metadata":
        cells, metadata = [build.code("connect()")], {"note": example.text.strip("\n")}
    return example.path, json.dumps(build.notebook(*cells, **metadata), indent=1, ensure_ascii=False).encode()


def _iterate(key: str, seed: int) -> Iterator[Example]:
    for provider in providers():
        for credential in provider["credentials"]:
            # A stream of its own for each rule: a new provider doesn't change the values of the others.
            source = random.Random(f"{seed} {credential['id']}")
            for example in credential[key]:
                yield from _in_forms(provider["id"], credential, example, make_sample(credential["sample"], source))


@cache
def providers() -> tuple[dict[str, Any], ...]:
    """The files of all providers. To read them takes a second: nobody who is asked changes what they say."""
    return tuple(read_provider_file(path) for path in list_provider_files())


def _in_forms(
    provider: str, credential: dict[str, Any], example: str | dict[str, str], secret: str
) -> Iterator[Example]:
    structural = bool(credential.get("shapes"))
    if isinstance(example, dict):
        text = example["text"].replace("{secret}", secret)
        yield Example(credential["id"], provider, text, secret, "file", example["file"], structural)
        return
    text = example.replace("{secret}", secret)
    for form in STRUCTURAL_FORMS if structural else CONTEXTUAL_FORMS:
        name = f"{credential['id']}.{'py' if form == 'py' else 'ipynb'}"
        yield Example(credential["id"], provider, text, secret, form, name, structural)
