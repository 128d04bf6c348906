"""What goes on behind the pictures, in one calm line."""
