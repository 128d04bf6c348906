"""The project's own pictures, drawn when they are first asked for: nothing is downloaded."""

from clipdesk.demo.library import CAPTIONS, EXAMPLE, PICTURES, QUERIES, Picture, write

__all__ = ["CAPTIONS", "EXAMPLE", "PICTURES", "QUERIES", "Picture", "write"]
