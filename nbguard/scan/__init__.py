"""From sources to documents to findings to a verdict."""
