"""Taking nbguard into a repository: what is there already, and what changes."""
