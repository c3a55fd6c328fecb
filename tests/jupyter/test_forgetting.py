"""What a server keeps of texts and values is let go when nobody has asked for a while."""

from nbguard.detect.pii import value_kinds
from nbguard.detect.values import classifier
from nbguard.editing import workspace


def test_values_are_forgotten() -> None:
    classifier.classify("kU1k9J!cC7YSto4", "password")
    value_kinds.email_kind("anna.ostrowska@posteo.de")
    assert classifier.classify.cache_info().currsize
    assert value_kinds.email_kind.cache_info().currsize
    workspace._forget()
    assert not classifier.classify.cache_info().currsize
    assert not value_kinds.email_kind.cache_info().currsize
