"""``clipdesk adapt``: make a model better at one's own pictures, if it does become better."""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from clipdesk.cli.output import put, put_json
from clipdesk.cli.reading import library_model
from clipdesk.cli.seeing import pairs_of
from clipdesk.core.adaptation.work import Step, Task, Taught, teach
from clipdesk.core.encoders.sharing import PREFIX
from clipdesk.core.encoders.store import Store
from clipdesk.core.evaluation.report import percent
from clipdesk.core.pairs import in_words
from clipdesk.core.paths import printable

_STAGES = {"seeing": (" pictures", "seeing"), "learning": (" steps", "learning")}


def run(options: Namespace) -> int:
    task = Task(
        model=options.model or library_model(options.library),
        out=options.out.absolute(),
        towers=options.towers,
        sides=options.sides,
        loss=options.loss,
        anyway=options.anyway,
    )
    pairs = pairs_of(options)
    store = Store(options.library.models)
    with _Bar(show=sys.stderr.isatty() and not options.json) as bar:
        taught = teach(task, pairs, options.library, store, bar)
    answer = _answer(taught, task)
    if options.json:
        put_json(answer)
    else:
        _tell(answer, taught)
    return 0 if taught.adopted else 1


class _Bar:
    """A bar on the terminal for each stage."""

    def __init__(self, *, show: bool) -> None:
        self._show = show
        self._stage = ""
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, step: Step) -> None:
        if step.stage != self._stage or self._bar is None:
            self.__exit__()
            unit, words = _STAGES[step.stage]
            self._stage = step.stage
            self._bar = tqdm(
                total=step.total, unit=unit, desc=words, disable=not self._show, file=sys.stderr
            )
        if step.merit is not None:
            self._bar.set_description(f"mrr {step.merit:.3f}", refresh=False)
        self._bar.update(step.done - self._bar.n)


def _answer(taught: Taught, task: Task) -> dict[str, Any]:
    verdict = taught.verdict
    figures = {
        when: {name: round(figure.value, 4) for name, figure in measured.figures.items()}
        for when, measured in (("before", verdict.before), ("after", verdict.after))
    }
    return {
        "model": task.model,
        "pictures": taught.counts,
        "queries": verdict.before.queries,
        **figures,
        "difference": {
            name: {
                "value": round(figure.value, 4),
                "interval": [round(figure.low, 4), round(figure.high, 4)],
            }
            for name, figure in verdict.difference.items()
        },
        "steps": verdict.steps,
        "better": verdict.is_better,
        "problems": [{"line": p.line, "reason": p.reason} for p in taught.pairs.problems],
        "adopted": taught.adopted,
        "out": str(task.out) if taught.adopted else None,
    }


def _tell(answer: dict[str, Any], taught: Taught) -> None:
    for line in in_words(taught.pairs.problems):
        put(f"Passed over: {line}")
    held, learned = answer["pictures"]["held_out"], answer["pictures"]["taught"]
    put(
        f"Learned from {learned} pictures, tried on {held} others with {answer['queries']} captions"
    )
    verdict = taught.verdict
    for name, before in verdict.before.figures.items():
        after, difference = verdict.after.figures[name], verdict.difference[name]
        put(f"{name:>10}  {percent(before)}  →  {percent(after)}  {percent(difference, '+')}")
    if answer["out"]:
        put(f"Use it: clipdesk index FOLDER --model {PREFIX}{printable(Path(answer['out']))}")
    else:
        put("It did not become surely better, so nothing was kept (--anyway keeps it).")
