"""Labels of the person's own: written down, suggested for pictures, reviewed, applied as tags."""
