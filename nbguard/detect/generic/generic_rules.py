"""The generic credential rules: which detect-secrets plugin finds each, and what people are told about it."""

from __future__ import annotations

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.named_tuple import NamedTuple


class GenericRule(NamedTuple):
    """One kind of credential that a detect-secrets plugin finds; ``credential_rules.toml`` says what the fields mean.

    Without a ``module`` the detector is ours.
    """

    id: str
    plugin: str
    module: str
    name: str
    provider: str | None
    severity: str
    explanation: str
    remedy: str
    prefixes: tuple[str, ...] = ()
    patterns: tuple[int, ...] = ()
    fixed: bool = False
    form: str = ""
    behind_sign: bool = False
    one_word: bool = False
    digits: bool = True
    shortest: int = 0
    entropy: float = 0


def _rule(rule_id: str, said: dict[str, object]) -> GenericRule:
    fields: dict[str, object] = {"module": "", "provider": None, "digits": "prefixes" not in said, **said}
    return GenericRule(id=rule_id, **{key: tuple(v) if isinstance(v, list) else v for key, v in fields.items()})  # type: ignore[arg-type]


# Where a plugin has several rules, the one without ``patterns`` comes last.
GENERIC_RULES = {rule_id: _rule(rule_id, said) for rule_id, said in load_knowledge("credential_rules")["rules"].items()}
