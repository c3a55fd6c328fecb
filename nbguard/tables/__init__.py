"""Tables in text and in files, as cells."""
