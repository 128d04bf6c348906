"""More scenes: streets, harbours, houses, and what flies over them."""

from random import Random

from clipdesk.demo.canvas import Canvas, Sketchbook
from clipdesk.demo.scenes import (
    TALL,
    WIDE,
    cloud,
    glitter,
    hill,
    pine,
    ridge,
    sail_boat,
    sun,
)

places = Sketchbook("Scenes")


@places.page(
    "rainy street.jpg",
    TALL,
    "a person with a red umbrella on a rainy street",
    "rain in the city in the evening",
)
def rain(c: Canvas, random: Random) -> None:
    c.wash("#26364b", "#4b6078", "#8a93a0")
    for x, w, top, shade in (
        (0, 210, 180, "#223046"),
        (190, 170, 330, "#2c3b52"),
        (760, 220, 130, "#1f2c41"),
        (620, 160, 360, "#2a394f"),
        (350, 290, 470, "#3b4b62"),
    ):
        c.rect(x, top, w, 750, shade)
        for wy in range(top + 30, 800, 62):
            for wx in range(x + 20, x + w - 30, 48):
                if random.random() < 0.5:
                    c.rect(wx, wy, 24, 34, random.choice(("#ffd98a", "#f7b955", "#4b5d76")))
    c.rect(0, 850, 960, 430, c.linear("#3d4a5e", "#161e2c"))
    for lamp in (150, 810):
        c.circle(lamp, 470, 170, c.radial("#ffe0a0/0.75", "#ffe0a0/0", reach=0.5))
        c.line(f"M{lamp} 900V500", "#10151f", 12)
        c.circle(lamp, 470, 34, "#fff0cc")
        c.rect(lamp - 34, 880, 68, 350, c.linear("#ffd98a/0.6", "#ffd98a/0"), 'rx="30"')
    c.oval(480, 1120, 120, 18, "#0c111b", 'opacity="0.6"')
    c.path("M420 1120L436 880Q480 820 524 880L540 1120Z", "#1c2740")
    c.line("M452 1120V1160M508 1120V1160", "#0c111b", 24)
    c.circle(480, 815, 44, "#e3b28f")
    c.path(
        "M240 790Q260 560 480 550Q700 560 720 790Q675 750 640 790Q600 750 560 790Q520 750 480 790Q440 750 400 790Q360 750 320 790Q285 750 240 790Z",
        c.linear("#f0474c", "#b81f35"),
    )
    c.line("M480 550V520M480 785V930", "#20293b", 9)
    c.path("M380 1170Q480 1140 580 1170L560 1270H400Z", "#d43a45", 'opacity="0.3"')
    for _ in range(240):
        left, high = random.uniform(0, 1000), random.uniform(-30, 1280)
        c.line(f"M{left:.0f} {high:.0f}l-8 40", "#dfe9f5", 2, 'opacity="0.4"')


@places.page(
    "harbour with sail boats.jpg",
    (1500, 900),
    "sail boats in a harbour",
    "boats with white sails on blue water, houses on the shore",
)
def harbour(c: Canvas, random: Random) -> None:
    c.wash("#58b4e6", "#c4e8f7", "#fff3dc")
    cloud(c, 250, 150, 60)
    cloud(c, 1180, 190, 76, opacity=0.8)
    hill(c, 420, 340, 470, "#7fae86")
    x = 40.0
    for colour in (
        "#f2c14e",
        "#e8775b",
        "#f6efe2",
        "#6fa8c9",
        "#d96b6b",
        "#f2a65a",
        "#f7e1b5",
        "#86b79a",
        "#e5989b",
        "#f6efe2",
        "#e8b04e",
        "#7fb3c8",
        "#d9775b",
        "#f2d6a2",
    ):
        w, h = random.uniform(84, 108), random.uniform(110, 190)
        c.rect(x, 520 - h, w, h, colour)
        c.path(
            f"M{x - 6:.0f} {520 - h:.0f}l{w / 2 + 6:.0f} -44l{w / 2 + 6:.0f} 44Z",
            random.choice(("#a8483b", "#8f4238", "#6b5561")),
        )
        for wx in (0.2, 0.6):
            for wy in (0.2, 0.58):
                c.rect(x + w * wx, 520 - h + h * wy, w * 0.2, 24, "#34495e")
        x += w
    c.rect(0, 512, 1500, 22, "#b89b7a")
    c.rect(0, 534, 1500, 366, c.linear("#3f9fc8", "#1c6a9b", "#12507e"))
    for _ in range(90):
        c.rect(
            random.uniform(0, 1500),
            random.uniform(545, 895),
            random.uniform(20, 70),
            3,
            "#d9f2fa",
            'opacity="0.35" rx="2"',
        )
    for x, y, s, hull, sail in (
        (330, 640, 1.0, "#c8402f", "#fffdf5"),
        (1180, 630, 0.95, "#1d3557", "#fff5e0"),
        (740, 730, 1.7, "#f4f1ea", "#fffdf5"),
        (1010, 600, 0.6, "#2a9d8f", "#ffe8c7"),
    ):
        sail_boat(c, x, y, s, hull, sail)
        c.path(
            f"M{x - 60 * s} {y + 44 * s}L{x + 6 * s} {y + 150 * s}L{x + 74 * s} {y + 44 * s}Z",
            "#fff",
            'opacity="0.14"',
        )


@places.page(
    "lighthouse.jpg",
    TALL,
    "a lighthouse on a cliff",
    "a red and white striped lighthouse by the sea",
)
def lighthouse(c: Canvas, random: Random) -> None:
    c.wash("#26407c", "#6f6fb3", "#f2a488", "#fbd9a5")
    c.rect(0, 900, 960, 380, c.linear("#4a5f9d", "#1c2c5c"))
    glitter(c, random, 220, 905, 100, "#ffd9a8")
    c.path("M540 350L0 190V420Z", c.linear("#fff2b8/0", "#fff2b8/0.75", across=True))
    c.path("M960 1280V840L800 800 560 820 470 900 420 1010 380 1280Z", "#3a3346")
    c.path("M960 840L800 800 560 820 540 850 800 850Z", "#6a8a4c")
    c.path("M535 830L562 420H698L725 830Z", "#f6f1e8")
    for top in (470, 610, 750):
        spread = (top - 420) * 0.066
        c.path(f"M{562 - spread} {top}H{698 + spread}l4.6 70H{562 - spread - 4.6}Z", "#d8343a")
    c.rect(545, 402, 170, 20, "#2b2b3c")
    c.rect(585, 320, 90, 84, "#ffeaa0")
    c.line("M607 322V402M630 322V402M653 322V402", "#2b2b3c", 4)
    c.path("M570 322Q630 240 690 322Z", "#d8343a")
    c.rect(612, 770, 36, 60, "#2b2b3c", 'rx="16"')


@places.page(
    "hot air balloons.jpg",
    (1280, 960),
    "hot air balloons in the sky",
    "colourful balloons flying over mountains at dawn",
)
def balloons(c: Canvas, random: Random) -> None:
    c.wash("#7cc0ee", "#cfe9f9", "#ffe7c9")
    cloud(c, 180, 620, 70, opacity=0.7)
    cloud(c, 1080, 560, 90, opacity=0.7)
    ridge(c, random, 800, 50, "#b9a7c9", 8)
    ridge(c, random, 870, 40, "#8f86b5", 9)
    for x, y, s, a, b in (
        (460, 360, 1.5, "#e63946", "#ffd166"),
        (930, 240, 0.95, "#118ab2", "#fff"),
        (1080, 520, 0.6, "#8338ec", "#ffbe0b"),
        (170, 240, 0.62, "#06a77d", "#f1faee"),
        (740, 580, 0.5, "#fb5607", "#fff"),
    ):
        c.add(f'<g transform="translate({x} {y}) scale({s})">')
        c.path(
            "M-120 -20A120 120 0 0 1 120 -20C120 70 50 120 26 170H-26C-50 120 -120 70 -120 -20Z", a
        )
        c.path(
            "M-64 -20C-64 -90 -30 -140 0 -140S64 -90 64 -20C64 80 26 130 14 170H-14C-26 130 -64 80 -64 -20Z",
            b,
        )
        c.path(
            "M-24 -20C-24 -90 -12 -140 0 -140S24 -90 24 -20C24 80 10 130 6 170H-6C-10 130 -24 80 -24 -20Z",
            a,
        )
        c.line("M-24 172L-18 206M24 172L18 206", "#5b4636", 3)
        c.rect(-22, 204, 44, 34, "#8a5a34", 'rx="6"')
        c.add("</g>")


@places.page(
    "cabin in the snow.jpg",
    WIDE,
    "a wooden cabin in the snow",
    "a winter night, a house with warm windows under snow",
)
def cabin(c: Canvas, random: Random) -> None:
    c.wash("#1c2f5c", "#46639b", "#a8bfdd")
    ridge(c, random, 520, 60, "#7d97c2", 9)
    for _ in range(22):
        pine(
            c,
            random.uniform(-20, 1460),
            random.uniform(660, 720),
            random.uniform(150, 330),
            random.choice(("#24456b", "#1d3a5c", "#2f547c")),
        )
    hill(c, 700, 640, 720, "#e6eefa")
    hill(c, 830, 790, 740, "#fafdff")
    c.rect(540, 540, 380, 220, "#7a4b2d")
    for y in range(562, 760, 26):
        c.rect(540, y, 380, 4, "#5c3620")
    c.rect(820, 360, 50, 120, "#5a4a48")
    c.rect(812, 348, 66, 20, "#fff", 'rx="8"')
    c.path("M490 560L730 370 970 560 946 590 730 416 514 590Z", "#f7fbff")
    c.path("M540 562L730 410 920 562Z", "#68401f")
    for x in (585, 790):
        c.circle(x + 42, 650, 130, c.radial("#ffcf6b/0.6", "#ffcf6b/0", reach=0.5))
        c.rect(x, 610, 84, 84, "#ffd876")
        c.line(f"M{x + 42} 610v84M{x} 652h84", "#5c3620", 6)
    c.rect(695, 640, 70, 120, "#4a2a18")
    for i in range(4):
        c.circle(846 + i * 18, 310 - i * 48, 24 + i * 9, "#fff", f'opacity="{0.5 - i * 0.1:.1f}"')
    for _ in range(170):
        c.circle(
            random.uniform(0, 1440),
            random.uniform(0, 960),
            random.uniform(2, 6),
            "#fff",
            'opacity="0.85"',
        )


@places.page(
    "windmill and tulips.jpg",
    WIDE,
    "a windmill in a field of tulips",
    "rows of red, yellow and pink flowers",
)
def windmill(c: Canvas, random: Random) -> None:
    c.wash("#6dbcf0", "#d5eefa", "#fdf7e3")
    cloud(c, 330, 180, 72)
    hill(c, 570, 540, 560, "#8cbc6b")
    c.path("M930 590L965 330H1055L1090 590Z", "#8b5e3c")
    c.path("M955 335Q1010 250 1065 335Z", "#54382a")
    c.rect(990, 520, 42, 70, "#3d271c")
    for angle in (20, 110, 200, 290):
        c.add(f'<g transform="rotate({angle} 1010 330)">')
        c.rect(1005, 110, 10, 220, "#4a3426")
        c.rect(1015, 120, 46, 160, "#f6efe2", 'stroke="#8b7355" stroke-width="5"')
        c.add("</g>")
    c.rect(0, 585, 1440, 380, "#4f8f3f")
    for row in range(8):
        y, colour = (
            600 + row * row * 5 + row * 14,
            ("#e63946", "#ffb703", "#ff7aa8", "#f4f1de")[row % 4],
        )
        s = 0.35 + row * 0.19
        for i in range(int(1440 / (44 * s)) + 2):
            x = i * 44 * s + (row % 2) * 20 * s
            c.line(f"M{x:.0f} {y + 26 * s:.0f}v{44 * s:.0f}", "#3b7a33", round(5 * s, 1))
            c.path(
                f"M{x - 15 * s:.1f} {y - 12 * s:.1f}l{8 * s:.1f} {9 * s:.1f}l{7 * s:.1f} {-14 * s:.1f}l{7 * s:.1f} {14 * s:.1f}l{8 * s:.1f} {-9 * s:.1f}q{4 * s:.1f} {38 * s:.1f} {-15 * s:.1f} {40 * s:.1f}q{-19 * s:.1f} {-2 * s:.1f} {-15 * s:.1f} {-40 * s:.1f}Z",
                colour,
            )


@places.page(
    "road to the sunset.tif",
    (1200, 800),
    "an empty road leading to the horizon",
    "a straight highway through the evening",
)
def road(c: Canvas, random: Random) -> None:
    c.wash("#35325e", "#a24c78", "#f78f63", "#ffd38b")
    sun(c, 600, 430, 60, "#fff3cf", "#ffd07a")
    ridge(c, random, 430, 40, "#5a3a68", 11)
    c.rect(0, 460, 1200, 340, c.linear("#8a5a4a", "#4a2f3a"))
    c.path("M590 460H610L940 800H260Z", c.linear("#5a5068", "#2b2838"))
    for top, bottom, half in ((480, 500, 1.6), (520, 550, 3), (580, 630, 5.5), (670, 760, 11)):
        c.path(
            f"M{600 - half * 0.6} {top}H{600 + half * 0.6}L{600 + half} {bottom}H{600 - half}Z",
            "#ffe9b0",
        )
    for i in range(5):
        y, s = 470 + i * i * 18, 0.3 + i * 0.33
        for side in (-1, 1):
            x = 600 + side * (40 + i * i * 26)
            c.line(f"M{x} {y}v{-120 * s}M{x - 26 * s} {y - 100 * s}h{52 * s}", "#2b2230", 7 * s)
