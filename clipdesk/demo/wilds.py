"""More scenes: skies, trees and water."""

from math import cos, pi, sin
from random import Random

from clipdesk.demo.canvas import Canvas, Sketchbook
from clipdesk.demo.scenes import (
    TALL,
    WIDE,
    cloud,
    hill,
    pine,
    ridge,
    stars,
)

wilds = Sketchbook("Scenes")


@wilds.page(
    "starry night.jpg",
    TALL,
    "a starry night sky with a full moon",
    "the moon and stars above dark hills",
)
def starry(c: Canvas, random: Random) -> None:
    c.wash("#050a24", "#0f1c4d", "#28407f", "#5168a5")
    stars(c, random, 260, 950)
    c.circle(620, 360, 300, c.radial("#cfdcff/0.5", "#cfdcff/0", reach=0.5))
    c.circle(620, 360, 130, c.radial("#fffdf2", "#e6e2cf", at=(0.4, 0.4)))
    for x, y, r in ((575, 320, 26), (660, 390, 34), (600, 430, 18), (680, 310, 14)):
        c.circle(x, y, r, "#cfcab4", 'opacity="0.6"')
    hill(c, 1010, 880, 980, "#16224f")
    hill(c, 1100, 1090, 1010, "#0b1436")
    for i in range(14):
        pine(
            c,
            i * 75 + random.uniform(-20, 20),
            1190 + random.uniform(0, 60),
            random.uniform(120, 230),
            "#060b20",
        )
    c.rect(0, 1200, 960, 80, "#060b20")


@wilds.page(
    "autumn park.jpg",
    (1280, 960),
    "an autumn tree with orange leaves",
    "a park in autumn, leaves falling, a bench",
)
def autumn(c: Canvas, random: Random) -> None:
    c.wash("#f6e3c0", "#fbeecf", "#f4cf95")
    for i in range(9):
        x = i * 160 + random.uniform(-40, 40)
        c.line(f"M{x:.0f} 660V480", "#a27b58", 14, 'opacity="0.6"')
        c.circle(
            x,
            430,
            random.uniform(90, 130),
            random.choice(("#eeb35f", "#e39a4c", "#f0c983")),
            'opacity="0.7"',
        )
    hill(c, 690, 640, 680, "#d59a45")
    hill(c, 800, 760, 720, "#b9742f")
    c.path(
        "M560 850C600 700 590 600 570 480L500 380 590 440 610 330 640 450 740 370 668 490C660 620 670 720 720 850Z",
        "#5a3a26",
    )
    for _ in range(230):
        a, r = random.uniform(0, 2 * pi), random.uniform(0, 1) ** 0.5
        c.circle(
            620 + 330 * r * cos(a),
            300 + 215 * r * sin(a),
            random.uniform(18, 42),
            random.choice(("#e8622c", "#f08a2e", "#f7b13c", "#cf4524", "#f49b3f")),
            'opacity="0.93"',
        )
    for _ in range(120):
        x, y = random.uniform(0, 1280), random.uniform(420, 950)
        c.oval(
            x,
            y,
            11,
            6,
            random.choice(("#e8622c", "#f7b13c", "#cf4524")),
            f'transform="rotate({random.uniform(0, 180):.0f} {x:.0f} {y:.0f})"',
        )
    c.rect(900, 770, 240, 16, "#6d3f25")
    c.rect(900, 720, 240, 14, "#7c4a2c")
    c.rect(900, 692, 240, 14, "#7c4a2c")
    c.line("M925 690V850M1115 690V850", "#33261f", 10)


@wilds.page(
    "green hills panorama.jpg",
    (2000, 700),
    "green rolling hills with a lone tree",
    "a wide panorama of a meadow in summer",
)
def hills(c: Canvas, random: Random) -> None:
    c.wash("#4aa7e8", "#a9dbf7", "#f1f8e6")
    for left, top, size in ((300, 150, 70), (900, 110, 50), (1500, 180, 90)):
        cloud(c, left, top, size)
    for y, top, end, shade in (
        (430, 360, 400, "#a9d08a"),
        (480, 430, 380, "#86bd66"),
        (560, 420, 560, "#66a84c"),
        (620, 640, 540, "#4a8f3c"),
    ):
        hill(c, y, top, end, shade)
    c.oval(840, 492, 110, 10, "#2f6a2c", 'opacity="0.5"')
    c.rect(790, 400, 20, 92, "#5b3d26")
    for x, y, r in ((800, 330, 80), (745, 370, 55), (855, 368, 58), (800, 380, 60)):
        c.circle(x, y, r, c.radial("#6fb04a", "#3a7d34", at=(0.35, 0.3)))
    for _ in range(220):
        flower = random.uniform(0, 2000), random.uniform(610, 700)
        c.circle(*flower, 4, random.choice(("#fff", "#ffe066", "#ff8fa3")))


@wilds.page(
    "waterfall.jpg",
    TALL,
    "a waterfall in the jungle",
    "water falling over rocks among green plants",
)
def waterfall(c: Canvas, random: Random) -> None:
    c.wash("#bfe7ee", "#e9f7ee")
    for row, shade in enumerate(("#9fcfa0", "#6fb07a", "#3f8a58")):
        for i in range(14):
            c.circle(
                i * 75 + random.uniform(-20, 20), 190 + row * 60, random.uniform(50, 95), shade
            )
        c.rect(0, 190 + row * 60, 960, 500, shade)
    c.path(
        "M0 330L300 300 340 1000 0 1040Z M960 330L650 300 620 1000 960 1060Z",
        c.linear("#6b7370", "#38403f"),
    )
    c.path("M292 290H660L640 1010H320Z", c.linear("#f4fdff", "#bfe6f2", "#eafaff"))
    for _ in range(60):
        x, y = random.uniform(310, 640), random.uniform(300, 900)
        c.line(
            f"M{x:.0f} {y:.0f}v{random.uniform(50, 170):.0f}",
            random.choice(("#fff", "#8fcde0", "#d4f1f9")),
            random.uniform(3, 8),
            'opacity="0.7"',
        )
    c.path("M0 1010Q480 940 960 1010V1280H0Z", c.linear("#7fd0da", "#2a8da6", "#12677f"))
    for _ in range(40):
        c.circle(
            random.uniform(280, 680),
            random.uniform(960, 1040),
            random.uniform(18, 46),
            "#fff",
            'opacity="0.5"',
        )
    for x, y, r in ((150, 1120, 90), (830, 1150, 110), (300, 1230, 70)):
        c.oval(x, y, r, r * 0.6, c.linear("#7b8481", "#3a4241"))
    for x, flip in ((40, 1), (920, -1)):
        for angle in range(-70, 80, 20):
            a = angle * pi / 180
            c.path(
                f"M{x} 700Q{x + flip * 130 * cos(a):.0f} {640 + 130 * sin(a):.0f} {x + flip * 270 * cos(a):.0f} {720 + 260 * sin(a):.0f}Q{x + flip * 120 * cos(a):.0f} {730 + 150 * sin(a):.0f} {x} 700Z",
                random.choice(("#1f7a47", "#2d9a58", "#15603a")),
            )


@wilds.page(
    "northern lights.avif",
    WIDE,
    "northern lights over a snowy landscape",
    "green aurora in the night sky",
)
def aurora(c: Canvas, random: Random) -> None:
    c.wash("#040b1f", "#0b2440", "#12405a")
    stars(c, random, 200, 700)
    soft = f'filter="{c.blur(22)}"'
    for y, colour in ((240, "#3dffa2"), (330, "#39e6c8"), (180, "#a066ff")):
        light = c.linear(f"{colour}/0", f"{colour}/0.75", f"{colour}/0")
        c.path(
            f"M-50 {y}C250 {y - 190} 420 {y + 170} 720 {y - 20}S1200 {y - 160} 1500 {y + 40}V{y + 300}C1200 {y + 100} 1000 {y + 330} 720 {y + 240}S250 {y + 90} -50 {y + 270}Z",
            light,
            soft,
        )
    ridge(c, random, 730, 60, "#0d1f33", 12)
    hill(c, 830, 790, 850, "#b9d8e6")
    for _ in range(18):
        pine(
            c, random.uniform(0, 1440), random.uniform(830, 880), random.uniform(90, 210), "#071421"
        )


@wilds.page(
    "planet in space.webp",
    WIDE,
    "a planet with rings in space",
    "an orange planet like Saturn among the stars",
)
def planet(c: Canvas, random: Random) -> None:
    c.wash("#0b0820", "#1c1145", "#0a0a1f")
    c.circle(300, 260, 420, c.radial("#7b2ff7/0.35", "#7b2ff7/0", reach=0.5))
    c.circle(1150, 720, 460, c.radial("#f107a3/0.28", "#f107a3/0", reach=0.5))
    stars(c, random, 300, 960)
    ring = 'stroke="#e9c79a" stroke-width="46" opacity="0.85" transform="rotate(-18 720 480)"'
    c.oval(720, 480, 470, 118, "none", ring)
    c.circle(720, 480, 250, c.radial("#ffd9a0", "#e8894a", "#7a2e3a", at=(0.35, 0.3), reach=0.8))
    c.add('<g transform="rotate(-18 720 480)" opacity="0.35">')
    for y, w in ((-90, 220), (-30, 245), (40, 243), (100, 216)):
        c.oval(720, 480 + y, w, 12, "#8a3b2f")
    c.add("</g>")
    front = 'stroke="#f6dcb4" stroke-width="46" stroke-dasharray="1000 1100" transform="rotate(-18 720 480)"'
    c.path("M250 480A470 118 0 0 0 1190 480", "none", front)
    c.circle(1240, 700, 52, c.radial("#dfe6ff", "#7a86b8", at=(0.3, 0.3)))
