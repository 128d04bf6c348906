"""A list view whose cells lie where `Lattice` says."""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from clipdesk.ui.grid.delegate import BAND_HEIGHT, CellDelegate
from clipdesk.ui.grid.lattice import Lattice
from clipdesk.ui.grid.model import AnyIndex, GridModel
from clipdesk.ui.theme.tokens import GAP, PADDING, THUMBNAIL_DEFAULT

ground = QGuiApplication.palette
"""The colours to paint with; the view's own are blank where a style sheet makes it transparent."""

Move = QAbstractItemView.CursorAction
Hint = QAbstractItemView.ScrollHint


class Surface(QListView):
    """Lays out, paints, scrolls and selects; knows nothing of what pictures are for.

    Qt's own layout places every item, one after the other. Ours is arithmetic: any number of
    pictures is laid out at once, lines fill the width, and a band can part guesswork from the
    rest. To Qt and to assistive technology it is a list.
    """

    def __init__(self, cells: CellDelegate, parent: QWidget | None = None) -> None:
        # Before the base class, which asks for them while it is made.
        self._lattice = Lattice()
        self._side = THUMBNAIL_DEFAULT
        self._cells = cells
        self._held: tuple[QPersistentModelIndex, int] | None = None
        """A cell that stays, and where its middle is in the viewport."""
        self._placing = False
        self._hovered = -1
        """The row under the pointer."""
        self._rubber_band: QRect | None = None
        """In the coordinates of the whole, not of the viewport."""
        super().__init__(parent)
        cells.setParent(self)
        self.setItemDelegate(cells)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: cells would change their size with the first line that does not fit.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        # It fills its ground itself, so that scrolling moves pixels and paints only what is new.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def lattice(self) -> Lattice:
        """Where the cells lie now."""
        return self._lattice

    def grid_model(self) -> GridModel | None:
        """The model, if it is set."""
        model = self.model()
        return model if isinstance(model, GridModel) else None

    def seen_rows(self) -> range:
        """The rows of which something can be seen."""
        top = self.verticalOffset()
        return self._lattice.rows_between(top, top + self.viewport().height() - 1)

    # ── layout ───────────────────────────────────────────────────────────────────────────

    def doItemsLayout(self) -> None:
        """Lay out anew; the cell that is held stays where it is seen."""
        model = self.grid_model()
        scored = model is not None and model.trusted is not None
        self._lattice = Lattice(
            count=model.rowCount() if model is not None else 0,
            width=self.viewport().width(),
            side=self._side,
            below=self._cells.below(self.font(), scored=scored),
            boundary=model.trusted if model is not None else None,
            band=BAND_HEIGHT,
        )
        self._placing = True
        self.updateGeometries()
        if self._held is not None and self._held[0].isValid():
            index, middle = self._held
            self.verticalScrollBar().setValue(self._middle(index.row()) - middle)
        self._placing = False
        self.viewport().update()

    def updateGeometries(self) -> None:
        bar = self.verticalScrollBar()
        page = self.viewport().height()
        bar.setPageStep(max(1, page - self._lattice.pitch // 2))
        bar.setSingleStep(max(1, self._lattice.pitch // 3))
        bar.setRange(0, max(0, self._lattice.height - page))

    @Slot()
    def hold(self) -> None:
        """Keep what is looked at where it is through the next layouts, until something scrolls.

        It is the current picture if it is seen, else the first that is seen whole.
        """
        model, top = self.grid_model(), self.verticalOffset()
        if model is None or (self._held is not None and self._held[0].isValid()):
            return
        current = self.currentIndex().row()
        if current not in self.seen_rows():
            if top == 0:
                return  # The beginning stays the beginning.
            current = self.first_seen()
        if 0 <= current < model.rowCount():
            self._held = QPersistentModelIndex(model.index(current)), self._middle(current) - top

    def first_seen(self) -> int:
        """The first row of the uppermost line of which at least half is seen; -1 if none is."""
        height = self._lattice.cell + self._lattice.below
        rows = self._lattice.rows_between(self.verticalOffset() + height // 2, self._lattice.height)
        return rows.start if rows else -1

    def _middle(self, row: int) -> int:
        return self._lattice.corner(row)[1] + self._lattice.cell // 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.oldSize().width() != event.size().width():
            self.hold()
        super().resizeEvent(event)
        self.doItemsLayout()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.doItemsLayout()

    # ── what Qt asks of a layout ─────────────────────────────────────────────────────────

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: AnyIndex) -> bool:
        return False

    def cell_rect(self, row: int) -> QRect:
        """Where a cell is in the viewport."""
        left, top = self._lattice.corner(row)
        side = self._lattice.cell
        return QRect(left, top - self.verticalOffset(), side, side + self._lattice.below)

    def visualRect(self, index: AnyIndex) -> QRect:
        if not index.isValid() or index.row() >= self._lattice.count:
            return QRect()
        # With half the gap around it: rings are drawn there, and must be painted over.
        edge = GAP // 2
        return self.cell_rect(index.row()).adjusted(-edge, -edge, edge, edge)

    def indexAt(self, point: QPoint) -> QModelIndex:
        model = self.grid_model()
        row = self._lattice.row_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if row is None or model is None else model.index(row)

    def scrollTo(self, index: AnyIndex, hint: Hint = Hint.EnsureVisible) -> None:
        if not index.isValid() or index.row() >= self._lattice.count:
            return
        rect = self.cell_rect(index.row()).adjusted(0, -PADDING, 0, PADDING)
        page = self.viewport().height()
        bar = self.verticalScrollBar()
        if hint == Hint.PositionAtCenter:
            bar.setValue(bar.value() + rect.center().y() - page // 2)
        elif hint == Hint.PositionAtTop or (hint == Hint.EnsureVisible and rect.top() < 0):
            bar.setValue(bar.value() + rect.top())
        elif hint == Hint.PositionAtBottom or rect.bottom() >= page:
            # A cell higher than the view shows its beginning.
            bar.setValue(bar.value() + min(rect.bottom() - page + 1, rect.top()))

    def moveCursor(self, action: Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        model = self.grid_model()
        if model is None or not self._lattice.count:
            return QModelIndex()
        row, last = self.currentIndex().row(), self._lattice.count - 1
        if row < 0:
            return model.index(max(0, self.first_seen()))
        page = max(1, self.viewport().height() // self._lattice.pitch)
        match action:
            case Move.MoveUp:
                row = self._lattice.step(row, -1)
            case Move.MoveDown:
                row = self._lattice.step(row, 1)
            case Move.MovePageUp:
                row = self._lattice.step(row, -page)
            case Move.MovePageDown:
                row = self._lattice.step(row, page)
            case Move.MoveHome:
                row = 0
            case Move.MoveEnd:
                row = last
            case Move.MoveRight | Move.MoveNext:
                row += 1
            case Move.MoveLeft | Move.MovePrevious:
                row -= 1
        return model.index(min(max(row, 0), last))

    def setSelection(self, rect: QRect, command: object) -> None:
        model = self.grid_model()
        if model is None:
            return
        if self.state() == QAbstractItemView.State.DragSelectingState:
            band = rect.normalized().translated(0, self.verticalOffset())
            self._rubber_band = band
            self.viewport().update()
            edges = band.left(), band.top(), band.right(), band.bottom()
            rows = list(self._lattice.rows_in(*edges))
        else:
            # From one cell to another, in reading order, whichever comes first.
            ends = [self.indexAt(rect.topLeft()).row(), self.indexAt(rect.bottomRight()).row()]
            rows = [range(min(ends), max(ends) + 1)] if min(ends) >= 0 else []
        selection = QItemSelection()
        for part in rows:
            selection.select(model.index(part.start), model.index(part.stop - 1))
        self.selectionModel().select(selection, command)  # type: ignore[call-overload]

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        seen, model = self.seen_rows(), self.grid_model()
        if model is None:
            return region
        for part in selection.toList():
            for row in range(max(part.top(), seen.start), min(part.bottom() + 1, seen.stop)):
                region += self.visualRect(model.index(row))
        return region

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._rubber_band is not None:
            self._rubber_band = None
            self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._placing:
            self._held = None
        if self._rubber_band is not None:
            self.viewport().update()
        else:
            self.viewport().scroll(dx, dy)
        if self._hovered >= 0:
            self._hover(self.viewport().mapFromGlobal(self.cursor().pos()))

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            self._hover(event.position().toPoint())
        elif event.type() == QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def _hover(self, point: QPoint | None) -> None:
        row = self.indexAt(point).row() if point is not None else -1
        if row != self._hovered:
            for touched in (self._hovered, row):
                if 0 <= touched < self._lattice.count:
                    self.viewport().update(self.cell_rect(touched))
            self._hovered = row

    # ── painting ─────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), ground().color(QPalette.ColorRole.Window))
        model = self.grid_model()
        if model is not None:
            self._paint_cells(painter, event.region(), model)
            self._paint_parting(painter)
            self._paint_rubber_band(painter)
        painter.end()

    def _paint_cells(self, painter: QPainter, dirty: QRegion, model: GridModel) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.palette = ground()
        selected = self.selectionModel()
        plain = QStyle.StateFlag.State_Enabled
        top, bounds = self.verticalOffset(), dirty.boundingRect()
        for row in self._lattice.rows_between(
            top + bounds.top() - GAP, top + bounds.bottom() + GAP
        ):
            index = model.index(row)
            if not dirty.intersects(self.visualRect(index)):
                continue
            state = plain
            if selected.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row == self._hovered:
                state |= QStyle.StateFlag.State_MouseOver
            if index == self.currentIndex() and self.hasFocus():
                state |= QStyle.StateFlag.State_HasFocus
            option.rect = self.cell_rect(row)
            option.state = state
            self._cells.paint(painter, option, index)

    def _paint_parting(self, painter: QPainter) -> None:
        parted = self._lattice.parted
        if parted is None:
            return
        top = self._lattice.band_top - self.verticalOffset() - GAP // 2
        rect = QRect(PADDING, top, self._lattice.width - 2 * PADDING, BAND_HEIGHT)
        self._cells.paint_band(painter, rect, parted, ground(), self.font())

    def _paint_rubber_band(self, painter: QPainter) -> None:
        if self._rubber_band is None:
            return
        accent = ground().color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(accent, 1))
        accent.setAlphaF(0.15)
        painter.setBrush(accent)
        painter.drawRect(self._rubber_band.translated(0, -self.verticalOffset()))
