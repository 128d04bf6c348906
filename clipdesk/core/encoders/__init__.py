"""Encoders: torch and open_clip are imported here and nowhere else, and only when needed."""
