"""Credentials of services that aren't quantum clouds: prefixes, assigned secrets, encoded layers."""
