"""Find pictures in your own folders by describing them, or by dropping a picture in."""

__version__ = "0.1.0"
