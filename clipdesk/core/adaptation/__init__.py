"""A model made better at one’s own pictures, from pairs of pictures and words."""
