"""What changes without the focus moving is said to screen readers."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(source: QWidget, sentence: str) -> None:
    """Have a screen reader say this when it next falls silent."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(source, sentence))
