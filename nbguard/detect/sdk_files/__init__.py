"""Files that ask for quantum SDKs and those that lock them, read as names and versions; what is known of versions."""
