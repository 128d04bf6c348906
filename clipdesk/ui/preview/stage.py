"""Where a picture stands in a view, and how large: fitted, pixel by pixel, or as it was zoomed."""

from dataclasses import dataclass, replace

MAX_SCALE = 16.0
_ICON_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Stage:
    """All in device pixels; ``scale`` is device pixels per pixel of the picture, None to fit."""

    view: tuple[int, int] = (1, 1)
    picture: tuple[int, int] = (1, 1)
    scale: float | None = None
    centre: tuple[float, float] = (0.5, 0.5)
    """The point of the picture, 0–1 across and down, in the middle of the view."""

    @property
    def fitting(self) -> float:
        """The scale that shows all of the picture; small ones grow by whole factors only."""
        exact = min(self.view[0] / self.picture[0], self.view[1] / self.picture[1])
        return exact if exact <= 1 else float(max(1, int(exact * _ICON_SHARE)))

    @property
    def shown_scale(self) -> float:
        return self.fitting if self.scale is None else self.scale

    @property
    def rect(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the picture in the view; it never leaves the view."""
        left, width = self._along(0)
        top, height = self._along(1)
        return left, top, width, height

    def _along(self, axis: int) -> tuple[float, float]:
        room, length = self.view[axis], self.picture[axis] * self.shown_scale
        if length <= room:
            return float(int((room - length) / 2)), length
        start = room / 2 - self.centre[axis] * length
        return float(round(min(0.0, max(room - length, start)))), length

    def zoomed(self, factor: float, x: float, y: float) -> "Stage":
        """Larger by a factor; the point of the picture under ``x``, ``y`` stays there."""
        least = min(1.0, self.fitting)
        scale = min(max(self.shown_scale * factor, least), max(MAX_SCALE, self.fitting))
        # A step across 1:1 stops there: it is the one scale that shows the truth.
        if (self.shown_scale - 1) * (scale - 1) < 0:
            scale = 1.0
        return self.at(scale, x, y)

    def at(self, scale: float | None, x: float, y: float) -> "Stage":
        """At this scale; the point of the picture under ``x``, ``y`` stays there."""
        left, top, width, height = self.rect
        point = (x - left) / width, (y - top) / height
        new = replace(self, scale=scale)
        wide, high = (side * new.shown_scale for side in self.picture)
        across = point[0] - (x - self.view[0] / 2) / wide
        down = point[1] - (y - self.view[1] / 2) / high
        return replace(new, centre=(across, down))._settled()

    def moved(self, dx: float, dy: float) -> "Stage":
        """The picture pushed by so many device pixels."""
        _, _, width, height = self.rect
        across, down = self.centre
        return replace(self, centre=(across - dx / width, down - dy / height))._settled()

    def _settled(self) -> "Stage":
        """The centre as it is seen, so that pushing past the edge is not remembered."""
        left, top, width, height = self.rect
        across = (self.view[0] / 2 - left) / width
        down = (self.view[1] / 2 - top) / height
        return replace(self, centre=(across, down))
