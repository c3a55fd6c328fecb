"""Takes outputs, counts and volatile metadata out of notebooks, by byte spans."""
