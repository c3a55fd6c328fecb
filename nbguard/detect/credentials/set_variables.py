"""Values that a text gives to a variable of the catalogue by a name: ``let k = "…"; set_var("IONQ_API_KEY", k)``.

For any language but Python, whose names the dataflow follows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.credentials.provider_commands import Named
from nbguard.detect.values.attribution import choose_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.providers.sink_index import SinkIndex

# `"NAME", name)` and `["NAME"] = name;`
_GIVEN = (
    r"[\"'`]({})\\?[\"'`]\s{{0,4}}(?:,|=>|\]\s{{0,4}}=)\s{{0,4}}&?"
    r"(?P<name>[A-Za-z_$][\w$]{{0,60}})\s{{0,4}}[),;\n}}]"
)
_TO_LITERAL = (
    r"\s{0,4}(?::\s{0,3}[^=\n\"']{0,40})?(?::?=|<-)\s{0,4}(?:[\w.:]{1,30}\()?\\?"
    r"(?P<quote>[\"'`])(?P<value>[^\"'`\n\\]{8,4096})\\?(?P=quote)"
)
_MOST_NAMES = 50


def find_set_variables(text: str, words: set[str], index: SinkIndex) -> Iterator[Named]:
    """Yields the literal of each name that a text gives to an environment variable of the catalogue.

    At most 50 pairs of variable and name are followed in a text, so that the time stays linear in it.
    """
    wanted = {word: uses for word in words if (uses := index.env_uses(word))}
    if not wanted:
        return
    done: set[tuple[str, str]] = set()
    for found in re.finditer(_GIVEN.format("|".join(map(re.escape, sorted(wanted)))), text):
        pair = (found[1], found["name"])
        if pair in done or len(done) >= _MOST_NAMES:
            continue
        done.add(pair)
        for literal in re.finditer(rf"(?<![\w.$]){re.escape(found['name'])}{_TO_LITERAL}", text):
            choice = choose_rule(wanted[found[1]], literal["value"])
            if choice is not None:
                start, end = literal.start("value") + choice.start, literal.start("value") + choice.end
                yield Named(choice, text[start:end], start, end, f"{found[1]} = …")
