"""The files that could not be indexed."""
