"""Figures as other programs read them: what ``clipdesk eval --json`` prints."""

from collections.abc import Mapping
from typing import Any

from clipdesk.core.evaluation.bootstrap import Figure
from clipdesk.core.evaluation.measure import Measured
from clipdesk.core.pairs import Pairs


def answer(models: Mapping[str, tuple[Measured, ...]], pairs: Pairs) -> dict[str, Any]:
    """All figures of these models, the first of which the others are compared with."""
    (name, (first, *_)), *_ = models.items()
    base = models[name]
    plain = _plain(first)
    return {
        **{key: plain.pop(key) for key in ("queries", "gallery", *_USUAL)},
        "model": name,
        **plain,
        "models": [
            {
                "model": other,
                "tasks": [
                    _plain(measured)
                    | ({"difference": _figures(measured.compared(at))} if other != name else {})
                    for measured, at in zip(measured_all, base, strict=True)
                ],
            }
            for other, measured_all in models.items()
        ],
        "problems": [{"line": p.line, "reason": p.reason} for p in pairs.problems],
    }


_USUAL = "recall@1", "recall@5", "recall@10", "mrr", "median_rank"


def _plain(measured: Measured) -> dict[str, Any]:
    return {
        "task": str(measured.task),
        "queries": measured.queries,
        "gallery": measured.gallery,
        **{name: round(figure.value, 4) for name, figure in measured.figures.items()},
        "median_rank": measured.median_rank,
        "intervals": {
            name: [round(figure.low, 4), round(figure.high, 4)]
            for name, figure in measured.figures.items()
        },
    }


def _figures(figures: dict[str, Figure]) -> dict[str, Any]:
    return {
        name: {"value": round(f.value, 4), "interval": [round(f.low, 4), round(f.high, 4)]}
        for name, f in figures.items()
    }
