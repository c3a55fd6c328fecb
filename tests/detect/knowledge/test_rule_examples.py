"""What stands beside a rule as an example is found by it, what stands there as a look-alike is not."""

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.finding import KINDS
from nbguard.detect.scope import Scope
from nbguard.documents.reading import open_document
from tests.detect.rule_examples import rule_examples, rules_with_examples

ENGINE = Engine(Scope(frozenset(KINDS)))


@pytest.mark.parametrize("rule", rules_with_examples())
def test_examples_are_found_and_lookalikes_are_not(rule: str) -> None:
    of_rule = [example for seed in range(3) for example in rule_examples(seed) if example.rule == rule]
    assert {example.found for example in of_rule} == {True, False}
    for example in of_rule:
        path, raw = example.file
        found = {finding.rule for finding in ENGINE.detect(open_document(path, raw))}
        assert (rule in found) == example.found, example
