"""Git: index, ranges, blobs, the filter's installation. GitPython is imported here and nowhere else."""
