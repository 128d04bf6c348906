"""How ClipDesk looks."""
