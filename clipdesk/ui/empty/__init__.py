"""What stands where there are no pictures: why, and what to do."""
