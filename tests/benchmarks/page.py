"""What was found, as a page for people: the summary first, then each benchmark's own part."""

from collections.abc import Mapping

from tests.benchmarks.findings import Curve, Figure, Findings, Table

_MEANING = (
    "*Must* and *aim* are bounds that were set before anything was measured. Where the machine was "
    "busy (see below), times of the clock say little, ratios and the processor's time more."
)
_VERDICTS = {"aim": "reaches the aim", "must": "reaches what it must"}


def page(
    told: Mapping[str, Findings],
    facts: Mapping[str, str],
    loads: Mapping[str, str],
    pictures: Mapping[str, str],
) -> str:
    """The report in Markdown; ``pictures`` are the files of curves by their titles."""
    lines = ["# What ClipDesk costs", "", *_summary(told), "", _MEANING, ""]
    lines += [f"- {name}: {value}" for name, value in facts.items()]
    busy = ", ".join(f"{when} {how}" for when, how in loads.items())
    lines += [f"- processes that wanted a core (1, 5, 15 minutes): {busy}", ""]
    for name, found in told.items():
        lines += [f"## {name.capitalize()}", ""]
        lines += ["| measure | value | must | aim | |", "|---|--:|--:|--:|---|"]
        lines += [_row(figure) for figure in found.figures]
        lines.append("")
        for table in found.tables:
            lines += _table(table)
        lines += [_curve(curve, pictures) for curve in found.curves]
    return "\n".join(lines) + "\n"


def _summary(told: Mapping[str, Findings]) -> list[str]:
    bound = [
        (name, figure)
        for name, found in told.items()
        for figure in found.figures
        if figure.must is not None
    ]
    missed = [(name, figure) for name, figure in bound if figure.verdict == "missed"]
    if not bound:
        return []
    lines = [f"Of {len(bound)} figures that have a bound {len(bound) - len(missed)} keep it."]
    for name, figure in missed:
        assert figure.must is not None
        value, must = _number(figure.value), _number(figure.must)
        lines.append(f"- missed: {name}, {figure.what}: {value} {figure.unit}, must be {must}")
    return lines


def _row(figure: Figure) -> str:
    verdict = _VERDICTS.get(figure.verdict, figure.verdict)
    cells = [figure.what, f"{_number(figure.value)} {figure.unit}".strip()]
    cells += ["" if each is None else _number(each) for each in (figure.must, figure.aim)]
    return f"| {' | '.join([*cells, '; '.join(filter(None, (verdict, figure.note)))])} |"


def _table(table: Table) -> list[str]:
    lines = [f"### {table.title}", "", f"| {' | '.join(table.columns)} |"]
    lines.append("|---" * len(table.columns) + "|")
    lines += [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in table.rows]
    return [*lines, ""]


def _curve(curve: Curve, pictures: Mapping[str, str]) -> str:
    if curve.title in pictures:
        return f"![{curve.title}]({pictures[curve.title]})\n"
    rows = [
        f"{label}: " + ", ".join(f"{x:,.0f} → {_number(y)}" for x, y in points)
        for label, points in curve.lines.items()
    ]
    return f"{curve.title} ({curve.up} for {curve.across}): " + "; ".join(rows) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
