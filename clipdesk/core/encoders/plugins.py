"""Encoders that other packages bring: found by entry points, loaded when chosen, never trusted.

The list is read from the packages' metadata: no line of a plug-in runs before its model is
chosen. Then it runs in this process and with the person's rights, like any package they install.
"""

import difflib
import logging
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, get_args

import numpy as np

from clipdesk.core.encoders.checked import REPORT, Checked, told
from clipdesk.core.encoders.encoder import Encoder
from clipdesk.core.encoders.plugin import GROUP, INTERFACE, Description, Takes
from clipdesk.core.errors import ClipDeskError, PluginFaulty, UnknownModel
from clipdesk.core.paths import printable
from clipdesk.core.types import ImageSpec, Interpolation, ModelInfo, ResizeMode, Space

log = logging.getLogger(__name__)

PREFIX = "plugin:"
MAX_SIDE = 2048
"""Pixels of the largest input that is prepared."""


def installed() -> tuple[ModelInfo, ...]:
    """The plug-ins that are installed, by name."""
    return tuple(
        ModelInfo(
            name=PREFIX + point.name,
            title=printable(point.name),
            summary=_fact(point, "Summary") or "An encoder by another hand.",
            here=True,
            source=_package(point),
            licence=_fact(point, "License-Expression") or _fact(point, "License"),
        )
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)
    )


def find(name: str) -> EntryPoint:
    """The plug-in called ``plugin:NAME``; raises `UnknownModel`, or `PluginFaulty` if two are."""
    points = {point for point in entry_points(group=GROUP) if PREFIX + point.name == name}
    if not points:
        names = [PREFIX + point.name for point in entry_points(group=GROUP)]
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
        raise UnknownModel(
            f"There is no plug-in called “{printable(name.removeprefix(PREFIX))}”.",
            hint=f"Did you mean {near[0]}?" if near else "clipdesk models lists those there are.",
        )
    if len(points) > 1:
        packages = " and ".join(sorted(map(_package, points)))
        raise PluginFaulty(f"{name} is claimed by two packages: {packages}.", hint="Remove one.")
    return points.pop()


def load(name: str, models: Path) -> Encoder:
    """Load the encoder ``plugin:NAME`` and try it out; its files are kept under ``models``.

    Raises `PluginFaulty` for whatever it does wrong, `UnknownModel`, or what `ModelError` the
    plug-in itself has to tell.
    """
    point = find(name)
    try:
        encoder = _encoder(name, point, models)
    except ClipDeskError:
        raise
    except (Exception, SystemExit) as error:  # another's code: it can raise anything
        log.info("%s can't be loaded", name, exc_info=True)
        raise PluginFaulty(
            f"{name} ({_package(point)}) can't be loaded: {told(error)}", hint=REPORT
        ) from error
    return encoder


def _encoder(name: str, point: EntryPoint, models: Path) -> Encoder:
    plugin: Any = point.load()
    if plugin.interface != INTERFACE:
        raise PluginFaulty(
            f"{name} ({_package(point)}) was made for another ClipDesk: it speaks interface "
            f"{plugin.interface!r}, this one {INTERFACE}.",
            hint="Look for another version of it.",
        )
    description = plugin.description
    if not isinstance(description, Description):
        raise TypeError("its description is none")
    if not {Takes.IMAGES, Takes.TEXTS} <= description.takes:
        takes = " and ".join(sorted(description.takes)) or "nothing"
        raise PluginFaulty(
            f"{name} takes {takes}; ClipDesk searches pictures by captions.",
            hint="Choose another model.",
        )
    storage = models / "plugins" / (point.dist.name if point.dist else point.name)
    storage.mkdir(mode=0o700, parents=True, exist_ok=True)
    raw = plugin.load(storage)
    checked = Checked(raw, _space(name, point, raw.space, description))
    _try_out(checked, raw, description)
    return checked


def _space(name: str, point: EntryPoint, space: Space, description: Description) -> Space:
    """The encoder's space under the package's own name: no plug-in gets into another's."""
    if not isinstance(space, Space) or not space.weights_hash:
        raise TypeError("its space is none, or has no weights_hash")
    if space.dimensions != description.dimensions or not 1 <= space.dimensions <= 65536:
        raise ValueError(
            f"its space has {space.dimensions} dimensions, its description {description.dimensions}"
        )
    spec = space.spec
    if (
        not isinstance(spec, ImageSpec)
        or not 1 <= spec.size <= MAX_SIDE
        or spec.resize_mode not in get_args(ResizeMode)
        or spec.interpolation not in get_args(Interpolation)
        or not 0 <= spec.fill <= 255
    ):
        raise ValueError("its pictures can't be prepared as it wants them")
    package = point.dist.name if point.dist else point.name
    return Space(
        model=name,
        architecture=f"{PREFIX}{package}/{space.architecture}",
        weights_hash=space.weights_hash,
        dimensions=space.dimensions,
        spec=spec,
    )


def _try_out(encoder: Checked, raw: Any, description: Description) -> None:
    """Ask once for everything; raises `PluginFaulty` if the answers are no vectors, or all one."""
    size = encoder.space.spec.size
    noise = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    pictures = encoder.encode_images(np.stack([np.zeros_like(noise), noise]))
    if np.allclose(pictures[0], pictures[1], atol=1e-5):
        raise PluginFaulty(f"{encoder.space.model} says the same of every picture.", hint=REPORT)
    encoder.encode_texts(["a red apple", "a map of the sea"])
    if Takes.AUDIO in description.takes:
        silence = np.zeros((2, round(raw.audio.rate_hz * raw.audio.seconds)), np.float32)
        encoder.answer("audio", len(silence), lambda: raw.encode_audio(silence))


def _package(point: EntryPoint) -> str:
    dist = point.dist
    return printable(f"{dist.name} {dist.version}") if dist else "a package without a name"


def _fact(point: EntryPoint, key: str) -> str:
    """A line of the package's metadata, or nothing; it may hold anything."""
    if point.dist is None or key not in point.dist.metadata:
        return ""
    return printable(" ".join(str(point.dist.metadata[key]).split())[:200])
