"""All that may cross the line between the engine's thread and the others.

Requests go in, events come out; every one is frozen and holds all that it needs. A *ticket* is
a number of the asker's choosing that comes back with the answer, so that stale answers can be
told from the newest.
"""
