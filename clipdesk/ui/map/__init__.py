"""The library as a map: what is alike lies near."""
