"""Git: index, ranges, blobs, filter and hooks. Every git process is started by the door in ``git``."""
