"""Two plots as SVG: figures with their intervals, and recall as a list grows longer."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from clipdesk.core.evaluation.bootstrap import Figure

# Told apart by eyes of every kind (Okabe & Ito, Color Universal Design, 2008).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_INK, _FAINT, _PAPER = "#222", "#ddd", "#fff"
_WIDTH, _LEFT, _RIGHT, _TOP = 720, 110, 24, 16
_ROW, _GAP, _LEGEND = 18, 14, 22


def whiskers(models: Mapping[str, Mapping[str, Figure]]) -> str:
    """For each figure a dot for each model, on a line that is its interval."""
    names = list(next(iter(models.values())))
    block = _ROW * len(models) + _GAP
    bottom = _TOP + block * len(names)
    parts = [_grid(_TOP, bottom)]
    for row, name in enumerate(names):
        y = _TOP + row * block
        parts.append(_text(_LEFT - 10, y + (block - _GAP) / 2 + 4, name, "end"))
        for number, figures in enumerate(models.values()):
            figure, colour = figures[name], _colour(number)
            at = y + _ROW * number + _ROW / 2
            parts.append(
                f'<path d="M{_x(figure.low):.1f} {at}H{_x(figure.high):.1f}" stroke="{colour}"'
                f' stroke-width="2"/><circle cx="{_x(figure.value):.1f}" cy="{at}" r="4.5"'
                f' fill="{colour}"/>'
            )
    return _drawing(parts, bottom + 24, list(models))


def curves(models: Mapping[str, Sequence[float]], cuts: Sequence[int]) -> str:
    """For each model its recall (0–1) among the first k, for each k of ``cuts``, rising."""
    height = 260
    bottom, right = _TOP + height, _WIDTH - _RIGHT
    # Half of all interest lies in the first ten: the axis is logarithmic.
    span = np.log(max(cuts[-1], 2))
    xs = [_LEFT + (right - _LEFT) * float(np.log(cut) / span) for cut in cuts]
    parts = []
    for tenth in range(0, 11, 2):
        y = bottom - height * tenth / 10
        parts.append(f'<path d="M{_LEFT} {y}H{right}" stroke="{_FAINT}"/>')
        parts.append(_text(_LEFT - 10, y + 4, f"{tenth * 10} %", "end"))
    for cut, x in zip(cuts, xs, strict=True):
        if cut in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
            parts.append(_text(x, bottom + 18, str(cut), "middle"))
    for number, recalls in enumerate(models.values()):
        points = " ".join(
            f"{x:.1f},{bottom - height * recall:.1f}" for x, recall in zip(xs, recalls, strict=True)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{_colour(number)}"'
            ' stroke-width="2.5" stroke-linejoin="round"/>'
        )
    return _drawing(parts, bottom + 30, list(models))


def _grid(top: float, bottom: float) -> str:
    lines = []
    for tenth in range(0, 11, 2):
        x = _x(tenth / 10)
        lines.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="{_FAINT}"/>')
        lines.append(_text(x, bottom + 16, f"{tenth * 10} %", "middle"))
    return "".join(lines)


def _drawing(parts: Sequence[str], bottom: float, names: Sequence[str]) -> str:
    legend = []
    for number, name in enumerate(names):
        y = bottom + _LEGEND * number + 12
        legend.append(f'<circle cx="{_LEFT}" cy="{y}" r="5" fill="{_colour(number)}"/>')
        legend.append(_text(_LEFT + 12, y + 4, name, "start"))
    height = bottom + _LEGEND * len(names) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}"'
        f' font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">'
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>{"".join((*parts, *legend))}</svg>\n'
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _x(share: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * share
