"""The tables of a results file: ``schema.sql``."""

from __future__ import annotations

import os
import sqlite3

FORMAT = "nbguard-sweep/1"


def create_tables(db: sqlite3.Connection) -> None:
    """Makes the tables that are missing."""
    with open(os.path.join(os.path.dirname(__file__), "schema.sql"), encoding="utf-8") as file:
        lines = file.read().splitlines()
    # executescript would commit.
    statement = ""
    for line in lines:
        statement += line.partition("--")[0] + "\n"
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
