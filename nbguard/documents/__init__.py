"""Notebooks and text files as decoded fields with exact byte spans. Knows nothing of what is above."""
