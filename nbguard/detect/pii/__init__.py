"""What columns and values mean: names, ids with check digits, stand-ins."""
