"""What the whole suite shares: the slow tier, silence about secrets, and a git without the machine's own settings."""

import os
import sys
from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.fake_tokens import MADE

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Where no bytecode may be kept, each of the thousands of commands that tests start would compile nbguard anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A busy machine is no failing property.
settings.register_profile("nbguard", deadline=None)
# `make test`: the same examples each time, so that a change fails for what it changed. Any other run takes new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("nbguard")

# Tests in which user code prints a value on purpose, outside of nbguard: the cell before it was masked or rewritten.
LOUD = {
    "tests/kernel/test_masking.py": "a child process of the kernel writes to the kernel's own standard output",
    "tests/vault/test_rewrite.py": "the original cell is run beside the rewritten one, and %env prints what it sets",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow tests too (CI and `make test` do)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    left_out = pytest.mark.skip(reason="slow: run with --slow")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that passed fails after all if anything it printed or logged holds a planted value."""
    report = yield
    # Sections pile up: what setup printed is there again at the call, and all of it at teardown.
    texts = [text for name, text in report.sections if text and name.endswith(call.when)]
    loud = item.nodeid.split("::")[0] in LOUD
    if report.passed and not loud and any(value in text for text in texts for value in MADE):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a planted value was printed or logged"
    return report


@pytest.fixture(scope="session", autouse=True)
def own_git_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test depends on the git settings of the person or the machine that runs it."""
    settings = tmp_path_factory.mktemp("git") / "config"
    settings.write_text(
        "[user]\n\tname = Test\n\temail = test@nbguard.invalid\n[init]\n\tdefaultBranch = main\n"
        "[safe]\n\tdirectory = *\n[commit]\n\tgpgsign = false\n"
    )
    os.environ["GIT_CONFIG_GLOBAL"] = str(settings)
    os.environ["GIT_CONFIG_NOSYSTEM"] = "1"
    # A suite that is started from a git hook would otherwise work on that hook's repository.
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        os.environ.pop(name, None)
