"""Draw pictures whose descriptions are true by construction: shapes, colours, counts, patterns.

A pool of them is drawn once from a seed; training crops them gently so that the words stay true.
"""

from __future__ import annotations

import argparse
import colorsys
import json
import math
import random
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIDE = 144
# Hue in degrees, saturation, value: the middle of what people call by this name.
COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0, 0.9, 0.85),
    "orange": (28, 0.95, 0.97),
    "yellow": (54, 0.9, 0.97),
    "green": (125, 0.75, 0.62),
    "light green": (110, 0.45, 0.9),
    "dark green": (130, 0.8, 0.33),
    "teal": (178, 0.85, 0.55),
    "cyan": (186, 0.8, 0.95),
    "light blue": (204, 0.4, 0.97),
    "blue": (222, 0.88, 0.85),
    "dark blue": (228, 0.9, 0.4),
    "purple": (275, 0.7, 0.65),
    "magenta": (305, 0.85, 0.85),
    "pink": (340, 0.4, 0.98),
    "brown": (25, 0.7, 0.45),
    "beige": (40, 0.22, 0.93),
    "black": (0, 0.0, 0.04),
    "grey": (0, 0.0, 0.52),
    "white": (0, 0.0, 0.99),
    "gold": (46, 0.85, 0.83),
}
SYNONYMS = {"grey": ["gray"], "purple": ["violet"], "dark blue": ["navy", "navy blue"]}
SHAPES = (
    "circle", "square", "triangle", "star", "heart", "diamond", "rectangle", "ellipse", "ring",
    "cross", "hexagon", "pentagon", "crescent", "arrow", "semicircle", "line",
)  # fmt: skip
SHAPE_SYNONYMS = {
    "circle": ["disc", "dot", "ball"], "ellipse": ["oval"], "cross": ["plus sign"],
    "crescent": ["moon"], "ring": ["circle outline"], "star": ["five-pointed star"],
    "diamond": ["rhombus"], "semicircle": ["half circle"],
}  # fmt: skip
NUMBERS = ("one", "two", "three", "four", "five", "six")
RGB = tuple[int, int, int]


def shade(name: str, rng: random.Random) -> RGB:
    """A colour a person would call by this name, a little off its middle."""
    h, s, v = COLOURS[name]
    h = (h + rng.uniform(-7, 7)) % 360 / 360
    s = min(1.0, max(0.0, s * rng.uniform(0.85, 1.1)))
    v = min(1.0, max(0.0, v * rng.uniform(0.92, 1.05)))
    r, g, b = colorsys.hsv_to_rgb(h, s, v)
    return round(r * 255), round(g * 255), round(b * 255)


def word(name: str, rng: random.Random) -> str:
    """The name of a colour or shape, sometimes by a synonym."""
    options = SYNONYMS.get(name, []) + SHAPE_SYNONYMS.get(name, [])
    return rng.choice(options) if options and rng.random() < 0.3 else name


def article(phrase: str) -> str:
    """The phrase with a or an before it."""
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def plural(noun: str) -> str:
    """The plural of a shape's name."""
    return noun + ("es" if noun.endswith(("s", "x")) else "s")


def polygon(sides: int, turn: float, inner: float = 1.0) -> list[tuple[float, float]]:
    """Corners of a regular polygon or star in the unit circle."""
    steps = sides if inner == 1.0 else 2 * sides
    corners = []
    for k in range(steps):
        angle = turn + 2 * math.pi * k / steps
        radius = inner if inner != 1.0 and k % 2 else 1.0
        corners.append((radius * math.sin(angle), -radius * math.cos(angle)))
    return corners


def outline(  # noqa: PLR0911, PLR0912 – one branch a shape reads best
    shape: str, rng: random.Random
) -> list[tuple[float, float]]:
    """The shape as a polygon in the unit square [-1, 1]."""
    turn = rng.uniform(-0.25, 0.25)
    if shape in ("circle", "ring"):
        return polygon(48, 0)
    if shape == "ellipse":
        flat = rng.uniform(0.45, 0.65)
        return [(x, y * flat) for x, y in polygon(48, 0)]
    if shape == "semicircle":
        return [(x, y + 0.5) for x, y in polygon(48, 0) if y <= 1e-6]
    if shape == "square":
        return [(0.85 * x, 0.85 * y) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    if shape == "rectangle":
        flat = rng.uniform(0.4, 0.6)
        box = [(-1, -flat), (1, -flat), (1, flat), (-1, flat)]
        return box if rng.random() < 0.6 else [(y, x) for x, y in box]
    if shape == "line":
        c, s, t = math.cos(turn * 6), math.sin(turn * 6), rng.uniform(0.05, 0.1)
        return [(c * x - s * y, s * x + c * y) for x, y in ((-1, -t), (1, -t), (1, t), (-1, t))]
    if shape == "triangle":
        return polygon(3, 0 if rng.random() < 0.8 else turn * 4)
    if shape == "diamond":
        return [(x * rng.choice((0.7, 0.7, 1)), y) for x, y in polygon(4, 0)]
    if shape == "star":
        return polygon(5, turn if rng.random() < 0.5 else 0, 0.42)
    if shape == "hexagon":
        return polygon(6, rng.choice((0, math.pi / 6)))
    if shape == "pentagon":
        return polygon(5, turn if rng.random() < 0.4 else 0)
    if shape == "heart":
        steps = [2 * math.pi * k / 48 for k in range(48)]
        return [
            (math.sin(t) ** 3,
             -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t)
               - math.cos(4 * t)) / 16)
            for t in steps
        ]  # fmt: skip
    if shape == "crescent":
        outer = [(x, y) for x, y in polygon(48, math.pi / 4)][:37]
        inner = [(0.35 + 0.8 * x, 0.8 * y) for x, y in polygon(48, math.pi / 4)][:37]
        return [(-y, x) for x, y in outer + inner[::-1]]
    t = rng.uniform(0.25, 0.36)
    if shape == "cross":
        return [(-t, -1), (t, -1), (t, -t), (1, -t), (1, t), (t, t), (t, 1), (-t, 1), (-t, t),
                (-1, t), (-1, -t), (-t, -t)]  # fmt: skip
    arrow = [(-1, -t), (0.1, -t), (0.1, -0.75), (1, 0), (0.1, 0.75), (0.1, t), (-1, t)]
    k = rng.randrange(4)
    for _ in range(k):
        arrow = [(-y, x) for x, y in arrow]
    return arrow


def stamp(  # noqa: PLR0917 – what, where and how, in that order
    draw: ImageDraw.ImageDraw,
    shape: str,
    colour: RGB,
    centre: tuple[float, float],
    size: float,
    rng: random.Random,
    *,
    hollow: bool = False,
) -> None:
    """Draw one shape; rings and hollow shapes only by their line."""
    points = [(centre[0] + size * x, centre[1] + size * y) for x, y in outline(shape, rng)]
    if shape == "ring" or hollow:
        width = max(2, round(size * rng.uniform(0.12, 0.28)))
        draw.line([*points, points[0], points[1]], colour, width, joint="curve")
    else:
        draw.polygon(points, colour)


def two_colours(rng: random.Random) -> tuple[str, str]:
    """Two colours far enough apart to be told from one another."""
    while True:
        a, b = rng.sample(list(COLOURS), 2)
        far = np.abs(np.subtract(shade(a, rng), shade(b, rng), dtype=float)).sum()
        if far > 150 and a.split()[-1] != b.split()[-1]:
            return a, b


def draw_single(rng: random.Random, scale: int) -> tuple[Image.Image, list[str]]:
    """One coloured shape on a coloured ground."""
    front, back = two_colours(rng)
    if rng.random() < 0.3:
        back = rng.choice([c for c in ("white", "black") if c != front])
    shape = rng.choice(SHAPES)
    side = SIDE * scale
    picture = Image.new("RGB", (side, side), shade(back, rng))
    size = side * rng.uniform(0.18, 0.45)
    room = max(side / 2 - size, 0) * 0.9
    centre = (side / 2 + rng.uniform(-room, room), side / 2 + rng.uniform(-room, room))
    hollow = shape not in ("ring", "line", "crescent", "arrow") and rng.random() < 0.12
    stamp(ImageDraw.Draw(picture), shape, shade(front, rng), centre, size, rng, hollow=hollow)
    f, b, s = word(front, rng), word(back, rng), word(shape, rng)
    thing = f"{f} {s}" + (" outline" if hollow else "")
    texts = [
        f"{article(thing)} on {b}",
        f"{article(thing)} on {article(b)} background",
        rng.choice((thing, f"{article(thing)}", f"{thing}, {b} background", f"{s} in {f} on {b}")),
        rng.choice((f"{thing} on {b}", f"{article(s)} on {b}", f"{b} background with {thing}")),
    ]
    return picture, texts


def draw_count(rng: random.Random, scale: int) -> tuple[Image.Image, list[str]]:
    """Several equal shapes that do not touch."""
    front, back = two_colours(rng)
    shape = rng.choice([s for s in SHAPES if s != "line"])
    number = rng.randrange(2, 7)
    side = SIDE * scale
    picture = Image.new("RGB", (side, side), shade(back, rng))
    columns = 2 if number <= 4 else 3
    rows = math.ceil(number / columns)
    if number <= 3 and rng.random() < 0.5:
        columns, rows = number, 1
    cells = rng.sample([(c, r) for c in range(columns) for r in range(rows)], number)
    size = side / max(columns, rows) * rng.uniform(0.28, 0.42)
    draw, colour = ImageDraw.Draw(picture), shade(front, rng)
    for c, r in cells:
        centre = ((c + 0.5) * side / columns, (r + 0.5) * side / rows)
        stamp(draw, shape, colour, centre, size, rng)
    thing = f"{NUMBERS[number - 1]} {word(front, rng)} {plural(word(shape, rng))}"
    b = word(back, rng)
    return picture, [f"{thing} on {b}", f"{thing} on {article(b)} background", thing]


def draw_pair(rng: random.Random, scale: int) -> tuple[Image.Image, list[str]]:
    """Two different shapes side by side or one above the other."""
    a, b = two_colours(rng)
    back = rng.choice([c for c in ("white", "black", "grey", "beige") if c not in (a, b)])
    s, t = rng.sample(SHAPES, 2)
    side = SIDE * scale
    picture = Image.new("RGB", (side, side), shade(back, rng))
    draw = ImageDraw.Draw(picture)
    upright = rng.random() < 0.5
    size = side * rng.uniform(0.16, 0.22)
    first, second = (side * 0.27, side * 0.5), (side * 0.73, side * 0.5)
    if upright:
        first, second = first[::-1], second[::-1]
    stamp(draw, s, shade(a, rng), first, size, rng)
    stamp(draw, t, shade(b, rng), second, size, rng)
    one, two = f"{word(a, rng)} {word(s, rng)}", f"{word(b, rng)} {word(t, rng)}"
    relation, inverse = ("above", "below") if upright else ("to the left of", "to the right of")
    return picture, [
        f"{article(one)} {relation} {article(two)}",
        f"{article(two)} {inverse} {article(one)}",
        f"{article(one)} and {article(two)}",
    ]


def draw_pattern(rng: random.Random, scale: int) -> tuple[Image.Image, list[str]]:
    """Stripes, dots, checks, gradients, noise or one flat colour."""
    first, second = two_colours(rng)
    a, b = word(first, rng), word(second, rng)
    one, two = np.array(shade(first, rng), float), np.array(shade(second, rng), float)
    side = SIDE * scale
    y, x = np.mgrid[0:side, 0:side] / side
    period = rng.uniform(0.08, 0.3)
    kind = rng.choice(("vertical", "horizontal", "diagonal", "dots", "checks", "gradient",
                       "gradient", "flat", "flat", "halves", "radial", "grid"))  # fmt: skip
    if kind in ("vertical", "horizontal", "diagonal"):
        axis = {"vertical": x, "horizontal": y, "diagonal": (x + y) / 1.414}[kind]
        mix = (axis / period % 1 < 0.5).astype(float)
        texts = [f"{a} and {b} stripes", f"{kind} stripes, {a} and {b}",
                 f"{a} and {b} {kind} stripes", "a striped pattern"]  # fmt: skip
    elif kind == "dots":
        mix = (np.hypot(x / period % 1 - 0.5, y / period % 1 - 0.5) < rng.uniform(0.22, 0.38)) * 1.0
        texts = [f"{a} polka dots on {b}", f"{a} dots on {article(b)} background",
                 "polka dot pattern", f"dotted pattern in {a} and {b}"]  # fmt: skip
    elif kind == "checks":
        mix = ((x // period + y // period) % 2 < 1) * 1.0
        texts = [f"{a} and {b} checkerboard", f"{article(a)} and {b} checkered pattern",
                 "checkerboard pattern", f"{a} and {b} checks"]  # fmt: skip
    elif kind == "grid":
        mix = ((x / period % 1 < 0.14) | (y / period % 1 < 0.14)) * 1.0
        texts = [f"{a} grid lines on {b}", f"{article(a)} grid on {b}", "a grid pattern"]
    elif kind == "gradient":
        mix, down = (y, True) if rng.random() < 0.5 else (x, False)
        mix = 1 - mix
        way = "top" if down else "left"
        texts = [f"gradient from {a} to {b}", f"{a} to {b} gradient",
                 f"a gradient, {a} at the {way}, fading to {b}",
                 f"{'vertical' if down else 'horizontal'} gradient"]  # fmt: skip
    elif kind == "radial":
        mix = np.clip(1 - 1.5 * np.hypot(x - 0.5, y - 0.5), 0, 1)
        texts = [f"radial gradient, {a} in the middle, {b} outside", f"{a} glow on {b}",
                 f"radial gradient from {a} to {b}"]  # fmt: skip
    elif kind == "halves":
        down = rng.random() < 0.5
        mix = ((y if down else x) < 0.5) * 1.0
        ways = ("top", "bottom") if down else ("left", "right")
        texts = [f"{a} {ways[0]} half and {b} {ways[1]} half", f"half {a}, half {b}",
                 f"{a} and {b} halves"]  # fmt: skip
    else:
        mix = np.ones_like(x)
        texts = [f"plain {a}", f"solid {a} background", f"a {a} colour swatch",
                 f"{a} colour", f"{a} background"]  # fmt: skip
    pixels = mix[..., None] * one + (1 - mix[..., None]) * two
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), texts


def draw_icon(
    rng: random.Random, icons: np.ndarray, about: list[dict[str, object]]
) -> tuple[Image.Image, list[str]]:
    """A one-colour icon in a named colour on a named ground."""
    while True:
        k = rng.randrange(len(about))
        if about[k]["style"] != "color":
            break
    front, back = two_colours(rng)
    if rng.random() < 0.4:
        back = rng.choice([c for c in ("white", "black") if c != front])
    picture = Image.new("RGB", (SIDE, SIDE), shade(back, rng))
    side = round(SIDE * rng.uniform(0.5, 0.92))
    mask = Image.fromarray(icons[k][..., 3]).resize((side, side), Image.Resampling.LANCZOS)
    at = (rng.randint(0, SIDE - side), rng.randint(0, SIDE - side))
    picture.paste(shade(front, rng), at, mask)
    f, b, name = word(front, rng), word(back, rng), str(about[k]["name"]).lower()
    return picture, [
        f"{article(f)} {name} icon on {article(b)} background",
        f"{f} {name} icon",
        f"{f} {name} on {b}",
    ]


def draw(
    seed: int, icons: np.ndarray | None = None, about: list[dict[str, object]] | None = None
) -> tuple[np.ndarray, list[str]]:
    """The picture of one seed, drawn large and reduced, with its descriptions."""
    rng = random.Random(seed)
    roll = rng.random()
    if icons is not None and about is not None and roll < 0.2:
        picture, texts = draw_icon(rng, icons, about)
    else:
        kinds = (draw_single, draw_single, draw_single, draw_count, draw_pair, draw_pattern,
                 draw_pattern)  # fmt: skip
        picture, texts = rng.choice(kinds)(rng, 3)
    picture = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(picture), texts


def main(arguments: list[str] | None = None) -> None:
    """Command line: draw the pool into --work, after prepare.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--count", type=int, default=16000)
    options = parser.parse_args(arguments)
    icons = np.load(options.work / "icons.npy", mmap_mode="r")
    about = json.loads((options.work / "icons.json").read_text(encoding="utf-8"))
    shape = (options.count, SIDE, SIDE, 3)
    array = np.lib.format.open_memmap(options.work / "synthetic.npy", "w+", np.uint8, shape)
    texts = []
    for seed in range(options.count):
        array[seed], phrases = draw(seed, icons, about)
        texts.append(phrases)
    array.flush()
    (options.work / "synthetic.json").write_text(json.dumps(texts), encoding="utf-8")


if __name__ == "__main__":
    main()
