"""Every door to and from the disk in every mode, with jupyter-collaboration: in its server, and beside a room."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import notebook_builder as nb
from tests.jupyter.collaboration.test_room import join, jp_server_config, until  # noqa: F401
from tests.jupyter.guard.conftest import IMPORT, IONQ, Server, server, with_token  # noqa: F401
from tests.jupyter.guard.test_leaving import (  # noqa: F401
    MODES,
    WAYS,
    Fetch,
    leave,
    test_a_clean_file_leaves_as_it_is,
    test_a_file_with_a_token,
)
from tests.jupyter.guard.test_uploads import test_a_notebook  # noqa: F401
from tests.jupyter.guard.test_ways import (  # noqa: F401
    test_a_checkpoint_of_what_would_be_refused,
    test_a_checkpoint_that_is_older_than_the_policy_is_restored,
    test_a_copy,
    test_a_folder_that_is_copied_out_of_a_looser_zone,
    test_a_folder_that_is_renamed_out_of_a_looser_zone,
    test_a_notebook_that_is_sent_as_a_file,
    test_a_rename_over_a_file,
    test_a_save,
    test_a_save_over_a_file,
    test_a_text_file_that_is_renamed_to_a_notebook,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mode", MODES)
async def test_what_is_typed_into_a_room_leaves_by_no_door_that_is_shut(
    server: Server,  # noqa: F811
    join: Callable[[], Any],  # noqa: F811
    leave: Fetch,  # noqa: F811
    mode: str,
) -> None:
    """The room saves by itself; what it may not save is not copied, renamed, downloaded or exported either."""
    async with join() as client:
        server.policy(f'[jupyter]\nsave = "{mode}"\n')
        client.type("\n" + IMPORT + f'IonQProvider("{IONQ}")')
        if mode == "block":
            await until(lambda: server.actions == ["blocked"])
        else:
            await until(lambda: IONQ.encode() in server.read("a.ipynb"))
        shown = mode != "block"
        for way in WAYS.values():
            answer = await leave(*way)
            assert answer.status == 200
            assert (IONQ.encode() in answer.body) is shown
        assert (await server.copy("a.ipynb")).status == 201
        assert (IONQ.encode() in server.read("a-Copy1.ipynb")) is shown
        assert (await server.rename("a.ipynb", "b.ipynb")).status == 200
        assert (IONQ.encode() in server.read("b.ipynb")) is shown
        # Save As and an upload write the notebook of the page under another name.
        written = 201 if shown else 422
        assert (await server.save("c.ipynb", with_token())).status == written
        assert (await server.upload("d.ipynb", nb.as_bytes(with_token()))).status == written
        assert [server.has(name) for name in ("c.ipynb", "d.ipynb")] == [shown, shown]
        assert ("blocked" in server.actions) is not shown
        assert ("warned" in server.actions) is (mode in ("warn", "strip"))
