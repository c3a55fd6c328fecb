"""What is kept to show later: events and evidence, credentials and their end. Above the scanner, below the doors."""
