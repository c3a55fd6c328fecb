"""One TOML file per provider, and what makes ``catalogue.json`` of them."""
