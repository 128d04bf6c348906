"""Figures as a page to show people: Markdown with plots beside it, and one HTML file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from clipdesk.core.errors import LibraryError
from clipdesk.core.evaluation import chart
from clipdesk.core.evaluation.bootstrap import Figure
from clipdesk.core.evaluation.measure import Measured, Task
from clipdesk.core.pairs import Pairs, in_words
from clipdesk.core.paths import printable

TITLES = {
    Task.TEXT_IMAGE: "Words find their picture",
    Task.IMAGE_TEXT: "A picture finds its words",
    Task.IMAGE_IMAGE: "A picture finds its like",
}
_HARDEST = 20
_CURVE = 100


@dataclass(frozen=True, slots=True)
class Section:
    """One task, measured with every model; the first is what the others are compared with."""

    task: Task
    models: Mapping[str, Measured]

    @property
    def heading(self) -> str:
        first = next(iter(self.models.values()))
        return f"{TITLES[self.task]}: {first.queries} ask, {first.gallery} answer"

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The figures as a table, in per cent; its first row says what the columns are."""
        (_, base), *others = self.models.items()
        yield ("", *self.models, *(f"{name} − {next(iter(self.models))}" for name, _ in others))
        for name in base.figures:
            figures = [measured.figures[name] for measured in self.models.values()]
            differences = [measured.compared(base)[name] for _, measured in others]
            yield (
                name,
                *(percent(figure) for figure in figures),
                *(percent(figure, sign="+") for figure in differences),
            )
        yield ("median rank", *(f"{m.median_rank:g}" for m in self.models.values()))


def sections(models: Mapping[str, Sequence[Measured]]) -> list[Section]:
    """The same, task by task."""
    tasks = [measured.task for measured in next(iter(models.values()))]
    return [
        Section(task, {name: measured[number] for name, measured in models.items()})
        for number, task in enumerate(tasks)
    ]


def percent(figure: Figure, sign: str = "") -> str:
    """A figure and its interval in per cent."""
    low, high = 100 * figure.low, 100 * figure.high
    return f"{100 * figure.value:{sign}.1f} ({low:{sign}.1f} to {high:{sign}.1f})"


def write(
    folder: Path, what: str, pairs: Pairs, found: Sequence[Section], figures: Mapping[str, Any]
) -> Path:
    """Write ``report.md`` with its plots, ``report.html``, and ``figures`` as ``report.json``.

    Answers the page's path; raises `LibraryError` if it can't be written.
    """
    title = f"How well {' and '.join(found[0].models)} find what is in {what}"
    words = [f"# {_plain(title)}", _EXPLAINED]
    page = [f"<h1>{escape(title)}</h1><p>{escape(_EXPLAINED)}</p>"]
    plots: dict[str, str] = {}
    for section in found:
        rows, hardest = list(section.rows()), list(_hardest(section, pairs))
        dots = chart.whiskers({name: m.figures for name, m in section.models.items()})
        first = next(iter(section.models.values()))
        cuts = np.arange(1, max(2, min(_CURVE, first.gallery)) + 1).tolist()
        curve = chart.curves({n: m.recall(cuts).tolist() for n, m in section.models.items()}, cuts)
        plots |= {f"{section.task}-figures.svg": dots, f"{section.task}-recall.svg": curve}
        words += [
            f"## {section.heading}",
            _markdown(rows),
            f"![figures]({section.task}-figures.svg)",
            f"Found among the first k:\n\n![recall]({section.task}-recall.svg)",
            f"Hardest:\n\n{_markdown(hardest)}",
        ]
        page.append(
            f"<h2>{escape(section.heading)}</h2>{_html(rows)}{dots}"
            f"<h3>Found among the first k</h3>{curve}<h3>Hardest</h3>{_html(hardest)}"
        )
    if pairs.problems:
        passed = list(in_words(pairs.problems, limit=1000))
        words += ["## Passed over", "\n".join(f"- {_plain(line)}" for line in passed)]
        page.append("<h2>Passed over</h2><ul>" + "".join(f"<li>{escape(x)}" for x in passed))
        page.append("</ul>")
    files = plots | {
        "report.md": "\n\n".join(words) + "\n",
        "report.html": f"{_HEAD}<title>{escape(title)}</title>{''.join(page)}\n",
        "report.json": json.dumps(figures, indent=2) + "\n",
    }
    with _in_words(folder):
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
    return folder / "report.html"


def make(folder: Path) -> None:
    """Make sure that a report can be written there; raises `LibraryError`."""
    with _in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"The report can't be written to {printable(folder)}: {error.strerror}."
        ) from error


def _hardest(section: Section, pairs: Pairs) -> Iterator[tuple[str, ...]]:
    """The questions whose answer came last with the first model, and where it came."""
    yield ("asked", *section.models)
    first = next(iter(section.models.values()))
    for number in np.argsort(-first.places.first, kind="stable")[:_HARDEST].tolist():
        asked = first.asked[number]
        text = (
            pairs.captions[asked]
            if section.task is Task.TEXT_IMAGE
            else printable(pairs.files[asked].name)
        )
        yield (text, *(f"{m.places.first[number]:g}" for m in section.models.values()))


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(map(_plain, row)) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    width = len(rows[0])
    return "\n".join(line + " |" * (width - line.count(" |")) for line in lines)


def _html(rows: Sequence[Sequence[str]]) -> str:
    head, *rest = rows
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) + "</tr>" for row in rest
    )
    return f"<table><tr>{''.join(f'<th>{escape(cell)}' for cell in head)}</tr>{body}</table>"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    text = " ".join(text.split())
    return "".join(f"\\{char}" if char in r"\`*_{}[]<>#|!" else char for char in text)


_EXPLAINED = (
    "In per cent, each with the interval that holds it in 95 of 100 such samples. recall@k: a "
    "right answer is among the first k. mrr: one divided by the place of the first right answer. "
    "map: how far up all right answers are. ndcg@10: the same for the first ten, the better "
    "answers counting more."
)
_HEAD = """<!doctype html><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em;
  color: #222; background: #fff }
table { border-collapse: collapse } td, th { text-align: left; padding: .2em 1em .2em 0;
  border-bottom: 1px solid #ddd } svg { max-width: 100%; height: auto }
</style>
"""
