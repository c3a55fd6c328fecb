"""Finds opaque tokens by where they go."""
