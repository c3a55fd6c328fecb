"""What a text is: a token, a password, a placeholder, a reference, a word."""
