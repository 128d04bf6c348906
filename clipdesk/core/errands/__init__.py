"""Long work for the library, in a process beside: it may learn or measure, and change nothing."""
