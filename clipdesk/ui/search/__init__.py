"""The question: the field it is typed into, the pictures in it, and the answers it awaits."""
