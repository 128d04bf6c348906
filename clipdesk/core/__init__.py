"""What ClipDesk knows of pictures, folders and meaning. This is a Qt-free zone."""
