"""Finds credentials, sample data, quantum metadata and bad habits in documents."""
