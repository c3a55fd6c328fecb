"""Starts the git filter as a plain script: ``python -I -S …/filter_start.py process``.

Without Python's site module and a command line to parse, it starts in half the time, and git starts it often. What
that leaves out is the path to the package, which is put right here.
"""

import os
import sys


def start() -> int:
    """Runs the job named by the arguments; returns the exit status."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    from nbguard.cli.filter import filter_as
    from nbguard.errors import NbguardError, describe_defect

    try:
        status = filter_as(*sys.argv[1:3])
        sys.stdout.flush()
    except NbguardError as error:
        problem, status = str(error), error.exit_code
    except Exception as error:  # noqa: BLE001 - a traceback could show what a file holds
        problem, status = describe_defect(error), 3
    else:
        return status
    sys.stderr.write(f"nbguard: {' '.join(sys.argv[2:3])}{': ' if sys.argv[2:3] else ''}{problem}\n")
    return status


if __name__ == "__main__":
    sys.exit(start())
