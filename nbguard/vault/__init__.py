"""Vault: the client, lookups at run time, rewriting literals to lookups, and the move between."""
