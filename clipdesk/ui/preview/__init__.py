"""One picture, large, for as long as a glance takes."""
