"""Sentences that the person should see, and need not answer."""
