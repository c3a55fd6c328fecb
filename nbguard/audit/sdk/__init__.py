"""Which quantum SDKs a repository installs and imports, and what is known of them."""
