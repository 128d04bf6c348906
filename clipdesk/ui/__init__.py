"""The window. Qt lives here; databases, models and folders do not."""

import builtins

import PySide6.QtCore  # noqa: F401  # what is put back below is put in place by it

# PySide puts its own import in the place of Python's. It reads the source of each module imported
# from then on (525 until a model is open), in search of a word that tells whether it may want
# features of PySide's: holding Python's lock, and keeping all those lines. None wants them here.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
