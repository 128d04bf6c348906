"""``clipdesk adapt``: make a model better at one's own pictures, if it does become better."""

import hashlib
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from clipdesk.cli.output import put, put_json
from clipdesk.cli.seeing import loaded, pairs_of, see
from clipdesk.core.adaptation.checkpoint import Arrays, Checkpoint
from clipdesk.core.adaptation.session import MOST_STEPS, Session, Verdict
from clipdesk.core.adaptation.training import Loss, Towers
from clipdesk.core.embedding import Vector
from clipdesk.core.encoders import Encoder
from clipdesk.core.encoders.adapted import PREFIX
from clipdesk.core.errors import LibraryError, QueryError
from clipdesk.core.evaluation.report import percent
from clipdesk.core.pairs import Pairs, in_words
from clipdesk.core.paths import printable

_SAVE_EVERY = 2000


def run(options: Namespace) -> int:
    pairs = pairs_of(options)
    out = options.out.absolute()
    if out.suffix != ".safetensors" or not out.parent.is_dir():
        raise LibraryError(
            f"The adapted model can't be written to {printable(out)}.",
            hint="Name a file that ends in .safetensors, in a folder that is there.",
        )
    name, encoder = loaded(options)
    if name.startswith(PREFIX):
        raise QueryError(f"{printable(name)} is adapted already.", hint="Name what it was made of.")
    sigmoid = encoder.calibration.bias is not None
    loss: Loss = options.loss or ("sigmoid" if sigmoid else "softmax")
    paused = Checkpoint(out, _key(pairs, encoder, options.towers, loss))
    try:
        kept = paused.load()
        pairs, pictures = _see(encoder, pairs, options, paused, kept)
        captions = encoder.encode_texts(pairs.captions)
        session = Session(encoder, pairs, pictures, captions, towers=options.towers, loss=loss)
        _train(session, paused, kept, options)
        verdict = session.verdict()
        adopted = verdict.is_better or options.anyway
        if adopted:
            session.adaptation(verdict).save(out)
        paused.drop()
    except OSError as error:
        raise LibraryError(f"{printable(out)} can't be written: {error.strerror}.") from error
    answer = _answer(verdict, session, pairs, name)
    answer |= {"adopted": adopted, "out": str(out) if adopted else None}
    if options.json:
        put_json(answer)
    else:
        _tell(answer, verdict, pairs)
    return 0 if adopted else 1


def _key(pairs: Pairs, encoder: Encoder, towers: Towers, loss: Loss) -> str:
    """Names the work: what was begun with other pairs, model or wishes is not gone on with."""
    said = pairs.files, pairs.captions, pairs.pairs, towers, loss, encoder.space.weights_hash
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()


def _see(
    encoder: Encoder, pairs: Pairs, options: Namespace, paused: Checkpoint, kept: Arrays
) -> tuple[Pairs, Vector]:
    """The vectors (n, d) of the pictures, and the pairs without those that can't be read.

    What is ``kept`` need not be seen again; what has been seen is there afterwards.
    """
    vectors: list[Vector] = list(kept.get("vectors", ()))
    faults: dict[int, str] = {}
    first = len(vectors)
    # A vector of zeros stands for a picture that could not be read.
    lacking = np.zeros(encoder.space.dimensions, np.float32)
    rest = pairs.files[first:]
    try:
        seen = see(encoder, rest, options.library, show=not options.json, total=len(rest))
        for each in seen:
            if each.vector is None:
                faults[len(vectors)] = str(each.fault)
            vectors.append(lacking if each.vector is None else each.vector)
            if len(vectors) % _SAVE_EVERY == 0:
                paused.save({"vectors": np.stack(vectors)})
    except BaseException:
        if vectors:
            paused.save({"vectors": np.stack(vectors)})
        raise
    kept["vectors"] = np.stack(vectors)
    for number in range(first):
        if not vectors[number].any():
            faults[number] = "it could not be read."
    good = [vector for number, vector in enumerate(vectors) if number not in faults]
    if not good:
        raise QueryError("None of the pictures can be read.")
    return pairs.without(faults), np.stack(good)


def _train(session: Session, paused: Checkpoint, kept: Arrays, options: Namespace) -> None:
    if "step" in kept:
        session.resume(kept)
    show = sys.stderr.isatty() and not options.json
    with tqdm(total=MOST_STEPS, unit=" steps", disable=not show, file=sys.stderr) as bar:
        bar.update(session.steps)
        try:
            for merit in session.run():
                bar.set_description(f"mrr {merit:.3f}", refresh=False)
                bar.update(session.steps - bar.n)
        except BaseException:
            paused.save({"vectors": kept["vectors"], **session.state()})
            raise


def _answer(verdict: Verdict, session: Session, pairs: Pairs, model: str) -> dict[str, Any]:
    figures = {
        when: {name: round(figure.value, 4) for name, figure in measured.figures.items()}
        for when, measured in (("before", verdict.before), ("after", verdict.after))
    }
    return {
        "model": model,
        "pictures": session.counts,
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
        "problems": [{"line": p.line, "reason": p.reason} for p in pairs.problems],
    }


def _tell(answer: dict[str, Any], verdict: Verdict, pairs: Pairs) -> None:
    for line in in_words(pairs.problems):
        put(f"Passed over: {line}")
    held, taught = answer["pictures"]["held_out"], answer["pictures"]["taught"]
    put(f"Learned from {taught} pictures, tried on {held} others with {answer['queries']} captions")
    for name, before in verdict.before.figures.items():
        after, difference = verdict.after.figures[name], verdict.difference[name]
        put(f"{name:>10}  {percent(before)}  →  {percent(after)}  {percent(difference, '+')}")
    if answer["out"]:
        put(f"Use it: clipdesk index FOLDER --model {PREFIX}{printable(Path(answer['out']))}")
    else:
        put("It did not become surely better, so nothing was kept (--anyway keeps it).")
