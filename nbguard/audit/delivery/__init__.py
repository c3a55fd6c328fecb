"""Takes events to a collector: kept in a chained log first, sent from there, and never waited for long."""
