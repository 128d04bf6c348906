"""Posters with large type."""

from random import Random

from clipdesk.demo.canvas import Canvas, Sketchbook

posters = Sketchbook("Posters")
SHEET = (720, 1018)


def bold(colour: str, width: float) -> str:
    """The one font at hand is light: its outline makes it heavy."""
    return f'stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"'


@posters.page("sale.png", SHEET, "a sale poster", "a red poster with the word SALE, 50 % off")
def sale(c: Canvas, _: Random) -> None:
    c.wash("#e5222f", "#c4101f")
    c.circle(360, 560, 300, "#ffd60a")
    c.text(360, 290, 220, "SALE", "#fff", bold("#fff", 14))
    c.text(360, 640, 250, "50%", "#c4101f", bold("#c4101f", 14))
    c.text(360, 740, 70, "OFF", "#c4101f", bold("#c4101f", 5))
    c.text(360, 950, 40, "THIS WEEKEND ONLY", "#fff", bold("#fff", 2))


@posters.page(
    "jazz night.jpg", SHEET, "a jazz night poster", "a concert poster with a saxophone and a moon"
)
def jazz(c: Canvas, random: Random) -> None:
    c.wash("#10123a", "#3a1c5c", "#7c2a6a")
    c.circle(490, 400, 190, "#f9c74f")
    c.line("M300 330Q330 320 340 360L410 640Q440 740 520 730Q600 710 570 600", "#f8961e", 44)
    c.path("M540 620L530 500Q620 470 640 540Q640 590 600 640Z", "#f9844a")
    c.line("M300 330L250 350", "#f8961e", 18)
    for i in range(5):
        c.circle(395 + i * 16, 440 + i * 52, 11, "#fff3d6")
    c.text(360, 180, 150, "JAZZ", "#fff", bold("#fff", 8))
    c.text(360, 870, 104, "NIGHT", "#f9c74f", bold("#f9c74f", 5))
    c.text(360, 950, 36, "FRIDAY 9 PM · BLUE CELLAR", "#fff")


@posters.page(
    "coffee menu.png", SHEET, "a coffee shop menu", "a menu with a list of coffee drinks and prices"
)
def menu(c: Canvas, _: Random) -> None:
    c.wash("#2f241d", "#2f241d")
    c.rect(40, 40, 640, 938, "none", 'stroke="#e6ccb2" stroke-width="4"')
    c.text(360, 170, 84, "COFFEE", "#f1dfc9", bold("#f1dfc9", 4))
    c.line("M260 215H460", "#dda15e", 5)
    for row, (drink, price) in enumerate(
        (
            ("Espresso", "2.50"),
            ("Americano", "3.00"),
            ("Cappuccino", "3.80"),
            ("Flat white", "4.00"),
            ("Mocha", "4.20"),
            ("Iced latte", "4.50"),
        )
    ):
        y = 320 + row * 100
        c.text(100, y, 46, drink, "#fff", 'text-anchor="start"')
        c.text(620, y, 46, price, "#dda15e", 'text-anchor="end"')
        c.line(f"M100 {y + 26}H620", "#5b4636", 2)


@posters.page(
    "swiss style.png",
    SHEET,
    "a minimal geometric poster",
    "a poster with a circle, a square and a triangle",
)
def swiss(c: Canvas, _: Random) -> None:
    c.wash("#f4efe4", "#f4efe4")
    c.circle(250, 330, 190, "#e63946")
    c.rect(360, 330, 290, 290, "#1d3557")
    c.path("M60 760L250 430 440 760Z", "#f4b400", 'opacity="0.92"')
    c.text(60, 880, 92, "Form", "#161616", 'text-anchor="start" ' + bold("#161616", 4))
    c.text(60, 955, 40, "Exhibition of design", "#161616", 'text-anchor="start"')


@posters.page(
    "summer festival.jpg",
    SHEET,
    "a summer festival poster",
    "a poster with the sun, waves and the word SUMMER",
)
def summer(c: Canvas, _: Random) -> None:
    c.wash("#ff9f6b", "#ffd08a")
    for angle in range(0, 360, 20):
        c.add(
            f'<path d="M360 470L330 -260H390Z" fill="#fff3c4" opacity="0.5" transform="rotate({angle} 360 470)"/>'
        )
    c.circle(360, 470, 170, "#ff5d5d")
    for row, shade in enumerate(("#57cfd8", "#2a9fbf", "#1a6f9c", "#134b78")):
        y = 640 + row * 90
        c.path(f"M-60 {y}" + "q45 -54 90 0t90 0" * 5 + "V1100H-60Z", shade)
    c.text(360, 190, 118, "SUMMER", "#fff", bold("#fff", 8))
    c.text(360, 920, 60, "FESTIVAL", "#fff", bold("#fff", 4))


@posters.page(
    "recycle.jpg",
    SHEET,
    "a green poster about recycling",
    "a poster with a leaf and the words GO GREEN",
)
def green(c: Canvas, _: Random) -> None:
    c.wash("#d8f3dc", "#95d5b2")
    c.path(
        "M170 640C130 360 330 230 600 210C610 500 480 690 230 660Z", c.linear("#52b788", "#2d6a4f")
    )
    c.line("M150 740Q260 520 520 300", "#d8f3dc", 12)
    c.text(360, 850, 110, "GO GREEN", "#1b4332", bold("#1b4332", 6))
    c.text(360, 930, 40, "reduce · reuse · recycle", "#1b4332")
