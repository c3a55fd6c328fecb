"""Asks a provider whether a credential still works, or to revoke it: only when a person wants it, at known hosts."""
