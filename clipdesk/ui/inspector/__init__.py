"""All that is known of the picture that is picked, at the right of the window."""
