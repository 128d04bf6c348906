"""A sheet to draw on: SVG, with gradients and blurs defined where they are used."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Draw = Callable[["Canvas", Random], None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of the demo library, not yet drawn."""

    name: str
    """Its path in the library, with ``/``; the ending says in which format it is kept."""
    size: tuple[int, int]
    captions: tuple[str, ...]
    draw: Draw

    def svg(self) -> str:
        """The drawing; the same at every call."""
        canvas = Canvas(*self.size)
        self.draw(canvas, Random(self.name))
        return canvas.svg()


class Sketchbook:
    """Drawings in the order of their making."""

    def __init__(self, folder: str) -> None:
        self.drawings: list[Drawing] = []
        self._folder = folder

    def page(self, name: str, size: tuple[int, int], *captions: str) -> Callable[[Draw], Draw]:
        """Decorate the function that draws this picture."""

        def keep(draw: Draw) -> Draw:
            self.drawings.append(Drawing(f"{self._folder}/{name}", size, captions, draw))
            return draw

        return keep


class Canvas:
    """Markup and what it refers to; paints and filters are given back as attribute values."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._definitions: list[str] = []
        self._markup: list[str] = []

    def add(self, *markup: str) -> None:
        self._markup += markup

    def linear(self, *colours: str, across: bool = False) -> str:
        """A gradient from top to bottom, or from left to right."""
        end = 'x2="1" y2="0"' if across else 'x2="0" y2="1"'
        return self._define(f'linearGradient x1="0" y1="0" {end}', _stops(colours))

    def radial(
        self, *colours: str, at: tuple[float, float] = (0.5, 0.5), reach: float = 0.6
    ) -> str:
        """A gradient from a point (as a share of the shape) outwards."""
        place = f'cx="{at[0]}" cy="{at[1]}" r="{reach}"'
        return self._define(f"radialGradient {place}", _stops(colours))

    def blur(self, pixels: float) -> str:
        """A filter that softens."""
        tag = 'filter x="-15%" y="-15%" width="130%" height="130%"'
        return self._define(tag, f'<feGaussianBlur stdDeviation="{pixels}"/>')

    def wash(self, *colours: str, across: bool = False) -> None:
        """Cover the sheet with a gradient."""
        self.rect(0, 0, self.width, self.height, self.linear(*colours, across=across))

    def rect(self, x: float, y: float, w: float, h: float, fill: str, more: str = "") -> None:
        self.add(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}" {more}/>'
        )

    def circle(self, x: float, y: float, r: float, fill: str, more: str = "") -> None:
        self.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}" {more}/>')

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> None:
        place = f'cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"'
        self.add(f'<ellipse {place} fill="{fill}" {more}/>')

    def path(self, d: str, fill: str = "none", more: str = "") -> None:
        self.add(f'<path d="{d}" fill="{fill}" {more}/>')

    def line(self, d: str, colour: str, width: float, more: str = "") -> None:
        """A round-ended stroke along a path."""
        ends = 'stroke-linecap="round" stroke-linejoin="round"'
        self.add(
            f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" {ends} {more}/>'
        )

    def text(self, x: float, y: float, size: float, words: str, fill: str, more: str = "") -> None:
        """Words, centred at x unless ``more`` says otherwise."""
        anchor = "" if "text-anchor" in more else 'text-anchor="middle"'
        self.add(
            f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" {anchor} {more}>{words}</text>'
        )

    def svg(self) -> str:
        size = f'width="{self.width}" height="{self.height}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size}'
            f' viewBox="0 0 {self.width} {self.height}" font-family="Aileron">'
            f"<defs>{''.join(self._definitions)}</defs>{''.join(self._markup)}</svg>"
        )

    def _define(self, tag: str, inner: str) -> str:
        name = f"d{len(self._definitions)}"
        kind, _, rest = tag.partition(" ")
        self._definitions.append(f'<{kind} id="{name}" {rest}>{inner}</{kind}>')
        return f"url(#{name})"


def _stops(colours: tuple[str, ...]) -> str:
    """Evenly spread; a colour may carry an opacity: ``#fff/0``."""
    parts = []
    for place, colour in enumerate(colours):
        value, _, opacity = colour.partition("/")
        offset = place / max(len(colours) - 1, 1)
        parts.append(
            f'<stop offset="{offset:.3f}" stop-color="{value}" stop-opacity="{opacity or 1}"/>'
        )
    return "".join(parts)
