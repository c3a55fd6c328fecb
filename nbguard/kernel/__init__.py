"""The IPython side: values that ``secret()`` handed out never reach an output of the kernel.

``%load_ext nbguard`` turns it on; the first ``secret()`` in a kernel does so by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Masks every value that is handed out from now on. Outside of a Jupyter kernel there is nothing to do."""
    if hasattr(shell, "kernel"):
        from nbguard.kernel.masked_messages import mask_messages

        mask_messages(shell.kernel.session)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Sends messages as they are again."""
    if hasattr(shell, "kernel"):
        from nbguard.kernel.masked_messages import unmask_messages

        unmask_messages(shell.kernel.session)
