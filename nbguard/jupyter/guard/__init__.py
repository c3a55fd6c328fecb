"""The save guard: what is about to reach the disk through Jupyter is looked at, as a commit would be."""
