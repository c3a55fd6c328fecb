"""The version, in the one place every other place reads it from."""

__version__ = "0.1.0"
