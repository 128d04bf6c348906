"""A decoder process: reads requests from stdin, answers on stdout, ends when stdin ends.

Run as ``python -m clipdesk.core.pictures.worker LIMITS``, the limits in JSON, by
`clipdesk.core.pictures.process`.
It may be killed at any moment: it holds nothing that is not in the answer.
"""

import contextlib
import faulthandler
import json
import os
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

from clipdesk.core.children.parent import LESS, Parent, be_nice
from clipdesk.core.errors import PictureError
from clipdesk.core.pictures import wire
from clipdesk.core.pictures.decoding import decode, frames, render, survey
from clipdesk.core.pictures.nouns import Limits
from clipdesk.core.pictures.reading import fingerprint, glance
from clipdesk.core.types import ImageSpec, Stamp


def main() -> None:
    """Answer until nobody asks."""
    limits = Limits(**json.loads(sys.argv[1]))
    _humble(limits)
    parent = Parent()
    # The parent is gone when a pipe breaks; there is nobody to tell.
    with Path(os.devnull).open("w") as nowhere, contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            head, blobs = wire.receive(parent.source, limits.max_bytes)
            # A thread of C that ends this process even while a decoder holds the interpreter.
            faulthandler.dump_traceback_later(limits.seconds, exit=True, file=nowhere)
            facts, parts = _answer(head, blobs, limits)
            faulthandler.cancel_dump_traceback_later()
            wire.send(parent.target, facts, *parts)


def _answer(
    head: dict[str, Any], blobs: list[bytes], limits: Limits
) -> tuple[dict[str, Any], list[bytes]]:
    source: Path | bytes = blobs[0] if blobs else Path(head["path"])
    try:
        match head["do"]:
            case "decode":
                specs = tuple(ImageSpec(**spec) for spec in head["specs"])
                side = head["thumbnail_side"]
                done = decode(source, specs, thumbnail_side=side, limits=limits)
                facts = {
                    "width": done.width,
                    "height": done.height,
                    "format": done.format,
                    "colour": done.colour,
                    "timing": astuple(done.timing) if done.timing else None,
                }
                inputs = (array.tobytes() for array in done.inputs)
                return facts, [done.content_hash, done.glance, done.thumbnail, *inputs]
            case "render":
                shown = render(source, head["max_side"], at_ms=head["at_ms"], limits=limits)
                facts = {
                    "width": shown.width,
                    "height": shown.height,
                    "opaque": shown.opaque,
                    "lightness": shown.lightness,
                }
                return facts, [shown.bgra]
            case "frames" | "survey":
                assert isinstance(source, Path)
                return _footage(source, head, limits)
            case "glance":
                assert isinstance(source, Path)
                seen = glance(source)
                return {"size": seen.size, "whole": seen.whole}, [seen.hash]
            case _:
                assert isinstance(source, Path)
                return {}, [fingerprint(source)]
    except PictureError as error:
        return {"error": type(error).__name__, "message": str(error), "hint": error.hint}, []


def _footage(
    path: Path, head: dict[str, Any], limits: Limits
) -> tuple[dict[str, Any], list[bytes]]:
    specs = tuple(ImageSpec(**spec) for spec in head["specs"])
    if head["do"] == "survey":
        taken = survey(path, head["count"], specs[0], limits=limits)
    else:
        stamp = Stamp(**head["stamp"]) if head["stamp"] else None
        taken = frames(
            path,
            head["windows"],
            specs,
            distinct=head["distinct"],
            known=head["known"],
            look=bytes.fromhex(head["look"]),
            stamp=stamp,
            limits=limits,
        )
    facts = {
        "frames": [(frame.at_ms, frame.colour) for frame in taken.frames],
        "done": taken.done,
        "look": taken.look.hex(),
        "ended_ms": taken.ended_ms,
    }
    parts: list[bytes] = []
    for frame in taken.frames:
        parts += [frame.thumbnail, *(array.tobytes() for array in frame.inputs)]
    return facts, parts


def _humble(limits: Limits) -> None:
    """Take little: the window and the encoder come first."""
    be_nice(LESS)
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 (there is none on Windows)

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(ValueError, OSError):  # macOS refuses
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


if __name__ == "__main__":
    main()
