"""Small signs without a background: what designers search most, and see least."""

from math import cos, pi, sin
from random import Random

from clipdesk.demo.canvas import Canvas, Sketchbook

icons = Sketchbook("Icons")


def sign(name: str, fill: str, d: str, *captions: str, line: float = 0, side: int = 96) -> None:
    """An icon from one path on a 24 × 24 grid, filled or drawn as a line."""

    def draw(c: Canvas, _: Random) -> None:
        c.add(f'<g transform="scale({side / 24})">')
        if line:
            c.line(d, fill, line)
        else:
            c.path(d, fill, 'fill-rule="evenodd"')
        c.add("</g>")

    icons.page(name, (side, side), *captions)(draw)


def gear(teeth: int = 8) -> str:
    """The outline of a cog wheel with a hole."""

    points = []
    for step in range(teeth * 4):
        r = 10.5 if step % 4 in (1, 2) else 7.8
        a = (step + 0.5) * pi / (teeth * 2)
        points.append(f"{12 + r * cos(a):.2f} {12 + r * sin(a):.2f}")
    return "M" + "L".join(points) + "ZM15.5 12A3.5 3.5 0 1 0 8.5 12A3.5 3.5 0 1 0 15.5 12Z"


sign(
    "heart.svg",
    "#e63946",
    "M12 21C3 14 1 9.6 3 6.2 5 3 9.6 3 12 7c2.4-4 7-4 9-.8 2 3.4 0 7.8-9 14.8Z",
    "a heart icon",
    "a red heart",
)
sign(
    "star.svg",
    "#ffb703",
    "M12 1.8l3.1 6.6 7.1.9-5.2 5 1.3 7.1L12 17.900l-6.300 3.500 1.300-7.100-5.200-5 7.100-.9Z",
    "a star icon",
    "a yellow star",
)
sign(
    "arrow right.svg",
    "#1d3557",
    "M3 12H20M13 5l7 7-7 7",
    "an arrow pointing right",
    "an arrow icon",
    line=2.6,
)
sign("mail.svg", "#457b9d", "M3 5H21V19H3ZM3 6l9 7 9-7", "a mail icon", "an envelope", line=2)
sign(
    "home.png",
    "#2a9d8f",
    "M2 12L12 3l10 9h-3v9h-5v-6h-4v6H5v-9Z",
    "a home icon",
    "a house symbol",
    side=128,
)
sign("settings.png", "#6c757d", gear(), "a settings icon", "a gear", side=128)
sign(
    "bell.svg",
    "#f4a261",
    "M12 2a2 2 0 0 1 2 2c3 1 5 3.500 5 7v4l2 3H3l2-3v-4c0-3.500 2-6 5-7a2 2 0 0 1 2-2ZM9.500 19.500h5a2.500 2.500 0 0 1-5 0Z",
    "a bell icon",
    "a notification symbol",
)
sign(
    "search.svg",
    "#212529",
    "M16.500 10.500A6 6 0 1 0 4.500 10.500 6 6 0 1 0 16.500 10.500M15 15l6 6",
    "a search icon",
    "a magnifying glass",
    line=2.6,
)
sign(
    "check mark.png",
    "#2b9348",
    "M3.500 12.500l6 6L21 6",
    "a check mark",
    "a green tick",
    line=3.4,
    side=128,
)
sign(
    "cross.png",
    "#d00000",
    "M5 5L19 19M19 5L5 19",
    "a red cross icon",
    "a close symbol",
    line=3.4,
    side=64,
)
sign("lightning.svg", "#7209b7", "M13 1L4 14h7l-1 9 10-14h-7Z", "a lightning bolt", "a flash icon")
sign(
    "music note.png",
    "#0077b6",
    "M9 3L21 1V16a3.500 3 0 1 1-3-3V6L12 7V19a3.500 3 0 1 1-3-3Z",
    "a music note icon",
    "a musical note",
    side=128,
)
sign(
    "lock.svg",
    "#343a40",
    "M6 10V7a6 6 0 0 1 12 0v3h2v12H4V10ZM9 10h6V7a3 3 0 0 0-6 0Z",
    "a lock icon",
    "a padlock",
)
sign(
    "speech bubble.svg",
    "#4361ee",
    "M2 3H22V17H12l-6 5V17H2Z",
    "a speech bubble icon",
    "a chat symbol",
)
