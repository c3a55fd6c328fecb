"""Rules as plugins of detect-secrets (https://github.com/Yelp/detect-secrets): one Python file, a class a rule.

detect-secrets looks at a line at a time, so what goes over several lines isn't found by it. Two of its
filters drop what such lines and keys look like; the file says how to switch them off.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbguard.detect.catalogue.exports.portable import contexts_of, regex_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.providers.provider_rules import Rule

_HEAD = '''"""Credentials of quantum providers; made by `nbguard rules --export detect-secrets`.

    detect-secrets scan -p THIS_FILE \\
        --disable-filter detect_secrets.filters.heuristic.is_indirect_reference \\
        --disable-filter detect_secrets.filters.heuristic.is_potential_uuid

The first filter drops every line such as `client = Client(token="…")`, the second every secret with a UUID in it.
"""

import re

from detect_secrets.plugins.base import RegexBasedDetector
'''


def export(rules: Sequence[Rule]) -> str:
    """The text of a plugin file."""
    return _HEAD + "".join(f"{line}\n" for rule in rules for line in _class(rule))


def _class(rule: Rule) -> Iterator[str]:
    name = "".join(word.capitalize() for word in rule.id.split("-"))
    yield ""
    yield ""
    yield f"class Nbguard{name}Detector(RegexBasedDetector):"
    yield f'    """{rule.name}."""'
    yield ""
    yield f"    secret_type = {json.dumps(f'{rule.name} ({rule.id})')}"
    yield "    denylist = ("
    for context in contexts_of(rule):
        yield f"        re.compile({json.dumps(regex_of(context), ensure_ascii=False)}),"
    yield "    )"
