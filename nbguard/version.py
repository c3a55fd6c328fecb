"""The version, in the one place every other place reads it from."""

__version__ = "0.1.0"
# Until the name on PyPI is ours, everything is installed from git, at a tag.
SOURCE = f"git+https://github.com/nbguard/nbguard@v{__version__}"
