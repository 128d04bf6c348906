"""The map as it is seen: dots from afar, pictures from near."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QPointF,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
    Slot,
)
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from clipdesk.core.types import Item
from clipdesk.ui.grid.fades import Fades, moves
from clipdesk.ui.grid.model import GridModel
from clipdesk.ui.grid.surface import ground
from clipdesk.ui.grid.thumbnails import ThumbnailLoader
from clipdesk.ui.map.atlas import Atlas
from clipdesk.ui.map.camera import Camera
from clipdesk.ui.map.cards import CARD, paint_card, paint_count, paint_picture, paint_ring
from clipdesk.ui.map.dots import Dots, apart_from, mixed
from clipdesk.ui.map.spread import TILE, Spread
from clipdesk.ui.theme.tokens import MOTION_MS

_DIM, _HALF_DIM = 0.8, 0.5
"""How far what is not lit, and what is guesswork, is drawn towards the ground."""
_SELECTED_PX = 2
_SETTLE_MS = 30
_MOST_PIXELS = 6_000_000
"""Of the dots' image: screens with more get softer dots."""

Role = QPalette.ColorRole


class MapSurface(QWidget):
    """Paints an `Atlas`, and knows what is where; what is done with it others say."""

    def __init__(
        self,
        model: GridModel,
        loader: ThumbnailLoader,
        closer: ThumbnailLoader,
        parent: QWidget | None = None,
    ) -> None:
        """``loader`` has the pictures of the squares, ``closer`` the one under the pointer."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._model = model
        self._loader, self._closer = loader, closer
        self._atlas = Atlas()
        self._camera = Camera()
        self._usual = 1.0
        """The scale in which all is seen."""
        self._chosen = np.empty(0, bool)
        """Which of the atlas are selected."""
        self._current = -1
        self._hovered = -1
        """Places in the atlas, -1 for none."""
        self._outline: QPolygonF | None = None
        """What the lasso has gone around."""
        self._canvas = Dots()
        self._picture: tuple[object, QImage] | None = None
        """The dots, and what they were drawn for."""
        self._wanted: tuple[int, ...] = ()
        self._fades = Fades(self)
        self._fades.frame.connect(self._on_frame)
        self._travel = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=MOTION_MS)
        self._travel.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._travel.valueChanged.connect(self._on_travel)
        self._from = self._goal = self._camera
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        for each in (loader, closer):
            each.renewed.connect(self._on_frame)
        loader.arrived.connect(self._on_arrived)
        closer.arrived.connect(self._on_frame)

    # ── what is shown ────────────────────────────────────────────────────────────────────

    @property
    def atlas(self) -> Atlas:
        """What is on the map."""
        return self._atlas

    @property
    def camera(self) -> Camera:
        """Where one looks, or will when it has got there."""
        return self._goal

    def show_atlas(self, atlas: Atlas) -> None:
        """Show this from now on; one goes on looking at the same place."""
        first = not len(self._atlas.all_points)
        self._atlas = atlas
        self._chosen = np.zeros(len(atlas), bool)
        self._current = self._hovered = -1
        if first or not len(atlas.all_points):
            self.fit(animated=False)
        else:
            self._usual = self._camera.fitted(atlas.all_points).scale
        self.stir()

    def show_selection(self, chosen: NDArray[np.bool_], current: int) -> None:
        """Which pictures of the atlas are selected, and which one the keyboard is at."""
        self._chosen, self._current = chosen, current
        self.update()

    def fit(self, *, animated: bool = True, lit: bool = False) -> None:
        """See all of the map, or all that is lit."""
        whole = self._atlas.all_points
        self._usual = self._camera.fitted(whole).scale
        some = self._atlas.points[self._atlas.sure] if lit and len(self._atlas) else whole
        self.look(self._camera.fitted(some), animated=animated)

    def look(self, camera: Camera, *, animated: bool = False) -> None:
        """Look at another place, at once or on a short way."""
        self._travel.stop()
        self._from, self._goal = self._camera, camera
        if animated and moves() and self.isVisible():
            self._travel.start()
        else:
            self._camera = camera
            self.stir()

    def zoom(self, factor: float, place: QPointF | None = None, *, animated: bool = False) -> None:
        """Nearer, by a factor, to a place in the view or its middle."""
        at = QPointF(self.rect().center()) if place is None else place
        self.look(self._goal.zoomed(factor, at.x(), at.y(), self._usual), animated=animated)

    def is_chosen(self, row: int) -> bool:
        """Whether a picture is selected."""
        return bool(self._chosen[row])

    def item(self, row: int) -> Item:
        """A picture of the atlas."""
        return self._model.item(int(self._atlas.rows[row]))

    @property
    def near(self) -> bool:
        """Pictures are seen, not dots."""
        return self._spread.near

    def picture_at(self, place: QPointF) -> int:
        """The picture at a place in the view (its place in the atlas), -1 if there is none."""
        return self._spread.picture_at(place)

    def frame_of(self, row: int) -> QRectF:
        """Where a picture is in the view: in its square, or as a dot."""
        return self._spread.frame_of(row)

    def inside(self, outline: QPolygonF) -> NDArray[np.int64]:
        """The pictures (places in the atlas) whose points the outline goes around."""
        return self._spread.inside(outline)

    @property
    def _spread(self) -> Spread:
        return Spread(self._atlas, self._camera, self._usual, self.item)

    # ── painting ─────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(QPointF(0, 0), self._dots())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.near:
            tiles, lefts, side = self._spread.seen_tiles()
            for row, count, left in zip(tiles.rows, tiles.counts, lefts, strict=True):
                self._paint_tile(painter, int(row), int(count), left, side)
        self._paint_current(painter)
        self._paint_outline(painter)
        self._paint_card(painter)
        painter.end()

    def _dots(self) -> QImage:
        window = ground().color(Role.Window)
        area = self.width() * self.height()
        ratio = min(self.devicePixelRatioF(), max(1.0, (_MOST_PIXELS / max(1, area)) ** 0.5))
        key = (self._atlas, self._camera, self._chosen.tobytes(), ratio, window.rgb(), self.size())
        if self._picture is not None and self._picture[0] == key:
            return self._picture[1]
        dots = self._canvas
        dots.begin(round(self.width() * ratio), round(self.height() * ratio), window)
        atlas, size = self._atlas, max(2, round(self._spread.dot_size * ratio))
        if len(atlas.dim_points):
            dim = mixed(atlas.dim_colours, window.rgb(), _DIM)
            dots.add(self._camera.seen(atlas.dim_points) * ratio, dim, size)
        spots = self._camera.seen(atlas.points) * ratio
        clear = apart_from(atlas.colours, window, ground().color(Role.WindowText))
        guessed = ~atlas.sure
        if guessed.any():
            dots.add(spots[guessed], mixed(clear[guessed], window.rgb(), _HALF_DIM), size)
        if not self.near:  # else each is in a square, which a picture stands for
            dots.add(spots[atlas.sure], clear[atlas.sure], size)
        chosen = self._chosen & (guessed | (not self.near))
        if chosen.any():
            accent = ground().color(Role.Highlight).rgb() & 0xFFFFFF
            around = size + 2 * max(1, round(_SELECTED_PX * ratio))
            dots.add(spots[chosen], np.full(int(chosen.sum()), accent, np.uint32), around)
            dots.add(spots[chosen], clear[chosen], size)
        image = dots.image(ratio)
        self._picture = key, image
        return image

    def _paint_tile(
        self, painter: QPainter, row: int, count: int, left: NDArray[np.float32], side: float
    ) -> None:
        item, frame = self.item(row), self._spread.frame_in(row, left, side)
        pixmap = self._loader.get(item.content_id)
        opacity = self._fades.opacity(item.content_id)
        paint_picture(painter, item, frame, pixmap, opacity)
        if self._chosen[row]:
            paint_ring(painter, frame.adjusted(-1, -1, 1, 1))
        if count > 1:
            paint_count(painter, frame, count, self.font())

    def _paint_current(self, painter: QPainter) -> None:
        if self._current < 0 or not self.hasFocus():
            return
        paint_ring(painter, self.frame_of(self._current).adjusted(-4, -4, 4, 4))

    def _paint_outline(self, painter: QPainter) -> None:
        if self._outline is None:
            return
        accent = ground().color(Role.Highlight)
        painter.setPen(QPen(accent, 1.5, Qt.PenStyle.DashLine))
        accent.setAlphaF(0.14)
        painter.setBrush(accent)
        painter.drawPolygon(self._outline, Qt.FillRule.OddEvenFill)

    def _paint_card(self, painter: QPainter) -> None:
        """The picture under the pointer, larger, with its name, beside where it lies."""
        if self._hovered < 0 or self._outline is not None:
            return
        item = self.item(self._hovered)
        paint_card(
            painter, item, self._closer.get(item.content_id), self.frame_of(self._hovered), self
        )

    # ── what comes and goes ──────────────────────────────────────────────────────────────

    def stir(self) -> None:
        """Something is to be painted anew, and perhaps other thumbnails to be read."""
        self.update()
        if not self._settle.isActive():
            self._settle.start()

    @Slot()
    def _on_settled(self) -> None:
        if not self.isVisible() or not self.near:
            return
        tiles, lefts, _ = self._spread.seen_tiles()
        middle = np.array([self.width() / 2, self.height() / 2], np.float32)
        order = np.argsort(((lefts - middle) ** 2).sum(axis=1), kind="stable")
        rows = tuple(int(tiles.rows[nth]) for nth in order)
        ratio = self.devicePixelRatioF()
        self._loader.want([self.item(row) for row in rows], (), round(2 * TILE * ratio), ratio)

    def hover(self, row: int) -> None:
        """The pointer is on this picture, or on none (-1)."""
        if row == self._hovered:
            return
        self._hovered = row
        if row >= 0:
            ratio = self.devicePixelRatioF()
            self._closer.want([self.item(row)], (), round(CARD * ratio), ratio)
        self.update()

    @Slot(object)
    def _on_arrived(self, content_ids: Sequence[int]) -> None:
        self._fades.begin(set(content_ids))

    @Slot(object)
    def _on_frame(self, _: object) -> None:
        self.update()

    @Slot(object)
    def _on_travel(self, share: float) -> None:
        if self._travel.state() == QAbstractAnimation.State.Running or share >= 1:
            self._camera = self._from.between(self._goal, share)
            self.stir()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = self.width(), self.height()
        fresh = self._camera.width <= 1
        self._camera, self._goal = (
            self._camera.sized(width, height),
            self._goal.sized(width, height),
        )
        if fresh:
            self.fit(animated=False)
        self._usual = self._camera.fitted(self._atlas.all_points).scale
        self.stir()
