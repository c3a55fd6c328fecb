"""Rules from elsewhere: detect-secrets plugins and gitleaks rule packs."""
