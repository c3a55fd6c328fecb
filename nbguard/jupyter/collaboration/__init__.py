"""What jupyter-collaboration keeps beside the notebooks: a store with every edit of every shared document."""
