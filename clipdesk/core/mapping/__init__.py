"""The library as a map: pictures that are alike lie near each other."""
