"""The window. Qt lives here; databases, models and folders do not."""
