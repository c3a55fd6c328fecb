"""Reports: one file a format. None of them ever holds a secret."""
