"""What will happen, said in words while a drag hovers over the window."""

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from clipdesk.core.paths import printable
from clipdesk.ui.drops import Dropped, may_hold_pictures, query_from_mime
from clipdesk.ui.theme import tokens
from clipdesk.ui.theme.icons import drawn

MARGIN = 20
STRIP_HEIGHT = 140
WATCH_SHARE = 4
"""Where both targets are offered, watching gets this part of the height (1/n)."""


class DropZone(QWidget):
    """Lies over the pictures; `offer` shows it for a drag, and it hides when the drag goes.

    Signals:
        find_similar: Examples (a tuple of `Example`) dropped to search by.
        watch: Folders (a tuple of `Path`) dropped to be watched.
        refused: Why nothing was made of the drop, a sentence.
    """

    find_similar = Signal(object)
    watch = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setObjectName("dropZone")
        self.setAccessibleName("Drop a picture to find similar ones, or a folder to watch it")
        self.setAcceptDrops(True)
        self._folders: tuple[str, ...] = ()
        self._pictures = True
        self._over_watch = False
        # Qt says that a drag leaves the window just before it says that it enters this.
        self._gone = QTimer(self, interval=50, singleShot=True)
        self._gone.timeout.connect(self.hide)
        self.hide()

    def offer(self, mime: QMimeData, *, own: bool = False) -> bool:
        """Show what a drag could become; False, and nothing shown, if nothing.

        For our ``own`` pictures, which most often are on their way to another program, there is
        a strip at the top only: a drag that is let go again must not become a search.
        """
        if not may_hold_pictures(mime):
            return False
        self._gone.stop()
        found = query_from_mime(mime) if mime.hasUrls() else Dropped()
        self._folders = tuple(printable(folder.name) for folder in found.folders)
        self._pictures = bool(found.examples) or not found.folders
        around = self._covered.rect()
        if own:
            around.setHeight(min(around.height(), STRIP_HEIGHT))
        self.setGeometry(around)
        self.raise_()
        self.show()
        return True

    def withdraw(self) -> None:
        """The drag has left; hide, unless it comes back in the same breath."""
        self._gone.start()

    # ── where ─────────────────────────────────────────────────────────────────────────────

    def similar_target(self) -> QRect:
        """The target *Find similar*; empty where a drag holds folders only."""
        whole = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if not self._pictures:
            return QRect()
        if self._folders:
            whole.setBottom(whole.bottom() - whole.height() // WATCH_SHARE - MARGIN // 2)
        return whole

    def watch_target(self) -> QRect:
        """The target *Watch this folder*; empty where a drag holds none."""
        whole = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if not self._folders:
            return QRect()
        if self._pictures:
            whole.setTop(whole.bottom() - whole.height() // WATCH_SHARE + MARGIN // 2)
        return whole

    # ── the drag ──────────────────────────────────────────────────────────────────────────

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._hover(event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._hover(event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.withdraw()

    def dropEvent(self, event: QDropEvent) -> None:
        found = query_from_mime(event.mimeData())
        self._hover(event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.hide()
        # After the drag has ended for its source: what follows may take its time.
        QTimer.singleShot(0, self, lambda: self._take(found))

    def _take(self, found: Dropped) -> None:
        if found.folders and (self._over_watch or not found.examples):
            self.watch.emit(found.folders)
        elif found.examples:
            self.find_similar.emit(found.examples)
        else:
            self.refused.emit(found.refusal)

    def _hover(self, at: QPoint) -> None:
        self._gone.stop()
        over = self.watch_target().contains(at)
        if over != self._over_watch:
            self._over_watch = over
            self.update()

    # ── the look ──────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dim = QColor(self.palette().window().color())
        dim.setAlphaF(0.82)
        painter.fillRect(self.rect(), dim)
        if target := self.similar_target():
            lit = not self._over_watch
            self._draw(painter, target, "scan-search", "Find similar pictures", lit=lit)
        if target := self.watch_target():
            one = f"Watch the folder “{self._folders[0]}”" if len(self._folders) == 1 else ""
            words = one or f"Watch these {len(self._folders)} folders"
            lit = self._over_watch or not self._pictures
            self._draw(painter, target, "folder-plus", words, lit=lit)

    def _draw(self, painter: QPainter, at: QRect, name: str, words: str, *, lit: bool) -> None:
        palette = self.palette()
        edge = palette.accent().color() if lit else palette.placeholderText().color()
        painter.setPen(QPen(edge, tokens.FOCUS_RING, Qt.PenStyle.DashLine))
        ground = QColor(palette.accent().color())
        ground.setAlphaF(0.12 if lit else 0.0)
        painter.setBrush(ground)
        painter.drawRoundedRect(at, tokens.CARD_RADIUS, tokens.CARD_RADIUS)
        font = self.font()
        font.setPixelSize(tokens.TITLE_PX)
        painter.setFont(font)
        painter.setPen(palette.text().color())
        side = 32
        ratio = self.devicePixelRatioF()
        top = at.center().y() - (side + 12 + painter.fontMetrics().height()) // 2
        painter.drawPixmap(at.center().x() - side // 2, top, drawn(name, side, edge, ratio))
        height = painter.fontMetrics().height()
        line = QRect(at.left() + 8, top + side + 12, at.width() - 16, height)
        text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, int(Qt.AlignmentFlag.AlignCenter), text)
