"""What the catalogue says of providers, as the detectors ask for it: rules, sinks by their names, token patterns."""
