"""Jupyter finds the extension, and nobody else pays for it."""

import json
import subprocess
import sys
from pathlib import Path
from threading import get_ident
from typing import Any

import pytest
from jupyter_server.extension.utils import validate_extension

from nbguard.jupyter.app import NbguardApp
from tests.conftest import CHECKOUT


def test_the_configuration_file_enables_what_jupyter_can_load() -> None:
    enabled = json.loads(Path(CHECKOUT, "jupyter-config", "nbguard.json").read_text())
    (name,) = enabled["ServerApp"]["jpserver_extensions"]
    assert enabled["ServerApp"]["jpserver_extensions"][name] is True
    assert validate_extension(name)


def test_importing_nbguard_loads_nothing_of_jupyter() -> None:
    check = (
        "import sys, nbguard, nbguard.cli.main; nbguard._jupyter_server_extension_points\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('jupyter_server', 'tornado', 'msgspec')])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert done.stdout.strip() == "[]"


async def test_the_server_runs_the_extension_and_ends_it(jp_serverapp: Any) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["nbguard"]
    assert isinstance(app, NbguardApp)
    assert app.workspace.wait_for_scan_thread(get_ident) != get_ident()
    await app.stop_extension()
    assert app.workspace.wait_for_scan_thread(get_ident) == get_ident(), "its thread has ended"


async def test_work_that_fails_is_not_done_again_on_another_thread(jp_serverapp: Any) -> None:
    """Too deep nesting is a RuntimeError, as a thread that has ended is; engines aren't for two threads."""
    (app,) = jp_serverapp.extension_manager.extension_apps["nbguard"]
    threads = []

    def fail() -> None:
        threads.append(get_ident())
        raise RecursionError

    with pytest.raises(RecursionError):
        app.workspace.wait_for_scan_thread(fail)
    assert len(threads) == 1
    assert threads != [get_ident()]
