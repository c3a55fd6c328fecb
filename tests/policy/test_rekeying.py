"""Entries of a baseline go over to another salt where their value is here, and stay as they are where it isn't."""

from nbguard.policy.baseline import BaselineEntry
from nbguard.policy.fingerprint import fingerprint, salt_id
from nbguard.policy.rekeying import Value, rekey

OLD, NEW, OTHER = b"o" * 16, b"n" * 16, b"x" * 16
RULE, VALUE = "ionq-api-key", "made-up-value-1"
HERE = Value("a.py", "file", RULE, VALUE)


def entry(salt: bytes, value: str = VALUE, named: bool = True, **changes: str) -> BaselineEntry:
    made = BaselineEntry("a.py", RULE, "file", fingerprint(RULE, value, salt), salt=salt_id(salt) if named else "")
    return made._replace(**changes)


def rekeyed(*entries: BaselineEntry, values: tuple[Value, ...] = (HERE,)) -> tuple[list[BaselineEntry], int]:
    done = rekey({one.key: one for one in entries}, values, (NEW, OLD))
    assert all(done.entries[one.key] is one for one in done.entries.values())
    return list(done.entries.values()), done.carried


def test_an_entry_whose_value_is_here_goes_over_with_its_words() -> None:
    old = entry(OLD, reason="known", expires="2027-01-01", approved_by="a")
    assert rekeyed(old) == ([entry(NEW, reason="known", expires="2027-01-01", approved_by="a")], 1)


def test_an_entry_from_before_salts_had_ids_goes_over_by_the_salt_that_gives_its_fingerprint() -> None:
    assert rekeyed(entry(OLD, named=False)) == ([entry(NEW)], 1)
    assert rekeyed(entry(NEW, named=False)) == ([entry(NEW)], 0)


def test_what_can_not_be_proven_stays() -> None:
    """Its value is somewhere else, or its salt is lost."""
    for lost in (entry(OLD, "another-value"), entry(OTHER), entry(OLD, path="b.py"), entry(OLD, where="source")):
        assert rekeyed(lost) == ([lost], 0)
    assert rekeyed(entry(OLD), values=()) == ([entry(OLD)], 0)


def test_what_is_under_the_present_salt_stays_and_goes_before_what_comes_over() -> None:
    present = entry(NEW, reason="said last")
    assert rekeyed(present) == ([present], 0)
    assert rekeyed(entry(OLD, reason="said first"), present) == ([present], 1)
    assert rekeyed(present, entry(OLD, reason="said first")) == ([present], 1)


def test_a_value_is_shown_nowhere() -> None:
    assert VALUE not in repr(HERE)
