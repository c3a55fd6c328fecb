"""Runs a notebook with nbclient: ``python -m nbguard.cli.demo.execute NOTEBOOK RESULT``."""

from __future__ import annotations

import sys


def execute(notebook: str, result: str) -> None:
    """Executes all cells of a notebook in a fresh kernel and writes it, outputs and all, to another file.

    The kernel gets this process's environment. Ends the process with the error's first line if a cell fails.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    with open(notebook, encoding="utf-8") as file:
        document = nbformat.reads(file.read(), as_version=4)  # type: ignore[no-untyped-call]
    try:
        NotebookClient(document, timeout=120, kernel_name="python3").execute()
    except CellExecutionError as error:
        sys.exit(f"{notebook}: {error.ename}: {error.evalue}")
    with open(result, "w", encoding="utf-8") as file:
        file.write(nbformat.writes(document))  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    execute(sys.argv[1], sys.argv[2])
