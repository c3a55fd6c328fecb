"""Plays the whole story in a scratch directory: refusal, move to Vault, run, clean commit."""
