"""The version, in the one place every other place reads it from."""

__version__ = "0.1.0"
# Until the name on PyPI is ours, everything is installed from git, at a tag.
SOURCE = f"git+https://github.com/nbguard/nbguard@v{__version__}"


def how_to_add(extra: str) -> str:
    """The command that installs nbguard with an extra, such as ``pdf``, where it is: by uv, pipx or pip.

    Each of uv's and pipx's tools has an environment of its own, that pip doesn't find.
    """
    import sys

    folders = sys.prefix.replace("\\", "/").split("/")[-3:]
    tool = {"tools": "uv tool install --force", "venvs": "pipx install --force"}
    command = next(
        (tool[folder] for folder in folders[:-1] if folder in tool and folders[-1] == "nbguard"), "pip install"
    )
    return f"{command} 'nbguard[{extra}] @ {SOURCE}'"
