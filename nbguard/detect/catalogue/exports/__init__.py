"""The catalogue's rules in the formats of other scanners, as far as those formats go."""
