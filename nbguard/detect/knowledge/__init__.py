"""Words, shapes and thresholds as data: TOML to edit, JSON made of it to load."""
