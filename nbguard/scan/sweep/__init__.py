"""Scans many repositories and object stores: in one process, in several, or on a Dask cluster."""
