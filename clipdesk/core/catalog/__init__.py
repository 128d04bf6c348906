"""The truth about the library, in SQLite. All SQL of the program is here."""
