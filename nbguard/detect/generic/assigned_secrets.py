"""Whether a value under a name that says credential is one: ``password = "…"``, ``API_KEY=…``.

Notebooks on machine learning are full of tokens, keys and secrets that are none, so a value is reported only when
its name and its form both say so. ``judge_assigned`` is that judgement, for every reader of names and values.
"""

from __future__ import annotations

import re
from itertools import takewhile
from operator import eq
from typing import TYPE_CHECKING

from nbguard.detect.finding import RANK_DOUBTFUL, RANK_GENERIC, Finding
from nbguard.detect.generic.credential_names import (
    CREDENTIAL,
    HEADER,
    PASSWORD,
    SECRET,
    SEVERAL,
    class_of_name,
    is_ambiguous,
    names_collection,
)
from nbguard.detect.generic.generic_rules import GENERIC_RULES
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.classifier import (
    HASH,
    SIGNED_TOKEN,
    TOKEN,
    classify,
    is_plausible_password,
    is_plausible_token,
    is_random_password,
)
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.documents.fields import Field

_SCHEME = lazy_regex(r"(?:bearer|basic|token|apikey|api-key|key|jwt|splunk|negotiate)[ \t]+(?=\S)", re.IGNORECASE)
# In a header any word may be one; behind some stand names and signatures.
_ANY_SCHEME = lazy_regex(
    r"(?!(?:digest|aws4?|oauth|hawk|hmac|signature)\b)[A-Za-z][\w-]{1,20}[ \t]+(?=\S)", re.IGNORECASE
)
_LIMITS: dict[str, float] = load_knowledge("values")["assigned"]


class Assigned(NamedTuple):
    """That the value of a name is a credential.

    ``kind`` is what the classifier says of the value.
    ``start`` to ``end`` is the credential inside the value: behind ``Bearer``, without quotation marks.
    """

    kind: str
    start: int
    end: int

    @property
    def doubtful(self) -> bool:
        """Whether the value may be another thing too, so that copies of it elsewhere say nothing."""
        return self.kind not in (TOKEN, HASH, SIGNED_TOKEN) or self.end - self.start < _LIMITS["telling"]


def judge_assigned(name: str, value: str, *, quoted: bool = True, form: str = "") -> Assigned | None:
    """Whether ``value``, which a text gives to ``name``, is a credential by both; None where it isn't.

    ``quoted``: it stands in quotation marks, or its format has none to offer (YAML, INI, XML). ``form`` is the format
    it was read from; in ``code`` a value without quotation marks is a name or an expression.
    """
    told = class_of_name(name)
    if not told or len(value) > _LIMITS["longest"] or (form == "code" and not quoted):
        return None
    start, end = _inner(value, _ANY_SCHEME if told == HEADER else _SCHEME)
    inner = value[start:end]
    if len(inner) < _LIMITS["length"] or _is_its_name(name, inner):
        return None
    if told == PASSWORD:
        counts = is_random_password(inner) if is_ambiguous(name) else is_plausible_password(inner)
    elif told in (SECRET, CREDENTIAL):
        counts = is_plausible_token(inner) or (
            len(inner) >= _LIMITS["chosen"] and any(map(str.isdigit, inner)) and is_plausible_password(inner)
        )
    elif told == HEADER:
        counts = (start > 0 or len(inner) >= _LIMITS["telling"]) and is_plausible_token(inner)
    elif told == SEVERAL:
        counts = len(inner) >= _LIMITS["in_list"] and classify(inner).kind in (TOKEN, HASH, SIGNED_TOKEN)
    else:
        counts = is_plausible_token(inner)
    if not counts:
        return None
    return Assigned(classify(inner, "password").kind, start, end)


def _is_its_name(name: str, value: str) -> bool:
    """Whether a value is what it is called, as in `showPwd = !showPwd` and `apiToken = config.require("apiToken")`."""
    bare = value.strip("!$@%&*")
    if bare.isidentifier() and name.endswith(bare):
        return True
    # Its beginning, with another word behind: `subQueryKeys` beside `subQueryWebhooks`, `rabbitmqPass`.
    shared = sum(takewhile(bool, map(eq, name, bare)))
    return shared >= _LIMITS["shared"] and (shared == len(bare) or bare[shared:].isalpha())


def judge_collected(name: str, value: str) -> Assigned | None:
    """Whether a value in a list or dictionary of this name is a credential: it has to look made, whatever it is called.

    Words, ids and hashes stand in lists called ``keys`` and ``tokens``; passwords of people beside texts about them.
    """
    told, kind = class_of_name(name), classify(value).kind
    if told == PASSWORD:
        if not is_random_password(value):
            return None
    elif (
        len(value) < _LIMITS["in_list"]
        or kind not in (TOKEN, SIGNED_TOKEN, HASH if told else TOKEN)
        or sum(map(str.isdigit, value)) < _LIMITS["digits_in_list"]
        or (not told and (not names_collection(name) or value.lower() == value or value.upper() == value))
    ):
        return None
    return judge_assigned(name if told else "api_keys", value)


def _inner(value: str, schemes: re.Pattern[str]) -> tuple[int, int]:
    """The credential's span in a value: behind an authorization scheme, without blanks and quotation marks around."""
    start, end = 0, len(value)
    while start < end and value[start] in " \t\r\n":
        start += 1
    while end > start and value[end - 1] in " \t\r\n":
        end -= 1
    if end - start > 2 and value[start] in "\"'`" and value[end - 1] == value[start]:
        start, end = start + 1, end - 1
    if value.startswith("[[", start) and value.endswith("]]", start, end):
        start, end = start + 2, end - 2  # a string of Lua's
    scheme = schemes.match(value, start, end)
    return (scheme.end() if scheme else start), end


def make_assigned_finding(field: Field, start: int, assigned: Assigned) -> Finding:
    """The finding of a value that begins at ``start`` in a field, and was judged with its name."""
    rule = GENERIC_RULES["generic-credential"]
    first, last = start + assigned.start, start + assigned.end
    return Finding(
        rule=rule.id,
        kind="credential",
        provider=None,
        severity=rule.severity,
        field=field,
        start=first,
        end=last,
        value=field.text[first:last],
        cause="name",
        message="An opaque value is given to a name that says credential.",
        remedy=rule.remedy,
        rank=RANK_DOUBTFUL if assigned.doubtful else RANK_GENERIC - 1,
    )
