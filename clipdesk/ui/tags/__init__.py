"""Tags as the person goes by them: a list to choose from, and a mark on each picture."""
