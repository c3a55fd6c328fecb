"""Looking at a file ends after a time, in the thread that asked for it and nowhere else."""

import threading
import time

import pytest

from nbguard.detect.deadline import Deadline, TookTooLongError, check_deadline, timed
from tests.growth import burn


def test_without_a_deadline_nothing_ends() -> None:
    check_deadline()
    items = [1, 2]
    assert timed(items) is items


def test_it_ends_between_two_items() -> None:
    seen = []

    def work() -> None:
        for item in timed([1, 2, 3]):
            seen.append(item)
            burn(0.1)

    with Deadline(0.05), pytest.raises(TookTooLongError):
        work()
    assert seen == [1]
    check_deadline()


def test_waiting_for_the_processor_does_not_count() -> None:
    with Deadline(0.05):
        time.sleep(0.1)
        check_deadline()


def test_another_thread_has_all_the_time_in_the_world() -> None:
    failed: list[Exception] = []

    def work() -> None:
        try:
            check_deadline()
        except TookTooLongError as error:
            failed.append(error)

    with Deadline(0.0):
        burn(0.01)
        other = threading.Thread(target=work)
        other.start()
        other.join()
        with pytest.raises(TookTooLongError):
            check_deadline()
    assert failed == []
