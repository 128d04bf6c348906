"""Landscapes: places, weather, times of the day."""

from math import cos, pi, sin
from random import Random

from clipdesk.demo.canvas import Canvas, Sketchbook

scenes = Sketchbook("Scenes")
WIDE, TALL = (1440, 960), (960, 1280)


def ridge(c: Canvas, random: Random, y: float, rough: float, fill: str, steps: int = 12) -> None:
    """Hills or mountains from the left edge to the right, filled down to the bottom."""
    points = [(c.width * i / steps, y + random.uniform(-rough, rough)) for i in range(steps + 1)]
    c.path(
        f"M0 {c.height} L" + " L".join(f"{x:.0f} {y:.0f}" for x, y in points) + f" V{c.height}Z",
        fill,
    )


def hill(c: Canvas, left: float, top: float, right: float, fill: str) -> None:
    """A soft slope from one height at the left over a top to another at the right."""
    w, h = c.width, c.height
    c.path(
        f"M0 {h}V{left}C{w * 0.25} {top} {w * 0.4} {top} {w * 0.55} {(top + right) / 2}"
        f"S{w * 0.85} {right} {w} {right}V{h}Z",
        fill,
    )


def sun(c: Canvas, x: float, y: float, r: float, colour: str, glow: str) -> None:
    c.circle(x, y, r * 5, c.radial(f"{glow}/0.8", f"{glow}/0.25", f"{glow}/0", reach=0.5))
    c.circle(x, y, r, colour)


def cloud(
    c: Canvas, x: float, y: float, size: float, colour: str = "#fff", opacity: float = 0.9
) -> None:
    c.add(f'<g fill="{colour}" opacity="{opacity}">')
    for dx, dy, r in ((-1.2, 0.1, 0.5), (-0.5, -0.25, 0.7), (0.4, -0.1, 0.65), (1.15, 0.12, 0.45)):
        c.circle(x + dx * size, y + dy * size, r * size, colour)
    c.rect(x - 1.6 * size, y, 3.2 * size, 0.58 * size, colour, f'rx="{0.29 * size}"')
    c.add("</g>")


def pine(c: Canvas, x: float, foot: float, h: float, fill: str) -> None:
    d = ""
    for part in range(4):
        top, width = foot - h + part * h * 0.2, h * (0.14 + 0.07 * part)
        d += f"M{x:.0f} {top:.0f}l{width:.0f} {h * 0.34:.0f}h{-2 * width:.0f}Z"
    c.rect(x - h * 0.025, foot - h * 0.1, h * 0.05, h * 0.1, "#3a2a20")
    c.path(d, fill)


def stars(c: Canvas, random: Random, many: int, down_to: float) -> None:
    for _ in range(many):
        x, y = random.uniform(0, c.width), random.uniform(0, down_to)
        c.circle(
            x, y, random.choice((1, 1, 1.4, 2.2)), "#fff", f'opacity="{random.uniform(0.4, 1):.2f}"'
        )


def glitter(c: Canvas, random: Random, x: float, y: float, spread: float, colour: str) -> None:
    """Light on water, widening towards the viewer."""
    for step in range(26):
        down = step / 26
        at = y + (c.height - y) * down**1.3
        half = random.uniform(0.15, 1) * spread * (0.25 + down)
        shift = random.uniform(-0.4, 0.4) * spread * (0.2 + down)
        c.rect(x + shift - half, at, 2 * half, 3 + 6 * down, colour, 'rx="4" opacity="0.6"')


def sail_boat(c: Canvas, x: float, y: float, s: float, hull: str, sail: str) -> None:
    c.line(f"M{x} {y}V{y - 150 * s}", "#4a3628", 5 * s)
    c.path(
        f"M{x + 6 * s} {y - 148 * s}Q{x + 85 * s} {y - 70 * s} {x + 90 * s} {y - 14 * s}H{x + 6 * s}Z",
        sail,
    )
    c.path(
        f"M{x - 8 * s} {y - 130 * s}L{x - 62 * s} {y - 14 * s}H{x - 8 * s}Z", sail, 'opacity="0.85"'
    )
    c.path(
        f"M{x - 84 * s} {y - 4 * s}H{x + 104 * s}Q{x + 84 * s} {y + 34 * s} {x + 56 * s} {y + 36 * s}H{x - 50 * s}Q{x - 76 * s} {y + 32 * s} {x - 84 * s} {y - 4 * s}Z",
        hull,
    )


@scenes.page(
    "sunset over the sea.jpg",
    WIDE,
    "a sunset over the sea",
    "the sun going down behind the ocean, orange sky",
)
def sunset(c: Canvas, random: Random) -> None:
    c.wash("#2b2354", "#7b3a72", "#e2685b", "#ffb25c", "#ffd98a", "#ffd98a")
    sun(c, 720, 585, 78, "#fff3cf", "#ffcf70")
    for y, x, w in ((330, 300, 420), (370, 980, 520), (440, 520, 300), (250, 1150, 260)):
        c.oval(x, y, w / 2, 12, "#fbb487", 'opacity="0.55"')
    c.rect(0, 620, 1440, 340, c.linear("#f08a5d", "#8a3d6b", "#2c2350"))
    glitter(c, random, 720, 622, 150, "#ffe3a3")


@scenes.page(
    "snowy mountains.jpg",
    (1600, 1000),
    "snowy mountains and a lake",
    "white mountain peaks under a blue sky, reflected in water",
)
def mountains(c: Canvas, random: Random) -> None:
    c.wash("#3f8fd6", "#9fd0f2", "#e9f5fb")
    cloud(c, 330, 190, 70, opacity=0.8)
    cloud(c, 1240, 140, 54, opacity=0.7)
    ridge(c, random, 470, 70, "#a9c2dc", 10)
    peaks = "M-40 680L250 330 400 470 640 170 860 430 1010 300 1240 500 1380 390 1640 680Z"
    c.path(peaks, c.linear("#6c8db5", "#4a678f"))
    for x, y, s in ((250, 330, 1.0), (640, 170, 1.7), (1010, 300, 1.0), (1380, 390, 0.8)):
        c.path(
            f"M{x} {y}l{-90 * s} {107 * s}l{40 * s} {-14 * s}l{22 * s} {30 * s}l{30 * s} {-26 * s}"
            f"l{34 * s} {32 * s}l{22 * s} {-34 * s}l{46 * s} {12 * s}Z",
            c.linear("#ffffff", "#dfeaf6"),
        )
    c.rect(0, 660, 1600, 340, c.linear("#88b4da", "#3d6f9f"))
    c.add('<g transform="matrix(1 0 0 -0.42 0 946)" opacity="0.4">')
    c.path(peaks, "#47678f")
    c.path(
        "M640 170l-153 182 300 0Z M250 330l-90 107h170Z M1010 300l-90 107h170Z",
        "#fff",
        'opacity="0.7"',
    )
    c.add("</g>")
    for i in range(46):
        pine(
            c,
            i * 36 - 10,
            676 + random.uniform(-4, 6),
            random.uniform(50, 105),
            random.choice(("#1f4a42", "#275a4c", "#173b38")),
        )


@scenes.page(
    "city at night.jpg", WIDE, "a city skyline at night", "skyscrapers with lit windows in the dark"
)
def city(c: Canvas, random: Random) -> None:
    c.wash("#0a0f2c", "#1d2259", "#57337d", "#b0508a")
    stars(c, random, 90, 380)
    c.circle(1150, 190, 62, "#f6efd5")
    c.circle(1126, 178, 56, "#181c4c")
    for depth, shade in enumerate(("#3a2c69", "#262152", "#12143a")):
        x = -20.0
        while x < 1440:
            w = random.uniform(60, 120)
            h = random.uniform(200, 520) - depth * 50
            top = 830 - h
            c.rect(x, top, w, h + 20, shade)
            if random.random() < 0.3:
                c.line(f"M{x + w / 2:.0f} {top:.0f}v-50", shade, 4)
            for wy in range(int(top) + 14, 815, 22):
                for wx in range(int(x) + 9, int(x + w) - 12, 18):
                    if random.random() < 0.16 + 0.14 * depth:
                        c.rect(
                            wx,
                            wy,
                            8,
                            11,
                            random.choice(("#ffd66b", "#ffe9a8", "#ffb35c", "#9fd8ff")),
                        )
            x += w + random.uniform(-2, 14)
    c.rect(0, 830, 1440, 130, c.linear("#2a2460", "#0b0e2a"))
    for _ in range(120):
        x, y = random.uniform(0, 1440), random.uniform(836, 950)
        c.rect(
            x,
            y,
            random.uniform(10, 50),
            3,
            random.choice(("#ffd66b", "#ff9d6b", "#8fb8ff")),
            'opacity="0.5"',
        )


@scenes.page("misty forest.webp", TALL, "a misty pine forest", "green fir trees in the fog")
def forest(c: Canvas, random: Random) -> None:
    c.wash("#dfeae2", "#b9d3c3", "#7fa892")
    sun(c, 690, 230, 60, "#fbfdf3", "#fdfbe6")
    for row, shade in enumerate(("#a9c7b6", "#7da58f", "#4f7f6a", "#2c5a48", "#123429")):
        foot, h = 560 + row * 170, 300 + row * 90
        for i in range(12 - row):
            x = (i + random.uniform(0.1, 0.9)) * 960 / (12 - row)
            pine(c, x, foot + random.uniform(-20, 20), h * random.uniform(0.75, 1.15), shade)
        c.rect(0, foot - 5, 960, 900, shade)
        if row < 4:
            c.rect(0, foot - 150, 960, 240, c.linear("#e8f1ea/0", "#e8f1ea/0.55", "#e8f1ea/0"))


@scenes.page("desert with cactus.jpg", WIDE, "a cactus in the desert", "sand dunes under a hot sun")
def desert(c: Canvas, random: Random) -> None:
    c.wash("#f7b267", "#fbd08c", "#fde8bd")
    sun(c, 1080, 260, 84, "#fffbe9", "#fff0bd")
    c.path(
        "M120 560V430H330V410H470V480H560V560Z M860 560V450H900V400H1080V470H1150V560Z",
        "#c8744c",
        'opacity="0.7"',
    )
    hill(c, 560, 500, 600, "#e9a15b")
    hill(c, 700, 590, 640, "#dd8a48")
    hill(c, 800, 860, 740, "#c76f3a")
    for x, y, s in ((430, 800, 1.25), (1120, 740, 0.7), (820, 690, 0.45)):
        c.oval(x + 60 * s, y, 130 * s, 14 * s, "#8c4523", 'opacity="0.4"')
        c.line(f"M{x} {y}v{-330 * s}", "#3f7d4e", 66 * s)
        c.line(f"M{x} {y - 130 * s}h{-86 * s}v{-90 * s}", "#3f7d4e", 44 * s)
        c.line(f"M{x} {y - 90 * s}h{86 * s}v{-130 * s}", "#3f7d4e", 44 * s)
        for dx in (-14, 0, 14):
            c.line(f"M{x + dx * s} {y - 6}v{-320 * s}", "#2d633d", 3 * s, 'opacity="0.7"')


@scenes.page(
    "beach with palm tree.jpg",
    WIDE,
    "a beach with a palm tree",
    "a tropical beach, turquoise water and white sand",
)
def beach(c: Canvas, random: Random) -> None:
    c.wash("#29a3e0", "#8fd9f2", "#e3f7f7")
    cloud(c, 350, 210, 74)
    cloud(c, 820, 140, 48, opacity=0.8)
    c.rect(0, 480, 1440, 480, c.linear("#0f8fb3", "#27bfc4", "#8be6d6"))
    c.path("M0 800C300 690 620 760 900 700S1300 600 1440 610V960H0Z", "#eafcf6", 'opacity="0.9"')
    c.path(
        "M0 830C300 720 640 790 910 730S1300 630 1440 640V960H0Z", c.linear("#fbe6b4", "#eec887")
    )
    c.path(
        "M1040 900C1080 700 1060 520 960 330L990 322C1100 500 1130 700 1110 900Z",
        c.linear("#9a6a41", "#6d4527"),
    )
    for angle in (-172, -140, -105, -70, -35, -8, 18, 168):
        a = angle * pi / 180
        tip_x, tip_y = 975 + 300 * cos(a), 330 + 210 * sin(a) + 90
        mid_x, mid_y = 975 + 190 * cos(a), 330 + 210 * sin(a) - 50
        c.path(
            f"M975 330Q{mid_x:.0f} {mid_y - 26:.0f} {tip_x:.0f} {tip_y:.0f}Q{mid_x:.0f} {mid_y + 50:.0f} 975 330Z",
            random.choice(("#1f8a4c", "#2ba35a", "#187a48")),
        )
    for x, y in ((955, 352), (988, 356), (972, 370)):
        c.circle(x, y, 17, "#6b4226")
    c.oval(330, 885, 120, 14, "#b98f4e", 'opacity="0.5"')
    c.path("M220 800Q330 690 440 800Z", "#ef5350")
    c.path("M275 800Q300 715 330 745Q352 715 385 800Z", "#fff")
    c.line("M330 745V890", "#fff", 7)


@scenes.page(
    "red barn in a field.jpg", WIDE, "a red barn in a field", "a farm with a barn and wheat"
)
def barn(c: Canvas, random: Random) -> None:
    c.wash("#5fb0e8", "#bfe3f7", "#f4f6df")
    cloud(c, 280, 180, 66)
    cloud(c, 1090, 230, 84)
    hill(c, 560, 480, 540, "#8fbf6a")
    hill(c, 640, 600, 560, "#6fa64f")
    c.path("M880 640V440L1000 350 1120 440V640Z", "#b93a32")
    c.path("M860 450L1000 335 1140 450 1120 460 1000 362 880 460Z", "#f3ede4")
    c.path("M1120 640V440L1290 420V640Z", "#8f2a27")
    c.path("M1000 335L1190 320 1310 425 1140 450Z", "#6a5a5c")
    c.rect(955, 530, 90, 110, "#f3ede4")
    c.path("M963 538H1037V640H963Z", "#8f2a27")
    c.line("M963 538L1037 640M1037 538L963 640", "#f3ede4", 7)
    c.rect(978, 440, 44, 44, "#f3ede4")
    c.rect(984, 446, 32, 32, "#5b2b2a")
    c.rect(0, 636, 1440, 330, c.linear("#e8c35a", "#c68f2c"))
    for _ in range(900):
        x, y = random.uniform(0, 1440), random.uniform(650, 990)
        s = (y - 560) / 130
        c.line(
            f"M{x:.0f} {y:.0f}q{3 * s:.1f} {-14 * s:.1f} {random.uniform(-4, 8):.1f} {-26 * s:.1f}",
            random.choice(("#f6dc84", "#a8741f", "#ddb04a")),
            round(1.2 * s, 1),
        )


@scenes.page(
    "under water.jpg", (1280, 960), "fish swimming under water", "a coral reef with colourful fish"
)
def under_water(c: Canvas, random: Random) -> None:
    c.wash("#7fe3ee", "#1fa7cf", "#0b5f9e", "#083c6e")
    for ray in (180, 420, 640, 900, 1120):
        c.path(f"M{ray} 0L{ray - 170} 960H{ray - 20}L{ray + 70} 0Z", c.linear("#fff/0.3", "#fff/0"))
    for _ in range(26):
        c.circle(
            random.uniform(0, 1280),
            random.uniform(60, 760),
            random.uniform(4, 15),
            "none",
            'stroke="#fff" stroke-width="2.5" opacity="0.6"',
        )
    hill(c, 850, 790, 870, "#c8b27e")
    for _ in range(16):
        x, h = random.uniform(0, 1280), random.uniform(110, 300)
        c.line(
            f"M{x:.0f} 940q-40 {-h / 3:.0f} 0 {-h / 1.7:.0f}t0 {-h / 2:.0f}",
            random.choice(("#2f9e6d", "#1f7f5c", "#57b87b")),
            15,
        )
    for _ in range(9):
        x, y, colour = (
            random.uniform(30, 1250),
            random.uniform(850, 930),
            random.choice(("#ff6f7d", "#ff9a4d", "#d764c7")),
        )
        for angle in range(200, 345, 24):
            c.line(
                f"M{x:.0f} {y:.0f}l{70 * cos(angle * pi / 180):.0f} {90 * sin(angle * pi / 180):.0f}",
                colour,
                16,
            )
    for x, y, s, body, stripe in (
        (640, 400, 1.5, "#ff9234", "#fff"),
        (270, 270, 0.8, "#ffd84d", "#1d3f8f"),
        (990, 250, 0.95, "#ffd84d", "#1d3f8f"),
        (330, 600, 0.9, "#f45b69", "#ffd0d0"),
        (1010, 610, 1.05, "#ff9234", "#fff"),
    ):
        fish(c, x, y, s, body, stripe)


def fish(c: Canvas, x: float, y: float, s: float, body: str, stripe: str) -> None:
    c.add(f'<g transform="translate({x} {y}) scale({s})">')
    c.path("M80 0L150 -52Q132 0 150 52Z", body)
    c.path("M-20 -58Q20 -104 62 -42Z M-10 56Q10 92 44 46Z", body, 'opacity="0.85"')
    c.path("M-110 0Q-60 -70 20 -62Q80 -40 96 0Q80 40 20 62Q-60 70 -110 0Z", body)
    c.path(
        "M-52 -50Q-30 0 -52 50L-26 58Q-6 0 -26 -59Z M34 -58Q56 0 34 58L58 46Q74 0 58 -47Z", stripe
    )
    c.circle(-74, -14, 12, "#fff")
    c.circle(-77, -14, 6.5, "#10213a")
    c.add("</g>")
