"""How ClipDesk sees pictures: the models that can be chosen."""
