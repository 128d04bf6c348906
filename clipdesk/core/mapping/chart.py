"""Where each content lies on the map of a space: kept beside the space's index."""

import json
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_ROW = 16
"""Bytes of a content's number and its point."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A layout that stands: what is on it does not move when more comes."""

    ids: NDArray[np.int64]
    """Contents (n,), rising."""
    points: NDArray[np.float32]
    """Where they lie (n, 2); units mean nothing but among themselves."""
    laid: int = 0
    """How many there were when it was laid out; the others were placed into it since."""

    @classmethod
    def empty(cls) -> "Chart":
        return cls(np.empty(0, np.int64), np.empty((0, 2), np.float32))

    def places(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The points (m, 2) of contents, NaN where one is not on the map."""
        found = np.full((len(ids), 2), np.nan, np.float32)
        if len(self.ids):
            rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            known = self.ids[rows] == ids
            found[known] = self.points[rows[known]]
        return found

    def write(self, path: Path, identity: str) -> None:
        """Keep it as the map of the space called ``identity``; it appears whole or not at all."""
        body = self.ids.astype("<i8").tobytes() + self.points.astype("<f4").tobytes()
        stamp = {
            "identity": identity,
            "count": len(self.ids),
            "laid": self.laid,
            "crc": zlib.crc32(body),
        }
        half = path.with_name(path.name + ".part")
        with half.open("wb") as file:
            file.write(json.dumps(stamp).encode() + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        half.chmod(0o600)
        half.replace(path)


def read(path: Path, identity: str) -> Chart:
    """The map of this space as it was kept, an empty one if there is none that can be trusted."""
    try:
        with path.open("rb") as file:
            stamp = json.loads(file.readline())
            body = file.read()
        count, laid = int(stamp["count"]), int(stamp["laid"])
        sound = stamp["identity"] == identity and zlib.crc32(body) == stamp["crc"]
    except (OSError, ValueError, KeyError, TypeError):
        return Chart.empty()
    if not sound or len(body) != count * _ROW:
        return Chart.empty()
    ids = np.frombuffer(body, "<i8", count).astype(np.int64)
    points = np.frombuffer(body, "<f4", offset=8 * count).astype(np.float32).reshape(-1, 2)
    return Chart(ids, points, laid) if np.isfinite(points).all() else Chart.empty()
