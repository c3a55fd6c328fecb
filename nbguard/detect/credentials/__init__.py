"""Credentials: by shape, by where the value goes, and by the rules of others."""
