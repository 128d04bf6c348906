"""Surfaces: stripes, dots, checks and gradients, as designers keep them for backgrounds."""

from math import cos, pi, sin
from random import Random

from clipdesk.demo.canvas import Canvas, Sketchbook

patterns = Sketchbook("Patterns")
TILE = (640, 640)


@patterns.page("blue and white stripes.png", TILE, "blue and white stripes", "a striped pattern")
def stripes(c: Canvas, _: Random) -> None:
    c.wash("#fdfdfb", "#fdfdfb")
    for x in range(0, 640, 80):
        c.rect(x, 0, 40, 640, "#2b59c3")


@patterns.page("pink polka dots.png", TILE, "pink polka dots", "a pattern of white dots on pink")
def dots(c: Canvas, _: Random) -> None:
    c.wash("#ff7aa2", "#ff7aa2")
    for row in range(9):
        for column in range(9):
            c.circle(column * 80 + (row % 2) * 40, row * 80, 22, "#fff")


@patterns.page("checkerboard.gif", TILE, "a black and white checkerboard", "a chess board pattern")
def checks(c: Canvas, _: Random) -> None:
    c.wash("#fff", "#fff")
    for row in range(8):
        for column in range(row % 2, 8, 2):
            c.rect(column * 80, row * 80, 80, 80, "#161616")


@patterns.page("teal waves.png", TILE, "teal waves", "a pattern of waves in blue and green")
def waves(c: Canvas, _: Random) -> None:
    shades = ("#073b4c", "#0b525b", "#14746f", "#248277", "#56ab91", "#99e2b4")
    c.wash(shades[0], shades[0])
    for row in range(17):
        for column in range(-1, 6):
            x, y = column * 128 + (row % 2) * 64, row * 40
            for ring in range(5):
                c.circle(x + 64, y + 64, 64 - ring * 13, shades[ring + 1])


@patterns.page("yellow zigzag.png", TILE, "a yellow zigzag pattern", "chevrons in yellow and grey")
def zigzag(c: Canvas, _: Random) -> None:
    c.wash("#fff7e0", "#fff7e0")
    for row in range(-1, 9):
        d = f"M-40 {row * 80 + 60}" + "".join(f"l40 -50 40 50" for _ in range(9))  # noqa: F541
        c.line(d, "#ffb703" if row % 2 else "#5c677d", 24)


@patterns.page("red plaid.jpg", TILE, "red plaid fabric", "a tartan with red and black squares")
def plaid(c: Canvas, _: Random) -> None:
    c.wash("#c1121f", "#c1121f")
    for at in range(-40, 640, 160):
        for offset, wide, colour in (
            (0, 70, "#1b1b1e"),
            (100, 12, "#fdf0d5"),
            (124, 12, "#1b1b1e"),
        ):
            c.rect(at + offset, 0, wide, 640, colour, 'opacity="0.55"')
            c.rect(0, at + offset, 640, wide, colour, 'opacity="0.55"')


@patterns.page(
    "sunrise gradient.jpg", (960, 540), "a gradient from pink to orange", "a smooth colour gradient"
)
def warm(c: Canvas, _: Random) -> None:
    c.wash("#ff5f8f", "#ff8a5c", "#ffd56b", across=True)


@patterns.page(
    "ocean gradient.jpg", (960, 540), "a blue gradient", "a smooth gradient from navy to cyan"
)
def cool(c: Canvas, _: Random) -> None:
    c.wash("#0b1f5b", "#1566c0", "#4fd3e8")


@patterns.page(
    "terrazzo.webp", TILE, "a terrazzo pattern", "colourful stone chips on a light background"
)
def terrazzo(c: Canvas, random: Random) -> None:
    c.wash("#f7f3ec", "#f7f3ec")
    for _ in range(150):
        x, y, r = random.uniform(0, 640), random.uniform(0, 640), random.uniform(8, 30)
        angles = sorted(random.uniform(0, 2 * pi) for _ in range(5))
        points = " ".join(f"{x + r * cos(a):.0f},{y + r * sin(a):.0f}" for a in angles)
        colour = random.choice(("#e07a5f", "#3d405b", "#81b29a", "#f2cc8f", "#b7b7a4"))
        c.add(f'<polygon points="{points}" fill="{colour}"/>')


@patterns.page(
    "colourful triangles.webp", TILE, "colourful triangles", "a low-poly mosaic of triangles"
)
def triangles(c: Canvas, random: Random) -> None:
    palette = ("#ef476f", "#f78c6b", "#ffd166", "#06d6a0", "#118ab2", "#073b4c", "#8338ec")
    for row in range(8):
        for column in range(8):
            x, y = column * 80, row * 80
            c.path(f"M{x} {y}h80L{x} {y + 80}Z", random.choice(palette))
            c.path(f"M{x + 80} {y}v80H{x}Z", random.choice(palette))
