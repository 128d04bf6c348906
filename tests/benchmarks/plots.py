"""Curves as pictures, by matplotlib (in the group ``bench`` of `pyproject.toml`)."""

from pathlib import Path

from tests.benchmarks.findings import Curve


def draw(curves: list[Curve], folder: Path) -> dict[str, str]:
    """One PNG for each curve; the file names by title. None where there is no matplotlib."""
    try:
        import matplotlib as mpl
    except ImportError:
        return {}
    mpl.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import LogLocator, NullFormatter

    names = {}
    for number, curve in enumerate(curves):
        figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
        for label, points in curve.lines.items():
            axes.plot(*zip(*points, strict=True), marker="o", label=label)
        if curve.logarithmic:
            axes.set(xscale="log", yscale="log")
            for axis in (axes.xaxis, axes.yaxis):
                axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
                axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
                axis.set_minor_formatter(NullFormatter())
        axes.set(title=curve.title, xlabel=curve.across, ylabel=curve.up)
        axes.grid(alpha=0.3, which="both")
        axes.legend(frameon=False)
        name = f"curve-{number + 1}.png"
        figure.savefig(folder / name, dpi=110)
        pyplot.close(figure)
        names[curve.title] = name
    return names
