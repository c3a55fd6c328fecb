"""``python -m nbguard``: the same as the command ``nbguard``."""

from nbguard.cli.main import run

if __name__ == "__main__":
    run()
