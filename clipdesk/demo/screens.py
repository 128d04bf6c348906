"""Charts and screens of programs, as they fill a designer's reference folder."""

from math import cos, pi, sin
from random import Random

from clipdesk.demo.canvas import Canvas, Sketchbook

screens = Sketchbook("Screens")
DESK, PHONE = (1200, 800), (540, 1080)
BLUE, GREEN, YELLOW, RED, INK = "#4361ee", "#2ec4b6", "#ffb703", "#ef476f", "#22304a"
LEFT = 'text-anchor="start"'


@screens.page("bar chart.png", DESK, "a bar chart", "a chart with blue columns")
def bars(c: Canvas, random: Random) -> None:
    c.wash("#fff", "#fff")
    c.text(90, 110, 44, "Visitors by month", INK, LEFT)
    for y in range(180, 681, 100):
        c.line(f"M90 {y}H1110", "#e4e9f2", 2)
    for i, month in enumerate("JFMAMJJASOND"):
        h = 120 + i * 24 + random.uniform(-50, 70)
        c.rect(110 + i * 84, 680 - h, 50, h, c.linear("#7b94ff", BLUE), 'rx="8"')
        c.text(135 + i * 84, 725, 26, month, "#7a869c")


@screens.page("pie chart.png", DESK, "a pie chart", "a round chart with coloured slices")
def pie(c: Canvas, _: Random) -> None:
    c.wash("#fbfaf7", "#fbfaf7")
    at = -pi / 2
    for i, (share, colour, name) in enumerate(
        (
            (0.42, BLUE, "Search"),
            (0.26, GREEN, "Direct"),
            (0.19, YELLOW, "Social"),
            (0.13, RED, "Mail"),
        )
    ):
        end = at + share * 2 * pi
        x1, y1, x2, y2 = (
            400 + 270 * cos(at),
            400 + 270 * sin(at),
            400 + 270 * cos(end),
            400 + 270 * sin(end),
        )
        c.path(
            f"M400 400L{x1:.1f} {y1:.1f}A270 270 0 {int(share > 0.5)} 1 {x2:.1f} {y2:.1f}Z",
            colour,
            'stroke="#fbfaf7" stroke-width="6"',
        )
        c.rect(800, 250 + i * 84, 40, 40, colour, 'rx="8"')
        c.text(864, 284 + i * 84, 38, f"{name} {share:.0%}", INK, LEFT)
        at = end


@screens.page(
    "line chart.png", DESK, "a line chart going up", "a dark dashboard with a rising graph"
)
def lines(c: Canvas, random: Random) -> None:
    c.wash("#101828", "#1b2440")
    c.text(90, 120, 46, "Revenue", "#fff", LEFT)
    for y in range(200, 701, 100):
        c.line(f"M90 {y}H1110", "#2b3658", 2)
    for colour, drop in (("#6ee7f9", 330), ("#a78bfa", 190)):
        points = [(90 + i * 102, 680 - drop * i / 10 - random.uniform(0, 90)) for i in range(11)]
        d = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
        c.path(d + "V700H90Z", c.linear(f"{colour}/0.35", f"{colour}/0"))
        c.line(d, colour, 7)


@screens.page(
    "login screen.png",
    PHONE,
    "a login screen of a phone app",
    "a sign in form with two fields and a button",
)
def login(c: Canvas, _: Random) -> None:
    c.wash("#5f5bef", "#9a5bef")
    c.circle(270, 250, 70, "#fff")
    c.text(270, 278, 80, "C", "#5f5bef")
    c.rect(40, 400, 460, 520, "#fff", 'rx="34"')
    c.text(270, 480, 42, "Welcome back", INK)
    for y, words in ((530, "Email"), (630, "Password")):
        c.rect(80, y, 380, 72, "#f0f2f8", 'rx="16"')
        c.text(106, y + 46, 28, words, "#8b95a9", LEFT)
    c.rect(80, 750, 380, 78, BLUE, 'rx="39"')
    c.text(270, 800, 32, "Sign in", "#fff")
    c.text(270, 880, 24, "Forgot password?", "#7a869c")


@screens.page("chat app.png", PHONE, "a chat app on a phone", "messages in speech bubbles")
def chat(c: Canvas, _: Random) -> None:
    c.wash("#eef1f7", "#eef1f7")
    c.rect(0, 0, 540, 130, "#fff")
    c.circle(80, 74, 34, "#ffb4a2")
    c.text(134, 86, 34, "Maya", INK, LEFT)
    y = 170
    for mine, wide, words in (
        (False, 330, "Hi! Is the logo ready?"),
        (True, 300, "Almost, look at this"),
        (True, 190, "one moment"),
        (False, 250, "Take your time"),
        (True, 340, "Blue or green version?"),
        (False, 170, "Green!"),
    ):
        x = 510 - wide if mine else 30
        c.rect(x, y, wide, 78, BLUE if mine else "#fff", 'rx="30"')
        c.text(x + wide / 2, y + 49, 27, words, "#fff" if mine else INK)
        y += 112
    c.rect(30, 980, 480, 70, "#fff", 'rx="35"')
    c.text(62, 1024, 26, "Message", "#9aa5b8", LEFT)


@screens.page("web shop.png", DESK, "a web shop page", "a website with product cards and prices")
def shop(c: Canvas, _: Random) -> None:
    c.wash("#f7f7f9", "#f7f7f9")
    c.rect(0, 0, 1200, 90, "#fff")
    c.text(60, 58, 38, "STUDIO", INK, LEFT)
    for i, words in enumerate(("New", "Chairs", "Lamps", "Sale")):
        c.text(640 + i * 130, 56, 26, words, "#5b6780")
    for i, (tint, shade) in enumerate(
        (
            ("#ffe1d6", "#e76f51"),
            ("#dcefe7", "#2a9d8f"),
            ("#e3e0fb", "#6a4ce0"),
            ("#fff0c9", "#e9a100"),
            ("#dceaf8", "#3a7fc4"),
            ("#fbdfe8", "#d6457a"),
        )
    ):
        x, y = 60 + i % 3 * 370, 130 + i // 3 * 330
        c.rect(x, y, 340, 300, "#fff", 'rx="18"')
        c.rect(x + 16, y + 16, 308, 190, tint, 'rx="12"')
        if i % 2:
            c.circle(x + 170, y + 110, 56, shade)
        else:
            c.path(
                f"M{x + 110} {y + 60}h120l-14 70h-92Z M{x + 124} {y + 130}h12v50h-12Z M{x + 206} {y + 130}h12v50h-12Z",
                shade,
            )
        c.rect(x + 20, y + 226, 150, 16, "#c9d0dc", 'rx="8"')
        c.text(x + 20, y + 280, 28, f"€ {39 + i * 20}", INK, LEFT)


@screens.page(
    "weather app.png", PHONE, "a weather app", "a phone screen with the sun and a temperature"
)
def weather(c: Canvas, _: Random) -> None:
    c.wash("#3fa7f5", "#9fd8ff")
    c.text(270, 140, 44, "Lisbon", "#fff")
    c.circle(270, 330, 110, c.radial("#fff6bf", "#ffd23f"))
    c.text(280, 620, 170, "24°", "#fff")
    c.rect(36, 740, 468, 280, "#fff", 'rx="34" opacity="0.3"')
    for i, (day, degrees) in enumerate((("Mon", 23), ("Tue", 21), ("Wed", 19), ("Thu", 25))):
        c.text(96 + i * 116, 810, 30, day, "#fff")
        c.circle(96 + i * 116, 876, 28, "#ffd23f" if i % 2 == 0 else "#fff")
        c.text(98 + i * 116, 970, 34, f"{degrees}°", "#fff")
