"""``clipdesk index``: take the pictures of folders into the library."""

import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from clipdesk.cli.output import put, put_json
from clipdesk.core.errors import FolderError, ModelError
from clipdesk.core.folders import is_there
from clipdesk.core.inbox import Inbox
from clipdesk.core.messages.events import (
    EncoderChanged,
    Event,
    Level,
    Notice,
    Progress,
    RelocationOffered,
    RemovalAsked,
)
from clipdesk.core.messages.requests import (
    ConfirmRemoval,
    Relocate,
)
from clipdesk.core.paths import printable
from clipdesk.core.pictures import DecoderPool, usual_workers
from clipdesk.core.types import EncoderState

if TYPE_CHECKING:
    from clipdesk.core.engine import Engine


class _Listener:
    """Shows progress on a terminal, and remembers what went wrong."""

    def __init__(self, *, show: bool) -> None:
        self.bar = tqdm(unit=" pictures", disable=not show, file=sys.stderr, dynamic_ncols=True)
        self.trouble: Notice | None = None
        self.questions: dict[int, RemovalAsked] = {}
        self.offers: list[RelocationOffered] = []

    def hear(self, event: Event) -> None:
        if isinstance(event, Progress) and event.total:
            self.bar.total = event.total
            self.bar.set_description(event.what or None, refresh=False)
            self.bar.update(event.done - self.bar.n)
        elif isinstance(event, RemovalAsked):
            self.questions[event.root_id] = event
        elif isinstance(event, RelocationOffered):
            self.offers.append(event)
        elif isinstance(event, Notice) and event.level is Level.ERROR:
            self.trouble = self.trouble or event
        elif isinstance(event, EncoderChanged) and event.state is EncoderState.FAILED:
            self.trouble = self.trouble or Notice(Level.ERROR, event.detail)
        elif isinstance(event, EncoderChanged) and event.quickening is not None:
            name = event.next_model or event.model
            said = f"Making {name} quick for this computer, once: {event.quickening:.0%}"
            self.bar.set_description(said)


def run(options: Namespace) -> int:
    folders = [folder.absolute() for folder in options.folders]
    for folder in folders:
        if not is_there(folder):
            raise FolderError(
                f"There is no folder {printable(folder)}, or its disk does not answer.",
                hint="Check the name.",
            )
    with DecoderPool(usual_workers()) as decoders:
        decoders.ready()
        return _index(options, folders, decoders)


def _index(options: Namespace, folders: list[Path], decoders: DecoderPool) -> int:
    # Imported while the decoders start: each takes about as long.
    from clipdesk.core.encoders.store import Store  # noqa: PLC0415
    from clipdesk.core.engine import Engine  # noqa: PLC0415

    if options.model:
        Store(options.library.models).find(options.model)
    listener = _Listener(show=sys.stderr.isatty() and not options.json)
    inbox = Inbox()
    begun = time.perf_counter()
    engine = Engine(options.library, inbox, listener.hear, watching=False, decoders=decoders)
    try:
        engine.start(options.model or "", unhurried=True)
        _take_in(engine, inbox, listener, options, folders)
        if options.forget_missing:
            for root_id in listener.questions:
                inbox.put(ConfirmRemoval(root_id))
            engine.run_until_idle()
        answer = _answer(engine, folders, time.perf_counter() - begun)
        answer |= _what_else(engine, listener)
    finally:
        listener.bar.close()
        engine.close()
    if listener.trouble:
        raise ModelError(listener.trouble.text, hint=listener.trouble.hint)
    if options.json:
        put_json(answer)
    else:
        _tell(answer)
        for question in listener.questions.values():
            _tell_question(question)
        for offer in listener.offers:
            _tell_offer(offer)
    return 1 if listener.offers else 0


def _take_in(
    engine: "Engine", inbox: Inbox, listener: _Listener, options: Namespace, folders: list[Path]
) -> None:
    """Look through the folders; the person is asked of one that seems to be a known one."""
    for folder in folders:
        engine.take_in(folder, anew=options.anew)
    engine.run_until_idle()
    if options.json or not sys.stdin.isatty():
        return
    offers, listener.offers = listener.offers, []
    for offer in offers:
        same = _is_the_same(offer)
        if same:
            inbox.put(Relocate(offer.root_id, offer.path))
            engine.run_until_idle()
        for folder in folders:
            if offer.path.is_relative_to(folder) and not (same and offer.path == folder):
                engine.take_in(folder, anew=True)
        engine.run_until_idle()


def _is_the_same(offer: RelocationOffered) -> bool:
    sys.stderr.write(
        f"{printable(offer.path)} holds the pictures of {printable(offer.old)}, which is not there "
        "at the moment. Is it the same folder, at another place? [Y/n] "
    )
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"", "y", "yes"}


def _answer(engine: "Engine", folders: list[Path], seconds: float) -> dict[str, object]:
    tally = engine.tally
    return {
        "indexed": tally.indexed,
        "unchanged": tally.unchanged,
        "moved": tally.moved,
        "removed": tally.removed,
        "failed": [
            {"path": problem.path, "reason": problem.reason}
            for problem in engine.problems()
            if any(Path(problem.path).is_relative_to(folder) for folder in folders)
        ],
        "seconds": round(seconds, 3),
        "images_per_second": round(tally.encoded / seconds, 2),
        "model": engine.model,
    }


def _what_else(engine: "Engine", listener: _Listener) -> dict[str, object]:
    """What is said only where there is something to say."""
    kept = sum(question.gone for question in listener.questions.values())
    known = [{"path": str(offer.path), "known_as": str(offer.old)} for offer in listener.offers]
    said: dict[str, object] = {"seen_again": engine.tally.seen_again, "frames": engine.tally.frames}
    said |= {"kept": kept, "known": known}
    return {name: value for name, value in said.items() if value}


def _tell_offer(offer: RelocationOffered) -> None:
    old, new = printable(offer.old), printable(offer.path)
    put(
        f"{new} was not indexed: it holds the pictures of {old}, which is not there at the moment. "
        "If it is the same folder: clipdesk relocate OLD NEW; if it is another: --anew"
    )


def _tell_question(question: RemovalAsked) -> None:
    if question.gone:
        put(
            f"{question.gone} of {question.total} pictures in {question.title} are gone. They are "
            "kept, in case a disk was not there; to forget them: --forget-missing"
        )


def _tell(answer: dict[str, object]) -> None:
    counts = ", ".join(
        f"{answer[key]} {key}" for key in ("indexed", "unchanged", "moved", "removed")
    )
    if "seen_again" in answer:
        counts += f", {answer['seen_again']} seen by {answer['model']}"
    if "frames" in answer:
        counts += f", {answer['frames']} frames of videos"
    put(f"{counts} in {answer['seconds']:.1f} s ({answer['images_per_second']} pictures/s)")
    failed = answer["failed"]
    assert isinstance(failed, list)
    for problem in failed:
        put(f"  {printable(problem['path'])}: {problem['reason']}")
    if failed:
        put(f"{len(failed)} could not be read. They are tried again when they change.")
