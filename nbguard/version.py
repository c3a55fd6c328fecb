"""The version, in the one place every other place reads it from."""

__version__ = "0.1.0"
# Until the name on PyPI is ours, everything is installed from git, at a tag.
SOURCE = f"git+https://github.com/nbguard/nbguard@v{__version__}"


def how_to_add(extra: str) -> str:
    """The command that installs nbguard with an extra, such as ``pdf``, into the environment at hand."""
    return f"pip install 'nbguard[{extra}] @ {SOURCE}'"
