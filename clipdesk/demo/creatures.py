"""Animals, plants and things to wear, before the same backdrop as the objects."""

from random import Random

from clipdesk.demo.canvas import Canvas
from clipdesk.demo.objects import thing
from clipdesk.demo.scenes import fish


@thing("sitting cat.jpg", "#fdf1e4", "#efc9a4", "an orange cat", "a sitting cat with stripes")
def cat(c: Canvas, _: Random) -> None:
    c.line("M100 170Q210 180 190 70Q180 30 150 40", "#d9772b", 32)
    c.path("M-110 200C-130 40 -70 -10 0 -10S130 40 110 200Z", c.linear("#f2984a", "#d9772b"))
    c.path("M-50 200C-60 120 -30 70 0 70S60 120 50 200Z", "#fbe3c8")
    c.path(
        "M-110 -190L-30 -140H30L110 -190 112 -70C100 10 -100 10 -112 -70Z",
        c.linear("#f7a85c", "#e58a3a"),
    )
    c.path("M-94 -160L-50 -132 -88 -106Z M94 -160L50 -132 88 -106Z", "#f9c9b6")
    for x in (-22, 0, 22):
        c.line(f"M{x} -140v34", "#b85c1c", 9)
    for x in (-44, 44):
        c.oval(x, -70, 17, 20, "#fff")
        c.oval(x, -70, 9, 18, "#24351f")
    c.path("M-12 -40H12L0 -26Z", "#d1495b")
    c.line("M0 -26Q-4 -10 -22 -14M0 -26Q4 -10 22 -14", "#7a3b16", 4)
    c.line("M-60 -34H-136M-60 -24L-130 -8M60 -34H136M60 -24L130 -8", "#fff3e2", 3)


@thing("brown dog.jpg", "#edf6fb", "#bcd8e6", "a brown dog", "a happy puppy with its tongue out")
def dog(c: Canvas, _: Random) -> None:
    c.path("M-100 200C-130 60 -70 10 0 10S130 60 100 200Z", c.linear("#a86b3c", "#875029"))
    c.path("M-46 200C-56 120 -30 80 0 80S56 120 46 200Z", "#f1dcc1")
    c.oval(0, -70, 124, 112, c.linear("#b97a48", "#9b6035"))
    c.path(
        "M-96 -150C-190 -150 -180 20 -130 26C-92 10 -100 -80 -70 -140Z M96 -150C190 -150 180 20 130 26C92 10 100 -80 70 -140Z",
        "#6d3f1f",
    )
    c.oval(0, -26, 66, 56, "#f1dcc1")
    for x in (-46, 46):
        c.circle(x, -84, 17, "#1d1410")
        c.circle(x - 5, -90, 5, "#fff")
    c.path("M-20 12Q0 76 20 12Z", "#ef6f7f")
    c.oval(0, -46, 25, 18, "#1d1410")
    c.line("M0 -28V0M-34 4Q-10 24 0 0Q10 24 34 4", "#3a2416", 5)
    c.rect(-84, 32, 168, 22, "#d62839", 'rx="11"')
    c.circle(0, 62, 16, "#ffd166")


@thing("blue bird.webp", "#fff8e8", "#f6dfa6", "a blue bird", "a small bird on a branch")
def bird(c: Canvas, _: Random) -> None:
    c.line("M-220 170Q0 140 220 180M120 168l60 -50", "#6d4a2f", 20)
    c.oval(192, 108, 26, 13, "#5aa352", 'transform="rotate(-40 192 108)"')
    c.path("M70 60L220 110 90 130Z", "#1f5fa8")
    c.path(
        "M-150 -60C-150 -140 -40 -150 -20 -80C60 -60 130 20 110 90C60 170 -90 150 -120 40C-128 0 -148 -20 -150 -60Z",
        c.linear("#5cb3f2", "#2679c9"),
    )
    c.path("M-118 40C-90 150 20 160 40 130C0 120 -80 60 -90 -10Z", "#ffe2b8")
    c.path("M-20 -10C80 -10 120 60 100 110C30 110 -40 70 -20 -10Z", "#1f5fa8")
    c.path("M-146 -76L-206 -56 -146 -44Z", "#f5a623")
    c.circle(-96, -80, 15, "#fff")
    c.circle(-99, -80, 9, "#14202b")
    c.line("M-30 136V160M10 138V162", "#f5a623", 8)


@thing("goldfish.png", "#e6fbff", "#9fe0ee", "a goldfish", "an orange fish in clear water")
def goldfish(c: Canvas, random: Random) -> None:
    fish(c, -10, 30, 1.45, "#ff8c2b", "#ffc074")
    for _ in range(7):
        x, y = random.uniform(-240, -170), random.uniform(-230, 10)
        c.circle(x, y, random.uniform(7, 16), "none", 'stroke="#fff" stroke-width="4"')


@thing(
    "butterfly.jpg", "#f5fbef", "#d3e8bd", "a butterfly", "a purple butterfly with spotted wings"
)
def butterfly(c: Canvas, _: Random) -> None:
    for flip in (-1, 1):
        c.add(f'<g transform="scale({flip} 1)">')
        c.path(
            "M6 0C40 -170 210 -210 220 -110C226 -30 110 10 6 10Z", c.linear("#9b5de5", "#5a2bb0")
        )
        c.path("M6 10C90 10 180 50 160 120C140 190 40 140 6 30Z", c.linear("#f15bb5", "#b82a86"))
        for x, y, r in ((160, -120, 24), (110, -70, 15), (110, 100, 20)):
            c.circle(x, y, r, "#ffe066")
        c.line("M3 -60Q20 -140 60 -160", "#2b1a3d", 6)
        c.add("</g>")
    c.oval(0, 15, 15, 92, "#2b1a3d")


@thing(
    "sunflower.jpg", "#e8f5ff", "#a9d3f0", "a sunflower", "a big yellow flower with a dark centre"
)
def sunflower(c: Canvas, _: Random) -> None:
    c.line("M0 30Q14 130 0 202", "#3f8a3a", 18)
    c.path("M6 140Q80 70 140 120Q80 170 6 140Z M-2 160Q-70 100 -130 140Q-80 190 -2 160Z", "#4fa348")
    for ring, (colour, long) in enumerate((("#f4a300", 165), ("#ffc928", 150))):
        for angle in range(0, 360, 24):
            c.add(
                f'<path d="M0 0Q-42 {-long * 0.6} 0 {-long}Q42 {-long * 0.6} 0 0Z" fill="{colour}" transform="translate(0 -50) rotate({angle + ring * 12})"/>'
            )
    c.circle(0, -50, 70, c.radial("#7a4a1e", "#3d2410"))


@thing("red rose.jpg", "#fdf0f2", "#efbfc9", "a red rose", "a flower with red petals")
def rose(c: Canvas, _: Random) -> None:
    c.line("M0 20V200", "#2f7d3b", 15)
    c.path("M0 130Q60 60 130 90Q90 150 0 140Z M0 170Q-60 100 -120 140Q-70 190 0 178Z", "#3c9a49")
    c.path(
        "M-120 -110C-150 10 -60 60 0 60S150 10 120 -110Q60 -70 0 -96Q-60 -70 -120 -110Z", "#a30d26"
    )
    c.path(
        "M-96 -130C-110 -20 -50 40 0 44S110 -20 96 -130Q50 -180 0 -160Q-50 -180 -96 -130Z",
        "#d0203c",
    )
    c.path("M-60 -120C-70 -40 -30 0 10 0S80 -40 66 -120Q20 -160 -60 -120Z", "#e63a54")
    c.path("M-30 -110C-36 -60 -6 -36 14 -40S50 -70 40 -110Q10 -130 -30 -110Z", "#b3152f")


@thing(
    "mushroom.jpg",
    "#f3f6e8",
    "#c8d4a5",
    "a red mushroom with white dots",
    "a toadstool in the grass",
)
def mushroom(c: Canvas, random: Random) -> None:
    c.path("M-54 20Q-40 130 -64 200H64Q40 130 54 20Z", c.linear("#ffffff", "#e3d8c6"))
    c.path("M-76 66Q0 100 76 66L56 40H-56Z", "#efe6d6")
    c.path(
        "M-190 46C-190 -210 190 -210 190 46Q0 90 -190 46Z",
        c.radial("#ff6b5b", "#d62828", "#96131c", at=(0.4, 0.25), reach=0.85),
    )
    for x, y, r in (
        (-100, -10, 26),
        (-30, -90, 30),
        (60, -40, 34),
        (130, 14, 20),
        (-30, 10, 19),
        (100, -100, 17),
    ):
        c.oval(x, y, r, r * 0.85, "#fff")
    for _ in range(34):
        left = random.uniform(-180, 180)
        c.line(
            f"M{left:.0f} 206q4 -24 {random.uniform(-14, 14):.0f} {random.uniform(-50, -26):.0f}",
            "#5c8f3a",
            6,
        )


@thing("straw hat.jpg", "#eaf6f8", "#b3d8de", "a straw hat", "a summer hat with a red ribbon")
def hat(c: Canvas, _: Random) -> None:
    c.oval(0, 130, 240, 58, c.linear("#e8c37a", "#c99a45"))
    c.path(
        "M-130 120C-130 -70 -80 -110 0 -110S130 -70 130 120Q0 170 -130 120Z",
        c.linear("#f5d99a", "#dcb25f", across=True),
    )
    c.path("M-132 70Q0 124 132 70V120Q0 172 -132 120Z", "#d62839")


@thing(
    "white sneaker.jpg",
    "#e9efff",
    "#aebfe8",
    "a sneaker",
    "a white sports shoe with a green stripe",
)
def sneaker(c: Canvas, _: Random) -> None:
    c.path(
        "M-210 150C-220 60 -200 -30 -180 -60L-90 -40Q-60 -20 -30 -60L10 -80Q60 20 150 60Q222 84 220 150Z",
        c.linear("#ffffff", "#dde3ee"),
    )
    c.path(
        "M-214 146H222Q232 198 190 200H-190Q-220 196 -214 146Z",
        "#f4f4f0",
        'stroke="#c4cbd6" stroke-width="4"',
    )
    c.path("M-120 146L-40 0 0 -20 -50 146Z", "#2a9d6f")
    for x, y in ((20, -50), (46, -16), (76, 14), (110, 38)):
        c.line(f"M{x} {y}l-44 26", "#44506a", 8)
    c.path("M-180 -60L-90 -40Q-110 -6 -190 0Z", "#44506a")


@thing(
    "striped t-shirt.jpg",
    "#fff4f0",
    "#f3c8ba",
    "a striped t-shirt",
    "a white shirt with navy blue stripes",
)
def shirt(c: Canvas, _: Random) -> None:
    outline = "M-80 -170Q0 -110 80 -170L210 -90 160 0 116 -24V196H-116V-24L-160 0 -210 -90Z"
    c.add(f'<clipPath id="shirt"><path d="{outline}"/></clipPath>')
    c.path(outline, c.linear("#ffffff", "#eef0f4"))
    for y in range(-150, 200, 44):
        c.rect(-220, y, 440, 20, "#1f3a68", 'clip-path="url(#shirt)"')
    c.line("M-80 -170Q0 -110 80 -170", "#1f3a68", 12)


@thing("headphones.jpg", "#2f3347", "#12141f", "headphones", "pink headphones on a dark background")
def headphones(c: Canvas, _: Random) -> None:
    c.line("M-150 80V10A150 150 0 0 1 150 10V80", "#f7a1c4", 24)
    for x in (-150, 150):
        c.rect(x - 42, 40, 84, 140, c.linear("#ff6fa8", "#d63a7d"), 'rx="36"')
        c.rect(x - (14 if x > 0 else -14) - 24, 54, 48, 112, "#2a1a26", 'rx="22"')


@thing(
    "birthday cake.jpg",
    "#fef6ff",
    "#e7c6ee",
    "a birthday cake",
    "a cake with candles and pink icing",
)
def cake(c: Canvas, _: Random) -> None:
    c.oval(0, 190, 220, 24, "#fff")
    c.rect(-170, 30, 340, 160, c.linear("#f7d9b0", "#dfae74"), 'rx="16"')
    c.path(
        "M-176 60V20Q-176 -20 -130 -20H130Q176 -20 176 20V60Q150 110 120 66Q96 120 60 66Q30 112 0 66Q-34 120 -64 66Q-94 112 -124 66Q-150 110 -176 60Z",
        c.linear("#ff9ecb", "#f26ca7"),
    )
    for x, colour in ((-90, "#3a86ff"), (-30, "#ffbe0b"), (30, "#06d6a0"), (90, "#8338ec")):
        c.rect(x - 8, -100, 16, 86, colour, 'rx="4"')
        c.path(f"M{x} -160Q{x + 22} -126 {x} -108Q{x - 22} -126 {x} -160Z", "#ff9f1c")
