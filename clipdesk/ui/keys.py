"""Keys that mean something in one place only; all others are declared with their actions."""

PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "In the preview": (
        ("Next and previous picture", "→, ←"),
        ("Nearer, farther", "+, −"),
        ("All of the picture", "0"),
        ("Actual size", "1, Z"),
        ("Earlier, later moment of a video", ",  ."),
        ("Moments that fit the search", "Shift+←, Shift+→"),
        ("Back to the pictures", "Space, Esc"),
    ),
    "On the map": (
        ("Next picture that way", "→, ←, ↑, ↓"),
        ("Push the map", "Ctrl+→, Ctrl+←, …"),
        ("Nearer, farther", "+, −"),
        ("See all that is lit", "0"),
        ("Select all that is lit", "Ctrl+A"),
        ("Select with a lasso", "Shift and drag"),
    ),
}
"""By place: what is done, and the keys."""
