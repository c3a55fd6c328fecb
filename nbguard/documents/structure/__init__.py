"""What a text says as names and values with spans: one format a module, chosen by ``reading.read_pairs``."""
