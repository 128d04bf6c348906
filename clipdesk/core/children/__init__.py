"""Processes beside: what would hold up the window, or may crash, is done in one of its own."""
