"""Numbers, spans of time and sizes as people say them; names as they are."""

from html import escape


def count(number: int) -> str:
    """48310 → ``48,310``."""
    return f"{number:,}"


def pictures(number: int) -> str:
    """1 → ``1 picture``, 48310 → ``48,310 pictures``."""
    return f"{number:,} picture" if number == 1 else f"{number:,} pictures"


def span(seconds: float) -> str:
    """About how long: ``a few seconds``, ``40 s``, ``7 min``, ``2 h 10 min``, ``3 days``."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 60:
        return f"{round(seconds / 10) * 10} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes and hours < 10 else f"{hours} h"
    return f"{round(hours / 24)} days"


def size(number: int) -> str:
    """Bytes as file managers write them: ``605 MB``."""
    value = float(number)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def tip(text: str) -> str:
    """As it is, in a tooltip: Qt would take a file called ``<b>`` for markup."""
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>' if "<" in text else text


def apart(name: str) -> str:
    """A name that is read from right to left must not turn what stands beside it around."""
    return f"\u2068{name}\u2069"


def on_button(text: str) -> str:
    """As it is, on a button or in a menu: Qt would underline what follows an ampersand."""
    return text.replace("&", "&&")
