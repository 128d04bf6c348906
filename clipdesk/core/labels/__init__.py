"""Labels of the person’s own, given to pictures without a single example."""
