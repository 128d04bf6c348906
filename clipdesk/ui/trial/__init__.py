"""Testing how well the library is found by its own words."""
