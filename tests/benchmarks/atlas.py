"""The map: what laying it out costs, and what a frame of it: ``python -m tests.benchmarks.atlas``.

All is time of the processor, of one core.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clipdesk.core.mapping.laying import Task, solve
from clipdesk.core.messages.maps import MapDrawn
from clipdesk.core.types import Item
from clipdesk.core.vectors import VectorIndex
from tests.benchmarks.crowd import Crowd
from tests.benchmarks.findings import Findings, alone

COUNTS = {"quick": (300, 2_000), "usual": (20_000, 100_000), "full": (100_000, 500_000)}
"""Pictures: laid out, and drawn."""
NEW = 100
FRAMES = 30
VIEW = 1600, 1000


def measure(size: str) -> Findings:
    """Find what the map costs."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = Findings()
    laid, drawn = COUNTS[size]
    lay(found, laid)
    draw(found, drawn)
    return found


def lay(found: Findings, count: int) -> None:
    """A library laid out, and a few pictures placed into it."""
    with tempfile.TemporaryDirectory(prefix="clipdesk-") as folder:
        path, ids = Path(folder) / "space-1.vectors", np.arange(1, count + NEW + 1)
        index = VectorIndex(path, "bench", 512)
        index.add(len(ids), ids, Crowd().pictures(len(ids)).astype(np.float16))
        index.save()
        nowhere = np.full((len(ids), 2), np.nan, np.float32)
        begun = time.process_time()
        points = solve(Task(str(path), "bench", 512, ids[:count], nowhere[:count], anew=True))
        found.add(f"{count:,} pictures laid out", time.process_time() - begun, "s")
        both = np.concatenate([points, nowhere[count:]])
        begun = time.process_time()
        solve(Task(str(path), "bench", 512, ids, both, anew=False))
        found.add(f"{NEW} more placed", time.process_time() - begun, "s")


def draw(found: Findings, count: int) -> None:
    """The frames of a push and of coming nearer, with all pictures on it."""
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from clipdesk.ui.grid.model import GridModel
    from clipdesk.ui.grid.thumbnails import ThumbnailLoader
    from clipdesk.ui.map.atlas import Atlas
    from clipdesk.ui.map.view import MapView

    app = QApplication.instance() or QApplication([])
    dice = np.random.default_rng(1)
    model = GridModel()
    model.show(
        Item(n, n, f"/pictures/{n}.jpg", 640, 480, int(shade))
        for n, shade in enumerate(dice.integers(0, 1 << 24, count), 1)
    )
    islands = dice.normal(0, 40, (200, 2))
    points = islands[dice.integers(0, 200, count)] + dice.normal(0, 3, (count, 2))
    colours = np.array([item.colour for item in model.items], np.uint32)
    drawn = MapDrawn(np.arange(1, count + 1), points.astype(np.float32), colours)
    loader = ThumbnailLoader(lambda _: None)
    view = MapView(model, loader, loader)
    view.resize(*VIEW)
    canvas = QImage(view.size(), QImage.Format.Format_RGB32)
    begun = time.process_time()
    atlas = Atlas.of(model.items, drawn)
    view.show_atlas(atlas)
    note = f"{VIEW[0]} × {VIEW[1]} pixels"
    found.add(f"{count:,} pictures put on the map", _since(begun), "ms", must=50)

    def frames(what: str, step: Callable[[], None]) -> None:
        spent = []
        for _ in range(FRAMES):
            begun = time.process_time()
            step()
            view.render(canvas)
            spent.append(_since(begun))
        found.add(f"a frame while {what}", float(np.median(spent)), "ms", aim=16, note=note)
        found.add(f"the longest while {what}", max(spent), "ms", must=50)

    frames("pushed, all seen", lambda: view.look(view.camera.moved(3, 2)))
    frames("coming nearer", lambda: view.zoom(1.2))
    frames("pushed, near", lambda: view.look(view.camera.moved(3, 2)))
    view.fit(animated=False)
    chosen: NDArray[np.bool_] = np.arange(count) % 3 == 0
    view.show_selection(chosen, -1)
    frames("pushed, a third selected", lambda: view.look(view.camera.moved(3, 2)))
    loader.close()
    view.deleteLater()
    app.processEvents()


def _since(begun: float) -> float:
    return (time.process_time() - begun) * 1000


if __name__ == "__main__":
    alone(measure, __doc__)
