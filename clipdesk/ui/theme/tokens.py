"""The measures and colours everything is made of, in logical pixels and sRGB."""

from dataclasses import dataclass

UNIT = 4
GAP = 6
"""Between pictures of the grid."""
PADDING = 12
CELL_RADIUS = 6
CARD_RADIUS = 8
HIT_TARGET = 28
FIELD_HEIGHT = 34
FOCUS_RING = 2

CAPTION_PX = 11
BASE_PX = 13
TITLE_PX = 18

MOTION_MS = 150
"""Ease-out; none when the system asks for reduced motion."""

THUMBNAIL_MIN, THUMBNAIL_DEFAULT, THUMBNAIL_MAX = 80, 176, 320


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as #RRGGBB."""

    window: str
    surface: str
    border: str
    text: str
    secondary: str
    accent: str
    on_accent: str
    warning: str
    error: str


LIGHT = Palette(
    window="#F5F5F4",
    surface="#FFFFFF",
    border="#D9D9D6",
    text="#1C1C1E",
    secondary="#63636A",
    accent="#0B7F70",
    on_accent="#FFFFFF",
    warning="#9A5B00",
    error="#B3261E",
)
DARK = Palette(
    window="#1C1C1E",
    surface="#262628",
    border="#3A3A3D",
    text="#F2F2F0",
    secondary="#A2A2A8",
    accent="#2CC2AC",
    on_accent="#06201C",
    warning="#F0B255",
    error="#FF8A80",
)
GREY = Palette(
    window="#777777",
    surface="#8A8A8A",
    border="#616161",
    text="#000000",
    secondary="#1F1F1F",
    accent="#00332C",
    on_accent="#FFFFFF",
    warning="#3A1D00",
    error="#520008",
)
"""Middle grey, for judging colours. On it only black can be read as text should (4.7:1), so
warnings and errors, which carry a sign as well, are held to 3:1."""
PALETTES = (LIGHT, DARK, GREY)
