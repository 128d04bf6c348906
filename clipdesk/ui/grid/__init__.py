"""The pictures, side by side: what the person looks at nearly all the time."""
