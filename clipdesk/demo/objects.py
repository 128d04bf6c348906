"""Things on a plain backdrop, as a shop would show them."""

from collections.abc import Callable
from random import Random

from clipdesk.demo.canvas import Canvas, Draw, Sketchbook

objects = Sketchbook("Objects")
SQUARE = (720, 720)


def thing(name: str, light: str, dark: str, *captions: str) -> Callable[[Draw], Draw]:
    """A thing of about 400 × 400 around (0, 0), standing on y = 200, before a soft backdrop."""

    def with_backdrop(draw: Draw) -> Draw:
        def scene(c: Canvas, random: Random) -> None:
            c.rect(0, 0, 720, 720, c.radial(light, dark, at=(0.5, 0.4), reach=0.85))
            c.oval(360, 572, 190, 24, c.radial("#1a1020/0.38", "#1a1020/0", reach=0.5))
            c.add('<g transform="translate(360 370)">')
            draw(c, random)
            c.add("</g>")

        return objects.page(name, SQUARE, *captions)(scene)

    return with_backdrop


@thing("red chair.jpg", "#fbf3ea", "#e6d3c2", "a red chair", "a red armchair with wooden legs")
def chair(c: Canvas, _: Random) -> None:
    c.line("M-110 110L-135 196M110 110L135 196", "#8a5a34", 16)
    c.path("M-120 -150Q0 -200 120 -150L108 70H-108Z", c.linear("#e5383b", "#b3161c"))
    c.path(
        "M-170 -20Q-170 -60 -135 -56L-108 60V120H-160Z M170 -20Q170 -60 135 -56L108 60V120H160Z",
        "#a4161a",
    )
    c.rect(-125, 40, 250, 84, c.linear("#f25c54", "#ba181b"), 'rx="26"')
    for x in (-45, 45):
        c.circle(x, -90, 7, "#8d1015")


@thing(
    "coffee cup.jpg", "#f1e4d3", "#c9a98a", "a cup of coffee", "a white cup with steam on a saucer"
)
def coffee(c: Canvas, _: Random) -> None:
    c.oval(0, 180, 190, 26, "#e8e2da")
    c.oval(0, 174, 190, 24, "#fff")
    c.line("M130 20C220 10 220 120 100 122", "#f3eee7", 26)
    c.path(
        "M-140 -30H140C140 90 100 172 40 174H-40C-100 172 -140 90 -140 -30Z",
        c.linear("#ffffff", "#e3dcd2", across=True),
    )
    c.oval(0, -30, 140, 34, "#efe8de")
    c.oval(0, -27, 122, 26, c.radial("#8a5530", "#4a2812"))
    for x in (-50, 0, 50):
        c.line(f"M{x} -80q-26 -30 0 -60t0 -60", "#fff", 11, 'opacity="0.65"')


@thing("blue bicycle.jpg", "#fdf6e3", "#f0d9a8", "a blue bicycle", "a bike with two wheels")
def bicycle(c: Canvas, _: Random) -> None:
    for x in (-150, 150):
        c.circle(x, 90, 105, "none", 'stroke="#22303c" stroke-width="13"')
        c.circle(x, 90, 92, "none", 'stroke="#c9d1d6" stroke-width="4"')
        for angle in range(0, 180, 20):
            c.add(
                f'<path d="M{x - 90} 90h180" stroke="#b4bec5" stroke-width="2" transform="rotate({angle} {x} 90)"/>'
            )
        c.circle(x, 90, 11, "#22303c")
    c.line("M-150 90L-60 -60H90L-10 90H-150M-80 -95L-10 90M82 -100L150 90", "#1d6fd1", 15)
    c.line("M-115 -100H-45", "#3a2a20", 20)
    c.line("M82 -100L76 -130H130Q150 -128 146 -108", "#22303c", 12)
    c.circle(-10, 90, 24, "#22303c")
    c.line("M-10 90L20 130M8 132H36", "#22303c", 9)


def round_fruit(c: Canvas, light: str, mid: str, dark: str) -> None:
    body = "M0 -90C60 -140 190 -110 176 40C164 150 80 210 0 180C-80 210 -164 150 -176 40C-190 -110 -60 -140 0 -90Z"
    c.path(body, c.radial(light, mid, dark, at=(0.35, 0.3), reach=0.75))
    c.line("M0 -88Q6 -140 34 -172", "#5d3c1e", 14)
    c.path("M22 -140Q80 -210 150 -160Q90 -110 22 -140Z", "#5aa33a")
    c.oval(-80, -30, 26, 46, "#fff", 'opacity="0.35" transform="rotate(24 -80 -30)"')


@thing("green apple.png", "#f6fbef", "#cfe3bd", "a green apple", "a fresh green fruit")
def green_apple(c: Canvas, _: Random) -> None:
    round_fruit(c, "#d6f28a", "#8ccc3f", "#4d8f23")


@thing("red apple.jpg", "#fff6f0", "#f1d3c6", "a red apple", "a ripe red fruit with a leaf")
def red_apple(c: Canvas, _: Random) -> None:
    round_fruit(c, "#ff9a8b", "#e02f35", "#8f0f1e")


@thing("yellow lemon.jpg", "#eaf7fb", "#b9dfe8", "a yellow lemon", "a lemon and a slice of lemon")
def lemon(c: Canvas, _: Random) -> None:
    c.path(
        "M-210 60C-200 -60 -90 -130 20 -110C70 -130 110 -120 116 -84C160 -20 130 90 40 130C-50 170 -140 150 -170 110C-200 108 -214 90 -210 60Z",
        c.radial("#fff59a", "#ffd91f", "#e0a400", at=(0.4, 0.3), reach=0.75),
    )
    c.circle(110, 100, 98, "#f7c600")
    c.circle(110, 100, 88, "#fffbe0")
    for angle in range(0, 360, 45):
        c.add(
            f'<path d="M110 92L88 34Q110 22 132 34Z" fill="#ffe14d" transform="rotate({angle} 110 100)"/>'
        )


@thing("banana.jpg", "#f4effc", "#d3c2ee", "a banana", "a yellow banana on purple")
def banana(c: Canvas, _: Random) -> None:
    c.path(
        "M-190 -60C-150 90 10 190 190 90C200 84 204 60 188 58C60 90 -70 20 -150 -110Z",
        c.linear("#ffe75c", "#f2b705"),
    )
    c.path("M-172 -85C-110 50 30 130 190 72C60 96 -70 20 -150 -110Z", "#fff3a0", 'opacity="0.6"')
    c.path("M-190 -60L-196 -100 -160 -132 -148 -108Z M176 60L204 52 206 82 190 90Z", "#6b4f1d")


@thing("strawberry.webp", "#fff0f3", "#f7c4cf", "a strawberry", "a red berry with a green top")
def strawberry(c: Canvas, random: Random) -> None:
    c.path(
        "M0 190C-90 150 -170 10 -140 -70C-100 -130 100 -130 140 -70C170 10 90 150 0 190Z",
        c.radial("#ff6b74", "#e11d3c", "#9d0b26", at=(0.38, 0.3), reach=0.8),
    )
    for y in range(-60, 150, 36):
        half = 118 - max(0, y) * 0.75
        for x in range(-110 + (y // 36 % 2) * 22, 120, 44):
            if abs(x) < half:
                c.oval(x, y, 5, 8, "#ffe08a")
    for angle in (-70, -35, 0, 35, 70):
        c.add(
            f'<path d="M0 -100Q-24 -50 0 -20Q24 -50 0 -100Z" fill="#3c9a3f" transform="rotate({angle} 0 -104)"/>'
        )
    c.line("M0 -104Q4 -140 24 -160", "#2f7d33", 12)


@thing(
    "red sports car.jpg", "#eef3f8", "#bccad8", "a red car", "a small red car seen from the side"
)
def red_car(c: Canvas, _: Random) -> None:
    car(c, "#f0444a", "#a50f1c")


@thing("yellow taxi.jpg", "#e8f0f4", "#a9bfca", "a yellow taxi", "a yellow cab seen from the side")
def taxi(c: Canvas, _: Random) -> None:
    car(c, "#ffd23f", "#e09f00")
    c.rect(-45, -82, 80, 32, "#1f2933", 'rx="6"')
    c.text(-5, -58, 24, "TAXI", "#ffd23f")
    for i in range(18):
        c.rect(-190 + i * 22, 66 + (i % 2) * 11, 11, 11, "#1f2933")


def car(c: Canvas, light: str, dark: str) -> None:
    c.path(
        "M-236 120Q-250 40 -200 30L-150 22Q-110 -56 -60 -58H60Q110 -50 150 20Q230 26 236 70L240 130H-230Z",
        c.linear(light, dark),
    )
    c.path(
        "M-122 20Q-90 -36 -56 -36H-12V20Z M8 20V-36H54Q88 -26 116 20Z",
        c.linear("#dff3fb", "#86b4c8"),
    )
    c.path("M-2 30V118", "none", f'stroke="{dark}" stroke-width="4"')
    c.rect(14, 44, 34, 7, dark, 'rx="3"')
    c.oval(224, 70, 12, 17, "#fff6cf")
    c.rect(-240, 62, 16, 26, "#ff8a80", 'rx="5"')
    for x in (-135, 140):
        c.circle(x, 136, 60, "#20262e")
        c.circle(x, 136, 34, "#cfd6dc")
        c.circle(x, 136, 12, "#6b7680")


@thing(
    "house.jpg", "#eaf6ff", "#b5d9f0", "a house", "a small house with a red roof and a blue door"
)
def house(c: Canvas, _: Random) -> None:
    c.rect(100, -170, 44, 110, "#a8503f")
    c.rect(-150, -30, 300, 230, c.linear("#fffaf0", "#eeddc4"))
    c.path("M-196 -20L0 -190 196 -20Z", c.linear("#e2574c", "#b5362e"))
    c.rect(-36, 70, 72, 130, "#2a6f97", 'rx="6"')
    c.circle(22, 138, 6, "#ffd166")
    for x in (-118, 62):
        c.rect(x, 20, 58, 58, "#9bd3ea", 'stroke="#fff" stroke-width="8"')
        c.line(f"M{x + 29} 20v58M{x} 49h58", "#fff", 5)
    for x in (-190, -150, 165, 200):
        c.circle(x, 176, 34, "#5fa052")


@thing(
    "sail boat.svg",
    "#e9f8ff",
    "#9ed3ee",
    "a sail boat",
    "a toy boat with a red hull and white sails",
)
def boat(c: Canvas, _: Random) -> None:
    c.line("M0 110V-190", "#7a4f2c", 12)
    c.path("M14 -186Q150 -60 160 86H14Z", c.linear("#ffffff", "#dfe9f2"))
    c.path("M-14 -150L-120 86H-14Z", "#ffd166")
    c.path("M-180 104H190Q170 200 90 200H-90Q-160 196 -180 104Z", c.linear("#e63946", "#a4202e"))
    c.rect(-176, 104, 362, 18, "#fff")


@thing(
    "blue umbrella.jpg",
    "#f5f3ff",
    "#cfc7ec",
    "a blue umbrella",
    "an open umbrella with a curved handle",
)
def umbrella(c: Canvas, _: Random) -> None:
    c.line("M0 -160V150Q0 196 44 196T88 150", "#6b4a2f", 14)
    c.path(
        "M-210 20Q-190 -160 0 -164Q190 -160 210 20Q175 -16 140 20Q105 -16 70 20Q35 -16 0 20Q-35 -16 -70 20Q-105 -16 -140 20Q-175 -16 -210 20Z",
        c.linear("#3a86ff", "#1b4fbf"),
    )
    c.path(
        "M0 -164Q-80 -120 -70 20Q-35 -16 0 20Q35 -16 70 20Q80 -120 0 -164Z", "#fff", 'opacity="0.2"'
    )
    c.line("M0 -164V-186", "#6b4a2f", 10)


@thing("guitar.jpg", "#f7efe4", "#d9bd97", "an acoustic guitar", "a wooden guitar with strings")
def guitar(c: Canvas, _: Random) -> None:
    c.add('<g transform="rotate(28)">')
    c.rect(-17, -245, 34, 240, "#4a2f1d")
    c.rect(-28, -285, 56, 62, "#3a2416", 'rx="10"')
    c.path(
        "M0 -50C60 -60 92 -20 74 36C64 70 130 84 120 150C110 216 50 226 0 226S-110 216 -120 150C-130 84 -64 70 -74 36C-92 -20 -60 -60 0 -50Z",
        c.radial("#f3b562", "#d0812f", "#8f4b16", at=(0.45, 0.45), reach=0.7),
    )
    c.circle(0, 50, 44, "#3a2416", 'stroke="#f7dcae" stroke-width="7"')
    c.rect(-52, 150, 104, 18, "#3a2416", 'rx="6"')
    for x in (-10, -3, 4, 11):
        c.line(f"M{x} -262V158", "#f3ead8", 1.8)
    for y in range(-210, -10, 28):
        c.line(f"M-16 {y}H16", "#c9b18a", 2)
    c.add("</g>")


@thing("desk lamp.jpg", "#3a3f58", "#171a2b", "a desk lamp shining", "a yellow lamp in the dark")
def lamp(c: Canvas, _: Random) -> None:
    c.path("M-130 -60L-260 200H80L10 -100Z", c.linear("#ffe9a0/0.85", "#ffe9a0/0.05"))
    c.rect(50, 178, 170, 24, "#e0a100", 'rx="12"')
    c.line("M136 180L60 30L10 -130", "#f4b400", 15)
    c.circle(60, 30, 15, "#c98b00")
    c.path("M-150 -70Q-120 -180 0 -190L40 -120 Q0 -80 -10 -84Z", c.linear("#ffd23f", "#e09f00"))
    c.oval(-78, -74, 72, 15, "#fff7d6", 'transform="rotate(-4 -78 -74)"')


@thing("wall clock.jpg", "#f2f5f7", "#c4d0d8", "a clock", "a round wall clock at ten past ten")
def clock(c: Canvas, _: Random) -> None:
    c.circle(0, 0, 186, c.linear("#34495e", "#1c2833"))
    c.circle(0, 0, 160, "#fdfdf8")
    for hour in range(12):
        long = 30 if hour % 3 == 0 else 16
        c.add(
            f'<path d="M0 -146v{long}" stroke="#1c2833" stroke-width="{9 if long == 30 else 5}" transform="rotate({hour * 30})"/>'
        )
    c.line("M0 0L-66 -50", "#1c2833", 14)
    c.line("M0 0L86 -76", "#1c2833", 9)
    c.line("M0 30V-120", "#e63946", 4, 'transform="rotate(160)"')
    c.circle(0, 0, 13, "#e63946")


@thing(
    "potted plant.jpg",
    "#fdf3ee",
    "#efcdbd",
    "a potted plant",
    "a houseplant with green leaves in a terracotta pot",
)
def plant(c: Canvas, random: Random) -> None:
    for angle, size in ((-62, 0.85), (-34, 1.05), (62, 0.85), (34, 1.05), (-12, 1.25), (14, 1.2)):
        c.add(f'<g transform="translate(0 60) rotate({angle}) scale({size})">')
        c.path(
            "M0 10C-60 -70 -46 -160 0 -210C46 -160 60 -70 0 10Z",
            random.choice(("#2f9e5b", "#3fb56c", "#238049")),
        )
        c.line("M0 0V-190", "#bfe8c9", 3, 'opacity="0.7"')
        c.add("</g>")
    c.path("M-100 70H100L76 200H-76Z", c.linear("#d9774a", "#b4552c", across=True))
    c.rect(-114, 52, 228, 36, "#e08a5c", 'rx="8"')


@thing(
    "cookbook stack.jpg",
    "#eef7f2",
    "#b9d9c8",
    "a stack of books",
    "three books on top of each other",
)
def books(c: Canvas, _: Random) -> None:
    for y, x, w, colour, band in (
        (140, -180, 350, "#2a6f97", "#ffd166"),
        (80, -150, 310, "#e76f51", "#fff"),
        (20, -165, 290, "#2a9d8f", "#f4f1de"),
    ):
        c.rect(x, y, w, 58, colour, 'rx="9"')
        c.rect(x + w - 70, y + 8, 70, 42, "#fbf6e9")
        for line in range(4):
            c.line(f"M{x + w - 66} {y + 16 + line * 9}H{x + w - 4}", "#d6cdb8", 2)
        c.rect(x + 40, y, 14, 58, band)
        c.rect(x + 66, y + 22, 100, 12, band, 'opacity="0.85"')


@thing("camera.jpg", "#f9f1e7", "#dcc3a5", "a camera", "a black photo camera with a big lens")
def camera(c: Canvas, _: Random) -> None:
    c.path("M-70 -90L-46 -140H46L70 -90Z", "#3a4048")
    c.rect(-200, -96, 400, 270, c.linear("#4a5059", "#22262c"), 'rx="30"')
    c.rect(-200, -30, 400, 150, "#171a1f")
    c.circle(0, 44, 116, "#c9ced4")
    c.circle(0, 44, 102, "#191c21")
    c.circle(0, 44, 74, c.radial("#6f9fd8", "#243b66", "#0a0f1e", at=(0.35, 0.3), reach=0.8))
    c.circle(-24, 18, 17, "#fff", 'opacity="0.75"')
    c.rect(112, -74, 56, 30, "#ffe9a8", 'rx="6"')
    c.rect(-168, -118, 62, 26, "#e63946", 'rx="10"')
