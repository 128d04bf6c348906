"""Watched folders: what is in them, what changes, whether they are there."""
