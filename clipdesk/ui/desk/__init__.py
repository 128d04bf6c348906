"""The middle of the window: the pictures, what is said above them, what stands where none are."""
