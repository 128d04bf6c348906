"""Draws the pictures that every model is tried on: resources/models/known.npz and known.txt.

They are the demo's own, cut square and small. Run it again when one of those drawings changes:
``python packaging/models/known.py``.
"""

import tempfile
from pathlib import Path

import numpy as np

from clipdesk import demo
from clipdesk.core.pictures.decoding import decode
from clipdesk.core.types import ImageSpec

RESOURCES = Path(__file__).resolve().parent.parent.parent / "resources" / "models"
SIDE_PX = 160
# No two show the same, and no two captions could be exchanged; the first few are the plainest,
# since a model that has passed once is asked only these.
NAMES = """
sunset over the sea, red sports car, desert with cactus, blue bicycle, green apple, under water,
snowy mountains, city at night, starry night, red chair, coffee cup, banana, house, blue umbrella,
guitar, wall clock, sitting cat, brown dog, butterfly, sunflower, blue and white stripes,
checkerboard, heart, bar chart
"""


def main() -> None:
    names = [name.strip() for name in NAMES.replace("\n", " ").split(",")]
    stems = {Path(picture.name).stem: picture for picture in demo.PICTURES}
    chosen = [stems[name] for name in names]
    with tempfile.TemporaryDirectory() as folder:
        demo.write(Path(folder))
        pixels = [
            decode(Path(folder) / each.name, (ImageSpec(SIDE_PX),)).inputs[0] for each in chosen
        ]
    RESOURCES.mkdir(exist_ok=True)
    np.savez_compressed(RESOURCES / "known.npz", pictures=np.stack(pixels))
    captions = "".join(f"{each.caption}\n" for each in chosen)
    (RESOURCES / "known.txt").write_text(captions, "utf-8")


if __name__ == "__main__":
    main()
