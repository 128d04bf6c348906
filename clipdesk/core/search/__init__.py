"""From a question to ranked pictures."""
